"""Rows that wait for a person's word: shown with their candidates, decided, and landed as part of their batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.registers import api as registers
from lienthong.registers.api import Record
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.judging import Waiting
from lienthong.stewardship.api.importing.same import OTHER, Same, land_same, require_answer
from lienthong.stewardship.api.looking import lives_in
from lienthong.stewardship.api.rights import own_unit
from lienthong.stewardship.domain.importing import Fate, Said, Twin
from lienthong.stewardship.store import batches as store

EACH = N_("Bản ghi từ bản quét được xác nhận từng cái một, cạnh ảnh của nó.")
NOT_CHOSEN = N_("Còn chỗ chưa chọn hoặc chưa đúng; xem từng trường.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A row that waits or waited. questions: field → candidates; why: what is to be decided.

    state: open, landed, refused. twins: who of the register (or of an earlier row) it may be, likeliest first; person:
    the record that it was decided to be, "other" for nobody of them, "" while open or where nobody asked.
    """

    row: int
    state: str
    values: dict[str, Any]
    questions: dict[str, list[tuple[Any, str]]]
    why: list[Said]
    decided_by: str
    twins: list[Twin] = field(default_factory=list[Twin])
    person: str = ""


def reviews(who: Actor, *, batch: str, state: str = "open", limit: int = 50, after: int = 0) -> list[Review]:
    """Return rows of a batch that wait for a decision (state "" for all that ever did), in the order of the file."""
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    shown = [review_of(row) for row in store.reviews(batch, state=state, limit=min(limit, 500), after=after)]
    if shown:
        people = [str(each.values.get(spec.subject) or "") for each in shown]
        registers.note(who, holding="import", subjects=people, fields=list(spec.fields), grounds=found.grounds)
    return shown


def review(who: Actor, *, batch: str, row: int) -> Review:
    """Return one row that waits or waited. Raises NotFound."""
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    shown = review_of(waiting_row_of(batch, row))
    person = str(shown.values.get(spec.subject) or "")
    registers.note(who, holding="import", subjects=[person], fields=list(spec.fields), grounds=found.grounds)
    return shown


def decide(
    who: Actor,
    *,
    batch: str,
    row: int,
    land: bool = True,
    choices: Mapping[str, Any] | None = None,
    person: str | None = None,
    reason: str = "",
) -> Review:
    """Decide about a row that waits: it lands with the chosen values, or it is refused; decided rows stay decided.

    choices: field → value in any form the dictionary reads, for every question; other fields may be put right as well.
    person: for a row that may be somebody who stands already, the id of that record (it is changed, and the row's other
    number leads to it from now on, with the ``reason``) or "other" (the row lands as somebody new, as for None).
    Raises Invalid for a question without an answer or a value that cannot be read, Conflict for a batch that was
    undone or a draft of a scan (``confirm_draft``), Denied for who may not merge.
    """
    spec = registers.definition(states.of(who, batch).register)
    with runtime.current().database.transaction():
        found, kept = taken_up(who, batch, row)
        if kept is None:
            return review_of(waiting_row_of(batch, row))
        if found.is_paper and land:
            raise Conflict("paper.each", EACH)
        chosen = dict(choices or {})
        fate, same = Fate(row, "rejected", said=kept.said), None
        right = {**kept.values, **read_choices(spec.id, kept, chosen)} if land else {}
        if land:
            require_answer(kept, person)
        if land and kept.twins and person and person != OTHER:
            same = land_same(who, found, row, right, person, reason)
            fate = with_notes(same.fate, kept)
        elif land:
            fates, wrong = landed(who, found, {row: (kept, right)})
            if wrong:
                raise Invalid("review.choices", NOT_CHOSEN, [each for _, each in wrong])
            fate = fates[row]
        keep_word(who, batch, fate, land=land, chosen=chosen | word(person if land and kept.twins else "", same))
    return review_of(waiting_row_of(batch, row))


def twins_of(who: Actor, *, batch: str, row: int) -> list[tuple[Twin, Record | None]]:
    """Return whom an open row may be, each with the record whole; None for one that the agency may not see or is gone.

    An agency below the owner that has a unit sees the people of its unit; everybody shown finds the look in their log.
    """
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    kept = msgspec.json.decode(waiting_row_of(batch, row).said, type=Waiting)
    ids = [each.record for each in kept.twins if each.record]
    own = own_unit(who, spec)
    known = {
        each.id: each
        for each in (registers.read_records(who, register=spec.id, ids=ids, grounds=found.grounds) if ids else [])
        if each.values and (not own or lives_in(each, own))
    }
    return [(each, known.get(each.record)) for each in kept.twins]


def waiting_row_of(batch: str, row: int, *, lock: bool = False) -> Row:
    """Return a row that waits or waited, as it is kept. Raises NotFound."""
    waited = store.review(batch, row, lock=lock)
    if waited is None:
        raise NotFound("review.none", N_("Dòng %(row)s không chờ quyết định."), row=row)
    return waited


def taken_up(who: Actor, batch: str, row: int) -> tuple[states.Batch, Waiting | None]:
    """Return a batch and what a row of it waits with, both locked for a decision; None when it is decided already.

    Raises NotFound for a row that never waited, Conflict for a batch that was undone.
    """
    found = states.of(who, batch, lock=True)
    waited = waiting_row_of(batch, row, lock=True)
    if waited.state != "open":
        return found, None
    if found.state not in {"running", "done"}:
        raise Conflict("import.closed", N_("Lô này đã xong, đã hoàn tác hoặc đã bỏ; nhập lại tệp nếu cần."))
    return found, msgspec.json.decode(waited.said, type=Waiting)


def read_choices(register: str, kept: Waiting, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was chosen in stored form. Raises Invalid for a question without an answer that can be read."""
    faults = [
        fault(name, "review.choose", N_("Chọn một cách hiểu."))
        for name in kept.questions
        if chosen.get(name) in {None, ""}
    ]
    readers = registers.readers(register=register)
    values: dict[str, Any] = {}
    for name, given in chosen.items():
        if name not in readers:
            faults.append(fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name))
            continue
        try:
            values[name] = readers[name].read(given)
        except Invalid as error:
            faults.extend(error.faults)
    if faults:
        raise Invalid("review.choices", NOT_CHOSEN, faults)
    return values


def landed(
    who: Actor, found: states.Batch, rows: Mapping[int, tuple[Waiting, dict[str, Any]]]
) -> tuple[dict[int, Fate], list[tuple[int, Fault]]]:
    """Land rows that waited with the values that are right; answer their fates, and what keeps the others out."""
    settings = found.settings
    portion = registers.land_portion(
        who,
        register=found.register,
        rows=[(row, values) for row, (_, values) in rows.items()],
        grounds=found.grounds,
        reason=found.reason,
        changes_from=settings.valid_from if settings else "",
    )
    wrong = {row for row, _ in portion.rejects}
    fates: dict[int, Fate] = {}
    for row, (kept, _) in rows.items():
        if row not in wrong:
            touched = portion.touched[row]
            what = "created" if touched.before == 0 else "changed" if touched.after > touched.before else "same"
            fates[row] = with_notes(Fate(row, what, *touched), kept)
    return fates, list(portion.rejects)


def with_notes(fate: Fate, kept: Waiting) -> Fate:
    """Return a fate with what was asked of the row, now as notes."""
    return msgspec.structs.replace(fate, said=[msgspec.structs.replace(one, kind="note") for one in kept.said])


def word(person: str | None, same: Same | None) -> dict[str, Any]:
    """Return what is kept of whom a row was said to be: the record that held its number stands there for an undo."""
    gone = {"_gone": [same.gone, same.version]} if same and same.gone else {}
    return {"_person": person, **gone} if person else {}


def keep_word(who: Actor, batch: str, fate: Fate, *, land: bool, chosen: Mapping[str, Any]) -> None:
    """Keep what a person decided about a row, in the open transaction."""
    store.decide(
        batch,
        fate.row,
        state="landed" if land else "refused",
        chosen=msgspec.json.encode(chosen).decode(),
        fate=msgspec.json.encode(fate).decode(),
        decided_by=states.author(who),
        decided_at=states.now(),
    )


def review_of(row: Row) -> Review:
    """Return a stored row that waits or waited."""
    kept = msgspec.json.decode(row.said, type=Waiting)
    return Review(
        row=row.source_row,
        state=row.state,
        values=kept.values,
        questions=kept.questions,
        why=kept.said,
        decided_by=row.decided_by,
        twins=kept.twins,
        person=str(states.loaded(row.chosen).get("_person", "")) if row.chosen else "",
    )
