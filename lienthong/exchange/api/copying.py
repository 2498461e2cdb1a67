"""A subscriber's own copy: built from a snapshot, kept by the feed, compared by figures; killed, it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lienthong.exchange.api.sources import Local, Source
from lienthong.exchange.store.copies import Copy, copy_at
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, Unavailable
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
    """Bring a copy up to now from this node; see ``keep_copy``."""
    return keep_copy(Local(who, contract, grounds), store=store, again=again, until=until, limit=limit, say=say)


def compare_copy(who: Actor, *, contract: str, store: Path, grounds: Grounds | None = None) -> Compared:
    """Compare a copy with the registers of this node; see ``check_copy``."""
    return check_copy(Local(who, contract, grounds), store=store)


def keep_copy(
    source: Source, *, store: Path, again: bool = False, until: str = "", limit: int = 2000, say: Say = unsaid
) -> Copied:
    """Bring a copy up to now; answer how it stands. store: an SQLite file, made when it is not there.

    A new copy, one whose place the feed no longer reaches, or one whose agency may now follow something else begins
    with a snapshot; ``again`` asks for that. until: an offset not to go beyond. limit: records a page. Raises Denied,
    Invalid for another file, Conflict for the copy of another contract, Unavailable when the source does not answer.
    """
    scope = source.terms().scope
    with copy_at(store, source.contract, source.agency, new=True) as copy:
        if again or copy.scope != scope:
            copy.begin(scope)
        built = _build(source, copy, limit, say)
        try:
            taken = _follow(source, copy, until, limit, say)
        except Conflict as old:
            if old.code != "feed.too_old":
                raise
            copy.begin(scope)
            built = _build(source, copy, limit, say)
            taken = _follow(source, copy, until, limit, say)
        return Copied(copy.offset, copy.count(), taken, built)


def check_copy(source: Source, *, store: Path) -> Compared:
    """Compare a copy with the registers at one offset, unit by unit; the copy is first brought up to it.

    Units are counted, and what their records say is digested: no value is asked for. Raises Denied, Invalid for a copy
    that is not whole, Conflict when it has gone on meanwhile.
    """
    theirs = source.figures()
    with copy_at(store, source.contract, source.agency, new=False) as copy:
        if copy.building:
            raise Invalid("feed.not_whole", N_("Bản sao chưa lập xong; chạy `lienthong feed follow` trước khi so."))
        _follow(source, copy, theirs.offset, 2000, unsaid)
        if copy.offset != theirs.offset:
            raise Conflict("feed.ahead", N_("Bản sao đã đi trước lần đếm này; so lại."))
        sums = _sums(copy, source.terms().units)
    none = Sum().tally
    named = sorted({*((r, u) for r, per in theirs.tallies.items() for u in per), *sums})
    pairs = [(r, u, theirs.tallies.get(r, {}).get(u, none), sums.get((r, u), none)) for r, u in named]
    return Compared(theirs.offset, sum(1 for each in pairs if each[2] == each[3]), [e for e in pairs if e[2] != e[3]])


def _build(source: Source, copy: Copy, limit: int, say: Say) -> bool:
    """Take in the pages of a snapshot that are left; False when the copy is whole already."""
    if not copy.building:
        return False
    while copy.building:
        page = source.snapshot(after=copy.cursor, limit=limit)
        if page.after and page.after == copy.cursor:
            raise _stuck()
        copy.build(page.records, page.offset, page.after)
        say(copy.count())
    return True


def _follow(source: Source, copy: Copy, until: str, limit: int, say: Say) -> int:
    taken, more = 0, True
    while more:
        page = source.changes(after=copy.offset, until=until, limit=limit)
        if page.more and page.offset == copy.offset:
            raise _stuck()
        if page.offset != copy.offset:
            copy.follow(page.changes, page.offset)
        taken, more = taken + len(page.changes), page.more
        say(taken)
    return taken


def _stuck() -> Unavailable:
    return Unavailable("feed.stuck", N_("Nguồn trả đi trả lại cùng một trang; báo người vận hành phía cung cấp."))


def _sums(copy: Copy, units: dict[str, str]) -> dict[tuple[str, str], Tally]:
    sums: dict[tuple[str, str], Sum] = {}
    for register, record, values in copy.contents():
        unit = str(values.get(units.get(register, "")) or "")
        sums.setdefault((register, unit), Sum()).add(record, values)
    return {where: made.tally for where, made in sums.items()}
