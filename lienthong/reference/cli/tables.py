"""How the commands print units and days, and the file that a conversion writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext, language
from lienthong.kernel.text import WEEKDAYS, WEEKDAYS_EN, day
from lienthong.reference import api

ADDED = ("new_code", "new_name", "new_province", "decision", "candidates")


def unit_line(unit: api.Unit) -> str:
    """Return a unit on one line: code, name with those above, when it was in force."""
    begins = day(unit.valid_from) if unit.valid_from else "…"
    ends = day(unit.valid_to) if unit.valid_to else gettext(N_("nay"))
    return f"{unit.code}  {api.place(unit)}  ({begins} – {ends})"


def unit_as_dict(unit: api.Unit) -> dict[str, Any]:
    """Return a unit for ``--json``."""
    return {
        "code": unit.code,
        "name": unit.name,
        "full_name": unit.full_name,
        "place": api.place(unit),
        "type": unit.type,
        "level": unit.level,
        "parent": unit.parent,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }


def day_line(each: api.CalendarDay, due: api.Due) -> str:
    """Return one calendar day of a term on one line."""
    if each.stopped:
        said = gettext(N_("tạm dừng, không tính"))
    elif each.counts is not None:
        said = gettext(N_("ngày %(n)s"), n=each.counts)
    elif each.date == due.received_at.date():
        said = gettext(N_("tiếp nhận, không tính"))
    else:
        said = str(each.label)
    return f"  {day(each.date)}  {said}"


def explained_line(each: api.ExplainedDay) -> str:
    """Return one calendar day of a term with the reason why it counts or does not."""
    weekday = (WEEKDAYS_EN if language() == "en" else WEEKDAYS)[each.date.weekday()]
    return f"  {day(each.date)}  {weekday:<10} {each.text}"


def convert_rows(rows: Sequence[Sequence[str]], *, column: str, on: date) -> tuple[str, dict[str, int]]:
    """Return the table as CSV with the new unit of each row beside it, and how many were certain, ask and refuse.

    Raises Invalid when the column is missing.
    """
    header = list(rows[0]) if rows else []
    name = column or (header[0] if header else "")
    if name not in header:
        raise Invalid("convert.column", N_("Tệp không có cột “%(column)s”; chọn cột bằng --column."), column=name)
    at = header.index(name)
    counts = {"certain": 0, "ask": 0, "refuse": 0}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*header, *ADDED])
    for row in rows[1:]:
        answer = api.successors(row[at].strip() if at < len(row) else "", on=on)
        counts[answer.decision] += 1
        one = answer.candidates[0] if answer.decision == "certain" else None
        new = [one.code, one.full_name, one.parent or one.code] if one else ["", "", ""]
        listed = " ".join(each.code for each in answer.candidates) if answer.decision == "ask" else ""
        writer.writerow([*row, *[""] * (len(header) - len(row)), *new, answer.decision, listed])
    return text.getvalue(), counts
