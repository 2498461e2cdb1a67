"""The line icons of the house: 24 × 24, drawn with the colour of the text. An icon never stands without words."""

from __future__ import annotations

from functools import cache

from markupsafe import Markup

SHAPES = {
    "back": '<path d="M15 5l-7 7 7 7"/>',
    "birth": '<circle cx="12" cy="12" r="8.5"/>'
    '<path d="M9 11v.2M15 11v.2M9 15c1.8 1.6 4.2 1.6 6 0M12 3.5c-1.5 1.5-.5 3 1 2.5"/>',
    "book": '<path d="M4 5c3-1.5 6-1 8 .8C14 4 17 3.5 20 5v14c-3-1.5-6-1-8 .8-2-1.8-5-2.3-8-.8zM12 5.8V19.8"/>',
    "calendar": '<rect x="4" y="5" width="16" height="15" rx="2"/><path d="M4 10h16M8 3v4M16 3v4"/>',
    "card": '<rect x="3" y="5" width="18" height="14" rx="2"/><circle cx="8.5" cy="11" r="2"/>'
    '<path d="M5.8 16c.6-1.6 1.5-2.2 2.7-2.2s2.1.6 2.7 2.2M14 10h4M14 14h3"/>',
    "chart": '<path d="M4 4v16h16M8 15l4-5 3 3 5-7"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "close": '<path d="M6 6l12 12M18 6L6 18"/>',
    "download": '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
    "heart": '<path d="M12 20S4 15 4 9.3A4.3 4.3 0 0112 7a4.3 4.3 0 018 2.3C20 15 12 20 12 20z"/>',
    "home": '<path d="M4 11l8-7 8 7v9h-5.5v-6h-5v6H4z"/>',
    "key": '<circle cx="8" cy="15" r="4"/><path d="M11 12l8-8M16 7l3 3"/>',
    "leaf": '<path d="M5 19C5 10 10 5 20 4c0 10-5 15-13 14M5 19c2-5 5-8 9-10"/>',
    "list": '<path d="M8 6h13M8 12h13M8 18h13M3.5 6h.2M3.5 12h.2M3.5 18h.2"/>',
    "next": '<path d="M9 5l7 7-7 7"/>',
    "offline": '<path d="M3 3l18 18M5 12.5c1.3-1.3 3-2.2 4.8-2.6M2 9.3C4 7.4 6.5 6.2 9 5.7M14 6c3 .4 5.8 1.6 8 3.7'
    'M8.5 16c2-1.7 4.5-1.8 6.5-.3M12 19.5v.2"/>',
    "paper": '<path d="M6 3h8l5 5v13H6z"/><path d="M14 3v5h5M9 13h7M9 17h5"/>',
    "pause": '<path d="M9 5v14M15 5v14"/>',
    "people": '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.8-3.6 3.3-5.3 6.5-5.3s5.7 1.7 6.5 5.3'
    'M16 5.3a3.5 3.5 0 010 6.4M18 14.7c1.9.8 3 2.4 3.5 4.8"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 8V3h10v5M7 17H4V9h16v8h-3M7 14h10v7H7z"/>',
    "qr": '<path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>',
    "shield": '<path d="M12 3l8 3v6c0 4.5-3.3 7.7-8 9-4.7-1.3-8-4.5-8-9V6z"/><path d="M8.5 12l2.5 2.5 4.5-5"/>',
    "shop": '<path d="M4 10v10h16V10M3 10l2-6h14l2 6c0 2-3 2.5-4.5 1C15 12.5 13 12.5 12 11c-1 1.5-3 1.5-4.5 0'
    'C6 12.5 3 12 3 10z"/>',
    "sign": '<path d="M3 18c4 0 5-12 8-12 2.5 0-1 9 1.5 9 1.5 0 2-2.5 3.5-2.5s1 2.5 5 2.5M3 21h18"/>',
    "talk": '<path d="M4 5h16v11H10l-4 4v-4H4z"/>',
    "wallet": '<rect x="3.5" y="6" width="17" height="13" rx="2"/><path d="M3.5 10h17M15.5 14.5h2"/>',
    "warning": '<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17.3v.2"/>',
}


@cache
def icon(name: str) -> Markup:
    """Return the icon as SVG. Raises KeyError for a name that is not in ``SHAPES``."""
    return Markup('<svg class="i" viewBox="0 0 24 24" aria-hidden="true">{}</svg>').format(Markup(SHAPES[name]))  # noqa: S704  our own constant
