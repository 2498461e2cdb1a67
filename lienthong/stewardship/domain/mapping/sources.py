"""From confirmed columns to the raw value of each field: whole columns as they are, parts put together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lienthong.kernel.text import fold
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.mapping.parts import Part
from lienthong.stewardship.domain.mapping.proposing import Proposal
from lienthong.stewardship.domain.understanding.cells import text_of
from lienthong.stewardship.domain.understanding.shapes import Levels

_NAME: tuple[Part, ...] = ("family", "middle", "given")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field's raw value comes from. columns: (column, part of the field), in the order of the file.

    tells_sex: the columns hold something else, and which of them is filled tells the sex.
    """

    field: str
    columns: tuple[tuple[int, Part], ...]
    tells_sex: bool = False

    @property
    def whole(self) -> bool:
        """Whether one column holds the whole field."""
        return len(self.columns) == 1 and self.columns[0][1] == ""

    def raw(self, cells: Sequence[Any]) -> Any:
        """Return the raw value of the field in one row; None when its cells are empty."""
        found: list[tuple[Part, Any]] = [
            (part, cells[at]) for at, part in self.columns if at < len(cells) and text_of(cells[at])
        ]
        if not found:
            return None
        if self.whole:
            return found[0][1]
        parts = {part for part, _ in found}
        if parts <= {"male", "female"}:
            return self._by_sex(found)
        by_part: dict[Part, str] = {part: text_of(cell) for part, cell in found}
        if parts & {"day", "month", "year"}:
            return _date(by_part)
        if parts & set(_NAME):
            return " ".join(by_part[part] for part in _NAME if part in by_part)
        if parts & {"house", "village"}:
            return ", ".join(text_of(cell) for _, cell in found)
        if parts & {"commune", "district", "province"}:
            return Levels(by_part.get("commune", ""), by_part.get("district", ""), by_part.get("province", ""))
        return found[0][1]

    def column(self, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the raw values of the field in many rows."""
        if self.whole:
            at = self.columns[0][0]
            return [cells[at] if at < len(cells) else None for cells in rows]
        return [self.raw(cells) for cells in rows]

    def _by_sex(self, found: Sequence[tuple[Part, Any]]) -> Any:
        if self.tells_sex:
            said = {"male": "nam", "female": "nữ"}
            filled = [(part, cell) for part, cell in found if fold(text_of(cell)) not in {"0", "-", "khong", "false"}]
            return " ".join(said[part] for part, _ in filled) or None
        return found[0][1] if len(found) == 1 else " ".join(text_of(cell) for _, cell in found)


def _date(parts: Mapping[Part, str]) -> str:
    day, month, year = (parts.get(each, "").strip("0") and parts[each] for each in ("day", "month", "year"))
    return "/".join(each for each in ((day if month else ""), month, year) if each)


def sources(proposals: Iterable[Proposal], fields: Mapping[str, DataTerm]) -> dict[str, Source]:
    """Return the source of every field that a column was confirmed for."""
    columns: dict[str, list[tuple[int, Part]]] = {}
    sexes: dict[str, list[tuple[int, Part]]] = {}
    for each in proposals:
        if not each.field:
            continue
        columns.setdefault(each.field, []).append((each.column, each.part))
        for name in each.also:
            if each.part in {"male", "female"}:
                sexes.setdefault(name, []).append((each.column, each.part))
            else:
                columns.setdefault(name, []).append((each.column, ""))
    found = {name: Source(name, tuple(given), tells_sex=fields[name].id == "sex") for name, given in columns.items()}
    return {**{name: Source(name, tuple(given), tells_sex=True) for name, given in sexes.items()}, **found}
