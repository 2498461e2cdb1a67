"""The first steps of an import: the file is kept whole, shown with a proposal, and confirmed by a person."""

from __future__ import annotations

from collections import Counter, defaultdict
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
from lienthong.kernel.legacy import CERTAIN
from lienthong.kernel.sheets import TextGuess
from lienthong.kernel.text import clean, fold
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship.api.importing import proposing
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.opening import Kept, Numbered
from lienthong.stewardship.api.importing.papers.taking import begin_paper, is_paper
from lienthong.stewardship.api.importing.proposing import Proposed
from lienthong.stewardship.api.importing.reading import Reader, Told, assumed
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.domain.importing import Column, Settings, fingerprint, told_apart
from lienthong.stewardship.store import batches as store
from lienthong.stewardship.store import mappings

SHOWN_ROWS = 20
MAX_BYTES = 4_000_000_000
_OPEN = {"begun", "ready"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a file looks like. settings: the proposal; remembered: it is what was confirmed for this source last time.

    rows: the first rows of data as they stand and as they would be understood.
    remarks: on the whole file. same_as: a batch that has brought these very bytes in already.
    """

    batch: Batch
    sheets: tuple[str, ...]
    settings: Settings
    remembered: bool
    columns: tuple[Proposed, ...]
    rows: tuple[Told, ...]
    remarks: tuple[Fault, ...]
    same_as: Batch | None

    @property
    def named(self) -> list[tuple[str, Proposed]]:
        """The columns with what each is called by; two of one title are told apart."""
        return list(zip(told_apart([each.column.title for each in self.columns]), self.columns, strict=True))

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

    name: of the file, with the ending that tells its kind; a scan is taken as ``begin_paper`` says. Raises Denied for
    no steward of the register's owner, Invalid for an empty file.
    """
    if is_paper(name, source):
        return begin_paper(who, register=register, name=name, source=source, grounds=grounds, reason=reason)
    spec = registers.definition(register)
    why = grounds or Grounds(purpose="import", basis=spec.basis[0])
    states.require_steward(who, register, why)
    digest, size = runtime.current().files.take(source, limit=MAX_BYTES)
    shown = clean(PurePath(name.replace("\\", "/")).name)[-200:]
    if not size:
        raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=shown)

    def work() -> str:
        row = states.new_row(who, register, name=shown, digest=digest, size=size, grounds=why, reason=reason)
        store.add(row)
        return str(row["id"])

    return states.of(who, requests.once(who, f"stewardship.begin.{register}.{digest[:16]}", str, work))


def preview(
    who: Actor,
    *,
    batch: str,
    sheet: str = "",
    encoding: str = "",
    header: int = 0,
    settings: Settings | None = None,
) -> Preview:
    """Return what the file looks like and how it would be understood; nothing is written.

    encoding: of all old text; found column by column when empty. header: number of the row of titles, found when 0.
    settings: show the rows as these would have it. Without them what is confirmed counts (of this sheet), then what was
    confirmed for the same titles last time, then what titles and values say. Raises Invalid for a file that cannot be
    used.
    """
    found = states.of(who, batch)
    spec = registers.definition(found.register)
    with closing(Kept(found.digest, found.name, found.id if found.is_paper else "")) as kept:
        chosen = settings or found.settings
        if chosen and ((sheet and sheet != chosen.sheet) or (header and (header,) != chosen.header)):
            chosen = None
        sheet = sheet or (chosen.sheet if chosen else kept.likeliest_sheet())
        guess = kept.guess(sheet)
        encodings = {each.column: encoding or each.encoding for each in guess.columns if encoding or each.encoding}
        if chosen and not encoding:
            encodings = {at: each.encoding for at, each in enumerate(chosen.columns) if each.encoding}
        plain = kept.top({}, sheet) if encodings else []
        top = kept.top(encodings, sheet)
        columns, titled = proposing.columns(
            spec,
            top,
            guess,
            encodings,
            plain=plain,
            header_row=header or (chosen.header[0] if chosen and len(chosen.header) == 1 else 0),
            is_unicode=kept.book.is_unicode,
        )
        if titled.found and not titled.first_data_row:
            message = N_("Tệp %(file)s có dòng tiêu đề nhưng chưa có dòng dữ liệu nào bên dưới; điền rồi nhập lại.")
            raise Invalid("sheet.no_rows", message, file=found.name)
        if not titled.first_data_row or not columns:
            raise Invalid("sheet.empty", N_("Tệp %(file)s không có dòng tiêu đề ở đầu."), file=found.name)
        titles = [each.column.title for each in columns]
        last = None if chosen or encoding else _remembered(found, titles)
        if chosen is None:
            chosen = last or Settings(columns=tuple(each.column for each in columns))
            if last is not None:
                chosen = _in_letters_of(last, guess, is_unicode=kept.book.is_unicode)
                top = kept.top({at: each.encoding for at, each in enumerate(chosen.columns) if each.encoding}, sheet)
            chosen = msgspec.structs.replace(chosen, sheet=sheet, header=titled.rows, first=titled.first_data_row)
            chosen = with_rules(spec, chosen, top, epoch=kept.book.epoch)
            confirmed = last is not None
        else:
            confirmed = True
            chosen = with_rules(spec, _titled(chosen, titles), top, epoch=kept.book.epoch) if settings else chosen
        rows = [each for each in top if each[0] >= chosen.first][:SHOWN_ROWS]
        told = Reader(spec, chosen).read(rows)
        sheets = tuple(each.name for each in kept.book.sheets if not each.hidden)
        remarks = (*kept.book.notes, *_other_sheets(sheets, sheet), *assumed(spec, chosen))
    return Preview(
        batch=found,
        sheets=sheets,
        settings=chosen,
        remembered=last is not None,
        columns=proposing.as_chosen(columns, chosen) if confirmed else tuple(columns),
        rows=tuple(told),
        remarks=remarks,
        same_as=_earlier(found),
    )


def with_rules(spec: Register, settings: Settings, top: Sequence[Numbered], *, epoch: int) -> Settings:
    """Return settings with what the values of each column say about each other. epoch: as the file has it."""
    rows = [each for each in top if each[0] >= settings.first]
    plain = msgspec.structs.replace(settings, rules={}, epoch=epoch)
    return msgspec.structs.replace(plain, rules=Reader(spec, plain).rules(rows))


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
    with closing(Kept(found.digest, found.name, found.id if found.is_paper else "")) as kept:
        expected = kept.expected(settings)
        encodings = {at: each.encoding for at, each in enumerate(settings.columns) if each.encoding}
        settings = with_rules(spec, settings, kept.top(encodings, settings.sheet), epoch=kept.book.epoch)
    with runtime.current().database.transaction():
        locked = states.of(who, batch, lock=True)
        if locked.state not in _OPEN:
            raise Conflict("import.begun", N_("Lô này đã bắt đầu nhập nên không đổi cách hiểu được; nhập lại tệp."))
        text = states.settings_text(settings)
        store.change(batch, state="ready", settings=text, fingerprint=print_, expected=expected)
        store.forget_trial(batch)
        # the day since when changes hold belongs to one file, not to its source
        lasting = states.settings_text(msgspec.structs.replace(settings, valid_from="", lands_from=0))
        mappings.remember(found.register, found.agency, print_, settings=lasting, batch=batch, at=states.now())
    return states.of(who, batch)


def drop(who: Actor, *, batch: str) -> None:
    """Give up an import that has not landed a row. Raises Conflict when it has."""
    with runtime.current().database.transaction():
        found = states.of(who, batch, lock=True)
        if found.state not in {*_OPEN, "reading", "trying", "dropped"}:
            raise Conflict("import.landed", N_("Lô này đã ghi dữ liệu; dùng hoàn tác nếu muốn bỏ."))
        store.change(batch, state="dropped")


def with_day(settings: Settings, day: date | None) -> Settings:
    """Return settings whose changes hold from a day on."""
    return msgspec.structs.replace(settings, valid_from=day.isoformat()) if day else settings


def _titled(settings: Settings, titles: Sequence[str]) -> Settings:
    """Return settings with the titles as they read now: another encoding of a column is another title."""
    if len(titles) != len(settings.columns):
        return settings
    pairs = zip(settings.columns, titles, strict=True)
    columns = tuple(msgspec.structs.replace(each, title=title) for each, title in pairs)
    return msgspec.structs.replace(settings, columns=columns)


def _remembered(found: Batch, titles: Sequence[str]) -> Settings | None:
    """Return what was confirmed for the same titles, column by column; a column it does not know is left out.

    Columns of one title go by their order. A file without titles has nothing to be known again by.
    """
    if not any(titles):
        return None
    row = mappings.find(found.register, found.agency, fingerprint(titles))
    if row is None:
        return None
    kept = msgspec.json.decode(row.settings, type=Settings)
    known: dict[str, list[Column]] = defaultdict(list)
    for each in kept.columns:
        known[fold(each.title)].append(each)
    alike = Counter(map(fold, titles))
    same = {key: iter(columns) for key, columns in known.items() if len(columns) == alike[key]}
    columns = tuple(next(same.get(fold(title), iter(())), Column(title=title)) for title in titles)
    return msgspec.structs.replace(kept, columns=columns)


def _other_sheets(sheets: Sequence[str], sheet: str) -> list[Fault]:
    """Return what to say of a file of several sheets, of which one is read."""
    read = sheet or next(iter(sheets), "")
    others = ", ".join(each for each in sheets if each != read)
    if not others:
        return []
    message = N_("Đang đọc trang tính “%(sheet)s”; tệp còn các trang: %(others)s. Mỗi trang nhập một lần.")
    return [fault("", "sheet.others", message, sheet=read, others=others[:300])]


def _in_letters_of(remembered: Settings, guess: TextGuess, *, is_unicode: bool) -> Settings:
    """Return settings of an earlier file with the letters of this one: a clerk's next sheet may be typed otherwise.

    What a person once said of a column counts only where this file leaves it in doubt.
    """
    looks = {each.column: each for each in guess.columns}
    columns: list[Column] = []
    for at, each in enumerate(remembered.columns):
        seen = looks.get(at)
        if seen is None or not seen.encoding:
            encoding = "" if is_unicode else each.encoding
        else:
            encoding = seen.encoding if seen.confidence >= CERTAIN else each.encoding or seen.encoding
        columns.append(msgspec.structs.replace(each, encoding=encoding))
    return msgspec.structs.replace(remembered, columns=tuple(columns))


def _earlier(found: Batch) -> Batch | None:
    rows = store.of_file(found.register, found.agency, found.digest)
    return next((states.batch_of(row) for row in rows if row.state == "done" and row.id != found.id), None)


def _faults(spec: Register, settings: Settings) -> list[Fault]:
    faults: list[Fault] = []
    filled: dict[str, str] = {}
    for title, column in zip(settings.names, settings.columns, strict=True):
        for name in column.fields:
            if name not in spec.fields:
                message = N_("Không có trường “%(name)s”.")
                faults.append(fault(title, "field.unknown", message, name=name))
            elif column.part:
                filled.setdefault(name, title)
            elif filled.setdefault(name, title) != title:
                message = N_("Trường “%(field)s” đã lấy từ cột “%(other)s”; chọn một cột.")
                field = str(spec.title_of(name))
                faults.append(fault(title, "field.twice", message, field=field, other=filled[name]))
    if not filled:
        faults.append(fault("columns", "field.none", N_("Chưa cột nào ứng với một trường; chọn ít nhất một.")))
    return faults
