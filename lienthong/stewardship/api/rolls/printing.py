"""A roll as a file or on paper: one polling area at a time on paper, as it is posted at the polling station."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lienthong.kernel import clock, definitions, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.rows import Row
from lienthong.kernel.sheets import Writer
from lienthong.kernel.text import day as written_day
from lienthong.kernel.text import day_time, partial_day
from lienthong.kernel.typeset import typesetter
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.stewardship.api.rolls.reach import areas_of, seen
from lienthong.stewardship.api.rolls.showing import Line, with_names
from lienthong.stewardship.spec import RollKind
from lienthong.stewardship.store import rolls as store

TEMPLATE = "template.typ"
_MOST_ON_PAPER = 10_000
_PORTION = 2_000
_STATES = {"listed": N_("Có tên"), "removed": N_("Đã xóa tên"), "moved": N_("Đã chuyển khu vực")}


def roll_file(who: Actor, *, roll: str, path: Path, area: int | None = None) -> int:
    """Write a roll, or one area, into a CSV or XLSX file; answer how many lines. Formulas are made harmless.

    Everybody in it finds the export in their log, which is written before the file appears.
    """
    found, made = seen(who, roll)
    spec = registers.definition(made.register_id)
    names = [area.name for area in areas_of(found)]
    header = [gettext(N_("Khu vực bỏ phiếu")), gettext(N_("Số")), gettext(N_("Số định danh"))]
    header += [str(spec.title_of(name)) for name in made.shown]
    header += [gettext(N_("Tình trạng"))]
    rows = store.all_lines(roll, area)
    with Writer(path, header) as out:
        for first in range(0, len(rows), _PORTION):
            shown = with_names(who, found, made, rows[first : first + _PORTION], act="export")
            out.add(
                [
                    names[each.area - 1] if each.area else "",
                    each.place,
                    each.person,
                    *_cells(made, spec, each),
                    gettext(_STATES[each.state]),
                ]
                for each in shown
            )
    return out.count


def roll_pdf(who: Actor, *, roll: str, area: int) -> bytes:
    """Return one area of a roll as PDF/A, as it is posted. Raises NotFound for an area that is not there.

    Who was taken off keeps the number, without a name; each person on it finds it in their log.
    """
    found, made = seen(who, roll)
    areas = areas_of(found)
    if not 0 < area <= len(areas):
        raise NotFound("roll.no_area", N_("Danh sách không có khu vực này."))
    rows = store.all_lines(roll, area)
    if len(rows) > _MOST_ON_PAPER:
        raise Conflict(
            "roll.too_long", N_("Khu vực có hơn %(most)s dòng; chia nhỏ hoặc xuất ra bảng tính."), most=_MOST_ON_PAPER
        )
    lines = with_names(who, found, made, rows, act="export")
    listed = [each for each in rows if each.state == "listed"]
    spec = registers.definition(made.register_id)
    data = {
        **_head(found.agency),
        "title": "Danh sách cử tri",
        "election": made.title.vi,
        "election_day": written_day(clock.local(clock.moment(f"{found.day}T05:00:00.000000Z")).date()),
        "area": areas[area - 1].name,
        "units": ", ".join(_unit(each) for each in areas[area - 1].units),
        "labels": [spec.title_of(name).vi for name in made.shown],
        "rows": [
            [str(each.place), *(_cells(made, spec, each) if each.state == "listed" else _gone(made, each))]
            for each in lines
        ],
        "listed": str(len(listed)),
        "women": str(sum(each.sex == "2" for each in listed)),
        "men": str(sum(each.sex == "1" for each in listed)),
        "known": day_time(clock.moment(found.known_at)),
        "digest": found.final_digest or found.digest,
        "posted": written_day(clock.local(clock.moment(found.posted_at)).date()) if found.posted_at else "",
        "verify": "",
        "checkpoint": "",
        "demonstration": runtime.current().settings.is_demo,
    }
    return typesetter().pdf(_template(found), data, at=runtime.current().clock.now())


def roll_values(*, kind: RollKind, line: Line) -> list[tuple[str, str]]:
    """Return what a roll says of a person as people read it: title and value of each field."""
    spec = registers.definition(kind.register_id)
    return [(str(spec.title_of(name)), _cell(spec, name, line.values.get(name))) for name in kind.shown]


def _cells(made: RollKind, spec: registers.Register, line: Line) -> list[str]:
    return [_cell(spec, name, line.values.get(name)) for name in made.shown]


def _cell(spec: registers.Register, name: str, value: Any) -> str:
    if value is None:
        return ""
    if spec.types[name] in {"date", "partial_date"}:
        return partial_day(str(value))
    return reference.show_value(spec.term_of(name), value)


def _gone(made: RollKind, line: Line) -> list[str]:
    return [f"({_STATES[line.state].lower()})", *[""] * (len(made.shown) - 1)]


def _head(agency_code: str) -> dict[str, Any]:
    agency = reference.agency(agency_code)
    unit = reference.unit(agency.unit) if agency and agency.unit else None
    today = clock.local(runtime.current().clock.now())
    return {
        "agency": agency.name.vi if agency else agency_code,
        "above": "",
        "place": unit.name if unit else "",
        "day": {"day": f"{today.day:02d}", "month": f"{today.month:02d}", "year": str(today.year)},
    }


def _unit(code: str) -> str:
    unit = reference.unit(code)
    return reference.place(unit) if unit else code


def _template(found: Row) -> Path:
    """Return the template of a kind: its own (``rolls/KIND/template.typ``), else everybody's."""
    folders = definitions.folders("rolls")
    own = [each / found.kind / TEMPLATE for each in reversed(folders)]
    return next((each for each in own if each.is_file()), folders[0] / TEMPLATE)
