"""A person's word on pairs: one person, two people, not sure; and what follows: a merge, or taking it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Merged, Record
from lienthong.stewardship.api.looking import own_registers
from lienthong.stewardship.api.rights import require_whole
from lienthong.stewardship.domain.matching import FIELDS, OUTCOMES, Evidence
from lienthong.stewardship.events import PairDecided
from lienthong.stewardship.store.matching import runs
from lienthong.stewardship.store.matching.runs import PairRow

Decision = Literal["same", "different", "unsure"]


@dataclass(frozen=True, slots=True)
class Compared:
    """Two records side by side. pair: what speaks for and against one person.

    ties: for each of both, what stands by its number in the agency's own registers: title → how many.
    """

    one: Record
    other: Record
    pair: PairRow
    ties: tuple[dict[str, int], dict[str, int]]


def duplicates(
    who: Actor,
    *,
    register: str,
    grounds: Grounds,
    verdict: str = "",
    decided: bool = False,
    limit: int = 50,
    after: tuple[int, str, str] | None = None,
) -> list[PairRow]:
    """Return pairs that wait for a word, likeliest first, or those that have one. No value of a record is among them.

    after: (hundredths of bits, one, other) of the last pair of the page before.
    """
    require_whole(who, register=_first(register), grounds=grounds)
    return runs.pairs(register, verdict=verdict, decided=decided, limit=max(1, min(limit, 500)), after=after)


def duplicate_counts(who: Actor, *, register: str, grounds: Grounds) -> dict[tuple[str, str], int]:
    """Return how many pairs have each (verdict, decision)."""
    require_whole(who, register=_first(register), grounds=grounds)
    return runs.counts(register)


def compare_pair(who: Actor, *, register: str, one: str, other: str, grounds: Grounds) -> Compared:
    """Return both records of a pair whole, for a person to look at; both people find that. Raises NotFound."""
    first, second = _sides(register)
    require_whole(who, register=first, grounds=grounds)
    with runtime.current().database.reading() as connection:
        found = runs.pair(connection, register, one, other)
    if found is None:
        raise NotFound("duplicates.pair", N_("Không có cặp bản ghi này trong danh sách nghi trùng."))
    left = registers.read_records(who, register=first, ids=[one], grounds=grounds)
    right = registers.read_records(who, register=second, ids=[other], grounds=grounds)
    if not left or not right:
        raise NotFound("duplicates.pair", N_("Không có cặp bản ghi này trong danh sách nghi trùng."))
    own = own_registers(who)
    ties = [_tied(who, name, record, own, grounds) for name, record in ((first, left[0]), (second, right[0]))]
    return Compared(left[0], right[0], found, (ties[0], ties[1]))


def _tied(who: Actor, register: str, record: Record, own: Sequence[str], grounds: Grounds) -> dict[str, int]:
    """Return how many records of each kind stand by this one: children, spouse, vehicles, …"""
    if not record.values:
        return {}
    around = registers.relations(who, register=register, key=record.id, grounds=grounds, steps=1, registers=own)
    return dict(Counter(str(each.title) for each in around.ties if each.near == record.id))


def in_words(evidence: Evidence) -> str:
    """Return what a piece of evidence says, in the language spoken: ``Họ tên: một bên thiếu dấu (+12,3)``."""
    sign = "+" if evidence.weight >= 0 else "−"
    weight = f"{abs(evidence.weight):.1f}".replace(".", ",")
    return f"{gettext(FIELDS[evidence.field])}: {gettext(OUTCOMES[evidence.outcome])} ({sign}{weight})"


def decide_pair(
    who: Actor,
    *,
    register: str,
    one: str,
    other: str,
    decision: str,
    reason: str,
    grounds: Grounds,
    seen: str | None = None,
) -> PairRow:
    """Write a person's word on two records (ids): same, different or unsure. Merging them is a step of its own.

    "different" holds for every later run: they are not offered again and never in one cluster. seen: stamp of the word
    that stood when the two were looked at. Raises Invalid for another word or without a reason, Conflict when the two
    are merged already, or somebody else has said something since.
    """
    require_whole(who, register=_first(register), grounds=grounds)
    why = clean(reason)[:500]
    if decision not in get_args(Decision) or not why:
        raise Invalid("duplicates.decision", N_("Chọn “cùng một người”, “hai người” hoặc “chưa rõ” và nêu lý do."))
    if not _is_link(register) and one > other:
        one, other = other, one
    with runtime.current().database.transaction() as connection:
        before = runs.pair(connection, register, one, other)
        if before is not None and before.decision == "merged":
            raise Conflict("duplicates.merged", N_("Hai bản ghi này đã được gộp; hãy tách ra trước khi đổi kết luận."))
        if before is None or (before.decision, before.reason) != (decision, why):
            _refuse_late(before, seen)
            _decide(connection, who, register, one, other, decision, why)
        found = runs.pair(connection, register, one, other)
    if found is None:
        raise NotFound("duplicates.pair", N_("Không có cặp bản ghi này trong danh sách nghi trùng."))
    return found


def merge(
    who: Actor,
    *,
    register: str,
    keep: str,
    gone: str,
    reason: str,
    grounds: Grounds,
    values: Mapping[str, Any] | None = None,
    take: Sequence[str] = (),
    seen: str | None = None,
) -> Merged:
    """Make one record of two that are one person's, by the steward of the register. Raises as ``merge_records``.

    values: what the kept record says from now on; take: fields whose value comes from the gone one. seen: as in
    ``decide_pair``. Everybody who follows the register is told by an event.
    """
    require_whole(who, register=register, grounds=grounds)
    with runtime.current().database.transaction() as connection:
        if seen is not None:
            first, second = sorted((keep, gone))
            before = runs.pair(connection, register, first, second)
            if before is not None and before.decision != "merged":
                _refuse_late(before, seen)
        values = {**_taken(who, register, gone, take, grounds), **(values or {})}
        made = registers.merge_records(
            who, register=register, keep=keep, gone=gone, values=values, reason=reason, grounds=grounds
        )
        one, other = sorted((made.kept, made.gone))
        before = runs.pair(connection, register, one, other)
        if before is None or before.decision != "merged":
            _decide(connection, who, register, one, other, "merged", clean(reason)[:500])
            runs.close_open(connection, register, made.gone)
    return made


def unmerge(who: Actor, *, register: str, gone: str, reason: str, grounds: Grounds) -> Merged:
    """Take a merge back: both records stand again, and are two people from now on. Raises as ``unmerge_records``."""
    require_whole(who, register=register, grounds=grounds)
    with runtime.current().database.transaction() as connection:
        made = registers.unmerge_records(who, register=register, gone=gone, reason=reason, grounds=grounds)
        one, other = sorted((made.kept, made.gone))
        before = runs.pair(connection, register, one, other)
        if before is None or before.decision == "merged":
            _decide(connection, who, register, one, other, "different", clean(reason)[:500])
    return made


def _decide(connection: Any, who: Actor, register: str, one: str, other: str, decision: str, reason: str) -> None:
    at = clock.stamp(runtime.current().clock.now())
    by = f"{who.kind}:{who.subject}"
    runs.decide(connection, register, one, other, decision=decision, reason=reason, decided_by=by, decided_at=at)
    publish(who, PairDecided(register=register, one=one, other=other, decision=decision))


def _taken(who: Actor, register: str, gone: str, take: Sequence[str], grounds: Grounds) -> dict[str, Any]:
    if not take:
        return {}
    spec = registers.definition(register)
    if set(take) - set(spec.fields) or set(take) & {spec.key, spec.subject}:
        raise Invalid("merge.take", N_("Chỉ lấy được từ bản ghi kia những mục không phải số định danh."))
    found = registers.open_record(who, register=register, key=gone, grounds=grounds).now.values
    return {name: found[name] for name in take if name in found}


def _refuse_late(before: PairRow | None, seen: str | None) -> None:
    if seen is not None and before is not None and before.decided_at != seen:
        raise Conflict(
            "duplicates.decided",
            N_("Cặp này vừa có người khác kết luận trong lúc bạn xem. Đọc kết luận đó rồi quyết định lại nếu cần."),
        )


def _first(register: str) -> str:
    return register.partition(":")[0]


def _sides(register: str) -> tuple[str, str]:
    first, _, second = register.partition(":")
    return first, second or first


def _is_link(register: str) -> bool:
    return ":" in register
