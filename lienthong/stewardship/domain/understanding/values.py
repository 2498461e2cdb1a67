"""Understands one value: the reader of its term's type, after what is common to all cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Formula
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm, TermType
from lienthong.stewardship.domain.understanding import codes, dates, names, numbers, phones, places, plain
from lienthong.stewardship.domain.understanding.cells import is_error, says_nothing, text_of
from lienthong.stewardship.domain.understanding.shapes import NOTHING, Note, Settings, Understood, refused, told

Reader = Callable[[DataTerm, Any, str, Settings], Understood]
_READERS: Mapping[TermType, Reader] = {
    "personal_number": numbers.understand_personal_number,
    "person_name": names.understand_name,
    "partial_date": dates.understand_date,
    "date": dates.understand_date,
    "phone": phones.understand_phone,
    "code": codes.understand_code,
    "unit": places.understand_unit,
    "address": places.understand_address,
    "integer": numbers.understand_whole,
    "money": numbers.understand_whole,
}
_OF_TERM: Mapping[str, Reader] = {
    "former_number": numbers.understand_former_number,
    "sex": codes.understand_sex,
}
_NOTHING: Note = ("value.nothing", N_("Ô được coi là không có thông tin."))
_MAY_SAY_NO = {"text", "address", "boolean", "code"}
"""Types for which “không” or a dash may be an answer."""


def understand(term: DataTerm | str, raw: Any, *, settings: Settings) -> Understood:
    """Return what a cell means for a term. An empty cell, or a dash, says nothing: its value is None without a fault.

    raw: as a spreadsheet gives it: text, number, boolean, date, time or formula. Nothing is raised for bad content.
    """
    known = reference.term(term) if isinstance(term, str) else term
    if raw is None:
        return NOTHING
    if isinstance(raw, Formula):
        message = N_("Ô chứa công thức; chép lại thành giá trị (dán đặc biệt, chỉ giá trị) rồi nhập lại.")
        return refused(known.id, "cell.formula", message)
    text = text_of(raw)
    if not text:
        return NOTHING
    if is_error(text):
        message = N_("Ô hiện lỗi của bảng tính; mở tệp gốc, sửa ô này rồi nhập lại.")
        return refused(known.id, "cell.error", message)
    if known.type not in _MAY_SAY_NO and says_nothing(text):
        return told(known.id, None, _NOTHING)
    read = _OF_TERM.get(known.id) or _READERS.get(known.type, plain.understand_plain)
    found = read(known, raw, text, settings)
    if found.faults and says_nothing(text):
        return told(known.id, None, _NOTHING)
    return _shaped(known, found) if known.format or known.max_length else found


def _shaped(term: DataTerm, found: Understood) -> Understood:
    """Refuse a value that the dictionary's format or length does not allow."""
    if found.value is None:
        return found
    stored = str(found.value)
    if term.max_length and len(stored) > term.max_length:
        message = N_("Rút ngắn còn nhiều nhất %(limit)s ký tự.")
        return refused(term.id, "value.long", message, limit=term.max_length)
    if term.format and not re.fullmatch(term.format, stored):
        message = N_("Chưa đúng khuôn dạng của “%(title)s”; kiểm tra lại trên giấy tờ.")
        return refused(term.id, "value.format", message, title=term.title.vi)
    return found
