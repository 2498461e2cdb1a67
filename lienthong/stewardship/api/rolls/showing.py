"""What a roll shows: how it stands by area, lines with names, its objections, where a citizen stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from lienthong.kernel.actor import DATA, Actor, Kind, require_reach
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.stewardship.api.rolls import reach
from lienthong.stewardship.api.rolls.objecting import last_day
from lienthong.stewardship.api.rolls.reach import (
    areas_of,
    grounds_of,
    lists_of,
    moment_of,
    require_role,
    seen,
    worked_on,
)
from lienthong.stewardship.domain.rolls import UNPLACED, Area
from lienthong.stewardship.spec import RollKind, kind, kinds
from lienthong.stewardship.store import rolls as store

PAGE = 50


@dataclass(frozen=True, slots=True)
class AreaFigure:
    """How many stand in an area. number 0: those in no area yet. women, men: by the register's sex."""

    number: int
    area: Area | None
    listed: int
    women: int
    men: int
    doubts: int


@dataclass(frozen=True, slots=True)
class Roll:
    """A roll as it stands. voters: listed now; drawn: when it was drawn up. post_by: last day for posting; object_by:
    last day for objections, None before it is posted.
    """

    id: str
    kind: RollKind
    agency: str
    state: str
    day: date
    as_of: date
    known_at: str
    digest: str
    final_digest: str
    drawn: int
    voters: int
    posted_at: str
    closed_at: str
    post_by: date
    object_by: date | None
    open: int
    areas: tuple[AreaFigure, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what the roll says of the person: the fields of the kind, empty when the register has nothing."""

    area: int
    place: int
    person: str
    state: str
    origin: str
    doubt: bool
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Objection:
    """An objection. area, place: the line it is about, -1 for somebody on no line. due: last day for the answer."""

    id: str
    roll: str
    kind: str
    person: str
    area: int
    place: int
    to_area: int
    said: str
    by_citizen: bool
    at: str
    due: date
    state: str
    ground: Bilingual | None
    reason: str
    decided_at: str


@dataclass(frozen=True, slots=True)
class OwnLine:
    """Where a citizen stands on a posted roll."""

    roll: str
    kind: RollKind
    agency: str
    day: date
    area: Area
    place: int
    state: str
    object_by: date | None


def rolls(who: Actor, *, limit: int = 50, after: str = "") -> list[Roll]:
    """Return the rolls of the agency and of those below it, newest first, from before the roll ``after``."""
    require_role(who)
    return [_roll(each, kind(each.kind), whole=False) for each in store.of_agency(who.agency, limit=limit, after=after)]


def roll(who: Actor, *, roll: str) -> Roll:
    """Return how a roll stands, by area and sex. Raises NotFound, Denied."""
    return _roll(*seen(who, roll))


def roll_page(who: Actor, *, roll: str, area: int, after: int = 0, limit: int = PAGE) -> list[Line]:
    """Return lines of an area after a number, with names: each person on them finds it in their log."""
    found, made = seen(who, roll)
    return with_names(who, found, made, store.page(roll, _small(area), _small(after), max(1, min(limit, 500))))


def with_names(who: Actor, found: Row, made: RollKind, rows: list[Row], act: registers.Act = "read") -> list[Line]:
    """Return lines with what the register said of their people, each at its own moment."""
    said = (
        registers.records_then(
            who,
            register=made.register_id,
            moments={each.record: moment_of(found, each) for each in rows},
            grounds=grounds_of(made),
            fields=made.shown,
            act=act,
            reason=f"roll {found.id}",
        )
        if rows
        else {}
    )
    return [
        Line(
            each.area,
            each.place,
            each.person,
            each.state,
            each.origin,
            each.doubt,
            dict(said[each.record].values) if each.record in said else {},
        )
        for each in rows
    ]


def roll_objections(who: Actor, *, roll: str) -> list[Objection]:
    """Return the objections to a roll, open ones first. Raises NotFound, Denied."""
    found, made = seen(who, roll)
    return [_objection(each, made) for each in store.objections_of(found.id)]


def roll_objection(who: Actor, *, objection: str) -> tuple[Objection, Line | None]:
    """Return an objection with the line it is about, as the roll says it. Raises NotFound, Denied."""
    said = store.objection(objection)
    if said is None:
        raise NotFound("roll.no_objection", N_("Không có khiếu nại này."))
    found, made = worked_on(who, said.roll)
    line = store.line(said.roll, said.area, said.place) if said.place > 0 else None
    shown = with_names(who, found, made, [line]) if line else []
    return _objection(said, made), next(iter(shown), None)


def roll_person(who: Actor, *, roll: str, area: int, place: int) -> str:
    """Return the number of the person on a line, "" without such a line; no register is read."""
    found, _ = seen(who, roll)
    line = store.line(found.id, _small(area), _small(place))
    return str(line.person) if line else ""


def roll_twice(who: Actor, *, roll: str) -> list[tuple[int, int, str]]:
    """Return (area, number, other agency) of people who stand on another roll of the same election too; 50 at most."""
    found, _ = seen(who, roll)
    return store.twice(found.id, found.kind, found.day, limit=50)


def own_lines(who: Actor) -> tuple[list[OwnLine], list[Objection]]:
    """Return where a citizen stands on posted rolls, and what became of their own objections; no register is read.

    Raises Denied for others than citizens.
    """
    person = _citizen(who)
    own_rolls = (each for made in kinds().values() for each in lists_of(made, person))
    posted = [(found, line) for found, line in own_rolls if found.state in {"posted", "closed"}]
    lines = [
        OwnLine(
            found.id,
            kind(found.kind),
            found.agency,
            date.fromisoformat(found.day),
            areas_of(found)[int(line.area) - 1],
            line.place,
            found.state,
            last_day(found, kind(found.kind)),
        )
        for found, line in posted
    ]
    own = [each for each in store.of_person(person) if each.by_citizen and each.raised_by == person]
    known = {each.id: kind(each.kind) for each in store.rolls.among("id", {each.roll for each in own})}
    return lines, [_objection(each, known[each.roll]) for each in own]


def posted_rolls(who: Actor, *, unit: str) -> list[tuple[str, str, date]]:
    """Return (roll, agency, election day) of the posted rolls of a commune: what hangs at its office anyway."""
    _citizen(who)
    agencies = [each.code for each in reference.agencies(unit=unit)] if unit else []
    return [(each.id, each.agency, date.fromisoformat(each.day)) for each in store.posted(agencies)]


def is_roll_posted() -> bool:
    """Say whether a roll of voters is posted anywhere: whoever is not on it may want to object."""
    return store.is_any_posted()


def roll_kinds() -> dict[str, RollKind]:
    """Return every kind of roll by id."""
    return kinds()


def may_work_on_rolls(who: Actor, *, roll_kind: str) -> str:
    """Return the unit whose rolls the agency draws up, "" when it draws up none."""
    may = who.kind is Kind.SYSTEM or bool(who.roles & reach.ROLES)
    return reach.own_unit(who, kind(roll_kind)) if may else ""


def _small(number: int) -> int:
    """Return a number that a column holds: what somebody typed into an address may not."""
    return max(-1, min(number, 1_000_000_000))


def _citizen(who: Actor) -> str:
    if who.kind is not Kind.CITIZEN or who.for_enterprise:
        raise Denied("roll.citizen", N_("Trang này dành cho công dân xem tên của chính mình."))
    if who.is_helped:
        require_reach(who, DATA)
    return who.person


def _roll(found: Row, made: RollKind, *, whole: bool = True) -> Roll:
    day = date.fromisoformat(found.day)
    figures = _figures(found) if whole else ()
    return Roll(
        found.id,
        made,
        found.agency,
        found.state,
        day,
        date.fromisoformat(found.as_of),
        found.known_at,
        found.digest,
        found.final_digest,
        found.voters,
        sum(each.listed for each in figures) if whole else found.voters,
        found.posted_at,
        found.closed_at,
        day - timedelta(days=made.posted_before),
        last_day(found, made),
        sum(each.state == "open" for each in store.objections_of(found.id)) if found.state == "posted" else 0,
        figures,
    )


def _figures(found: Row) -> tuple[AreaFigure, ...]:
    areas = areas_of(found)
    listed, doubts = Counter[tuple[int, str]](), Counter[int]()
    for area, sex, state, doubt, many in store.counts(found.id):
        if state == "listed":
            listed[area, sex] += many
            doubts[area] += many if doubt else 0
    places: list[tuple[int, Area | None]] = [*enumerate(areas, start=1)]
    if any(at == UNPLACED for at, _ in listed):
        places.append((UNPLACED, None))
    return tuple(
        AreaFigure(
            number,
            area,
            sum(many for (at, _), many in listed.items() if at == number),
            listed[number, "2"],
            listed[number, "1"],
            doubts[number],
        )
        for number, area in places
    )


def _objection(each: Row, made: RollKind) -> Objection:
    return Objection(
        each.id,
        each.roll,
        each.kind,
        each.person,
        each.area,
        each.place,
        each.to_area,
        each.said,
        each.by_citizen,
        each.at,
        date.fromisoformat(each.due),
        each.state,
        made.grounds.get(each.ground),
        each.reason,
        each.decided_at,
    )
