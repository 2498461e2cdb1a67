"""The return feed: an agency follows what changes of its own people and units, as far as its contract says.

It begins with a snapshot, follows from the snapshot's offset, and compares figures. Decision 0009.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NoReturn

from lienthong.exchange import store
from lienthong.exchange.api.refusing import agreed, refuse, register_in_force, requester
from lienthong.exchange.domain import Refusal
from lienthong.exchange.events import DataFetched
from lienthong.exchange.spec.deciding import decide_feed
from lienthong.exchange.spec.shape import Feed
from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Change, Changes, Figures, Grounds, Part, Record, Snapshot

__all__ = [
    "Change",
    "Changes",
    "Figures",
    "Record",
    "Snapshot",
    "begin_feeds_anew",
    "changes",
    "feed_figures",
    "feed_scope",
    "feed_units",
    "snapshot",
]


_TWO_TIERS = date(2025, 7, 1)
"""From this day there are provinces and communes; former codes are those of the day before."""


@dataclass(frozen=True, slots=True)
class _Granted:
    """What a contract lets an agency follow."""

    parts: tuple[Part, ...]
    grounds: Grounds


def changes(
    who: Actor, *, contract: str, after: str, limit: int = 500, until: str = "", grounds: Grounds | None = None
) -> Changes:
    """Return what changed of the agency's own people since an offset: each change with the contract's fields alone.

    after: the offset of a snapshot, of a page before or of a change on it. Raises Denied when the contract does not let
    the agency, Invalid for what is no offset, Conflict (``feed.too_old``) when a new snapshot is to be taken.
    """
    granted = _granted(who, contract, grounds)
    with runtime.current().database.transaction():
        page = registers.changes_after(
            who,
            parts=granted.parts,
            after=after,
            until=until,
            limit=limit,
            grounds=granted.grounds,
            contract=contract,
        )
        told = {(each.register, each.record) for each in page.changes}
        _tell(who, contract, {name for name, _ in told}, len(told), sum(len(each.values) for each in page.changes))
    return page


def snapshot(
    who: Actor, *, contract: str, after: str = "", limit: int = 2000, grounds: Grounds | None = None
) -> Snapshot:
    """Return a page of all records that the agency may follow, to begin a copy with. Raises Denied, Invalid."""
    granted = _granted(who, contract, grounds)
    with runtime.current().database.transaction():
        page = registers.snapshot(
            who, parts=granted.parts, after=after, limit=limit, grounds=granted.grounds, contract=contract
        )
        names = {each.register for each in page.records}
        _tell(who, contract, names, len(page.records), sum(len(each.values) for each in page.records))
    return page


def feed_figures(who: Actor, *, contract: str, grounds: Grounds | None = None) -> Figures:
    """Return how many records a whole copy has at an offset, by register and unit, with digests. Raises Denied."""
    granted = _granted(who, contract, grounds)
    return registers.figures(who, parts=granted.parts, grounds=granted.grounds, contract=contract)


def feed_scope(who: Actor, *, contract: str, grounds: Grounds | None = None) -> str:
    """Return a digest of what the agency may follow: when it changes, a copy begins anew. Raises Denied."""
    said: list[Any] = [
        [each.register, each.fields, each.unit, sorted(each.units or ()), each.list_register, each.list_field]
        for each in _granted(who, contract, grounds).parts
    ]
    said.append(store.restarts.newest())
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]  # the same in every process


def begin_feeds_anew(who: Actor) -> None:
    """Let every copy begin with a snapshot: after a restore, offsets given since the backup will mean other changes.

    Raises Denied for others than the machine.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("feed.operator", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, cho mọi bản sao lập lại."))

    def work() -> str:
        made = new_id()
        store.restarts.add(made, clock.stamp(runtime.current().clock.now()))
        return made

    requests.once(who, "exchange.begin_feeds_anew", str, work)


def feed_units(who: Actor, *, contract: str, grounds: Grounds | None = None) -> dict[str, str]:
    """Return, for each register of a feed, the field with a record's unit; "" where it knows none. Raises Denied."""
    return {each.register: each.unit for each in _granted(who, contract, grounds).parts}


def _granted(who: Actor, contract: str, grounds: Grounds | None) -> _Granted:
    known = agreed(contract)
    why = grounds or Grounds(purpose=contract, basis=known.basis[0] if known else "")
    decided = decide_feed(known, requester(who), why) if known else Refusal.CONTRACT
    if isinstance(decided, Refusal):
        _refuse(who, decided, "", contract, why)
    return _Granted(tuple(_part(who, name, feed, contract, why) for name, feed in sorted(decided.items())), why)


def _part(who: Actor, name: str, feed: Feed, contract: str, grounds: Grounds) -> Part:
    agency = reference.agency(who.agency)
    if register_in_force(name) is None:
        _refuse(who, Refusal.REGISTER, name, contract, grounds)
    if feed.listed:
        register, _, field = feed.listed.partition(".")
        listing = register_in_force(register)
        if listing is None or who.agency != listing.owner:
            _refuse(who, Refusal.OWNER, name, contract, grounds)
        return Part(register=name, fields=feed.fields, list_register=register, list_field=field)
    if agency is None:
        _refuse(who, Refusal.UNIT, name, contract, grounds)
    units = codes_of(agency.unit) if agency.unit else None
    return Part(register=name, fields=feed.fields, unit=feed.unit, units=units)


def codes_of(unit: str) -> frozenset[str]:
    """Return the codes of a unit and of all below it, with those of former units that lie in it whole.

    A record that still has a former code is thus seen by who has its place now, and a reform moves nobody in or out.
    """
    known = runtime.current().part("exchange.feed_units", _no_codes)
    if unit not in known:
        known[unit] = _codes_of(unit)
    return known[unit]


def _no_codes(_node: Runtime) -> dict[str, frozenset[str]]:
    return {}


def _codes_of(unit: str) -> frozenset[str]:
    last_day = _TWO_TIERS - timedelta(days=1)
    found = {unit, *(each.code for each in reference.units(parent=unit))}
    in_force = {each.code for each in reference.units()}
    for former in reference.units(level="commune", on=last_day):
        if former.code not in in_force:
            became = reference.successors(former.code, on=last_day).new_codes
            if became and found.issuperset(became):
                found.add(former.code)
    return frozenset(found)


def _tell(who: Actor, contract: str, names: set[str], people: int, fields: int) -> None:
    if people:
        fact = DataFetched(
            contract=contract,
            registers=tuple(sorted(names)),
            agency=who.agency,
            dossier="",
            people=people,
            fields=fields,
        )
        publish(who, fact)


def _refuse(who: Actor, refusal: Refusal, register: str, contract: str, grounds: Grounds) -> NoReturn:
    refuse(who, refusal, register=register, subjects=[], fields=[], grounds=grounds, contract=contract)
