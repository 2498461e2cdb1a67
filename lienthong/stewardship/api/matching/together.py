"""Many sure pairs at once: each shown in short beside the other, the ticked ones merged, each a merge of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Record
from lienthong.stewardship.api.matching.deciding import merge
from lienthong.stewardship.api.rights import require_whole
from lienthong.stewardship.store.matching import runs
from lienthong.stewardship.store.matching.runs import PairRow

MOST = 50


@dataclass(frozen=True, slots=True)
class Proposed:
    """A sure pair, and which of both records would be kept."""

    pair: PairRow
    keep: Record
    gone: Record


@dataclass(frozen=True, slots=True)
class Together:
    """What became of many pairs. passed: those that somebody decided on meanwhile, or whose record is gone."""

    merged: int
    passed: int


def sure_pairs(who: Actor, *, register: str, grounds: Grounds, limit: int = 20) -> list[Proposed]:
    """Return the likeliest sure pairs that nobody decided on, both people whole; they find the look in their logs.

    Kept would be the record that has a number, then the one that says more, then the older one.
    """
    require_whole(who, register=register, grounds=grounds)
    size = max(1, min(limit, MOST))
    waiting = runs.pairs(register, verdict="sure", decided=False, limit=size, after=None)
    pairs = [each for each in waiting if not each.decision]
    ids = list(dict.fromkeys(record for each in pairs for record in (each.one, each.other)))
    found = registers.read_records(who, register=register, ids=ids, grounds=grounds) if ids else []
    known = {each.id: each for each in found if each.values}
    proposed: list[Proposed] = []
    for each in pairs:
        if each.one in known and each.other in known:
            keep, gone = sorted((known[each.one], known[each.other]), key=_worth)
            proposed.append(Proposed(each, keep, gone))
    return proposed


def merge_together(
    who: Actor, *, register: str, pairs: Sequence[tuple[str, str]], reason: str, grounds: Grounds
) -> Together:
    """Merge sure pairs (id kept, id gone), each in a transaction of its own: sent again it goes on where it was.

    Only pairs that are sure and that nobody decided on are merged; the others are passed over. Raises Invalid without
    a reason or for too many.
    """
    require_whole(who, register=register, grounds=grounds)
    if not clean(reason) or not pairs:
        raise Invalid("duplicates.together", N_("Chọn ít nhất một cặp và nêu lý do gộp."))
    if len(pairs) > MOST:
        raise Invalid("duplicates.many", N_("Mỗi lần gộp nhiều nhất %(most)s cặp."), most=MOST)
    merged = 0
    for keep, gone in pairs:
        own = blake2s(f"{who.request_id}/{keep}/{gone}".encode(), digest_size=16).hexdigest()
        merged += _merged(replace(who, request_id=own), register, keep, gone, reason, grounds)
    return Together(merged, len(pairs) - merged)


def _merged(who: Actor, register: str, keep: str, gone: str, reason: str, grounds: Grounds) -> bool:
    found = runs.one(register, *sorted((keep, gone)))
    if found is None or found.verdict != "sure" or found.decision not in ("", "merged"):
        return False
    try:
        merge(who, register=register, keep=keep, gone=gone, reason=reason, grounds=grounds, seen=found.decided_at)
    except (Conflict, NotFound):
        return False
    return True


def _worth(record: Record) -> tuple[bool, int, str]:
    """Return what sorts the record to be kept first."""
    return (not record.key, -len(record.values), record.id)
