"""What becomes of the rows of a scan: none lands unseen, unless all of it was read as surely as was asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import fault
from lienthong.kernel.i18n import N_
from lienthong.registers.api import Register
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.judging import Judged, land
from lienthong.stewardship.api.importing.papers.book import Paper, Place
from lienthong.stewardship.api.importing.papers.evidence import note_scan
from lienthong.stewardship.api.importing.reading import sources_of
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.api.importing.twins import Twins
from lienthong.stewardship.domain.importing import Fate, Said, Sample, Settings, Twin, said_of
from lienthong.stewardship.domain.papers import SURE, Cell

_IN_DIRECTORY = 10
"""So many times surer is a name that stands in the directory of units."""


def land_drafts(
    who: Actor, batch: Batch, paper: Paper, judged: Sequence[Judged], *, trial: bool, known: Twins
) -> tuple[list[Fate], list[Sample], dict[int, list[Twin]]]:
    """Land the rows that are sure enough to land, let all others wait; answers as ``judging.land``.

    A row that would be refused waits as well: what is wrong with it is most likely how it was read. Who a row that
    waits may be is looked for when a person confirms it: only then is it said what stands on the paper.
    """
    spec, settings = known.spec, batch.settings
    assert settings is not None  # noqa: S101
    read = {each.told.row: confidences(spec, settings, paper.place(each.told.row), each.told.values) for each in judged}
    sure = [each for each in judged if each.lands and _is_sure(read[each.told.row], settings)]
    unsure = [each for each in judged if each not in sure]
    landed, samples, twins = land(who, states.with_evidence(batch), sure, trial=trial, known=known)
    if not trial:
        note_scan(batch, landed)
    tried, more, _ = land(who, batch, unsure, trial=True)
    fates = {each.row: each for each in landed if each.what not in {"rejected", "review"}}
    fates |= {each.row: _waits(each, read[each.row]) for each in (*landed, *tried) if each.row not in fates}
    return [fates[each.told.row] for each in judged], [*samples, *more], twins


def confidences(spec: Register, settings: Settings, place: Place, values: Mapping[str, Any]) -> dict[str, int]:
    """Return how surely each field of a row was read, in percent. values: what it was understood as."""
    cells: dict[str, list[Cell]] = {}
    for name, cell in cells_of(spec, settings, place):
        cells.setdefault(name, []).append(cell)
    return {name: confidence(spec, name, each, values.get(name)) for name, each in cells.items()}


def confidence(spec: Register, name: str, cells: Sequence[Cell], value: Any) -> int:
    """Return how surely a field was read, in percent: as the least sure of its cells.

    A unit that was understood without a question has its name in the directory, which a misread one hardly has.
    """
    sure = min(each.confidence for each in cells)
    return 100 - (100 - sure) // _IN_DIRECTORY if value and spec.terms[name].type == "unit" else sure


def cells_of(spec: Register, settings: Settings, place: Place) -> list[tuple[str, Cell]]:
    """Return each field with each cell that it is read from."""
    used = sources_of(spec, settings)
    return [
        (name, place.cells[at])
        for at, column in enumerate(settings.columns)
        for name in column.fields
        if name in used and at in place.cells
    ]


def _is_sure(read: dict[str, int], settings: Settings) -> bool:
    return bool(settings.lands_from and read) and min(read.values()) >= settings.lands_from


def _waits(fate: Fate, read: dict[str, int]) -> Fate:
    """Return the fate of a row that waits for a person, with what was said of it and what was read with doubt."""
    if fate.what == "aside":
        return fate
    said = [msgspec.structs.replace(each, kind="review") if each.kind == "rejected" else each for each in fate.said]
    known = {(each.at, each.code) for each in said}
    for name, sure in read.items():
        if sure < SURE and (name, "paper.unsure") not in known:
            message = N_("Chữ đọc được chưa chắc; so kỹ với ảnh.")
            said += said_of("review", [fault(name, "paper.unsure", message)])
    if not any(each.kind == "review" for each in said):
        message = N_("Đọc từ bản quét: so với ảnh rồi xác nhận.")
        said += said_of("review", [fault("", "paper.confirm", message)])
    return Fate(fate.row, "review", said=_unique(said))


def _unique(said: list[Said]) -> list[Said]:
    kept: dict[tuple[str, str, str], Said] = {}
    for each in said:
        kept.setdefault((each.kind, each.at, each.code), each)
    return list(kept.values())
