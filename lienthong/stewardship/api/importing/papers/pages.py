"""Pages are read one at a time: a job each, so that other work has its turn between two of them."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from PIL import Image

from lienthong.kernel import jobs, runtime, scans
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.papers.taking import JOB, kind_of
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.domain.mapping.titles import Known, plain, take_apart
from lienthong.stewardship.domain.papers import ReadPage, read_page
from lienthong.stewardship.store import batches
from lienthong.stewardship.store import papers as store

_OTHER_SHAPE, _COLUMNS, _NOTHING = "paper.other_shape", "paper.columns", "paper.nothing"
TROUBLES = {
    _OTHER_SHAPE: N_(
        "Trang này thuộc loại khác với các trang trước (bảng và biểu mẫu); tách riêng rồi nhập thành tệp khác."
    ),
    _COLUMNS: N_("Bảng ở trang này có số cột khác trang trước; tách riêng rồi nhập thành tệp khác."),
    _NOTHING: N_("Không thấy bảng có kẻ ô, cũng không thấy nhãn như “Họ và tên:”; quét lại rõ và thẳng hơn."),
    "scan.broken": N_("Không mở được trang này; quét lại, hoặc in tệp thành PDF mới rồi gửi."),
    "scan.slow": N_("Trang này nhận dạng quá lâu nên bị bỏ; quét lại rõ hơn rồi gửi."),
}
"""Why a page was left out, in words."""
_QUALITY = 85
_INK = 0.004
_DARK = 130
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperPage:
    """One page of a scan. state: waiting, read, left (out); why: a sentence for one that was left out; rows: of it."""

    number: int
    state: str
    why: str
    rows: int
    has_picture: bool


def pages(who: Actor, *, batch: str) -> list[PaperPage]:
    """Return the pages of a scan and what became of each; nothing of what they say."""
    states.of(who, batch)
    return [
        PaperPage(
            number=row.number,
            state=row.state,
            why=gettext(TROUBLES[row.trouble]) if row.trouble in TROUBLES else "",
            rows=len(_told(row).rows) if row.told else 0,
            has_picture=bool(row.picture),
        )
        for row in store.pages(batch)
    ]


def page_picture(who: Actor, *, batch: str, page: int) -> bytes:
    """Return a whole page as a JPEG, upright as it was read; an access entry says so. Raises NotFound."""
    found = states.of(who, batch)
    row = store.page(batch, page)
    if row is None or not row.picture:
        raise NotFound("paper.page", N_("Bản quét này không có trang %(page)s, hoặc trang chưa đọc xong."), page=page)
    spec = registers.definition(found.register)
    registers.note(who, holding="import", subjects=[""], fields=list(spec.fields), grounds=found.grounds)
    return runtime.current().files.get(row.picture)


def read_pages(who: Actor, *, batch: str, tell: Tell | None = None) -> Batch:
    """Read every page that waits now, and answer the batch: begun, or dropped when no page can be used."""
    found = states.of(who, batch)
    while found.state == "reading":
        _read_next(found, tell)
        found = states.of(who, batch)
    return found


def go_on_reading(*, batch: str) -> None:
    """Read the next page of a scan that the worker was asked for, and ask for the one behind it."""
    row = batches.one(batch)
    if row is not None and row.state == "reading":
        _read_next(states.batch_of(row), None)


def read_again(who: Actor, *, batch: str) -> Batch:
    """Let a scan whose reading has stopped be read on. Raises Conflict for one that is not being read."""
    with runtime.current().database.transaction():
        found = states.of(who, batch, lock=True)
        if found.state != "reading":
            raise Conflict("paper.read", N_("Bản quét này đã đọc xong."))
        batches.change(batch, trouble="")
        jobs.enqueue(JOB, {"batch": batch}, key=f"{JOB}:{batch}:{who.request_id}")
    return states.of(who, batch)


def _read_next(found: Batch, tell: Tell | None) -> None:
    row = store.next_waiting(found.id)
    became = _tried(found, row.number) if row is not None else {}
    with runtime.current().database.transaction():
        now = batches.one(found.id, lock=True)
        if now is None or now.state != "reading":
            return
        if row is not None:
            store.change(found.id, row.number, **became)
            if found.trouble:
                batches.change(found.id, trouble="")
        if (behind := store.next_waiting(found.id)) is not None:
            jobs.enqueue(JOB, {"batch": found.id}, key=f"{JOB}:{found.id}:{behind.number}")
        elif any(each.state == "read" for each in store.pages(found.id)):
            batches.change(found.id, state="begun", trouble="")
        else:
            batches.change(found.id, state="dropped", trouble=_NOTHING)
    if tell is not None and row is not None:
        tell(row.number)


def _tried(found: Batch, number: int) -> dict[str, object]:
    """Return what becomes of a page, as it is kept. What is no fault of the page (the program is gone) is raised."""
    began = time.perf_counter()
    told, picture = "", ""
    try:
        read, picture = _read(found, number)
        trouble = _trouble(found.id, read)
        told = "" if trouble else msgspec.json.encode(read).decode()
    except Exception as failure:
        trouble = failure.code if isinstance(failure, Invalid) else type(failure).__name__
        if trouble not in TROUBLES:
            with runtime.current().database.transaction():
                batches.change(found.id, trouble=trouble)
            raise
    return {
        "state": "left" if trouble else "read",
        "trouble": trouble,
        "picture": picture,
        "told": told,
        "milliseconds": round((time.perf_counter() - began) * 1000),
    }


def _read(found: Batch, number: int) -> tuple[ReadPage, str]:
    """Return what a page says, and its upright picture in the store."""
    files = runtime.current().files
    page = scans.read(scans.draw(files.path(found.digest), kind=kind_of(found.name), number=number))
    kept = io.BytesIO()
    page.picture.save(kept, "JPEG", quality=_QUALITY)
    told = read_page(
        page.words,
        page.grid,
        known=_known(registers.definition(found.register)),
        has_ink=lambda x, y, w, h: _has_ink(page.picture, x, y, w, h),
        width=page.picture.width,
    )
    return told, files.put(kept.getvalue())


def _trouble(batch: str, told: ReadPage) -> str:
    if not told.rows:
        return _NOTHING
    first = next((_told(each) for each in store.pages(batch) if each.state == "read"), told)
    if first.shape != told.shape:
        return _OTHER_SHAPE
    return _COLUMNS if told.shape == "table" and len(first.rows[0]) != len(told.rows[0]) else ""


def _told(row: Row) -> ReadPage:
    return msgspec.json.decode(row.told, type=ReadPage)


def _has_ink(picture: Image.Image, x: int, y: int, w: int, h: int) -> bool:
    if w < 1 or h < 1:
        return False
    return sum(picture.crop((x, y, x + w, y + h)).histogram()[:_DARK]) > _INK * w * h


def _known(spec: Register) -> Callable[[str], float]:
    """Return what says how well a label names a field of a register, or anything that the dictionary has."""
    own = {name: str(each.title.vi) for name, each in spec.fields.items() if each.title}
    names = Known(spec.terms, own, reference.terms())
    everything = {plain(name) for each in reference.terms().values() for name in (each.title.vi, *each.also)}

    def known(text: str) -> float:
        title = take_apart(text)
        if title.bare in everything:
            return 1.0
        return max((names.match(title, name).score for name in spec.fields), default=0.0)

    return known
