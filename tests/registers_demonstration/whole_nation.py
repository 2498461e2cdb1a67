"""A nation as people and as rows, for tests to look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from lienthong.registers.demonstration import country, nation
from lienthong.registers.demonstration.people import Village
from lienthong.registers.demonstration.rows import REGISTERS, Row

PEOPLE = 20_000


@dataclass(frozen=True)
class Nation:
    """The same nation as people and as rows."""

    villages: list[Village]
    rows: dict[str, list[Row]]

    @cached_property
    def people(self) -> dict[str, Row]:
        """The newest state of everybody in the population register by number, or by ``_id`` without one."""
        found: dict[str, Row] = {}
        for row in self.rows["population"]:
            found.setdefault(row.get("number") or row["_id"], {}).update(row)
        return found


def make(people: int) -> Nation:
    """Return a nation of that many people."""
    places = country.places()
    rows: dict[str, list[Row]] = {register: [] for register in REGISTERS}
    for part, _count in nation.rows(people, places, country.Desks()):
        for register, some in part.items():
            rows[register].extend(some)
    return Nation(list(nation.villages(people, places)), rows)
