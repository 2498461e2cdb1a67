"""What becomes of each row: what keeps it out, what a person must decide, and what the register makes of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Portion, Register
from lienthong.stewardship.api.importing.reading import Told
from lienthong.stewardship.api.importing.reading import said as said_by
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.api.importing.twins import Twins, sentences
from lienthong.stewardship.domain import consistency
from lienthong.stewardship.domain.importing import Fate, Said, Sample, Twin, said_of


@dataclass(slots=True)
class Judged:
    """A row and what is known of it before the register is asked. again: an earlier row told of the same record."""

    told: Told
    fate: Fate
    again: bool = False
    lands: bool = False


class Waiting(msgspec.Struct):
    """What is kept of a row that waits: its values, questions with candidates, why it waits, and who it may be.

    confirmed: what a person said of a draft of a scan before they were asked who it is.
    """

    values: dict[str, Any]
    questions: dict[str, list[tuple[Any, str]]]
    said: list[Said]
    twins: list[Twin] = []
    confirmed: dict[str, Any] = {}


class Judge:
    """Looks at the rows of a file in order, and remembers what they were about."""

    def __init__(self, spec: Register) -> None:
        self._seen = consistency.Rows(spec)

    def take(self, portion: Sequence[Told]) -> list[Judged]:
        """Return what the rows say by themselves and beside the earlier ones."""
        return [self._one(each) for each in portion]

    def _one(self, told: Told) -> Judged:
        if told.aside:
            message = N_("Không phải dòng dữ liệu (tiêu đề lặp lại, dòng tổng, nhóm hoặc chữ ký) nên được bỏ qua.")
            return Judged(told, Fate(told.row, "aside", said=said_of("note", [fault("", "row.aside", message)])))
        notes = said_of("note", told.notes) if told.notes else []
        if told.faults:
            return Judged(told, Fate(told.row, "rejected", said=[*said_of("rejected", told.faults), *notes]))
        verdict = self._seen.take(told.row, told.values)
        again = verdict.kind == "again"
        if verdict.kind == "review" or verdict.kind == "rejected":  # noqa: PLR1714  told apart for the types
            said = [*said_of(verdict.kind, verdict.faults), *notes]
            return Judged(told, Fate(told.row, verdict.kind, said=said), again)
        if told.questions:
            asked = told.doubts or [_question(name, options) for name, options in told.questions.items()]
            return Judged(told, Fate(told.row, "review", said=[*said_of("review", asked), *notes]), again)
        return Judged(told, Fate(told.row, "again" if again else "created", said=notes), again, lands=True)


def land(
    who: Actor, batch: Batch, judged: Sequence[Judged], *, trial: bool, known: Twins | None = None
) -> tuple[list[Fate], list[Sample], dict[int, list[Twin]]]:
    """Land what may land, or find out what would become of it; answer each row's fate, samples, and who rows may be.

    known: finds the rows whose person stands already under another key; they wait.
    """
    assert batch.settings is not None  # noqa: S101
    spec = registers.definition(batch.register)
    twins = _twins(who, batch, judged, known) if known else {}
    rows = [(each.told.row, each.told.values) for each in judged if each.lands and each.told.row not in twins]
    kept: dict[int, list[str]] = {}

    def keep(row: int, stored: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
        kept[row] = consistency.poorer(stored, given)
        return {name: value for name, value in given.items() if name not in kept[row]} if kept[row] else given

    portion = (
        registers.land_portion(
            who,
            register=batch.register,
            rows=rows,
            grounds=batch.grounds,
            reason=batch.reason,
            changes_from=batch.settings.valid_from,
            trial=trial,
            hold=lambda stored, given: consistency.stranger(spec, stored, given),
            keep=keep,
        )
        if rows
        else Portion()
    )
    wrong = _by_row(portion.rejects)
    held = _by_row(portion.held)
    fates: list[Fate] = []
    made: set[str] = set()
    for each in judged:
        fate, row = each.fate, each.told.row
        if row in twins:
            # rows that the file alone shows to be one person's have said so already
            told = [] if any(one.code == "row.two_numbers" for one in fate.said) else sentences(twins[row], spec.key)
            fate = Fate(row, "review", said=[*said_of("review", told), *fate.said])
        elif row in wrong:
            fate = Fate(row, "rejected", said=[*said_of("rejected", wrong[row]), *fate.said])
        elif row in held:
            fate = Fate(row, "review", said=[*said_of("review", held[row]), *fate.said])
        elif each.lands:
            fate = _landed(fate, portion, again=each.again or portion.touched[row].record in made)
            made.add(fate.record)
            fate = msgspec.structs.replace(fate, said=[*fate.said, *said_of("note", _kept(kept.get(row, ())))])
        fates.append(fate)
    samples = [Sample(row, changed) for row, told in portion.changes.items() if (changed := _differing(told))]
    if known:
        became = {row: touched.record for row, touched in portion.touched.items()}
        known.landed(became, [row for row, _ in rows])
        twins = {row: [_met(one, became) for one in each] for row, each in twins.items()}
    return fates, samples, twins


def _twins(who: Actor, batch: Batch, judged: Sequence[Judged], known: Twins) -> dict[int, list[Twin]]:
    open_ = [each for each in judged if each.lands or each.fate.what == "review"]
    needed = registers.definition(batch.register).required  # a new record that lacks one of them does not land
    lands = {each.told.row for each in open_ if each.lands and all(each.told.values.get(name) for name in needed)}
    return known.find(who, batch, [each.told for each in open_], lands)


def _met(twin: Twin, became: Mapping[int, str]) -> Twin:
    """Return a twin with its record, when it is a row that has just landed."""
    return twin if twin.record else msgspec.structs.replace(twin, record=became.get(twin.row, ""))


def _kept(names: Sequence[str]) -> list[Fault]:
    message = N_("Dòng này viết thiếu dấu hoặc thiếu ngày, tháng so với bản ghi; giữ như bản ghi đang có.")
    return [fault(name, "row.poorer", message) for name in names]


def _differing(told: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Any, Any]]:
    """Return changes without those that a later row of the portion has undone."""
    return {name: (before, after) for name, (before, after) in told.items() if before != after}


def waiting_rows(
    batch: str, judged: Sequence[Judged], fates: Sequence[Fate], twins: Mapping[int, Sequence[Twin]]
) -> list[dict[str, object]]:
    """Return the rows that wait, as they are kept. fates: of each of them, in order."""
    return [
        _waiting_row(batch, each.told, fate, twins.get(fate.row, ()))
        for each, fate in zip(judged, fates, strict=True)
        if fate.what == "review"
    ]


def _waiting_row(batch: str, told: Told, fate: Fate, twins: Sequence[Twin]) -> dict[str, object]:
    said = [each for each in fate.said if each.kind == "review"]
    kept = Waiting(said_by(told.values), told.questions, said, list(twins))
    return {
        "batch": batch,
        "source_row": told.row,
        "state": "open",
        "said": msgspec.json.encode(kept).decode(),
        "chosen": "",
        "fate": "",
        "decided_by": "",
        "decided_at": "",
    }


def _landed(fate: Fate, portion: Portion, *, again: bool) -> Fate:
    record, before, after = portion.touched[fate.row]
    notes = fate.said
    if again:
        if fate.row in portion.changes and after > before:
            message = N_("Dòng này nói khác một dòng trước về cùng một bản ghi; dòng sau được giữ.")
            notes = [*notes, *said_of("note", [fault("", "row.again_changes", message)])]
        return Fate(fate.row, "again", record, before, after, notes)
    what = "created" if before == 0 else "changed" if after > before else "same"
    return Fate(fate.row, what, record, before, after, notes)


def _question(name: str, options: Sequence[tuple[Any, str]]) -> Fault:
    message = N_("Có nhiều cách hiểu (%(options)s); chọn một.")
    return fault(name, "value.choose", message, options="; ".join(title for _, title in options))


def _by_row(found: Sequence[tuple[int, Fault]]) -> Mapping[int, list[Fault]]:
    grouped: dict[int, list[Fault]] = {}
    for row, each in found:
        grouped.setdefault(row, []).append(each)
    return grouped
