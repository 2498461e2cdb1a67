"""Between a spreadsheet and a register: which column is which field, and what a cell's traps are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Formula
from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.registers.spec import Register

_SCIENTIFIC = re.compile(r"\d([.,]\d+)?[eE]\+?\d+")
_PADDED = {"code": (2, 3), "unit": (2, 5)}


def headings(spec: Register) -> dict[str, str]:
    """Return the column title of each field in the language being spoken; equal titles get the field's name."""
    titles = {name: str(spec.title_of(name)) for name in spec.fields}
    seen = list(titles.values())
    return {name: title if seen.count(title) == 1 else f"{title} ({name})" for name, title in titles.items()}


def columns(spec: Register, header: Sequence[str]) -> list[str]:
    """Return the field of each column: by its title in either language, or the field's name.

    Raises Invalid with a fault for each column that is no field, or a field's second.
    """
    known: dict[str, str] = {}
    for name in spec.fields:
        title = spec.title_of(name)
        for text in (title.vi, title.en):
            known.setdefault(fold(text), name)
            known[fold(f"{text} ({name})")] = name
    known.update({fold(name): name for name in spec.fields})
    found: list[str] = []
    faults: list[Fault] = []
    for title in header:
        name = known.get(fold(title), "")
        if not name:
            message = N_("Cột “%(title)s” không có trong %(register)s; xóa cột hoặc đặt tiêu đề như tệp mẫu.")
            faults.append(fault(title, "column.unknown", message, title=title, register=spec.short))
        elif name in found:
            faults.append(fault(title, "column.twice", N_("Cột “%(title)s” có hai lần; giữ một."), title=title))
        found.append(name)
    if faults:
        raise Invalid("sheet.columns", N_("Dòng tiêu đề của tệp chưa đúng; xem `lienthong register template`."), faults)
    return found


def tidy(name: str, term: DataTerm, raw: Any) -> tuple[Any, Fault | None]:
    """Return what a cell means, or the fault that names the trap it fell into; None for an empty cell."""
    if isinstance(raw, Formula):
        return None, fault(name, "cell.formula", N_("Ô chứa công thức; dán lại dưới dạng giá trị."))
    if raw is None or raw == "" or (isinstance(raw, str) and not raw.strip()):
        return None, None
    if isinstance(raw, datetime) and term.type in {"date", "partial_date"}:
        return raw.date().isoformat(), None
    if isinstance(raw, timedelta):
        return f"{raw.seconds // 3600:02d}:{raw.seconds % 3600 // 60:02d}", None
    text = _digits(raw)
    if term.type == "personal_number":
        return text, _lost(name, text, 12)
    if term.type == "phone" and re.fullmatch("[1-9][0-9]{8}", text):
        return text, _lost(name, text, 10)
    if term.type in _PADDED and text.isdigit():
        return text, _lost_in_list(name, term, text)
    return (raw.isoformat() if isinstance(raw, date | time) else text), None


def _digits(raw: Any) -> str:
    return str(int(raw)) if isinstance(raw, float) and raw.is_integer() else str(raw).strip()


def _lost(name: str, text: str, length: int) -> Fault | None:
    """Return the fault of a number that a spreadsheet has changed; None when it looks whole."""
    if _SCIENTIFIC.fullmatch(text):
        message = N_("Bảng tính đã đổi số thành “%(text)s”; định dạng cột là Văn bản (Text) rồi nhập lại từ bản gốc.")
        return fault(name, "cell.scientific", message, text=text)
    if text.isdigit() and length - 3 <= len(text) < length:
        message = N_(
            "Ô có %(found)s chữ số, cần %(length)s: bảng tính đã bỏ số 0 ở đầu; định dạng cột là Văn bản (Text) rồi "
            "nhập lại."
        )
        return fault(name, "cell.zeros", message, found=len(text), length=length)
    return None


def _lost_in_list(name: str, term: DataTerm, text: str) -> Fault | None:
    def exists(code: str) -> bool:
        if term.type == "unit":
            return reference.unit(code) is not None
        return code in reference.code_list(term.code_list).codes

    if exists(text):
        return None
    whole = next((text.zfill(length) for length in _PADDED[term.type] if exists(text.zfill(length))), "")
    if not whole or whole == text:
        return None
    message = N_("Mã “%(text)s” đã mất số 0 ở đầu, đúng ra có thể là %(whole)s; định dạng cột là Văn bản (Text).")
    return fault(name, "cell.zeros", message, text=text, whole=whole)
