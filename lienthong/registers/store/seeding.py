"""How far the demonstration nation is written: one row, committed with each portion of people."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Integer, String, select

from lienthong.kernel.database import Scope, table

demonstration_seed = table(
    "demonstration_seed",
    Column("edition", String(40), primary_key=True),
    Column("people", Integer, nullable=False),
    Column("written", Integer, nullable=False),
    Column("at", String(27), nullable=False),
    scope=Scope.INTERNAL,
)


@dataclass(frozen=True, slots=True)
class Seeding:
    """A nation of ``people``, of whom ``written`` are in the registers. edition: which nation it is."""

    edition: str
    people: int
    written: int

    @property
    def finished(self) -> bool:
        """True when everybody is there."""
        return self.written >= self.people


def begun(connection: Connection) -> Seeding | None:
    """Return the nation that was begun on this node, or None."""
    columns = demonstration_seed.c
    row = connection.execute(select(columns.edition, columns.people, columns.written)).first()
    return Seeding(row.edition, row.people, row.written) if row else None


def begin(connection: Connection, seeding: Seeding, *, at: str) -> None:
    """Note that a nation is begun."""
    values = {"edition": seeding.edition, "people": seeding.people, "written": seeding.written, "at": at}
    connection.execute(demonstration_seed.insert().values(**values))


def go_on(connection: Connection, *, written: int, at: str) -> None:
    """Note how many people are written now."""
    connection.execute(demonstration_seed.update().values(written=written, at=at))
