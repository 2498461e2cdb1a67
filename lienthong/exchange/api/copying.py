"""A subscriber's own copy: built from a snapshot, kept by the feed, compared by figures; killed, it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lienthong.exchange.api.feeding import changes, feed_figures, feed_scope, feed_units, snapshot
from lienthong.exchange.store.copies import Copy, copy_at
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.registers.api import Grounds, Sum, Tally

Say = Callable[[int], None]
"""Told how many records and changes were taken in so far."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How a copy stands. taken: changes that this call took in; built: it began anew. records: how many it has."""

    offset: str
    records: int
    taken: int
    built: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """Units of which copy and registers say the same, and those where they differ: (register, unit, theirs, own)."""

    offset: str
    same: int
    differ: list[tuple[str, str, Tally, Tally]]


def unsaid(_taken: int) -> None:
    """Tell nobody how far it is."""


def follow_feed(
    who: Actor,
    *,
    contract: str,
    store: Path,
    grounds: Grounds | None = None,
    again: bool = False,
    until: str = "",
    limit: int = 2000,
    say: Say = unsaid,
) -> Copied:
    """Bring a copy up to now; answer how it stands. store: an SQLite file, made when it is not there.

    A new copy, one whose place the feed no longer reaches, or one whose agency may now follow something else begins
    with a snapshot; ``again`` asks for that. until: an offset not to go beyond. limit: records a page. Raises Denied,
    Invalid for another file, Conflict for the copy of another contract.
    """
    scope = feed_scope(who, contract=contract, grounds=grounds)
    with copy_at(store, contract, who.agency, new=True) as copy:
        if again or copy.scope != scope:
            copy.begin(scope)
        built = _build(who, copy, contract, grounds, limit, say)
        try:
            taken = _follow(who, copy, contract, grounds, until, limit, say)
        except Conflict as old:
            if old.code != "feed.too_old":
                raise
            copy.begin(scope)
            built = _build(who, copy, contract, grounds, limit, say)
            taken = _follow(who, copy, contract, grounds, until, limit, say)
        return Copied(copy.offset, copy.count(), taken, built)


def compare_copy(who: Actor, *, contract: str, store: Path, grounds: Grounds | None = None) -> Compared:
    """Compare a copy with the registers at one offset, unit by unit; the copy is first brought up to it.

    Units are counted, and what their records say is digested: no value is asked for. Raises Denied, Invalid for a copy
    that is not whole, Conflict when it has gone on meanwhile.
    """
    theirs = feed_figures(who, contract=contract, grounds=grounds)
    with copy_at(store, contract, who.agency, new=False) as copy:
        if copy.building:
            raise Invalid("feed.not_whole", N_("Bản sao chưa lập xong; chạy `lienthong feed follow` trước khi so."))
        _follow(who, copy, contract, grounds, theirs.offset, 2000, unsaid)
        if copy.offset != theirs.offset:
            raise Conflict("feed.ahead", N_("Bản sao đã đi trước lần đếm này; so lại."))
        sums = _sums(copy, feed_units(who, contract=contract, grounds=grounds))
    none = Sum().tally
    named = sorted({*((r, u) for r, per in theirs.tallies.items() for u in per), *sums})
    pairs = [(r, u, theirs.tallies.get(r, {}).get(u, none), sums.get((r, u), none)) for r, u in named]
    return Compared(theirs.offset, sum(1 for each in pairs if each[2] == each[3]), [e for e in pairs if e[2] != e[3]])


def _build(who: Actor, copy: Copy, contract: str, grounds: Grounds | None, limit: int, say: Say) -> bool:
    """Take in the pages of a snapshot that are left; False when the copy is whole already."""
    if not copy.building:
        return False
    while copy.building:
        page = snapshot(who, contract=contract, after=copy.cursor, limit=limit, grounds=grounds)
        copy.build(page.records, page.offset, page.after)
        say(copy.count())
    return True


def _follow(who: Actor, copy: Copy, contract: str, grounds: Grounds | None, until: str, limit: int, say: Say) -> int:
    taken, more = 0, True
    while more:
        page = changes(who, contract=contract, after=copy.offset, until=until, limit=limit, grounds=grounds)
        if page.offset != copy.offset:
            copy.follow(page.changes, page.offset)
        taken, more = taken + len(page.changes), page.more
        say(taken)
    return taken


def _sums(copy: Copy, units: dict[str, str]) -> dict[tuple[str, str], Tally]:
    sums: dict[tuple[str, str], Sum] = {}
    for register, record, values in copy.contents():
        unit = str(values.get(units[register]) or "") if units[register] else ""
        sums.setdefault((register, unit), Sum()).add(record, values)
    return {where: made.tally for where, made in sums.items()}
