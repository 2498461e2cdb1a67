"""Vietnamese text: one normal form, search keys, order by given name, numbers, money and dates."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal

from lienthong.kernel.clock import local

_SPACES = re.compile(r"\s+")
_PLAIN = str.maketrans({"đ": "d", "Đ": "d", "’": "'", "‘": "'", "ʼ": "'"})
_LATIN = {
    **_PLAIN,
    **{each: None for each in range(0x300, 0x370) if unicodedata.combining(chr(each))},
    **{
        each: base[0].lower()
        for each in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
        if (base := unicodedata.normalize("NFD", chr(each)))[0].isascii()
        and all(unicodedata.combining(mark) for mark in base[1:])
    },
}
"""Letters with marks → the bare letter, loose marks → nothing: folds Latin text in one pass."""
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPES = {"\u0306", "\u0302", "\u031b"}
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def clean(text: str) -> str:
    """Return text as it is stored: NFC, single spaces, no control characters (NUL breaks PostgreSQL)."""
    normal = unicodedata.normalize("NFC", text)
    if normal.isprintable():  # on one line, nothing to take out
        return _SPACES.sub(" ", normal).strip()
    kept = "".join(c if c == "\n" or unicodedata.category(c) not in {"Cc", "Cf"} else " " for c in normal)
    return "\n".join(_SPACES.sub(" ", line).strip() for line in kept.split("\n")).strip()


def fold(text: str) -> str:
    """Return the search key: no marks, đ→d, lower case, plain apostrophe, single spaces (Hòa and Hoà fold alike)."""
    plain = text.translate(_LATIN)
    if plain.isascii():
        return " ".join(plain.lower().split())
    marks_off = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _SPACES.sub(" ", marks_off.translate(_PLAIN).lower()).strip()


def collate(text: str) -> str:
    """Return a key that sorts as a Vietnamese dictionary does (a ă â … d đ e ê; tones break ties)."""
    letters: list[str] = []
    tones: list[str] = []
    for c in unicodedata.normalize("NFC", text).lower():
        shape, tone = c, 0
        parts = unicodedata.normalize("NFD", c)
        if len(parts) > 1:
            tone = next((_TONES[p] for p in parts if p in _TONES), 0)
            shape = unicodedata.normalize("NFC", parts[0] + "".join(p for p in parts[1:] if p in _SHAPES))
        place = _LETTERS.find(shape)
        letters.append(f"{place + 10:02d}" if place >= 0 else ("00" if shape == " " else "01" + shape))
        tones.append(str(tone))
    return "".join(letters) + " " + "".join(tones)


def percent(share: float, places: int = 1) -> str:
    """71,8 from 0.718. What is not everything is never rounded up to 100."""
    most = 100 - 10**-places if share < 1 else share * 100
    return number(min(share * 100, most), places)


def number(value: int | float | Decimal, places: int = 0) -> str:
    """Return 1234567.89 as ``1.234.567,89``; the minus sign is −."""
    text = f"{abs(value):,.{places}f}".translate(str.maketrans(",.", ".,"))
    return f"−{text}" if value < 0 else text


def money(dong: int) -> str:
    """Return whole đồng as ``115.000 đ``."""
    return f"{number(dong)} đ"


def day(value: date) -> str:
    """Return a day as ``21/11/2026``."""
    return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"


def partial_day(text: str) -> str:
    """Return a stored date of any precision (``1955``, ``1955-04``, ``1955-04-30``) the Vietnamese way."""
    return "/".join(reversed(text.split("-")))


def clock_time(value: datetime) -> str:
    """Return a moment's time as ``20:16`` in Viet Nam."""
    return f"{local(value):%H:%M}"


def day_time(value: datetime) -> str:
    """Return a moment as ``21/11/2026 20:16`` in Viet Nam."""
    return f"{day(local(value).date())} {clock_time(value)}"
