"""Days as spreadsheets and clerks keep them. Stored: ``1975-03-15``, ``1975-03`` or ``1975``.

A day that does not exist is refused, one that may be two is asked; what is written out is read in ``written``.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding import written
from lienthong.stewardship.domain.understanding.cells import unquoted
from lienthong.stewardship.domain.understanding.shapes import (
    Settings,
    Understood,
    asked,
    refused,
    told,
    with_notes,
)
from lienthong.stewardship.domain.understanding.written import BIRTHS, TIME, choices, in_range, unreadable

_USUAL = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ABOUT = re.compile(r"^(?:khoang|chung|~|uoc|sinh khoang|c\.|ca\.?)\s*")
_SERIALS = range(4_000, 110_000)
"""Days 10/12/1910 to 2201 as serials: smaller numbers are years."""
_ZERO = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_PAST = BIRTHS | {"death_date", "event_date", "registered_on", "founded_on"}
"""Terms whose day cannot lie ahead."""


def understand_date(term: DataTerm, raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a day for a term of type ``date`` (whole days only) or ``partial_date``."""
    found = _usual(term.id, text, settings) if type(raw) is str else None
    found = found or _read(term.id, raw, text, settings)
    if found.value is None:
        return found
    stored = str(found.value)
    if term.type == "date" and len(stored) < 10:
        message = N_("Thiếu ngày hoặc tháng; trường này cần đủ ngày, tháng, năm.")
        return refused(term.id, "date.partial", message)
    if term.id in _PAST and stored > settings.today.isoformat()[: len(stored)]:
        return refused(term.id, "date.future", N_("Ngày này ở tương lai; kiểm tra lại năm."))
    return found


def _usual(at: str, text: str, settings: Settings) -> Understood | None:
    """Understand dd/mm/yyyy, the way most cells are written, without a look at the others."""
    if settings.order in {"month_first", "mixed"} or not (parts := _USUAL.fullmatch(text)):
        return None
    try:
        found = date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None
    return told(at, found.isoformat()) if 1800 <= found.year <= 2200 else None


def _read(at: str, raw: Any, text: str, settings: Settings) -> Understood:
    if isinstance(raw, date):  # a datetime is one too
        return _date_cell(at, raw.date() if isinstance(raw, datetime) else raw, settings)
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _number(at, text, settings)
    plain = TIME.sub("", unquoted(text)).strip(" .,;")
    folded = fold(plain)
    about = _ABOUT.match(folded)
    folded = folded[about.end() :] if about else folded
    if folded.isdigit() or re.fullmatch(r"\d{5}\.\d+", folded):
        found = _digits(at, folded, settings)
    else:
        found = written.read(at, folded, settings)
    if about and found.value is not None:
        return with_notes(at, found, ("date.about", N_("Ngày chỉ ghi khoảng chừng; giữ phần đọc được.")))
    return found


def _date_cell(at: str, cell: date, settings: Settings) -> Understood:
    if not settings.swapped or cell.day == cell.month or cell.day > 12:
        return in_range(at, cell.year, cell.month, cell.day)
    other = cell.replace(month=cell.day, day=cell.month)
    message = N_("Trong cột này, bảng tính có thể đã đổi chỗ ngày và tháng; chọn ngày đúng.")
    return asked(at, "date.swapped", message, choices(other, cell))


def _digits(at: str, text: str, settings: Settings) -> Understood:
    if len(text) == 8 and not text.startswith(("00", "99")):
        return written.run_together(at, text, settings)
    if (len(text) in {4, 5} or "." in text) and text[0] != "0":
        return _number(at, text, settings)
    return written.two_digits(at, text, settings) if len(text) == 2 else unreadable(at)


def _number(at: str, text: str, settings: Settings) -> Understood:
    """Understand a number cell: a year, a serial of a spreadsheet, or a day written together that lost its zero."""
    whole, _, fraction = text.partition(".")
    if not whole.isdigit():
        return unreadable(at)
    number = int(whole)
    if not fraction and 1800 <= number <= settings.today.year + 50:
        return told(at, whole)
    if number in _SERIALS:
        meant = _ZERO[settings.epoch] + timedelta(days=number)
        message = N_("Ô là một con số, cách bảng tính lưu ngày; đã đổi thành ngày.")
        return told(at, meant.isoformat(), ("date.serial", message))
    if not fraction and len(whole) in {7, 8}:
        return written.run_together(at, whole.zfill(8), settings)
    return written.two_digits(at, whole, settings) if not fraction and number <= 99 else unreadable(at)
