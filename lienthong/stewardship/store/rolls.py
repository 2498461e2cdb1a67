"""Rolls: what was asked and what came of it, who stands where on them, and the objections with their decisions.

No name and no date of anybody is kept: they are read from the register, at the moment that the roll or the line names.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from sqlalchemy import Boolean, Column, Index, Integer, String, Text

from lienthong.kernel import driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.rows import Row, Rows

_roll = table(
    "roll",
    Column("id", String(26), primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("actor", String(120), nullable=False),
    Column("at", String(27), nullable=False),
    Column("day", String(10), nullable=False),  # of the election
    Column("as_of", String(10), nullable=False),
    Column("known_at", String(27), nullable=False),
    Column("areas", Text, nullable=False),  # name, units, places of each, as JSON
    Column("state", String(10), nullable=False),  # drawn, posted, closed, replaced
    Column("voters", Integer, nullable=False),
    Column("doubts", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("posted_at", String(27), nullable=False),
    Column("closed_at", String(27), nullable=False),
    Column("final_digest", String(64), nullable=False),  # of the corrected list, "" until it is closed
    Index("ix_roll_agency", "agency", "id"),
    scope=Scope.OWNER,
)
_line = table(
    "roll_line",
    Column("roll", String(26), primary_key=True),
    Column("area", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),  # the number on the list: never another one once it is posted
    Column("record", String(26), nullable=False),
    Column("person", String(40), nullable=False),  # personal number, the record's id without one
    Column("sex", String(10), nullable=False),
    Column("doubt", Boolean, nullable=False),  # the birth date is not known to the day, and it matters
    Column("origin", String(10), nullable=False),  # drawn, added, moved
    Column("state", String(10), nullable=False),  # listed, removed, moved
    Column("as_of", String(10), nullable=False),  # "" for the roll's
    Column("known_at", String(27), nullable=False),
    Index("ix_roll_line_person", "person", "roll"),
    Index("ix_roll_line_record", "record", "roll"),
    scope=Scope.OWNER,
)
_objection = table(
    "roll_objection",
    Column("id", String(26), primary_key=True),
    Column("roll", String(26), nullable=False),
    Column("kind", String(20), nullable=False),  # missing, wrong_data, not_entitled, other_area
    Column("person", String(40), nullable=False),
    Column("area", Integer, nullable=False),  # of the line it is about, -1 when the person is on no list
    Column("place", Integer, nullable=False),
    Column("to_area", Integer, nullable=False),
    Column("said", Text, nullable=False),
    Column("raised_by", String(120), nullable=False),
    Column("by_citizen", Boolean, nullable=False),
    Column("at", String(27), nullable=False),
    Column("due", String(10), nullable=False),
    Column("state", String(10), nullable=False),  # open, accepted, rejected
    Column("ground", String(40), nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_by", String(120), nullable=False),
    Column("decided_at", String(27), nullable=False),
    Index("ix_roll_objection_roll", "roll", "id"),
    Index("ix_roll_objection_person", "person", "id"),
    scope=Scope.OWNER,
)
rolls, lines, objections = Rows(_roll), Rows(_line), Rows(_objection)


def alone(what: str) -> None:
    """Let one writer at a time deal with an election of an agency, or with a person, until the transaction ends."""
    if not runtime.current().database.is_sqlite:  # there, whoever writes is alone
        with runtime.current().database.transaction() as connection:
            driver.rows(connection, "SELECT pg_advisory_xact_lock(hashtext(?))", [f"roll.{what}"])


def one(roll: str, *, lock: bool = False) -> Row | None:
    """Return a roll; locked until the open transaction ends when asked."""
    return rolls.one("WHERE id = ?", roll, lock=lock)


def of_agency(agency: str, *, limit: int, after: str) -> list[Row]:
    """Return the rolls of an agency and those below it, newest first, from before the roll ``after``."""
    return rolls.all(
        "WHERE id < ? AND (agency = ? OR agency LIKE ?) ORDER BY id DESC LIMIT ?",
        after or "~",
        agency,
        f"{agency}.%",
        limit,
    )


def standing(kind: str, day: str, agency: str) -> list[Row]:
    """Return the agency's rolls of an election that no other has replaced."""
    return rolls.all("WHERE kind = ? AND day = ? AND agency = ? AND state <> 'replaced' ORDER BY id", kind, day, agency)


def page(roll: str, area: int, after: int, limit: int) -> list[Row]:
    """Return lines of an area in order of their numbers, those after one."""
    return lines.all("WHERE roll = ? AND area = ? AND place > ? ORDER BY place LIMIT ?", roll, area, after, limit)


def all_lines(roll: str, area: int | None = None) -> list[Row]:
    """Return all lines of a roll, or of one of its areas, in order."""
    if area is None:
        return lines.all("WHERE roll = ? ORDER BY area, place", roll)
    return lines.all("WHERE roll = ? AND area = ? ORDER BY place", roll, area)


def line(roll: str, area: int, place: int, *, lock: bool = False) -> Row | None:
    """Return one line."""
    return lines.one("WHERE roll = ? AND area = ? AND place = ?", roll, area, place, lock=lock)


def last_place(roll: str, area: int) -> int:
    """Return the last number of an area, 0 when it has none."""
    last = lines.one("WHERE roll = ? AND area = ? ORDER BY place DESC LIMIT 1", roll, area)
    return last.place if last else 0


def counts(roll: str) -> list[tuple[int, str, str, bool, int]]:
    """Return (area, sex, state, doubt, how many) of a roll's lines."""
    sql = "SELECT area, sex, state, doubt, COUNT(*) FROM roll_line WHERE roll = ? GROUP BY area, sex, state, doubt"
    with runtime.current().database.reading() as connection:
        return [
            (area, sex, state, bool(doubt), int(many))
            for area, sex, state, doubt, many in driver.rows(connection, sql, [roll])
        ]


def listed(person: str, records: Sequence[str], kind: str, day: str) -> list[tuple[Row, Row]]:
    """Return (roll, line) of the lists of an election on which a person stands; every election when it is "".

    records: ids of the person's records. A line keeps the number it was drawn with: none yet, or one merged since.
    """
    found_by = [*lines.among("person", [person]), *lines.among("record", records)]
    own = sorted({(each.roll, each.area, each.place): each for each in found_by if each.state == "listed"}.items())
    own = [line for _, line in own]
    found = {each.id: each for each in rolls.among("id", {line.roll for line in own})}
    return [
        (found[each.roll], each)
        for each in own
        if found[each.roll].state != "replaced" and found[each.roll].kind == kind and day in {"", found[each.roll].day}
    ]


def standing_on(records: Sequence[str], today: str, *, limit: int) -> list[tuple[str, str]]:
    """Return (person, agency) of records that stand on rolls that hang or are closed, until their day has passed."""
    hanging = {each.id: each.agency for each in rolls.all("WHERE day >= ? AND state IN ('posted', 'closed')", today)}
    if not hanging:
        return []
    own = (each for each in lines.among("record", records) if each.state == "listed" and each.roll in hanging)
    return [(each.person, hanging[each.roll]) for each in islice(own, limit)]


def twice(roll: str, kind: str, day: str, *, limit: int) -> list[tuple[int, int, str]]:
    """Return (area, place, other agency) of a roll's people who stand on another one of the same election."""
    sql = (
        "SELECT l.area, l.place, r.agency FROM roll_line l JOIN roll_line o ON o.person = l.person AND o.roll <> l.roll"
        " JOIN roll r ON r.id = o.roll WHERE l.roll = ? AND l.state = 'listed' AND o.state = 'listed'"
        " AND r.kind = ? AND r.day = ? AND r.state <> 'replaced' ORDER BY l.area, l.place LIMIT ?"
    )
    with runtime.current().database.reading() as connection:
        return [(row[0], row[1], row[2]) for row in driver.rows(connection, sql, [roll, kind, day, limit])]


def objection(name: str, *, lock: bool = False) -> Row | None:
    """Return one objection."""
    return objections.one("WHERE id = ?", name, lock=lock)


def objections_of(roll: str) -> Sequence[Row]:
    """Return the objections to a roll, open ones first, then newest first."""
    return objections.all("WHERE roll = ? ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, id DESC LIMIT 500", roll)


def of_person(person: str) -> list[Row]:
    """Return the newest objections about a person."""
    return objections.all("WHERE person = ? ORDER BY id DESC LIMIT 20", person)


def is_any_posted() -> bool:
    """Say whether a roll hangs anywhere."""
    return rolls.one("WHERE state = 'posted' LIMIT 1") is not None


def posted(agencies: Sequence[str]) -> list[Row]:
    """Return the posted rolls of some agencies."""
    return [each for each in rolls.among("agency", agencies, "ORDER BY id") if each.state == "posted"]
