"""Lists as clerks keep them, understood as the stewards' imports are, for a comparison with one register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lienthong.exchange.store import lists
from lienthong.exchange.store.lists import ROLES, Reading, Row
from lienthong.registers.api import Register
from lienthong.stewardship import api as stewardship
from lienthong.stewardship.api import ListRow, ListSheet

_LENGTHS = range(7, 13)


def reading_for(spec: Register) -> Reading:
    """Return how a list is understood that is to be compared with a register."""
    fields = {"number": spec.subject, "name": spec.name, "birth_date": "birth_date"}
    roles = {field: role for role, field in fields.items()}

    def plain(titles: Sequence[str], rows: Sequence[Sequence[Any]], known: Mapping[str, str]) -> Mapping[str, str]:
        found = stewardship.plain_columns(
            register=spec.id, titles=titles, rows=rows, known={fields[role]: title for role, title in known.items()}
        )
        return {roles[name]: title for name, title in found.items() if name in roles}

    def cells(role: str, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
        told = stewardship.understood_cells(register=spec.id, field=fields[role], cells=cells)
        for cell, (value, why) in zip(cells, told, strict=True):
            digits = _digits(cell) if role == "number" and not value else ""
            yield value or digits, "" if digits else why

    def rows(source: Path, into: Path) -> None:
        lists.write_rows(_rows(spec.id, fields, source), into)

    return Reading(plain, rows, cells)


def _rows(register: str, fields: Mapping[str, str], source: Path) -> Iterator[Row]:
    """Yield the rows of every sheet that has the columns. Raises Invalid when none has."""
    also = {title: fields[role] for title, role in lists.KNOWN.items() if role in fields}
    lacked: list[list[str]] = []
    for sheet in stewardship.understood_sheets(register=register, path=source, also=also):
        missing = [role for role, name in fields.items() if name not in sheet.fields]
        if "number" in missing and "former_number" in sheet.fields:
            missing.remove("number")
        lacked.append(missing)
        if not missing:
            yield from _rows_of(sheet, fields)
    if all(lacked):
        raise lists.lacking(min(lacked, key=len) if lacked else list(ROLES))


def _rows_of(sheet: ListSheet, fields: Mapping[str, str]) -> Iterator[Row]:
    own = next((at for at, title in enumerate(sheet.titles) if lists.is_row_id(title)), -1)
    for count, row in enumerate(sheet.rows, 1):
        record = row.raw[own] if 0 <= own < len(row.raw) and row.raw[own] not in {None, ""} else count
        yield (sheet.name, row.row, record, *_said(sheet, row, fields))


def _said(sheet: ListSheet, row: ListRow, fields: Mapping[str, str]) -> tuple[str, str, str, str]:
    """Return number, name and birth date of a row, and why one of them says nothing."""
    if "" in row.problems:
        return "", "", "", row.problems[""]
    number = row.values.get(fields["number"]) or row.values.get("former_number") or ""
    name = row.values.get(fields["name"]) or ""
    born = row.values.get(fields["birth_date"]) or ""
    number = number or _digits(_raw(sheet, row, fields["number"]))
    name = name or _raw(sheet, row, fields["name"])  # what is no name to an import is a wrong one here
    unsaid = [role for role, value in (("number", number), ("name", name), ("birth_date", born)) if not value]
    why = next((row.problems[fields[role]] for role in unsaid if fields[role] in row.problems), "")
    return str(number), str(name), str(born), why


def _raw(sheet: ListSheet, row: ListRow, field: str) -> str:
    at = sheet.fields.get(field, len(row.raw))
    cell = row.raw[at] if at < len(row.raw) else None
    return str(cell).strip() if stewardship.says_text(cell) else ""


def _digits(cell: str) -> str:
    """Return a number that cannot be somebody's, but is one: it is unknown rather than unreadable."""
    return cell if cell.isascii() and cell.isdigit() and len(cell) in _LENGTHS else ""
