"""Rows that wait for the same word: the same question with the same candidates, asked and answered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.judging import Waiting
from lienthong.stewardship.api.importing.reviewing import (
    EACH,
    NOT_CHOSEN,
    Review,
    keep_word,
    landed,
    read_choices,
    review_of,
    taken_up,
    waiting_row_of,
    with_notes,
    word,
)
from lienthong.stewardship.api.importing.same import Same, land_same, require_answer
from lienthong.stewardship.domain.importing import FIRST_ROWS, Fate
from lienthong.stewardship.store import batches as store

_MOST = 20_000
SAME = "same"
_AT_ONCE = 5_000
"""So many rows are decided in one transaction; what is left is said and decided by the next press."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to be decided. first: the first row that asks it; rows: numbers of the first of them; count: of all."""

    first: Review
    rows: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Decided:
    """How many rows a word has decided, and how many that ask the same wait still."""

    rows: int
    left: int


def questions(who: Actor, *, batch: str) -> list[Question]:
    """Return what rows of a batch wait for, each question once, those of most rows first."""
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    grouped: dict[str, list[Review]] = {}
    for row in store.reviews(batch, state="open", limit=_MOST):
        grouped.setdefault(_asked(row.said), []).append(review_of(row))
    if grouped:
        people = [str(each[0].values.get(spec.subject) or "") for each in grouped.values()]
        registers.note(who, holding="import", subjects=people, fields=list(spec.fields), grounds=found.grounds)
    listed = [
        Question(first=each[0], rows=tuple(one.row for one in each[:FIRST_ROWS]), count=len(each))
        for each in grouped.values()
    ]
    return sorted(listed, key=lambda each: (-each.count, each.first.row))


def alike(who: Actor, *, batch: str, row: int) -> int:
    """Return how many open rows ask what this one asks, itself among them; 0 once it is decided."""
    states.of(who, batch)
    waited = store.review(batch, row)
    if waited is None or waited.state != "open":
        return 0
    asked = _asked(waited.said)
    return sum(_asked(each.said) == asked for each in store.reviews(batch, state="open", limit=_MOST))


def decide_alike(
    who: Actor,
    *,
    batch: str,
    row: int,
    land: bool = True,
    choices: Mapping[str, Any] | None = None,
    person: str | None = None,
) -> Decided:
    """Decide about every open row that asks what this one asks: all land with the same choice, or all are refused.

    choices: see ``decide``; only answers to the questions count. person: "other" lets all land as somebody new; "same"
    lets each change the record that it surely is, where that is one and no number contradicts. A row that cannot land
    so waits on. Sent again it finds nothing left to decide. Raises Invalid when no row can land, Conflict for a batch
    that was undone.
    """
    spec = registers.definition(states.of(who, batch).register)
    with runtime.current().database.transaction():
        found, first = taken_up(who, batch, row)
        if first is None:
            return Decided(0, 0)
        if found.is_paper and land:
            raise Conflict("paper.each", EACH)
        chosen = {name: given for name, given in (choices or {}).items() if name in first.questions}
        asked = _asked(waiting_row_of(batch, row).said)
        same = [each for each in store.reviews(batch, state="open", limit=_MOST) if _asked(each.said) == asked]
        now = {each.source_row: msgspec.json.decode(each.said, type=Waiting) for each in same[:_AT_ONCE]}
        people: dict[int, Same] = {}
        if land and person == SAME:
            people = _same_people(who, found, now, read_choices(spec.id, first, chosen))
            fates = {at: with_notes(each.fate, now[at]) for at, each in people.items()}
        elif land:
            require_answer(first, person)
            right = read_choices(spec.id, first, chosen)
            fates, wrong = landed(who, found, {at: (kept, {**kept.values, **right}) for at, kept in now.items()})
            if not fates:
                raise Invalid("review.choices", NOT_CHOSEN, [each for _, each in wrong])
        else:
            fates = {at: Fate(at, "rejected", said=kept.said) for at, kept in now.items()}
        answer = person if land and first.twins else ""
        for at, fate in fates.items():
            said = word(people[at].fate.record, people[at]) if at in people else word(answer, None)
            keep_word(who, batch, fate, land=land, chosen=chosen | said)
    return Decided(len(fates), len(same) - len(fates))


def surely(kept: Waiting) -> str:
    """Return the one record that a row surely is, "" when there is none or more than one."""
    sure = [each.record for each in kept.twins if each.verdict == "sure" and each.record]
    return sure[0] if len(sure) == 1 == len(kept.twins) else ""


def _same_people(
    who: Actor, found: states.Batch, now: Mapping[int, Waiting], right: Mapping[str, Any]
) -> dict[int, Same]:
    """Let each row change the record that it surely is; those of which that cannot be said wait on."""
    sure = {at: person for at, kept in now.items() if (person := surely(kept))}
    if not sure:
        message = N_("Chỉ trả lời chung được “cùng một người” cho những dòng máy chắc chắn; hãy mở từng dòng.")
        raise Invalid("review.not_sure", message, [fault("person", "review.not_sure", message)])
    return {at: land_same(who, found, at, {**now[at].values, **right}, person) for at, person in sure.items()}


def _asked(said: str) -> str:
    """Return what rows that ask the same have in common: fields with their candidates, and why they wait."""
    kept = msgspec.json.decode(said, type=Waiting)
    return msgspec.json.encode([kept.questions, [[each.at, each.code] for each in kept.said]]).decode()
