"""Out of a register: an export that an import takes again, and the empty template to fill in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import SHEETS, Writer
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship.api import cells

_KINDS: Mapping[str, type] = {"date": date, "integer": int, "money": int, "boolean": bool}


def export(
    who: Actor,
    *,
    register: str,
    path: Path,
    grounds: Grounds,
    fields: Sequence[str] = (),
    unit: str = "",
) -> int:
    """Write the records of a register into a file that an import takes again; answer how many.

    path: CSV or XLSX under the titles of the fields, every cell text and formulas made harmless; JSON lines or Parquet
    under their names, values of their own kind. fields: all when empty. unit: only records of this commune or province.
    Values are in stored form. Everyone in it finds the export in their access log, which is written before the file
    appears.
    """
    spec = registers.definition(register)
    registers.require(who, grounds)
    registers.require_owner(who, register=register, grounds=grounds)
    names = _wanted(spec, fields)
    units = _within(spec, unit)
    titles = cells.headings(spec) if path.suffix.lower() in SHEETS else {name: name for name in names}
    after = ""
    with Writer(path, [titles[name] for name in names], types=[_kind(spec, name) for name in names]) as out:
        while page := registers.export_page(
            who, register=register, fields=names, grounds=grounds, units=units, after=after
        ):
            out.add([each.values.get(name) for name in names] for each in page.records)
            after = page.after
    return out.count


def template(*, register: str, path: Path) -> None:
    """Write an empty CSV or XLSX file with the titles of a register's fields, and in XLSX what each one takes."""
    spec = registers.definition(register)
    titles = cells.headings(spec)
    notes = {title: cells.hint(spec, name) for name, title in titles.items()}
    with Writer(path, list(titles.values()), notes={title: note for title, note in notes.items() if note}):
        pass


def _kind(spec: Register, name: str) -> type:
    """Return of what kind the column of a field is; a day of which only the year may be known is text."""
    return _KINDS.get(spec.terms[name].type, str)


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
