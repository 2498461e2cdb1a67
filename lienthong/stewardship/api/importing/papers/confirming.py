"""A person confirms what was read: each field beside its picture, what was put right kept with who said so."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import msgspec
from PIL import Image

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.kernel.scans.pixels import dark, resized
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.judging import Waiting
from lienthong.stewardship.api.importing.opening import Kept
from lienthong.stewardship.api.importing.papers.book import Paper, Place
from lienthong.stewardship.api.importing.papers.drafting import cells_of, confidence
from lienthong.stewardship.api.importing.papers.evidence import note_scan
from lienthong.stewardship.api.importing.reading import Told, known_of
from lienthong.stewardship.api.importing.reviewing import (
    keep_word,
    landed,
    taken_up,
    waiting_row_of,
    with_notes,
    word,
)
from lienthong.stewardship.api.importing.same import OTHER, land_same, require_answer
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.api.importing.twins import WHY, Twins, sentences
from lienthong.stewardship.domain.importing import Fate, Said, Settings, Twin, said_of
from lienthong.stewardship.domain.papers import SURE, Cell
from lienthong.stewardship.domain.understanding import understand
from lienthong.stewardship.store import batches as store
from lienthong.stewardship.store import papers as pages

_AROUND = 10
_WIDEST = 1_000
_DARK = 150
_WRONG = N_("Còn trường chưa đúng; sửa các trường được nêu rồi xác nhận lại.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftField:
    """One field of a draft. read: as it stands on the paper; text: as a person may confirm it or type another.

    confidence: percent, None where nothing was read; options: values of which one must be chosen, with what they say.
    corrected: it was confirmed as another value than the one that was read. picture: PNG, b"" where there is none.
    """

    name: str
    read: str
    text: str
    confidence: int | None
    said: tuple[Said, ...]
    options: tuple[tuple[str, str], ...]
    corrected: bool
    picture: bytes

    @property
    def is_sure(self) -> bool:
        """Whether it was read without doubt."""
        return self.confidence is None or self.confidence >= SURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A row of a scan. state: open, landed, refused. why: what is said of it as a whole. decided_at: a stamp or "".

    values: as they were confirmed last, else as they were read; twins and person: see ``Review``.
    """

    row: int
    page: int
    state: str
    fields: tuple[DraftField, ...]
    why: tuple[Said, ...]
    decided_by: str
    decided_at: str
    values: dict[str, Any]
    twins: list[Twin]
    person: str

    @property
    def doubtful(self) -> list[str]:
        """Fields that were read with doubt, or of which something is said."""
        return [each.name for each in self.fields if not each.is_sure or each.said or each.options]


def drafts(who: Actor, *, batch: str, state: str = "", limit: int = 500) -> list[Draft]:
    """Return the draft records of a scan, without their pictures, in the order of its pages."""
    found, spec, settings = _settled(who, batch)
    with closing(Kept(found.digest, found.name, found.id)) as kept:
        assert isinstance(kept.book, Paper)  # noqa: S101
        rows = store.reviews(batch, state=state, limit=min(limit, 500))
        shown = [_draft(spec, settings, row, kept.book.place(row.source_row), None) for row in rows]
        people = [_person(spec, row) for row in rows]
    if shown:
        registers.note(who, holding="import", subjects=people, fields=list(spec.fields), grounds=found.grounds)
    return shown


def draft(who: Actor, *, batch: str, row: int) -> Draft:
    """Return one draft record with the picture of each field, in one look: one access entry. Raises NotFound."""
    found, spec, settings = _settled(who, batch)
    waited = waiting_row_of(batch, row)
    place = Paper(found.id).place(row)
    kept = pages.page(batch, place.page)
    with Image.open(io.BytesIO(runtime.current().files.get(kept.picture)) if kept else io.BytesIO()) as picture:
        shown = _draft(spec, settings, waited, place, picture)
    registers.note(
        who, holding="import", subjects=[_person(spec, waited)], fields=list(spec.fields), grounds=found.grounds
    )
    return shown


def confirm_draft(
    who: Actor, *, batch: str, row: int, texts: Mapping[str, str], person: str | None = None, reason: str = ""
) -> bool:
    """Let a draft land as a person confirms it; what differs from what was read is kept with who said so.

    texts: field → what the person confirms, in any form that an import understands; a field that is not named stays as
    confirmed before, else as read, an empty one says nothing. person, reason: for a draft that may be somebody who
    stands already, as ``decide`` takes them. False: it may be somebody about whom nobody has decided; it waits on, with
    what was confirmed and with whom it may be (``twins_of``). A draft that is decided stays as it is. Raises Invalid
    with a fault for each field that cannot be understood or that the register refuses, or for an answer that is none of
    these people; Conflict for a batch that was undone or a record that is gone; Denied for who may not merge.
    """
    found, spec, settings = _settled(who, batch)
    place = Paper(found.id).place(row)
    with runtime.current().database.transaction():
        found, kept = taken_up(who, batch, row)
        if kept is None:
            return True
        values = _meant(spec, settings, kept, texts)
        changed = {name: value for name, value in values.items() if value != kept.values.get(name)}
        require_answer(kept, person)
        if twins := _unasked(who, found, spec, kept, Told(row, [], values), person):
            _ask(batch, row, msgspec.structs.replace(kept, twins=twins, confirmed=changed), spec)
            return False
        scan = states.with_evidence(dataclasses.replace(found, reason=clean(reason) or found.reason), place.page)
        same = None
        if person and person != OTHER and kept.twins:
            same = land_same(who, scan, row, values, person)
            fate = with_notes(same.fate, kept)
        else:
            fates, wrong = landed(who, scan, {row: (kept, values)})
            if wrong:
                raise Invalid("paper.wrong", _WRONG, [each for _, each in wrong])
            fate = fates[row]
        note_scan(found, [fate])
        answer = word(person if kept.twins else "", same)
        keep_word(who, batch, fate, land=True, chosen=changed | answer)
    return True


def _unasked(who: Actor, found: Batch, spec: Register, kept: Waiting, told: Told, person: str | None) -> list[Twin]:
    """Return whom a draft may be, when there is somebody among them about whom nobody has decided."""
    if person not in {None, OTHER}:
        return []
    twins = Twins(spec, trial=False).find(who, found, [told], ()).get(told.row, [])
    answered = {each.record for each in kept.twins} if person == OTHER else set[str]()
    return twins if any(each.record not in answered for each in twins) else []


def _ask(batch: str, row: int, kept: Waiting, spec: Register) -> None:
    """Keep with a draft whom it may be, in the place of what an earlier look has found."""
    said = [each for each in kept.said if each.code not in WHY]
    asked = msgspec.structs.replace(kept, said=[*said_of("review", sentences(kept.twins, spec.key)), *said])
    store.decide(batch, row, said=msgspec.json.encode(asked).decode())


def refuse_draft(who: Actor, *, batch: str, row: int) -> None:
    """Keep a draft out of the register; it stays with its scan. A draft that is decided stays as it is."""
    with runtime.current().database.transaction():
        _, kept = taken_up(who, batch, row)
        if kept is not None:
            keep_word(who, batch, Fate(row, "rejected", said=kept.said), land=False, chosen={})


def next_draft(who: Actor, *, batch: str, after: int = 0) -> int:
    """Return the row of the next draft that waits, behind a row and then from the top; 0 when none does."""
    states.of(who, batch)
    found = store.reviews(batch, state="open", limit=1, after=after) or store.reviews(batch, state="open", limit=1)
    return int(found[0].source_row) if found else 0


def _settled(who: Actor, batch: str) -> tuple[Batch, Register, Settings]:
    found = states.of(who, batch)
    if not found.is_paper or found.settings is None:
        raise NotFound("import.nothing", N_("Lô này chưa đọc dòng nào."))
    return found, registers.definition(found.register), found.settings


def _person(spec: Register, row: Row) -> str:
    kept, chosen = _kept(row)
    return str((kept.values | chosen).get(spec.subject) or "")


def _kept(row: Row) -> tuple[Waiting, dict[str, Any]]:
    """Return what is kept of a draft, and what a person confirmed otherwise than it was read."""
    kept = msgspec.json.decode(row.said, type=Waiting)
    return kept, states.loaded(row.chosen) if row.chosen else kept.confirmed


def _draft(spec: Register, settings: Settings, row: Row, place: Place, picture: Image.Image | None) -> Draft:
    kept, chosen = _kept(row)
    cells: dict[str, list[Cell]] = {}
    for name, cell in cells_of(spec, settings, place):
        cells.setdefault(name, []).append(cell)
    values = {name: value for name, value in (kept.values | chosen).items() if name in spec.fields}
    named = list(dict.fromkeys([*cells, *values, *(each for each in spec.fields if each in spec.required)]))
    return Draft(
        row=row.source_row,
        page=place.page,
        state=row.state,
        fields=tuple(_field(spec, name, kept, chosen, cells.get(name, []), picture) for name in named),
        why=tuple(each for each in kept.said if each.at not in named),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        values=values,
        twins=kept.twins,
        person=str(chosen.get("_person", "")),
    )


def _field(
    spec: Register,
    name: str,
    kept: Waiting,
    chosen: Mapping[str, Any],
    cells: Sequence[Cell],
    picture: Image.Image | None,
) -> DraftField:
    read = " ".join(each.text for each in cells if each.text)
    value = chosen.get(name, kept.values.get(name))
    return DraftField(
        name=name,
        read=read,
        text=_shown(spec, name, value) if value is not None or name in chosen else read,
        confidence=confidence(spec, name, cells, kept.values.get(name)) if cells else None,
        said=tuple(each for each in kept.said if each.at == name),
        options=tuple((str(value), text or _shown(spec, name, value)) for value, text in kept.questions.get(name, [])),
        corrected=name in chosen,
        picture=_cut(picture, cells) if picture is not None and cells else b"",
    )


def _shown(spec: Register, name: str, value: Any) -> str:
    """Return a stored value as a person reads and types it."""
    if value is None or value == "":
        return ""
    if spec.terms[name].type == "unit":
        found = reference.unit(str(value))
        return reference.place(found) if found else str(value)
    return reference.show_value(spec.term_of(name), value)


def _cut(picture: Image.Image, cells: Sequence[Cell]) -> bytes:
    """Return the part of a page where cells stand, without the empty paper behind the last letter, as a small PNG."""
    left, top = min(each.x for each in cells), min(each.y for each in cells)
    right, bottom = max(each.x + each.w for each in cells), max(each.y + each.h for each in cells)
    box = (
        max(0, left - _AROUND),
        max(0, top - _AROUND),
        min(picture.width, right + _AROUND),
        min(picture.height, bottom + _AROUND),
    )
    part = picture.crop(box)
    ink = dark(part, below=_DARK).getbbox()
    if ink:
        part = part.crop((0, 0, min(part.width, max(ink[2] + 2 * _AROUND, 200)), part.height))
    share = min(0.5, _WIDEST / part.width)
    part = resized(part, part.width * share, part.height * share)
    kept = io.BytesIO()
    part.convert("L").save(kept, "PNG", optimize=True)
    return kept.getvalue()


def _meant(spec: Register, settings: Settings, kept: Waiting, texts: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that a person confirms, in stored form. Raises Invalid with a fault for each unclear one."""
    values: dict[str, Any] = kept.values | kept.confirmed
    faults: list[Fault] = []
    open_ = set(kept.questions) - set(texts) - set(kept.confirmed)
    for name, given in texts.items():
        text = clean(given)
        if name not in spec.fields:
            faults.append(fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name))
            continue
        chosen = next((value for value, _ in kept.questions.get(name, []) if str(value) == text), None)
        if chosen is not None:
            values[name] = chosen
        elif not text:
            values[name] = None
            if name in kept.questions:
                open_.add(name)
        elif values.get(name) is None or text != _shown(spec, name, values[name]):
            meaning = understand(spec.terms[name], text, settings=known_of(spec, settings, name))
            faults += [Fault(name, each.code, each.message, each.data) for each in meaning.faults]
            if len(meaning.candidates) > 1:
                options = "; ".join(each.title for each in meaning.candidates[:5])
                message = N_("Có nhiều cách hiểu (%(options)s); viết rõ hơn.")
                faults.append(fault(name, "value.choose", message, options=options))
            values[name] = meaning.value if not meaning.candidates else meaning.candidates[0].value
    faults += [fault(name, "review.choose", N_("Chọn một cách hiểu.")) for name in sorted(open_)]
    if faults:
        raise Invalid("paper.wrong", _WRONG, faults)
    return values
