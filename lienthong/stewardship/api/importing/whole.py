"""A whole import in one call: for the shell, for machines, and for tests."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO

import msgspec

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.sheets import check_target
from lienthong.registers.api import Grounds
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.beginning import Preview, begin, confirm, drop, preview, with_day
from lienthong.stewardship.api.importing.papers.pages import read_pages
from lienthong.stewardship.api.importing.running import Tell, run
from lienthong.stewardship.api.importing.standing import Batch, Progress
from lienthong.stewardship.api.importing.telling import write_rejects
from lienthong.stewardship.domain.importing import Counts, Settings
from lienthong.stewardship.store import batches as store

Agree = Callable[[Preview], Settings]
"""Is shown the proposal and answers how the file is to be understood; raises when it is not to be imported."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file's rows. rejects: the file that lists refused rows, "" when none was.

    before: the batch that had brought these very bytes in; then nothing was done.
    """

    batch: str
    rows: int
    created: int
    changed: int
    unchanged: int
    merged: int
    review: int
    rejected: int
    rejects: str
    before: str


def import_file(
    who: Actor,
    *,
    register: str,
    path: Path,
    rejects: Path | None = None,
    grounds: Grounds | None = None,
    valid_from: date | None = None,
    reason: str = "",
    agree: Agree | None = None,
    tell: Tell | None = None,
) -> Imported:
    """Bring a file into a register: good rows land, the others wait for a decision or are listed in ``rejects``.

    An empty cell says nothing about its field. A row whose key is there already changes that record from
    ``valid_from`` on (today when None), or changes nothing when it agrees; the same file again changes nothing, and an
    import of it that was interrupted goes on. agree: who confirms how the columns are understood; without it only a
    proposal that leaves nothing open is taken. Raises Invalid for a file or header that cannot be used or that leaves
    something open, Denied for another agency.
    """
    if rejects is not None:
        check_target(rejects)
    batch = begin_path(who, register=register, path=path, grounds=grounds, reason=reason)
    batch = settle(who, batch=batch, agree=agree or sure_only, valid_from=valid_from)
    again = batch.state == "done"
    progress = run(who, batch=batch.id, tell=tell)
    return told(who, said_again(progress) if again else progress, rejects)


def settle(
    who: Actor,
    *,
    batch: Batch,
    agree: Agree,
    valid_from: date | None = None,
    trial: bool = False,
    again: bool = False,
    sheet: str = "",
    encoding: str = "",
) -> Batch:
    """Confirm a batch that was begun, and answer the one to be run: an earlier one of the same bytes, when it landed.

    agree: see ``import_file``. again: bring the bytes in although they have landed before. trial: for a dry run.
    """
    if batch.state == "reading":
        batch = read_pages(who, batch=batch.id)
        if batch.state == "dropped":
            raise Invalid(
                "paper.nothing", N_("Không đọc được trang nào: cần bảng có kẻ ô, hoặc nhãn như “Họ và tên:”.")
            )
    if batch.state not in {"begun", "ready"}:
        return batch
    try:
        settings = with_day(agree(preview(who, batch=batch.id, sheet=sheet, encoding=encoding)), valid_from)
        earlier = None if again or trial else same_before(who, batch=batch.id, settings=settings)
        if earlier is None:
            return confirm(who, batch=batch.id, settings=settings)
    except BaseException:
        drop(who, batch=batch.id)
        raise
    drop(who, batch=batch.id)
    return earlier


def receive(
    who: Actor,
    *,
    register: str,
    name: str,
    source: IO[bytes],
    grounds: Grounds | None = None,
    reason: str = "",
) -> Batch:
    """Begin the import of a file that was handed in, and look at once whether it can be read as a table.

    One that cannot is dropped, and Invalid says why. The same request again answers the same.
    """
    batch = begin(who, register=register, name=name, source=source, grounds=grounds, reason=reason)
    if batch.state in {"begun", "dropped"}:
        try:
            preview(who, batch=batch.id)
        except Invalid:
            drop(who, batch=batch.id)
            raise
    return batch


def begin_path(who: Actor, *, register: str, path: Path, grounds: Grounds | None = None, reason: str = "") -> Batch:
    """Begin the import of a file of this machine. Raises Invalid when it is not there."""
    if not path.is_file():
        raise Invalid("sheet.missing", N_("Không có tệp %(file)s; kiểm tra đường dẫn."), file=path.name)
    with path.open("rb") as source:
        return begin(who, register=register, name=path.name, source=source, grounds=grounds, reason=reason)


def same_before(who: Actor, *, batch: str, settings: Settings) -> Batch | None:
    """Return the newest batch of the same bytes that is understood alike and landed, or was interrupted; else None."""
    found = states.of(who, batch)
    for row in store.of_file(found.register, found.agency, found.digest):
        other = states.batch_of(row)
        if (
            other.id != batch
            and other.state in {"done", "running"}
            and other.settings
            and _alike(other.settings, settings)
        ):
            return other
    return None


def _alike(one: Settings, other: Settings) -> bool:
    """Say whether two imports understand the same bytes alike; rules follow from the bytes."""
    return msgspec.structs.replace(one, rules={}) == msgspec.structs.replace(other, rules={})


def sure_only(shown: Preview) -> Settings:
    """Take a proposal that leaves nothing open. Raises Invalid with a fault for each column that does."""
    if shown.uncertain:
        message = N_("Chưa chắc cột này ứng với trường nào.")
        faults = [fault(name, "import.uncertain", message) for name, each in shown.named if not each.sure]
        raise Invalid(
            "import.uncertain",
            N_("Còn cột chưa chắc chắn; xem trước rồi xác nhận, hoặc dùng --mapping, hoặc --yes (nhận đề xuất)."),
            faults,
        )
    return shown.settings


def said_again(progress: Progress) -> Progress:
    """Return what a batch comes to when the same bytes are brought in once more: nothing new, nothing changed."""
    had = progress.counts
    counts = Counts(
        rows=had.rows, same=had.landed + had.same, again=had.again, review=had.review, rejected=had.rejected
    )
    return dataclasses.replace(progress, counts=counts, samples=[], again=True)


def told(who: Actor, progress: Progress, rejects: Path | None) -> Imported:
    """Return what became of a file's rows, and write those that were refused."""
    counts, batch = progress.counts, progress.batch.id
    refused = write_rejects(who, batch=batch, path=rejects, trial=progress.trial) if rejects and counts.rejected else 0
    return Imported(
        batch=batch,
        rows=counts.rows,
        created=counts.created,
        changed=counts.changed,
        unchanged=counts.same,
        merged=counts.again,
        review=counts.review,
        rejected=counts.rejected,
        rejects=str(rejects) if refused else "",
        before=batch if progress.again else "",
    )
