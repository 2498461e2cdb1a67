"""How the commands print units and days."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.i18n import N_, gettext, language
from lienthong.kernel.text import WEEKDAYS, WEEKDAYS_EN, day
from lienthong.reference import api


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
