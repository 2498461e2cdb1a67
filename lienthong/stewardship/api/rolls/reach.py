"""Whose roll it is: the committee of the commune draws it up; a committee above looks on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Moment
from lienthong.stewardship.domain.rolls import Area
from lienthong.stewardship.spec import RollKind, kind
from lienthong.stewardship.store import rolls as store

ROLES = frozenset({"civil-status-officer", "commune-chair"})
"""Roles of officers who work on rolls."""


def grounds_of(made: RollKind) -> Grounds:
    """Return why a roll reads people."""
    return Grounds(purpose="electoral-roll", basis=made.basis)


def require_drawer(who: Actor, made: RollKind, units: Iterable[str]) -> None:
    """Let the committee of all these units pass. Raises Denied, with a denied entry, for everybody else."""
    own = own_unit(who, made)
    if own and all(reference.is_within(each, own) for each in units):
        require_role(who)
        return
    _deny(who, made, N_("Danh sách cử tri do Ủy ban nhân dân của chính địa bàn đó lập và sửa."))


def own_unit(who: Actor, made: RollKind) -> str:
    """Return the unit whose rolls the agency draws up, "" when it draws up none."""
    agency = reference.agency(who.agency)
    fits = agency is not None and agency.kind in made.drawn_by and agency.level == made.level
    return agency.unit if agency and fits else ""


def require_role(who: Actor) -> None:
    """Let machines and officers with a fitting role pass. Raises Denied."""
    if who.kind is Kind.SYSTEM or (who.kind is Kind.OFFICER and who.roles & ROLES):
        return
    raise Denied("roll.role", N_("Việc này dành cho cán bộ hộ tịch hoặc lãnh đạo Ủy ban nhân dân."))


def seen(who: Actor, roll: str, *, lock: bool = False) -> tuple[Row, RollKind]:
    """Return a roll for whoever may look at it: its own agency, or one above it.

    Raises NotFound, and Denied with a denied entry for another agency.
    """
    found = store.one(roll, lock=lock)
    if found is None:
        raise NotFound("roll.none", N_("Không có danh sách cử tri này."))
    made = kind(found.kind)
    own = found.agency == who.agency or found.agency.startswith(f"{who.agency}.")
    if not who.agency or not own:
        _deny(who, made, N_("Danh sách cử tri này của cơ quan khác."))
    require_role(who)
    return found, made


def worked_on(who: Actor, roll: str, *, lock: bool = False) -> tuple[Row, RollKind]:
    """Return a roll for whoever may change it: the agency that drew it up. Raises as ``seen`` does."""
    found, made = seen(who, roll, lock=lock)
    if found.agency != who.agency:
        _deny(who, made, N_("Danh sách cử tri do Ủy ban nhân dân của chính địa bàn đó lập và sửa."))
    return found, made


def areas_of(roll: Row) -> list[Area]:
    """Return the areas of a roll, in order."""
    return msgspec.json.decode(roll.areas, type=list[Area])


def moment_of(roll: Row, line: Row | None = None) -> Moment:
    """Return the point of both time axes at which a roll, or a line corrected since, is read."""
    as_of = line.as_of if line is not None and line.as_of else roll.as_of
    known_at: datetime = clock.moment(line.known_at if line is not None and line.known_at else roll.known_at)
    return date.fromisoformat(as_of), known_at


def lists_of(made: RollKind, person: str, day: str = "") -> list[tuple[Row, Row]]:
    """Return (roll, line) of the lists on which somebody stands, whatever number they had when it was drawn up.

    person: a personal number. day: of the election, every one when it is "".
    """
    return store.listed(person, registers.records_of(made.register_id, person), made.roll, day)


def _deny(who: Actor, made: RollKind, sentence: str) -> None:
    registers.deny(
        who, register=made.register_id, subjects=[], fields=[], grounds=grounds_of(made), reason="other-unit"
    )
    raise Denied("roll.agency", sentence)
