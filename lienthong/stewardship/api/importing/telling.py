"""What a batch has to tell: its report, every row with its fate, the rejects to mend, a raw row."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from lienthong.kernel import i18n
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import Writer
from lienthong.registers import api as registers
from lienthong.stewardship.api import cells
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.opening import Kept, Numbered
from lienthong.stewardship.api.importing.reading import Reader, assumed
from lienthong.stewardship.api.importing.standing import Batch, Progress
from lienthong.stewardship.domain.importing import REASON, STATUS, Cause, Fate, Said, Settings, What
from lienthong.stewardship.store import batches as store

_PORTION = 5000
_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A row as it stands in the file beside what was understood of it. what: became of it; said: everything about it.

    raw: its cells as text, in the order of the columns. values: field → stored form, None where the row says nothing.
    """

    row: int
    raw: list[str]
    values: dict[str, Any]
    what: What
    said: list[Said]


def report(progress: Progress) -> dict[str, Any]:
    """Return what became of a file as JSON: rows read, landed, unchanged and so on, problems by cause, seconds."""
    counts, found = progress.counts, progress.batch
    spec = registers.definition(found.register)
    return {
        "batch": found.id,
        "register": found.register,
        "file": found.name,
        "digest": found.digest,
        "trial": progress.trial,
        "again": progress.again,
        "state": found.state,
        "rows": counts.rows,
        "landed": counts.landed,
        "created": counts.created,
        "changed": counts.changed,
        "unchanged": counts.same,
        "merged": counts.again,
        "review": counts.review,
        "rejected": counts.rejected,
        "aside": counts.aside,
        "assumed": [each.text for each in assumed(spec, found.settings)] if found.settings else [],
        "problems": [_problem(each) for each in progress.causes],
        "samples": [{"row": each.row, "changes": each.changes} for each in progress.samples],
        "seconds": round(progress.milliseconds / 1000, 3),
    }


def write_rows(who: Actor, *, batch: str, path: Path, trial: bool = False) -> int:
    """Write a line for each row of the file: sheet, row, status, values understood, problems; answer how many."""
    found, settings = _confirmed(who, batch)
    spec = registers.definition(found.register)
    names = list(dict.fromkeys(name for column in settings.columns for name in column.fields))
    reader = Reader(spec, settings)
    with _opened(found) as kept, Writer(path, ["sheet", "source_row", "status", *names, "problems"]) as out:
        sheet = kept.book.sheet_read(settings.sheet)
        for rows in _fates(kept, found, settings, trial=trial):
            told = reader.read([row for row, _ in rows])
            out.add(
                [
                    sheet,
                    fate.row,
                    STATUS[fate.what],
                    *(one.values.get(name) for name in names),
                    " ".join(each.text for each in fate.said),
                ]
                for one, (_, fate) in zip(told, rows, strict=True)
                if fate.what != "aside"
            )
    _note(who, found, list(spec.fields))
    return out.count


def write_rejects(who: Actor, *, batch: str, path: Path, trial: bool = False) -> int:
    """Write the rows that were refused as they stand in the source, and why, to be mended and imported again.

    No file appears when there is none; answer how many there are.
    """
    found, settings = _confirmed(who, batch)
    titles = cells.headings(registers.definition(found.register))
    columns = [title for title in settings.titles if title != REASON]
    kept = [at for at, title in enumerate(settings.titles) if title != REASON]
    refused = (
        [*(cells.plain(row[at]) if at < len(row) else "" for at in kept), _reasons(fate, titles)]
        for rows in _with_fates(found, settings, trial=trial)
        for (_, row), fate in rows
        if fate.what == "rejected"
    )
    first = list(islice(refused, 1))
    if not first:
        return 0
    with Writer(path, [*columns, REASON]) as out:
        out.add(first)
        while some := list(islice(refused, _PORTION)):
            out.add(some)
    _note(who, found, list(titles))
    return out.count


def source_rows(who: Actor, *, batch: str, rows: Collection[int], trial: bool = False) -> list[SourceRow]:
    """Return rows of the kept file beside what was understood of them, at most 200; unknown numbers are left out.

    Only rows that are done are there; the file is read no further than to the last of them.
    """
    found, settings = _confirmed(who, batch)
    spec = registers.definition(found.register)
    wanted = set(sorted(rows)[:_SHOWN])
    chosen: list[tuple[Numbered, Fate]] = []
    for portion in _with_fates(found, settings, trial=trial) if wanted else ():
        chosen += [each for each in portion if each[1].row in wanted]
        if len(chosen) == len(wanted) or (portion and portion[-1][1].row >= max(wanted)):
            break
    told = Reader(spec, settings).read([row for row, _ in chosen])
    shown = [
        SourceRow(
            row=fate.row, raw=[cells.as_text(cell) for cell in raw], values=one.values, what=fate.what, said=fate.said
        )
        for one, ((_, raw), fate) in zip(told, chosen, strict=True)
    ]
    if shown:
        people = [str(each.values.get(spec.subject) or "") for each in shown]
        registers.note(who, holding="import", subjects=people, fields=list(spec.fields), grounds=found.grounds)
    return shown


def raw_row(who: Actor, *, batch: str, row: int) -> list[Any]:
    """Return the cells of a row of the kept file, as they came. Raises NotFound for a row that is not there."""
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    settings = found.settings or Settings(first=1)
    with _opened(found) as kept:
        for number, cells_ in kept.rows(settings):
            if number == row:
                told = Reader(spec, settings).read([(number, cells_)])
                subject = str(told[0].values.get(spec.subject) or "")
                registers.note(
                    who, holding="import", subjects=[subject], fields=list(spec.fields), grounds=found.grounds
                )
                return cells_
            if number > row:
                break
    raise NotFound("import.row", N_("Tệp của lô này không có dòng %(row)s."), row=row)


def _with_fates(found: Batch, settings: Settings, *, trial: bool) -> Iterator[list[tuple[Numbered, Fate]]]:
    """Yield the rows that are done, with what became of them; decided ones as they were decided."""
    with _opened(found) as kept:
        yield from _fates(kept, found, settings, trial=trial)


def _fates(kept: Kept, found: Batch, settings: Settings, *, trial: bool) -> Iterator[list[tuple[Numbered, Fate]]]:
    decided = {
        each.source_row: states.decoded(each.fate)
        for each in store.reviews(found.id)
        if each.state != "open" and not trial
    }
    rows = kept.rows(settings)
    for portion in store.portions(found.id, trial=trial):
        fates = states.fates_of(portion)
        yield [(row, decided.get(fate.row, fate)) for row, fate in zip(islice(rows, len(fates)), fates, strict=True)]


def _opened(found: Batch) -> closing[Kept]:
    return closing(Kept(found.digest, found.name, found.id if found.is_paper else ""))


def _confirmed(who: Actor, batch: str) -> tuple[Batch, Settings]:
    found = states.of(who, batch)
    if found.settings is None:
        raise NotFound("import.nothing", N_("Lô này chưa đọc dòng nào."))
    return found, found.settings


def _note(who: Actor, found: Batch, fields: Sequence[str]) -> None:
    registers.note(who, holding="import", subjects=[""], fields=list(fields), grounds=found.grounds)


def _reasons(fate: Fate, titles: dict[str, str]) -> str:
    return " ".join(f"{titles[each.at]}: {each.text}" if each.at in titles else each.text for each in fate.said)


def _problem(cause: Cause) -> dict[str, Any]:
    return {
        "kind": cause.kind,
        "code": cause.code,
        "field": cause.at,
        "count": cause.count,
        "rows": cause.rows,
        "sentence": cause.text,
        "sentence_vi": i18n.say("vi", cause.message, **cause.data),
        "sentence_en": i18n.say("en", cause.message, **cause.data),
    }
