"""A raw cell as one clean text: numbers without a decimal tail, no quotes or invisible marks, nothing for a dash."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Any

from lienthong.kernel.text import clean, fold

INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"), None)
_QUOTES = "'\"`´‘’“”"
_NOTHING = {
    "-", "--", "---", "_", ".", "..", "...", "/", "//", "\\", "*", "?", "null", "none", "nan", "n/a", "na",
    "#n/a", "nil",
    "khong co", "khong", "k co", "ko co", "khong ro", "chua co", "chua ro", "k", "ko", "trong", "(trong)", "kg co",
}  # fmt: skip
_LONGEST = max(map(len, _NOTHING))
_ERRORS = re.compile(r"#(?:ref|value|name|div/0|num|null|spill|calc)[!?]?|#+", re.IGNORECASE)
_EXPONENT = re.compile(r"([+-]?)(\d)(?:[.,](\d+))?[eE]\+?(\d{1,2})")


def text_of(raw: Any) -> str:
    """Return what a cell says as one clean text; a whole float says its digits."""
    if isinstance(raw, str):
        if raw.isascii():
            return raw if raw.isprintable() and "  " not in raw and raw == raw.strip() else clean(raw)
        return clean(raw.translate(INVISIBLE))
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e18 else repr(raw)
    if isinstance(raw, datetime | date | time):
        return raw.isoformat()
    return "" if raw is None else clean(str(raw))


def unquoted(text: str) -> str:
    """Return a text without quotes around it or an apostrophe before it."""
    return text.strip(_QUOTES + " ") if text[:1] in _QUOTES or text[-1:] in _QUOTES else text


def says_nothing(text: str) -> bool:
    """Say whether a text stands for an empty cell."""
    return len(text) <= _LONGEST and fold(text) in _NOTHING


def is_error(text: str) -> bool:
    """Say whether a text is what a spreadsheet shows for a failed formula or a narrow column."""
    return text[0] == "#" and bool(_ERRORS.fullmatch(text))


def digits_of_power(text: str) -> str | None:
    """Return all digits of ``7.9193001234E+10``; "" when some are lost (``3.7E+10``); None for another text."""
    if "E" not in text and "e" not in text:
        return None
    found = _EXPONENT.fullmatch(text.replace(" ", ""))
    if not found or found[1] == "-":
        return None
    after, power = found[3] or "", int(found[4])
    return found[2] + after if len(after) == power else ""
