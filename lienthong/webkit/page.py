"""Makes pages: one Jinja environment over every room's templates, Vietnamese first, no inline script or style."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, RedirectResponse

from lienthong import __version__
from lienthong.kernel import i18n, runtime
from lienthong.kernel.actor import Actor
from lienthong.webkit import parts, show
from lienthong.webkit.charts import CHARTS
from lienthong.webkit.forms import hidden_fields
from lienthong.webkit.icons import icon
from lienthong.webkit.request import actor, is_demonstration, may_open, you
from lienthong.webkit.static_files import address

_FRAME = "lienthong.frame"


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Return a page. template: ``<room>/<name>.html``; context: the names it uses (a missing one is an error)."""
    return HTMLResponse(fragment(request, template, **context), status_code=status)


def fragment(request: HTTPConnection, template: str, **context: Any) -> Markup:
    """Return a piece of a page, such as a panel."""
    return Markup(environment().get_template(template).render(_frame(request) | context))  # noqa: S704  autoescaped


def panels(request: HTTPConnection, place: str) -> list[Markup]:
    """Return the pieces that the rooms offer at a place of a page, in order, for who acts on it."""
    offered: tuple[parts.Panel, ...] = getattr(request.app.state, "panels", ())
    who = actor(request)
    chosen = sorted((each for each in offered if each.place == place and each.is_for(who)), key=lambda each: each.order)
    rendered = (each.render(request, who) for each in chosen)
    return [Markup(each) for each in rendered if each]  # noqa: S704  made by fragment, autoescaped


def redirect(url: str) -> RedirectResponse:
    """Return 303: look at this page next (after a POST). Only addresses of our own: ``/…``."""
    own = url.startswith("/") and not url.startswith(("//", "/\\"))
    return RedirectResponse(url if own else "/", status_code=303)


@cache
def environment() -> Environment:
    """Return the environment of every room's templates (``lienthong/<room>/templates``)."""
    rooms = sorted(str(path) for path in Path(__file__).resolve().parents[1].glob("*/templates"))
    made = Environment(
        loader=FileSystemLoader(rooms),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # pyright: ignore[reportAttributeAccessIssue]
    made.globals.update(gettext=_gettext, _=_gettext, speaking=i18n.language)
    made.filters.update(show.FILTERS)
    made.globals.update(CHARTS)
    made.globals.update(static=address, icon=icon, version=__version__, fault_at=show.fault_at)
    return made


def _gettext(sentence: str, /, **values: Any) -> Markup:
    """Translate; Jinja's own puts values into every sentence, also into those that have no place for one."""
    said = i18n.gettext(sentence)
    if "%" in said:
        said %= {name: escape(value) for name, value in values.items()}
    return Markup(said)  # noqa: S704  our own sentence; values are escaped


def _switch(request: HTTPConnection) -> str:
    """Return the address of this page in the other language: its own, or where the form stood that was sent."""
    shown = request.scope.get("method", "GET") in {"GET", "HEAD"}
    here = request.url if shown else urlsplit(request.headers.get("referer", ""))
    asked = [(name, value) for name, value in parse_qsl(here.query) if name != "lang"]
    other = "vi" if i18n.language() == "en" else "en"
    return f"{here.path or '/'}?{urlencode([*asked, ('lang', other)])}"


def _menu(request: HTTPConnection, who: Actor) -> dict[str, Any]:
    """Return the menu that this one sees: nothing a mandate keeps closed."""
    places: tuple[parts.Place, ...] = getattr(request.app.state, "places", ())
    whole: tuple[parts.MenuItem, ...] = getattr(request.app.state, "menu", ())
    menu = [each for each in whole if parts.may_open(places, who, each.href)]
    return {
        "menu_top": parts.visible(menu, who, "top"),
        "menu_side": parts.visible(menu, who, "side"),
        "menu_current": parts.current([each for each in menu if each.is_for(who)], request.url.path),
    }


def _frame(request: HTTPConnection) -> dict[str, Any]:
    """Return what every page has: who asks, the language, the menu, the form fields; made once for all its pieces."""
    who, language = actor(request), i18n.language()
    known: tuple[Actor, str, dict[str, Any]] | None = request.scope.get(_FRAME)
    if known is None or known[0] is not who or known[1] != language:
        known = request.scope[_FRAME] = (who, language, _made(request, who))
    return known[2]


def _made(request: HTTPConnection, who: Actor) -> dict[str, Any]:
    own = getattr(request.state, "own", who)
    return {
        "request": request,
        "switch": _switch(request),
        "actor": who,
        "you": you(request),
        "visitor": getattr(request.state, "visitor", None),
        "account": getattr(request.state, "account", None),
        "serving": getattr(request.state, "served", None),
        "language": i18n.language(),
        "may_open": lambda path: may_open(request, path),
        "csrf_field": lambda: hidden_fields(request),
        "now": runtime.current().clock.now(),
        "is_demo": runtime.current().settings.is_demo,
        "is_demonstration": is_demonstration(request),
        **_menu(request, own),
    }
