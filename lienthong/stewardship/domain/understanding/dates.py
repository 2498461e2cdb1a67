"""Days as clerks write them: dd/mm/yyyy, two-digit years, years alone, words, serials of a spreadsheet.

Stored: ``1975-03-15``, ``1975-03`` or ``1975``. A day that does not exist is refused, one that may be two is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day, fold, partial_day
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Settings,
    Understood,
    asked,
    note,
    refused,
    told,
)

_ONE = timedelta(days=1)
_BIRTHS = {"birth_date", "child_birth_date"}
_TIME = re.compile(r"[T ]\s*(\d{1,2}):(\d{2})(:\d{2}(\.\d+)?)?\s*([ap]m)?(z|[+-]\d{2}:?\d{2})?$", re.IGNORECASE)
_WORDS = re.compile(
    r"(?:sinh |ngay sinh |mung |hom )?(?:ngay (?P<d>\d{1,2}|[._ -]+)[ ,/-]*)?"
    r"(?:thang (?P<m>\d{1,2}|[._ -]+)[ ,/-]*)?(?:nam )(?P<y>\d{4}|\d{2})"
)
_MONTH_WORDS = re.compile(r"(?:ngay )?(?P<d>\d{1,2})[ /.-]*thang[ ]*(?P<m>\d{1,2})[ ,/.-]*(?:nam )?(?P<y>\d{4}|\d{2})")
_MONTH_ONLY = re.compile(r"thang (\d{1,2})[ /.-]+(?:nam )?(\d{4})")
_ENGLISH = {
    name: at
    for at, names in enumerate(
        "jan january,feb february,mar march,apr april,may,jun june,jul july,aug august,sep sept september,"
        "oct october,nov november,dec december".split(","),
        1,
    )
    for name in names.split()
}
_NAMED = re.compile(r"(\d{1,2})[ /.-]([a-z]+)[ ,/.-]+(\d{4}|\d{2})|([a-z]+) (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_PARTS = re.compile(r"(\d{1,4})\s*[/.\-\\,]\s*(\d{1,2})\s*[/.\-\\,]\s*(\d{1,4})")
_TWO = re.compile(r"(\d{1,2})\s*[/.\-\\]\s*(\d{4})|(\d{4})\s*[/.\-\\]\s*(\d{1,2})")
_UNKNOWN = re.compile(
    r"(?:(?:00?|[._?xX-]*)\s*[/.\-]\s*){1,2}(\d{4})|(?:00?|[._?xX]+)\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})"
)
_ABOUT = re.compile(r"^(?:khoang|chung|~|uoc|sinh khoang|c\.|ca\.?)\s*")
_SERIALS = range(4_000, 110_000)
_ZERO = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}

_NOT_A_DATE = N_("Không đọc được ngày “%(value)s”; viết dạng 15/03/1975, 03/1975 hoặc 1975.")
_NO_SUCH_DAY = N_("Không có ngày “%(value)s” trong lịch; kiểm tra lại trên giấy tờ.")
_FUTURE = N_("Ngày %(value)s ở tương lai; kiểm tra lại năm.")


def understand_date(term: DataTerm, raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a day for a term of type ``date`` (whole days only) or ``partial_date``."""
    found = _read(term.id, raw, text, settings)
    return _checked(term, found, settings) if found.value is not None else found


def _checked(term: DataTerm, found: Understood, settings: Settings) -> Understood:
    stored = str(found.value)
    if term.type == "date" and len(stored) < 10:
        message = N_("“%(value)s” thiếu ngày hoặc tháng; trường này cần đủ ngày, tháng, năm.")
        return refused(term.id, "date.partial", message, value=partial_day(stored))
    if _is_past(term) and stored > settings.today.isoformat()[: len(stored)]:
        return refused(term.id, "date.future", _FUTURE, value=partial_day(stored))
    return found


def _is_past(term: DataTerm) -> bool:
    """Say whether what the term dates cannot lie ahead: births, deaths, events."""
    return term.id in _BIRTHS or term.id in {"death_date", "event_date", "registered_on", "founded_on"}


def _read(at: str, raw: Any, text: str, settings: Settings) -> Understood:
    if isinstance(raw, date):  # a datetime is one too
        return _date_cell(at, raw.date() if isinstance(raw, datetime) else raw, settings)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _number(at, text, settings)
    plain = _TIME.sub("", text).strip(" .,;")
    about = _ABOUT.match(folded := fold(plain))
    if about:
        folded = folded[about.end() :]
    found = _text(at, folded, plain, settings)
    if about and found.value is not None:
        mark = note("date.about", N_("“%(value)s” chỉ là khoảng chừng; giữ %(read)s."), value=text, read=found.value)
        return _with(at, found, mark)
    return found


def _with(at: str, found: Understood, *notes: tuple[str, str, Any]) -> Understood:
    more = told(at, found.value or "", *notes)
    return Understood(found.value, (*found.notes, *more.notes), found.faults, found.candidates, found.elsewhere)


def _date_cell(at: str, cell: date, settings: Settings) -> Understood:
    if settings.epoch == 1904 and cell.year < 1904:
        cell += timedelta(days=1462)
    if not settings.swapped or cell.day == cell.month or cell.day > 12:
        return _in_range(at, cell.year, cell.month, cell.day, day(cell))
    other = cell.replace(month=cell.day, day=cell.month)
    return asked(
        at,
        "date.swapped",
        N_("Trong cột này, bảng tính có thể đã đổi chỗ ngày và tháng của ô “%(value)s”; chọn ngày đúng."),
        _choices(other, cell),
        value=day(cell),
    )


def _choices(*days: date) -> tuple[Candidate, ...]:
    return tuple(Candidate(each.isoformat(), day(each)) for each in dict.fromkeys(days))


def _number(at: str, text: str, settings: Settings) -> Understood:
    """Understand a number cell: a year, a serial of a spreadsheet, or a day without separators that lost its zero."""
    if not text.isdigit():
        whole = text.split(".")[0]
        if whole.isdigit() and int(whole) in _SERIALS:
            return _serial(at, int(whole), settings)
        return refused(at, "date.unreadable", _NOT_A_DATE, value=text)
    number = int(text)
    if 1800 <= number <= settings.today.year + 50:
        return told(at, text)
    if number in _SERIALS:
        return _serial(at, number, settings)
    if len(text) in {7, 8}:
        return _run(at, text.zfill(8), settings)
    if number <= 99:
        return _two_digits_alone(at, text, settings)
    return refused(at, "date.unreadable", _NOT_A_DATE, value=text)


def _serial(at: str, number: int, settings: Settings) -> Understood:
    meant = _ZERO[settings.epoch] + number * _ONE
    text = N_("Số %(value)s là cách bảng tính lưu ngày; đọc thành %(read)s.")
    return told(at, meant.isoformat(), note("date.serial", text, value=number, read=day(meant)))


def _two_digits_alone(at: str, text: str, settings: Settings) -> Understood:
    year = _century(int(text), at, settings)
    message = N_("Năm viết hai số “%(value)s”, đọc thành %(read)s.")
    return told(at, str(year), note("date.two_digit_year", message, value=text, read=year))


def _text(at: str, folded: str, plain: str, settings: Settings) -> Understood:
    if folded.isdigit():
        if len(folded) == 8 and not folded.startswith(("00", "99")):
            return _run(at, folded, settings)
        if len(folded) in {4, 5} and folded[0] != "0":
            return _number(at, folded, settings)
        if len(folded) == 2:
            return _two_digits_alone(at, folded, settings)
        return refused(at, "date.unreadable", _NOT_A_DATE, value=plain)
    if re.fullmatch(r"\d{5}\.\d+", folded):
        return _number(at, folded, settings)
    if parts := _PARTS.fullmatch(folded):
        return _three(at, parts[1], parts[2], parts[3], plain, settings)
    if two := _TWO.fullmatch(folded):
        return _parts(at, two[2] or two[3], two[1] or two[4], "", plain, settings)
    for pattern in (_MONTH_WORDS, _WORDS):
        if words := pattern.fullmatch(folded):
            return _parts(at, words["y"], _digits(words["m"]), _digits(words["d"]), plain, settings)
    if month := _MONTH_ONLY.fullmatch(folded):
        return _parts(at, month[2], month[1], "", plain, settings)
    if named := _NAMED.fullmatch(folded):
        first, second, year = (named[1], named[2], named[3]) if named[1] else (named[5], named[4], named[6])
        if second in _ENGLISH:
            return _parts(at, year, str(_ENGLISH[second]), first, plain, settings)
    return _incomplete(at, folded, plain, settings)


def _incomplete(at: str, folded: str, plain: str, settings: Settings) -> Understood:
    if unknown := _UNKNOWN.fullmatch(folded):
        found = _parts(at, unknown[1] or unknown[3], unknown[2] or "", "", plain, settings)
        if found.value is not None:
            message = N_("“%(value)s” không có đủ ngày, tháng; giữ phần biết được.")
            return _with(at, found, note("date.incomplete", message, value=plain))
        return found
    inside = list(dict.fromkeys(re.findall(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", folded)))
    if len(inside) > 1:
        return _several(at, inside, plain, settings)
    return refused(at, "date.unreadable", _NOT_A_DATE, value=plain)


def _several(at: str, inside: list[str], plain: str, settings: Settings) -> Understood:
    read = [_text(at, each, each, settings).value for each in inside]
    found = tuple(Candidate(each, partial_day(str(each))) for each in read if each is not None)
    if not found:
        return refused(at, "date.unreadable", _NOT_A_DATE, value=plain)
    return asked(at, "date.several", N_("Ô “%(value)s” có nhiều ngày; chọn ngày đúng."), found, value=plain)


def _digits(text: str | None) -> str:
    return text if text and text.strip().isdigit() else ""


def _run(at: str, digits: str, settings: Settings) -> Understood:
    """Understand eight digits without separators: day first or year first, whichever is a day; asked when both are."""
    year_first = _day(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    day_first = _day(int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    found = [each for each in (day_first, year_first) if each and 1850 <= each.year <= settings.today.year + 50]
    if not found:
        return refused(at, "date.unreadable", _NOT_A_DATE, value=digits)
    if len(set(found)) > 1:
        return asked(at, "date.order", _TWO_WAYS, _choices(*found), value=digits)
    message = N_("“%(value)s” viết liền, đọc thành %(read)s.")
    return told(at, found[0].isoformat(), note("date.run", message, value=digits, read=day(found[0])))


_TWO_WAYS = N_("“%(value)s” đọc được theo hai cách; chọn ngày đúng.")


def _three(at: str, a: str, b: str, c: str, plain: str, settings: Settings) -> Understood:
    if len(a) >= 3:  # year first
        return _parts(at, a, b, c, plain, settings) if len(a) == 4 and len(c) <= 2 else _bad(at, plain)
    if len(c) not in {2, 4} or not int(c):
        return _bad(at, plain)
    first, second = int(a), int(b)
    if not first or not second:
        found = _parts(at, c, str(second) if second else "", "", plain, settings)
        message = N_("“%(value)s” không có đủ ngày, tháng; giữ phần biết được.")
        return _with(at, found, note("date.incomplete", message, value=plain)) if found.value is not None else found
    if second > 12 >= first:
        found = _parts(at, c, a, b, plain, settings)
        if found.value is None or settings.order == "month_first":
            return found
        message = N_("“%(value)s” viết tháng trước ngày sau, đọc thành %(read)s.")
        return _with(at, found, note("date.month_first", message, value=plain, read=partial_day(str(found.value))))
    both = first <= 12 and second <= 12 and first != second
    if both and settings.order == "month_first":
        found = _parts(at, c, a, b, plain, settings)
        message = N_("Cột này viết tháng trước ngày sau: “%(value)s” đọc thành %(read)s.")
        read = partial_day(str(found.value))
        return _with(at, found, note("date.month_first", message, value=plain, read=read)) if found.value else found
    if both and settings.order == "mixed":
        year = int(c) if len(c) == 4 else _century(int(c), at, settings)
        found_days = [each for each in (_day(year, second, first), _day(year, first, second)) if each]
        return asked(at, "date.order", _MIXED, _choices(*found_days), value=plain)
    return _parts(at, c, b, a, plain, settings)


_MIXED = N_("Cột này có cả ngày trước tháng sau lẫn tháng trước ngày sau; “%(value)s” đọc được theo hai cách.")


def _parts(at: str, year: str, month: str, of_month: str, plain: str, settings: Settings) -> Understood:
    """Return a stored date from its parts; month and day may be "" (not said)."""
    short = len(year) == 2
    full = _century(int(year), at, settings, int(month or 0), int(of_month or 0)) if short else int(year)
    found = _in_range(at, full, int(month or 0), int(of_month or 0), plain)
    if found.value is None or not short:
        return found
    message = N_("Năm viết hai số trong “%(value)s”, đọc thành %(read)s.")
    read = partial_day(str(found.value))
    return _with(at, found, note("date.two_digit_year", message, value=plain, read=read))


def _in_range(at: str, year: int, month: int, of_month: int, plain: str) -> Understood:
    if not 1800 <= year <= 2200:
        return _bad(at, plain)
    if month and not _day(year, month, of_month or 1):
        return refused(at, "date.impossible", _NO_SUCH_DAY, value=plain)
    stored = f"{year:04d}" + (f"-{month:02d}" if month else "") + (f"-{of_month:02d}" if month and of_month else "")
    return told(at, stored)


def _bad(at: str, plain: str) -> Understood:
    return refused(at, "date.unreadable", _NOT_A_DATE, value=plain)


def _century(two: int, at: str, settings: Settings, month: int = 0, of_month: int = 0) -> int:
    """Return the last year ending so that is not after the pivot: for births today, otherwise 20 years ahead."""
    births = at in _BIRTHS
    last = settings.pivot or settings.today.year + (0 if births else 20)
    year = last - (last - two) % 100
    if births and not settings.pivot and year == settings.today.year and month:
        ahead = _day(year, month, of_month or 1)
        if ahead and ahead > settings.today:
            year -= 100
    return year


def _day(year: int, month: int, of_month: int) -> date | None:
    try:
        return date(year, month, of_month)
    except ValueError:
        return None


def orders(texts: Iterator[str]) -> tuple[int, int]:
    """Return how many texts can only be day first, and how many only month first."""
    day_first = month_first = 0
    for text in texts:
        if found := _PARTS.fullmatch(_TIME.sub("", text).strip()):
            first, second = int(found[1]), int(found[2])
            if len(found[1]) <= 2 and len(found[3]) in {2, 4}:
                day_first += first > 12 >= second
                month_first += second > 12 >= first
    return day_first, month_first
