"""A person's word on links between two registers: confirmed ones give a missing number, credited to who confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import blake2s

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Record, Register
from lienthong.stewardship.api.likeness import fields_of
from lienthong.stewardship.api.matching.deciding import decide_pair
from lienthong.stewardship.api.matching.together import MOST
from lienthong.stewardship.api.rights import require_both
from lienthong.stewardship.store.matching import runs
from lienthong.stewardship.store.matching.runs import PairRow


@dataclass(frozen=True, slots=True)
class Link:
    """Somebody of one register beside somebody of another. gives: which of both would get a number: one, other, ""."""

    pair: PairRow
    one: Record
    other: Record
    gives: str


@dataclass(frozen=True, slots=True)
class Linked:
    """What became of links. numbered: of them gave a record its number. passed: decided by somebody meanwhile."""

    decided: int
    numbered: int
    passed: int


def compared_fields(spec: Register) -> dict[str, str]:
    """Return what of a person → the field in which a register says it: what is compared, and shown side by side."""
    return fields_of(spec)


def links(who: Actor, *, register: str, pairs: Sequence[PairRow], grounds: Grounds) -> list[Link]:
    """Return pairs of links with both records whole; everybody shown finds the look. register: ``one:other``."""
    first, second = require_both(who, register=register, grounds=grounds)
    sides: list[dict[str, Record]] = []
    for spec, ids in ((first, {each.one for each in pairs}), (second, {each.other for each in pairs})):
        found = registers.read_records(who, register=spec.id, ids=sorted(ids), grounds=grounds) if ids else []
        sides.append({each.id: each for each in found if each.values})
    return [
        Link(
            each,
            sides[0][each.one],
            sides[1][each.other],
            _gives(first, second, sides[0][each.one], sides[1][each.other]),
        )
        for each in pairs
        if each.one in sides[0] and each.other in sides[1]
    ]


def link(who: Actor, *, register: str, one: str, other: str, grounds: Grounds) -> Link:
    """Return one link with both records whole. Raises NotFound, Denied unless the agency keeps both registers."""
    require_both(who, register=register, grounds=grounds)
    found = runs.one(register, one, other)
    shown = links(who, register=register, pairs=[found], grounds=grounds) if found else []
    if not shown:
        raise NotFound("links.none", N_("Không có cặp này trong danh sách liên kết; có thể bản ghi đã được gộp."))
    return shown[0]


def unlinked(who: Actor, *, register: str, grounds: Grounds) -> int:
    """Return how many records of the first register the newest finished run found nobody for."""
    require_both(who, register=register, grounds=grounds)
    done = next((each for each in runs.runs(register) if each.state == "done"), None)
    return max(done.rows - runs.linked(register), 0) if done else 0


def decide_links(
    who: Actor,
    *,
    register: str,
    pairs: Sequence[tuple[str, str]],
    decision: str,
    reason: str,
    grounds: Grounds,
    seen: str | None = None,
) -> Linked:
    """Write a person's word (same, different, unsure) on links, each in a transaction of its own.

    One person whose record lacks the number that the other one has gets it, as a correction with this reason: so the
    record is found from the other register. A record that other links were confirmed for is passed over, and sent
    again it goes on where it was. seen: of a single pair, the stamp of the word that stood. Raises Invalid without a
    reason or for too many, Denied unless the agency keeps both registers.
    """
    first, second = require_both(who, register=register, grounds=grounds)
    if not clean(reason) or not pairs:
        raise Invalid("links.reason", N_("Chọn ít nhất một cặp và nêu lý do."))
    if len(pairs) > MOST:
        raise Invalid("links.many", N_("Mỗi lần quyết định nhiều nhất %(most)s cặp."), most=MOST)
    done = numbered = 0
    for one, other in pairs:
        own = blake2s(f"{who.request_id}/{one}/{other}".encode(), digest_size=16).hexdigest()
        each = replace(who, request_id=own)
        try:
            with runtime.current().database.transaction():
                if seen is None and not _is_open(register, one, other, decision):
                    continue
                decide_pair(
                    each,
                    register=register,
                    one=one,
                    other=other,
                    decision=decision,
                    reason=reason,
                    grounds=grounds,
                    seen=seen,
                )
                if decision == "same":
                    numbered += _give_number(each, (first, second), (one, other), reason, grounds)
        except (Conflict, NotFound):
            if seen is not None:
                raise
            continue
        done += 1
    return Linked(done, numbered, len(pairs) - done)


def _is_open(register: str, one: str, other: str, decision: str) -> bool:
    """Say whether a pair may be decided among many: found by a run, without a word or already with this one."""
    found = runs.one(register, one, other)
    return found is not None and found.decision in {"", "unsure", decision}


def _gives(first: Register, second: Register, one: Record, other: Record) -> str:
    """Return which record lacks the number that the other one has; a key is never given so."""
    mine, theirs = (str(each.values.get(spec.subject) or "") for spec, each in ((first, one), (second, other)))
    if theirs and not mine and first.subject and first.subject != first.key:
        return "one"
    return "other" if mine and not theirs and second.subject and second.subject != second.key else ""


def _give_number(
    who: Actor, specs: tuple[Register, Register], ids: tuple[str, str], reason: str, grounds: Grounds
) -> bool:
    both: list[Record] = []
    for spec, record in zip(specs, ids, strict=True):
        both += registers.read_records(who, register=spec.id, ids=[record], grounds=grounds)
    if len(both) < len(ids) or not all(each.values for each in both):
        raise NotFound("links.none", N_("Không có cặp này trong danh sách liên kết; có thể bản ghi đã được gộp."))
    at = {"one": 0, "other": 1}.get(_gives(*specs, *both))
    if at is None:
        return False
    number = str(both[1 - at].values[specs[1 - at].subject])
    registers.correct(
        who,
        register=specs[at].id,
        key=both[at].id,
        values={specs[at].subject: number},
        grounds=grounds,
        reason=clean(reason)[:500],
    )
    return True
