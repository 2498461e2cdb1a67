"""What stands over the columns of a file that leaves a register: titles, and what to type under them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day
from lienthong.reference import api as reference
from lienthong.registers.api import Register

_SHOWN_CODES = 20


def headings(spec: Register) -> dict[str, str]:
    """Return the column title of each field in the language being spoken; equal titles get the field's name."""
    titles = {name: str(spec.title_of(name)) for name in spec.fields}
    seen = list(titles.values())
    return {name: title if seen.count(title) == 1 else f"{title} ({name})" for name, title in titles.items()}


def hint(spec: Register, name: str) -> str:
    """Return what to type into a field's column: required or not, and of what kind."""
    term = spec.terms[name]
    parts = [gettext(N_("Bắt buộc."))] if spec.fields[name].required else []
    match term.type:
        case "personal_number":
            parts.append(gettext(N_("12 chữ số, giữ cả số 0 ở đầu.")))
        case "date" | "partial_date":
            parts.append(gettext(N_("Ngày, ví dụ 14/11/2026.")))
        case "unit":
            parts.append(gettext(N_("Mã đơn vị hành chính, hoặc tên kèm tên tỉnh.")))
        case "agency":
            parts.append(gettext(N_("Mã cơ quan, ví dụ H29.26.929.")))
        case "code":
            codes = list(reference.code_list(term.code_list).codes.values())
            shown = "; ".join(f"{each.code} {each.title}" for each in codes[:_SHOWN_CODES])
            parts.append(shown + ("; …" if len(codes) > _SHOWN_CODES else ""))
        case _:
            pass
    return " ".join(parts)


def plain(cell: Any) -> Any:
    """Return a cell as it is written back: a day as people write it, a whole number without a decimal point."""
    if isinstance(cell, datetime):
        cell = cell.date() if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else cell
    if isinstance(cell, date) and not isinstance(cell, datetime):
        return day(cell)
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def as_text(cell: Any) -> str:
    """Return a cell as a spreadsheet shows it, "" when it is empty."""
    return "" if cell is None else str(plain(cell))
