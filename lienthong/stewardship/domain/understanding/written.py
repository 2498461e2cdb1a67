"""Days that are written out: with separators, words, two-digit years, unknown parts, months by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from lienthong.kernel.i18n import N_
from lienthong.kernel.text import day
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Note,
    Settings,
    Understood,
    asked,
    refused,
    told,
    with_notes,
)

BIRTHS = frozenset({"birth_date"})
"""Terms whose two-digit years lie in the last hundred years."""
TIME = re.compile(r"[T ]\s*(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?\s*([ap]m)?(z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:sinh |ngay sinh |mung |hom )?(?:ngay (?P<d>\d{1,2}|[._ -]+)[ ,/-]*)?"
    r"(?:thang (?P<m>\d{1,2}|[._ -]+)[ ,/-]*)?(?:nam )(?P<y>\d{4}|\d{2})"
)
_MONTH_WORDS = re.compile(r"(?:ngay )?(?P<d>\d{1,2})[ /.-]*thang[ ]*(?P<m>\d{1,2})[ ,/.-]*(?:nam )?(?P<y>\d{4}|\d{2})")
_MONTH_ONLY = re.compile(r"thang (\d{1,2})[ /.-]+(?:nam )?(\d{4})")
_ENGLISH = {
    name: at
    for at, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_NAMED = re.compile(r"(\d{1,2})[ /.-]([a-z]+)[ ,/.-]+(\d{4}|\d{2})|([a-z]+) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_PARTS = re.compile(r"(?:ngay |sinh |sinh ngay )?(\d{1,4})(?:\s*[/.\-\\,]\s*| )(\d{1,2})(?:\s*[/.\-\\,]\s*| )(\d{1,4})")
_ORDERED = re.compile(r"\s*(\d{1,2})[/.\-](\d{1,2})[/.\-](?:\d{4}|\d{2})(?!\d)")
_TWO = re.compile(r"(\d{1,2})\s*[/.\-\\]\s*(\d{4})|(\d{4})\s*[/.\-\\]\s*(\d{1,2})")
_UNKNOWN = re.compile(
    r"(?:(?:00?|[._?x -]*)\s*[/.\-]\s*){1,2}(\d{4})|(?:00?|[._?x ]+)\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})"
)
_TWO_DIGITS: Note = ("date.two_digit_year", N_("Năm viết hai số; đọc thành năm gần nhất không vượt quá hiện tại."))
_TWO_DIGITS_AHEAD: Note = (
    "date.two_digit_year",
    N_("Năm viết hai số; đọc thành năm gần nhất trong khoảng 20 năm tới trở về trước."),
)
_INCOMPLETE: Note = ("date.incomplete", N_("Không có đủ ngày, tháng; giữ phần biết được."))


def read(at: str, folded: str, settings: Settings) -> Understood:
    """Understand a day written out, folded."""
    if parts := _PARTS.fullmatch(folded):
        return _three(at, parts[1], parts[2], parts[3], settings)
    if two := _TWO.fullmatch(folded):
        return _parts(at, two[2] or two[3], two[1] or two[4], "", settings)
    for pattern in (_MONTH_WORDS, _WORDS):
        if words := pattern.fullmatch(folded):
            return _parts(at, words["y"], _number(words["m"]), _number(words["d"]), settings)
    if month := _MONTH_ONLY.fullmatch(folded):
        return _parts(at, month[2], month[1], "", settings)
    if named := _NAMED.fullmatch(folded):
        first, second, year = (named[1], named[2], named[3]) if named[1] else (named[5], named[4], named[6])
        if second in _ENGLISH:
            return _parts(at, year, str(_ENGLISH[second]), first, settings)
    if unknown := _UNKNOWN.fullmatch(folded):
        found = _parts(at, unknown[1] or unknown[3], unknown[2] or "", "", settings)
        return with_notes(at, found, _INCOMPLETE) if found.value is not None else found
    inside = list(dict.fromkeys(re.findall(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", folded)))
    several = [value for each in inside if (value := read(at, each, settings).value) is not None]
    if len(several) > 1:
        found_days = choices(*(date.fromisoformat(str(each)) for each in several))
        return asked(at, "date.several", N_("Ô có nhiều ngày; chọn ngày đúng."), found_days)
    return unreadable(at)


def run_together(at: str, digits: str, settings: Settings) -> Understood:
    """Understand eight digits: day first or year first, whichever is a day; asked when both are."""
    year_first = _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    day_first = _day(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    found = [each for each in (day_first, year_first) if each and 1850 <= each.year <= settings.today.year + 50]
    if not found:
        return unreadable(at)
    if len(set(found)) > 1:
        return asked(at, "date.order", N_("Ngày viết liền đọc được theo hai cách; chọn ngày đúng."), choices(*found))
    return told(at, found[0].isoformat(), ("date.run", N_("Ngày viết liền không có dấu ngăn; đã tách.")))


def two_digits(at: str, text: str, settings: Settings) -> Understood:
    """Understand a year of two digits that stands alone."""
    return told(at, str(_century(int(text), at, settings)), _pivot(at))


def choices(*days: date) -> tuple[Candidate, ...]:
    """Return days as candidates."""
    return tuple(Candidate(each.isoformat(), day(each)) for each in dict.fromkeys(days))


def unreadable(at: str) -> Understood:
    """Return the refusal of what is no day."""
    return refused(at, "date.unreadable", N_("Không đọc được ngày này; viết dạng 15/03/1975, 03/1975 hoặc 1975."))


def in_range(at: str, year: int, month: int, of_month: int) -> Understood:
    """Return the stored form of a day's parts, 0 where one is not known; refused when there is no such day."""
    if not 1800 <= year <= 2200:
        return unreadable(at)
    if month and not _day(year, month, of_month or 1):
        return refused(at, "date.impossible", N_("Ngày này không có trong lịch; kiểm tra lại trên giấy tờ."))
    stored = f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{of_month:02d}" if month and of_month else "")
    return told(at, stored)


def orders(texts: Iterable[str]) -> tuple[int, int]:
    """Return how many texts can only be day first, and how many only month first."""
    day_first = month_first = 0
    for text in texts:
        if found := _ORDERED.match(text):
            first, second = int(found[1]), int(found[2])
            day_first += first > 12 >= second
            month_first += second > 12 >= first
    return day_first, month_first


def _number(text: str | None) -> str:
    return text if text and text.strip().isdigit() else ""


def _three(at: str, a: str, b: str, c: str, settings: Settings) -> Understood:
    if len(a) >= 3:
        return _parts(at, a, b, c, settings) if len(a) == 4 and len(c) <= 2 else unreadable(at)
    if len(c) not in {2, 4} or not int(c):
        return unreadable(at)
    first, second = int(a), int(b)
    if not first or not second:
        found = _parts(at, c, str(second or ""), "", settings)
        return with_notes(at, found, _INCOMPLETE) if found.value is not None else found
    both = first <= 12 and second <= 12 and first != second
    if both and settings.order == "mixed":
        year = int(c) if len(c) == 4 else _century(int(c), at, settings)
        message = N_("Cột này có cả ngày trước tháng sau lẫn tháng trước ngày sau; chọn ngày đúng.")
        found_days = [each for each in (_day(year, second, first), _day(year, first, second)) if each]
        return asked(at, "date.order", message, choices(*found_days))
    if second > 12 >= first or (both and settings.order == "month_first"):
        found = _parts(at, c, a, b, settings)
        note: Note = ("date.month_first", N_("Viết tháng trước ngày sau; đã đổi thành ngày trước tháng sau."))
        return with_notes(at, found, note) if found.value is not None else found
    return _parts(at, c, b, a, settings)


def _parts(at: str, year: str, month: str, of_month: str, settings: Settings) -> Understood:
    """Return a stored date from its parts; month and day may be "" (not said)."""
    short = len(year) == 2
    full = _century(int(year), at, settings, int(month or 0), int(of_month or 0)) if short else int(year)
    found = in_range(at, full, int(month or 0), int(of_month or 0))
    return with_notes(at, found, _pivot(at)) if short and found.value is not None else found


def _pivot(at: str) -> Note:
    return _TWO_DIGITS if at in BIRTHS else _TWO_DIGITS_AHEAD


def _century(two: int, at: str, settings: Settings, month: int = 0, of_month: int = 0) -> int:
    """Return the last year ending so that is not after the pivot: for births today, otherwise 20 years ahead."""
    births = at in BIRTHS
    last = settings.pivot or settings.today.year + (0 if births else 20)
    year = last - (last - two) % 100
    ahead = _day(year, month, of_month or 1) if births and not settings.pivot and month else None
    return year - 100 if ahead and ahead > settings.today else year


def _day(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None
