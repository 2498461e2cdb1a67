"""Spreadsheets into a register and out of it: import with rejects, export, template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.sheets import Sheet, Writer, check_target, open_sheet
from lienthong.reference import api as reference
from lienthong.registers.api import cells
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.landing import Landing, Row
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.domain import Grounds
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, records

_BATCH = 2000
_PAGE = 5000
Portion = list[tuple[int, dict[str, Any]]]
"""Number of each row in the file, and its cells by field."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows. rejects: the file that lists why rows were refused, "" when none was."""

    rows: int
    created: int
    changed: int
    unchanged: int
    rejected: int
    rejects: str


def import_file(
    who: Actor,
    *,
    register: str,
    path: Path,
    rejects: Path,
    grounds: Grounds | None = None,
    valid_from: date | None = None,
    reason: str = "",
) -> Imported:
    """Bring a CSV or XLSX file into a register: good rows land, bad ones are listed in the file ``rejects``.

    Columns are found by title or field name; an empty cell says nothing about its field. A row whose key is there
    already changes that record from ``valid_from`` on (today when None), or changes nothing when it agrees: the same
    file again changes nothing. Raises Invalid for a file or header that cannot be used, Denied for another agency.
    """
    spec = definition(register)
    why = grounds or Grounds(purpose="import", basis=spec.basis[0])
    require(who, why)
    require_owner(who, register=register, grounds=why)
    check_target(rejects)
    day = valid_from.isoformat() if valid_from else ""
    if day > runtime.current().clock.now().date().isoformat():
        raise Invalid("import.future", N_("Ngày có hiệu lực của lần nhập không được ở tương lai."))
    sheet = open_sheet(path)
    landing = Landing(who, spec, why, reason=reason, recognise=True)
    work = _Import(spec, landing, cells.columns(spec, sheet.header))
    with ExitStack() as stack:
        out: Writer | None = None
        for portion in _portions(sheet):
            work.take(portion, day)
            if landing.result.rejects:
                out = out or stack.enter_context(Writer(rejects, _reject_header()))
                out.add(work.rejected(portion))
    result = landing.result
    return Imported(
        rows=work.rows,
        created=result.created,
        changed=result.changed,
        unchanged=result.unchanged,
        rejected=work.refused,
        rejects=str(rejects) if out else "",
    )


def export(
    who: Actor,
    *,
    register: str,
    path: Path,
    grounds: Grounds,
    fields: Sequence[str] = (),
    unit: str = "",
) -> int:
    """Write the records of a register into a CSV or XLSX file that ``import_file`` takes again; answer how many.

    fields: all when empty. unit: only records of this commune or province. Values are in stored form; formulas are
    made harmless. Everyone in it finds the export in their access log, which is written before the file appears.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    names = _wanted(spec, fields)
    units = _within(spec, unit)
    titles = cells.headings(spec)
    after = ""
    with Writer(path, [titles[name] for name in names]) as out:
        while page := _page(who, spec, names, units, after, grounds):
            after, rows = page
            out.add(rows)
    return out.count


def template(*, register: str, path: Path) -> None:
    """Write an empty CSV or XLSX file with the titles of a register's fields, and in XLSX what each one takes."""
    spec = definition(register)
    titles = cells.headings(spec)
    notes = {title: cells.hint(spec, name) for name, title in titles.items()}
    with Writer(path, list(titles.values()), notes={title: note for title, note in notes.items() if note}):
        pass


class _Import:
    """One file on its way in: remembers which keys it has brought, so that no row contradicts an earlier one."""

    def __init__(self, spec: Register, landing: Landing, names: list[str]) -> None:
        self.rows = self.refused = 0
        self._spec, self._landing, self._names = spec, landing, names
        self._seen: dict[str, int] = {}

    def take(self, portion: list[tuple[int, list[Any]]], day: str) -> None:
        """Land the good rows of a portion; the landing's rejects are those of this portion."""
        rejects = self._landing.result.rejects
        rejects.clear()
        self.rows += len(portion)
        told: Portion = []
        for number, row in portion:
            values, faults = self._cells(row)
            if faults:  # say everything that is wrong with the row at once
                faults.extend(self._landing.faults(values))
                rejects.extend((number, each) for each in faults)
            else:
                told.append((number, values))
        ready = [row for row in self._landing.shaped(told) if self._is_first(row)]
        if ready:
            self._landing.land([self._named(row) for row in ready], changes_from=day)
        self.refused += len({number for number, _ in rejects})

    def rejected(self, portion: list[tuple[int, list[Any]]]) -> Iterator[list[Any]]:
        """Yield a line for the rejects file for each fault of this portion: row, column, value, reason."""
        titles = cells.headings(self._spec)
        rows = dict(portion)
        placed = [(number, self._column(each), each) for number, each in self._landing.result.rejects]
        for number, at, each in sorted(placed, key=lambda one: one[:2]):
            row = rows[number]
            yield [number, titles.get(each.at, each.at), row[at] if at < len(row) else "", each.text]

    def _column(self, wrong: Fault) -> int:
        return self._names.index(wrong.at) if wrong.at in self._names else 1 << 20

    def _cells(self, row: list[Any]) -> tuple[dict[str, Any], list[Fault]]:
        values: dict[str, Any] = {}
        faults: list[Fault] = []
        for name, raw in zip(self._names, row, strict=False):
            value, wrong = cells.tidy(name, self._spec.terms[name], raw)
            if wrong is not None:
                faults.append(wrong)
            elif value is not None:
                values[name] = value
        if any(str(cell or "").strip() for cell in row[len(self._names) :]):
            faults.append(fault("", "row.long", N_("Dòng có nhiều ô hơn dòng tiêu đề; có thể thừa dấu phân cách.")))
        return values, faults

    def _is_first(self, row: Row) -> bool:
        key = row.values.get(self._spec.key)
        name = f"key {key}" if key else msgspec.json.encode(row.values, order="sorted").decode()
        first = self._seen.setdefault(name, row.place)
        if first != row.place:
            message = N_("Trùng với dòng %(row)s của tệp; giữ một dòng.")
            at = self._spec.key if key else ""
            self._landing.result.rejects.append((row.place, fault(at, "row.twice", message, row=first)))
        return first == row.place

    def _named(self, row: Row) -> Row:
        """Give a row without a key a name of its own: the next row without one is somebody else."""
        return row if row.values.get(self._spec.key) else Row(row.place, row.values, "", f"row {row.place}")


def _page(
    who: Actor, spec: Register, names: Sequence[str], units: set[str], after: str, grounds: Grounds
) -> tuple[str, list[list[Any]]] | None:
    """Return the last id and the cells of the next page, with its access entry written; None after the last."""
    with runtime.current().database.transaction() as connection:
        rows = records.page(connection, layout_of(connection, spec.id), after, _PAGE)
        if not rows and after:
            return None
        found = [records.record_of(spec.id, spec.key, row, ()) for row in rows]
        shown = [each for each in found if not units or each.values.get(spec.unit) in units]
        if shown or not after:
            (entry,) = accesses.add(
                connection,
                who,
                act="export",
                register=spec.id,
                subjects=[""],
                fields=names,
                grounds=grounds,
                people=len(shown),
            )
            accesses.cover(connection, entry, [str(each.values.get(spec.subject) or each.id) for each in shown])
    cells_of = [[each.values.get(name) for name in names] for each in shown]
    return (rows[-1][0], cells_of) if rows else None


def _wanted(spec: Register, fields: Sequence[str]) -> list[str]:
    unknown = [name for name in fields if name not in spec.fields]
    if unknown:
        raise Invalid(
            "query.fields",
            N_("Có trường không thuộc cơ sở dữ liệu này."),
            [fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name) for name in unknown],
        )
    return list(dict.fromkeys(fields)) or list(spec.fields)


def _within(spec: Register, unit: str) -> set[str]:
    if not unit:
        return set()
    if not spec.unit or reference.unit(unit) is None:
        raise Invalid("export.unit", N_("Không lọc được theo đơn vị “%(unit)s” trên cơ sở dữ liệu này."), unit=unit)
    return {unit, *(each.code for each in reference.units(parent=unit))}


def _reject_header() -> list[str]:
    return [gettext(N_("Dòng")), gettext(N_("Cột")), gettext(N_("Giá trị")), gettext(N_("Lý do"))]


def _portions(sheet: Sheet) -> Iterator[list[tuple[int, list[Any]]]]:
    while portion := list(islice(sheet.rows, _BATCH)):
        yield portion
