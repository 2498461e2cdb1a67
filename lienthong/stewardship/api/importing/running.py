"""An import or its dry run, portion by portion: each portion is one transaction with the rows it brings.

Whatever stops a run (a kill, a full disk, a restart) leaves whole portions; the next run goes on behind the last one.
Two runs of one batch do not do a portion twice; runs of two batches into one register take turns row by row.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from itertools import islice

import msgspec
from sqlalchemy.exc import DBAPIError

from lienthong.kernel import jobs, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, LienThongError, Unavailable
from lienthong.kernel.files import is_full
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.judging import Judge, Judged, land, waiting_rows
from lienthong.stewardship.api.importing.opening import Kept, Numbered
from lienthong.stewardship.api.importing.papers.book import Paper
from lienthong.stewardship.api.importing.papers.drafting import land_drafts
from lienthong.stewardship.api.importing.reading import Reader
from lienthong.stewardship.api.importing.standing import Batch, Progress
from lienthong.stewardship.api.importing.twins import Twins
from lienthong.stewardship.domain.importing import Causes, Counts, Fate, Sample
from lienthong.stewardship.store import batches as store

JOB = "stewardship.import"
PORTION = 5000
"""Rows of one transaction."""
SLICE_SECONDS = 5.0
"""So long a job of the worker runs before other jobs have their turn."""
_TRIES = 6
_SAMPLES = 20
_RIVALS = {"40P01", "40001", "55P03"}
Tell = Callable[[int], None]
"""Is told the number of rows that are done."""


def run(who: Actor, *, batch: str, trial: bool = False, tell: Tell | None = None) -> Progress:
    """Bring the rows of a confirmed file in, or go on where an earlier run stopped; answer what became of them.

    trial: a dry run, which writes nothing but what it found. A batch that is done answers at once. Raises Conflict for
    one that is not confirmed, or that was undone or dropped; Unavailable when the disk is full: what landed stays.
    """
    _begin(who, batch, trial)
    _work(who, batch, trial, tell, seconds=None)
    return states.progress(who, batch=batch, trial=trial)


def start(who: Actor, *, batch: str, trial: bool = False) -> Batch:
    """Let the worker do what ``run`` does; asked twice, it is done once. ``progress`` tells how far it is."""
    with runtime.current().database.transaction():
        stopped = bool(states.of(who, batch, lock=True).trouble)
        found = _begin(who, batch, trial)
        if found.state != "done":
            _enqueue(found, trial, again=who.request_id if stopped else "")
    return states.of(who, batch)


def go_on(*, batch: str, trial: bool) -> None:
    """Do a slice of a batch that the worker was asked for, and ask for the next one."""
    row = store.one(batch)
    if row is None or row.state != _state(trial):
        return
    found = states.batch_of(row)
    kind, _, subject = found.actor.partition(":")
    who = Actor(
        kind=Kind(kind),
        subject=subject,
        agency=found.agency,
        roles=frozenset({states.ROLE}),
        level=3,
        request_id=f"import:{batch}",
    )
    if not _work(who, batch, trial, None, seconds=SLICE_SECONDS):
        with runtime.current().database.transaction():
            _enqueue(found, trial)


class _Live:
    """A batch that is being read in this process: the file, how far it is, and what earlier rows were about."""

    def __init__(self, found: Batch, trial: bool) -> None:
        assert found.settings is not None  # noqa: S101  a batch is begun only when it is confirmed
        self.batch, self.trial = found, trial
        self.spec = registers.definition(found.register)
        self.kept = Kept(found.digest, found.name, found.id if found.is_paper else "")
        self.reader = Reader(self.spec, found.settings)
        self.judge = Judge(self.spec)
        self.known = Twins(self.spec, trial)
        self.at = self.number = 0
        self.turn = threading.Lock()  # two threads that run one batch take turns, portion by portion
        self._rows = self.kept.rows(found.settings)
        if last := store.last_portion(found.id, trial=trial):
            self._skip(last.to_row)
            self.at, self.number = last.to_row, last.number + 1

    def portion(self) -> list[Numbered]:
        """Return the next rows; none when the file is at its end."""
        return list(islice(self._rows, PORTION))

    def land(self, who: Actor, judged: list[Judged]) -> tuple[list[Fate], list[Sample], list[dict[str, object]]]:
        """Land what may land; of a scan only what was read as surely as was asked."""
        if isinstance(self.kept.book, Paper):
            fates, samples, twins = land_drafts(
                who, self.batch, self.kept.book, judged, trial=self.trial, known=self.known
            )
        else:
            fates, samples, twins = land(who, self.batch, judged, trial=self.trial, known=self.known)
        return fates, samples, waiting_rows(self.batch.id, judged, fates, twins)

    def _skip(self, done: int) -> None:
        """Read what is done once more, without landing it: later rows are compared with it."""
        rows = self._rows
        self._rows = _and(rows)
        for portion in self._portions_to(rows, done):
            judged = self.judge.take(self.reader.read(portion))
            if self.trial:  # what has landed is found in the register
                self.known.note(each.told for each in judged if each.lands)

    def _portions_to(self, rows: Iterator[Numbered], done: int) -> Iterator[list[Numbered]]:
        portion: list[Numbered] = []
        for each in rows:
            if each[0] > done:
                self._rows = _and(rows, each)
                break
            portion.append(each)
            if len(portion) == PORTION:
                yield portion
                portion = []
        yield portion


class _Lives:
    """The batches that this process is in the middle of: a slice goes on where the one before stopped reading."""

    def __init__(self, _node: Runtime) -> None:
        self._live: dict[tuple[str, bool], _Live] = {}

    def of(self, found: Batch, trial: bool) -> _Live:
        """Return a batch as it stands in this process, or behind its last portion."""
        key = (found.id, trial)
        if key not in self._live:
            self._live[key] = _Live(found, trial)
        return self._live[key]

    def forget(self, batch: str, trial: bool) -> None:
        """Close the file of a batch."""
        live = self._live.pop((batch, trial), None)
        if live is not None:
            live.kept.close()

    def close(self) -> None:
        """Close every file."""
        for batch, trial in list(self._live):
            self.forget(batch, trial)


def _lives() -> _Lives:
    return runtime.current().part("stewardship.imports", _Lives)


def _begin(who: Actor, batch: str, trial: bool) -> Batch:
    """Let a batch be run: note since when and by whom. Raises Conflict for one that cannot be."""
    with runtime.current().database.transaction():
        found = states.of(who, batch, lock=True)
        if found.state == "done" and not trial:
            return found
        if found.state == "begun":
            raise Conflict("import.unconfirmed", N_("Hãy xem và xác nhận cách hiểu các cột trước khi nhập."))
        if found.state not in {"ready", "trying", "running"} or (trial and found.state == "running"):
            raise Conflict("import.closed", N_("Lô này đã xong, đã hoàn tác hoặc đã bỏ; nhập lại tệp nếu cần."))
        if found.state == "ready" or (found.state == "trying" and not trial):
            store.forget_trial(batch)
            _lives().forget(batch, trial=True)
            store.change(batch, started=states.now(), actor=states.author(who))
        store.change(batch, state=_state(trial), trouble="")
        return states.of(who, batch)


def _state(trial: bool) -> str:
    return "trying" if trial else "running"


def _work(who: Actor, batch: str, trial: bool, tell: Tell | None, *, seconds: float | None) -> bool:
    """Do portions until the file ends or the time is over; answer whether it ended."""
    began = time.monotonic()
    found = states.of(who, batch)
    try:
        while found.state == _state(trial):
            live = _lives().of(found, trial)
            with live.turn:
                if not _portion(who, live, tell):
                    break
            if seconds is not None and time.monotonic() - began > seconds:
                return False
    except BaseException as failure:
        _lives().forget(batch, trial)
        _note_trouble(batch, failure)
        if is_full(failure):
            raise Unavailable(
                "import.full",
                N_("Hết chỗ trên đĩa; các dòng đã nhập vẫn còn. Dọn chỗ rồi `lienthong register resume %(batch)s`."),
                batch=batch,
            ) from None
        raise
    _lives().forget(batch, trial)
    return True


def _portion(who: Actor, live: _Live, tell: Tell | None) -> bool:
    """Do the next portion; False when there is none left, or when the batch is no longer to be run."""
    began = time.perf_counter()
    rows = live.portion()
    judged = live.judge.take(live.reader.read(rows))
    for attempt in range(_TRIES):
        try:
            with runtime.current().database.transaction():
                row = store.one(live.batch.id, lock=True)
                if row is None or row.state != _state(live.trial):
                    return False
                last = store.last_portion(live.batch.id, trial=live.trial)
                if (last.to_row if last else 0) != live.at:  # another run of this batch was here: read again behind it
                    _lives().forget(live.batch.id, live.trial)
                    return True
                if not rows:
                    _finish(live)
                    return False
                fates, samples, waiting = live.land(who, judged)
                counts, causes = Counts(), Causes()
                counts.add(fates)
                causes.add(fates)
                store.add_portion(
                    {
                        "batch": live.batch.id,
                        "trial": live.trial,
                        "number": live.number,
                        "from_row": rows[0][0],
                        "to_row": rows[-1][0],
                        "at": states.now(),
                        "milliseconds": round((time.perf_counter() - began) * 1000),
                        "counts": msgspec.json.encode(asdict(counts)).decode(),
                        "causes": msgspec.json.encode(causes.listed()).decode(),
                        "fates": zlib.compress(msgspec.json.encode(fates), 1),
                        "samples": msgspec.json.encode(samples[:_SAMPLES]).decode(),
                    }
                )
                if not live.trial:
                    store.add_reviews(*waiting)
            break
        except (Conflict, DBAPIError) as failure:  # somebody wrote the same records a moment ago: look again
            if attempt == _TRIES - 1 or not _is_rivalry(failure):
                raise
            time.sleep(0.01 * 2**attempt)
    live.at, live.number = rows[-1][0], live.number + 1
    if tell is not None:
        tell(live.at)
    return True


def _finish(live: _Live) -> None:
    if live.trial:
        store.change(live.batch.id, state="ready")
    else:
        store.change(live.batch.id, state="done", ended=states.now(), trouble="")


def _is_rivalry(failure: Exception) -> bool:
    if isinstance(failure, DBAPIError):
        cause = failure.orig
        return getattr(cause, "sqlstate", None) in _RIVALS or "database is locked" in str(cause)
    return isinstance(failure, Conflict) and failure.code == "record.key_taken"


def _note_trouble(batch: str, failure: BaseException) -> None:
    code = failure.code if isinstance(failure, LienThongError) else type(failure).__name__
    with suppress(Exception), runtime.current().database.transaction():
        store.change(batch, trouble="import.full" if is_full(failure) else code)


def _enqueue(found: Batch, trial: bool, *, again: str = "") -> None:
    """Ask for the next slice. again: the request by which a person lets go on what had stopped, maybe for good."""
    last = store.last_portion(found.id, trial=trial)
    place = f"{found.started}:{last.to_row if last else 0}{f':{again}' if again else ''}"
    jobs.enqueue(JOB, {"batch": found.id, "trial": trial}, key=f"{JOB}:{found.id}:{trial}:{place}")


def _and(rows: Iterator[Numbered], *before: Numbered) -> Iterator[Numbered]:
    yield from before
    yield from rows
