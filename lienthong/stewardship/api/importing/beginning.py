"""The first steps of an import: the file is kept whole, shown with a proposal, and confirmed by a person."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import IO

import msgspec

from lienthong.kernel import requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.sheets import MAX_BYTES
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship.api import cells
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.api.importing.opening import Kept, Numbered
from lienthong.stewardship.api.importing.reading import Reader, Told
from lienthong.stewardship.domain.importing import Column, Settings, fingerprint
from lienthong.stewardship.store import batches as store
from lienthong.stewardship.store import mappings

SHOWN_ROWS = 20
_OPEN = {"begun", "ready"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """How one column would be understood. sure: nobody needs to look; why: what it was recognised by."""

    column: Column
    sure: bool
    why: str
    others: tuple[str, ...]
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file looks like. settings: the proposal; remembered: it is what was confirmed for this source last time.

    rows: the first rows of data as they stand and as they would be understood. same_as: a batch that has brought these
    very bytes in already.
    """

    batch: Batch
    sheets: tuple[str, ...]
    settings: Settings
    remembered: bool
    columns: tuple[Proposed, ...]
    rows: tuple[Told, ...]
    same_as: Batch | None

    @property
    def uncertain(self) -> list[Proposed]:
        """The columns that a person should look at."""
        return [each for each in self.columns if not each.sure]


def begin(
    who: Actor,
    *,
    register: str,
    name: str,
    source: IO[bytes],
    grounds: Grounds | None = None,
    reason: str = "",
) -> Batch:
    """Keep a file whole and begin its import; the same request again answers the same batch.

    name: of the file, with the ending that tells its kind. Raises Denied for no steward of the register's owner,
    Invalid for an empty file.
    """
    spec = registers.definition(register)
    why = grounds or Grounds(purpose="import", basis=spec.basis[0])
    states.require_steward(who, register, why)
    digest, size = runtime.current().files.take(source, limit=MAX_BYTES)
    shown = clean(PurePath(name.replace("\\", "/")).name)[-200:]
    if not size:
        raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=shown)

    def work() -> str:
        batch = new_id()
        store.add(
            {
                "id": batch,
                "register": register,
                "agency": who.agency,
                "actor": states.author(who),
                "at": states.now(),
                "name": shown,
                "digest": digest,
                "bytes": size,
                "state": "begun",
                "settings": "",
                "fingerprint": "",
                "purpose": why.purpose,
                "basis": why.basis,
                "reason": clean(reason),
                "expected": 0,
                "started": "",
                "ended": "",
                "trouble": "",
                "undone_by": "",
                "undone_reason": "",
            }
        )
        return batch

    return states.of(who, requests.once(who, f"stewardship.begin.{register}.{digest[:16]}", str, work))


def preview(who: Actor, *, batch: str, sheet: str = "", settings: Settings | None = None) -> Preview:
    """Return what the file looks like and how it would be understood; nothing is written.

    settings: show the rows as these would have it. Without them what is confirmed counts, then what was confirmed for
    the same titles last time, then what the titles and the first values say. Raises Invalid for a file or a header
    that cannot be used.
    """
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    with closing(Kept(found.digest, found.name)) as kept:
        top = kept.top(sheet)
        proposed = _proposed(spec, top)
        titles = [each.column.title for each in proposed]
        kept_settings = _remembered(found, titles) if settings is None and not sheet else None
        chosen = settings or found.settings or kept_settings or Settings(sheet=sheet, columns=_columns(proposed))
        rows = [each for each in top if each[0] >= chosen.first][:SHOWN_ROWS]
        told = Reader(spec, chosen).read(rows)
    confirmed = settings is not None or found.settings is not None or kept_settings is not None
    return Preview(
        batch=found,
        sheets=(),
        settings=chosen,
        remembered=kept_settings is not None,
        columns=_as_chosen(proposed, chosen) if confirmed else tuple(proposed),
        rows=tuple(told),
        same_as=_earlier(found),
    )


def confirm(who: Actor, *, batch: str, settings: Settings) -> Batch:
    """Keep how the file is to be understood, and remember it for the next file with the same titles.

    Raises Invalid with a fault for each column that fills a field that is not there or that another fills, and for a
    day that lies in the future; Conflict once the import has begun.
    """
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    faults = _faults(spec, settings)
    if faults:
        raise Invalid("import.settings", N_("Cách hiểu tệp chưa dùng được; sửa các cột được nêu."), faults)
    if settings.valid_from > runtime.current().clock.now().date().isoformat():
        raise Invalid("import.future", N_("Ngày có hiệu lực của lần nhập không được ở tương lai."))
    print_ = fingerprint(settings.titles)
    with closing(Kept(found.digest, found.name)) as kept:
        expected = kept.expected(settings)
    with runtime.current().database.transaction():
        locked = states.of(who, batch, lock=True)
        if locked.state not in _OPEN:
            raise Conflict("import.begun", N_("Lô này đã bắt đầu nhập nên không đổi cách hiểu được; nhập lại tệp."))
        text = states.settings_text(settings)
        store.change(batch, state="ready", settings=text, fingerprint=print_, expected=expected)
        store.forget_trial(batch)
        # the day since when changes hold belongs to one file, not to its source
        lasting = states.settings_text(msgspec.structs.replace(settings, valid_from=""))
        mappings.remember(found.register, found.agency, print_, settings=lasting, batch=batch, at=states.now())
    return states.of(who, batch)


def drop(who: Actor, *, batch: str) -> None:
    """Give up an import that has not landed a row. Raises Conflict when it has."""
    with runtime.current().database.transaction():
        found = states.of(who, batch, lock=True)
        if found.state not in {*_OPEN, "trying", "dropped"}:
            raise Conflict("import.landed", N_("Lô này đã ghi dữ liệu; dùng hoàn tác nếu muốn bỏ."))
        store.change(batch, state="dropped")


def with_day(settings: Settings, day: date | None) -> Settings:
    """Return settings whose changes hold from a day on."""
    return msgspec.structs.replace(settings, valid_from=day.isoformat()) if day else settings


def _proposed(spec: Register, top: Sequence[Numbered]) -> list[Proposed]:
    titles = [str(cell or "").strip() for cell in top[0][1]]
    names = cells.columns(spec, titles)
    return [
        Proposed(
            column=Column(title=title, fields=(name,) if name else ()),
            sure=True,
            why="title",
            others=(),
            samples=_samples(top, at),
        )
        for at, (title, name) in enumerate(zip(titles, names, strict=True))
    ]


def _samples(top: Sequence[Numbered], at: int) -> tuple[str, ...]:
    shown = [str(row[at]) for _, row in top[1:] if at < len(row) and row[at] not in {None, ""}]
    return tuple(dict.fromkeys(shown))[:3]


def _columns(proposed: Sequence[Proposed]) -> tuple[Column, ...]:
    return tuple(each.column for each in proposed)


def _as_chosen(proposed: Sequence[Proposed], settings: Settings) -> tuple[Proposed, ...]:
    shown = {at: each for at, each in enumerate(proposed)}
    return tuple(
        Proposed(
            column=column,
            sure=True,
            why="confirmed",
            others=shown[at].others if at in shown else (),
            samples=shown[at].samples if at in shown else (),
        )
        for at, column in enumerate(settings.columns)
    )


def _remembered(found: Batch, titles: Sequence[str]) -> Settings | None:
    """Return what was confirmed for the same titles, column by column; a column it does not know is left out."""
    row = mappings.find(found.register, found.agency, fingerprint(titles))
    if row is None:
        return None
    kept = msgspec.json.decode(row.settings, type=Settings)
    known = {each.title: each for each in kept.columns}
    return msgspec.structs.replace(kept, columns=tuple(known.get(title, Column(title=title)) for title in titles))


def _earlier(found: Batch) -> Batch | None:
    rows = store.of_file(found.register, found.agency, found.digest)
    return next((states.batch_of(row) for row in rows if row.state == "done" and row.id != found.id), None)


def _faults(spec: Register, settings: Settings) -> list[Fault]:
    faults: list[Fault] = []
    filled: dict[str, str] = {}
    for column in settings.columns:
        for name in column.fields:
            if name not in spec.fields:
                message = N_("Không có trường “%(name)s”.")
                faults.append(fault(column.title, "field.unknown", message, name=name))
            elif filled.setdefault(name, column.title) != column.title:
                message = N_("Trường “%(field)s” đã lấy từ cột “%(other)s”; chọn một cột.")
                field = str(spec.title_of(name))
                faults.append(fault(column.title, "field.twice", message, field=field, other=filled[name]))
    if not filled:
        faults.append(fault("columns", "field.none", N_("Chưa cột nào ứng với một trường; chọn ít nhất một.")))
    return faults
