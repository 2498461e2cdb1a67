"""Plans of the shape "32+1" become tasks: from a spreadsheet, tried dry first; the same file again changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.ids import new_id
from lienthong.kernel.requests import once
from lienthong.kernel.sheets import CellError, Formula, Writer, open_sheet
from lienthong.kernel.text import clean, day, fold
from lienthong.oversight import spec, store
from lienthong.oversight.api import assigning, rights
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.tasks import State
from lienthong.oversight.spec.plans import PILLARS, Plan
from lienthong.reference import api as reference
from lienthong.reference.api import Agency

COLUMNS = {
    "plan": N_("Kế hoạch"),
    "item": N_("Mã mục"),
    "agency": N_("Cơ quan"),
    "special": N_("Mục riêng"),
    "pillar": N_("Trụ cột"),
    "goal": N_("Rõ mục tiêu"),
    "person": N_("Rõ người"),
    "work": N_("Rõ việc"),
    "due_on": N_("Rõ thời gian"),
    "responsibility": N_("Rõ trách nhiệm"),
    "product": N_("Rõ sản phẩm"),
    "result": N_("Rõ kết quả"),
    "indicator": N_("Mã chỉ tiêu"),
    "target": N_("Mức phải đạt (%)"),
    "source": N_("Nguồn"),
}
"""Columns of the spreadsheet: key → title. A file may have either in its first row."""
NOTES = {
    "plan": N_("Mã kế hoạch, ví dụ national-committee-2023."),
    "agency": N_("Mã hoặc tên cơ quan; hoặc: Mọi bộ, Mọi tỉnh, Mọi bộ và tỉnh."),
    "special": N_("Ghi x nếu là mục riêng của cơ quan (phần “+1”)."),
    "pillar": N_("Chính phủ số, Kinh tế số, Xã hội số; để trống nếu chưa rõ."),
    "due_on": N_("Ngày/tháng/năm, ví dụ 15/12/2026."),
    "indicator": N_("Chỉ khi đo bằng chỉ tiêu của hệ thống."),
}
REQUIRED = ("plan", "item", "agency", *domain.SEVEN)
GROUPS = {"mọi bộ": "ministries", "mọi tỉnh": "provinces", "mọi bộ và tỉnh": "all"}
MOST_ROWS, MOST_BYTES = 5_000, 5 * 1024 * 1024
_SAME = ("pillar", "goal", "person", "work", "due_on", "responsibility", "product", "result", "indicator", "special")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that is not taken: its number in the file, the column, and why."""

    row: int
    column: str
    reason: str


@dataclass(slots=True)
class Import:
    """What an import does, or would do: rows read, tasks new and unchanged, and every row that is not taken."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    rejects: list[Reject] = field(default_factory=list[Reject])

    @property
    def rejected(self) -> int:
        """How many rows are not taken."""
        return len({each.row for each in self.rejects})


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A task that a row asks for."""

    row: int
    origin: str
    values: Mapping[str, Any]


def plans(who: Actor) -> list[Plan]:
    """Return the plans of the catalogue, newest first. Raises Denied for others than assigners."""
    rights.require_assigner(who)
    return list(spec.plans.plans().values())


def template(who: Actor, *, path: Path, plan: str = "") -> None:
    """Write an empty spreadsheet (``.xlsx`` or ``.csv``), or one that begins with what is known of a plan.

    What no source gives stays empty, and the import will say so. Raises Denied, NotFound for an unknown plan.
    """
    rights.require_assigner(who)
    known = spec.plans.plan(plan) if plan else None
    titles = {name: gettext(title) for name, title in COLUMNS.items()}
    notes = {titles[name]: gettext(note) for name, note in NOTES.items()}
    with Writer(path, list(titles.values()), notes=notes) as file:
        file.add([_template_row(known, item.id) for item in known.items] if known else [])


def stage(who: Actor, *, name: str, content: bytes) -> str:
    """Keep a spreadsheet for a dry run and the import after it; answer its id. The same request keeps one.

    Raises Denied, Invalid.
    """
    rights.require_assigner(who)
    if not content or len(content) > MOST_BYTES:
        message = N_("Chọn một tệp .xlsx hoặc .csv, nhỏ hơn %(limit)s MB.")
        at = [fault("file", "plan.file", message, limit=MOST_BYTES // 1024 // 1024)]
        raise Invalid("plan.file", message, at, limit=MOST_BYTES // 1024 // 1024)
    digest = runtime.current().files.put(content)
    values = {
        "id": new_id(),
        "agency": who.agency,
        "by": who.subject,
        "digest": digest,
        "name": clean(name.replace("\\", "/").rpartition("/")[2])[-140:],
        "at": clock.stamp(runtime.current().clock.now()),
    }

    def work() -> str:
        store.plans.put(values)
        return values["id"]

    return once(who, f"oversight.stage/{digest[:32]}", str, work)


def dry_run(who: Actor, *, upload: str) -> tuple[str, Import]:
    """Return the file's name and what its import would do; nothing changes. Raises NotFound for others' files."""
    name, content = _staged(who, upload)
    done, _wanted = _read(who, name, content)
    return name, done


def import_plan(who: Actor, *, upload: str) -> Import:
    """Assign every good row's tasks and tell their agencies; what is assigned already stays as it is.

    An agency gets all of its tasks and the notice of them in one transaction: killed in between, the same file again
    brings what is missing. Raises as ``dry_run``.
    """
    name, content = _staged(who, upload)
    done, wanted = _read(who, name, content)
    by_agency: dict[str, list[_Wanted]] = {}
    for each in wanted:
        by_agency.setdefault(each.values["agency"], []).append(each)
    for agency, some in by_agency.items():
        with runtime.current().database.transaction():
            known = store.tasks.by_origin([each.origin for each in some])
            new = [each for each in some if each.origin not in known]
            for each in new:
                assigning.keep(who, each.values, origin=each.origin, state=State.ASSIGNED)
            if new:
                _announce(who, upload, agency, new)
    return done


def _staged(who: Actor, upload: str) -> tuple[str, bytes]:
    rights.require_assigner(who)
    row = store.plans.find(upload)
    if row is None or row.by != who.subject or row.agency != who.agency:
        raise NotFound("plan.upload", N_("Không còn tệp này; hãy gửi lại tệp."))
    return row.name, runtime.current().files.get(row.digest)


def _read(who: Actor, name: str, content: bytes) -> tuple[Import, list[_Wanted]]:
    ending = name.rpartition(".")[2].lower()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"plan.{ending if ending in {'csv', 'xlsx'} else 'none'}"
        path.write_bytes(content)
        sheet = open_sheet(path)
        columns = _columns(sheet.header)
        rows: list[tuple[int, list[Any]]] = []
        for number, cells in sheet.rows:
            rows.append((number, cells))
            if len(rows) > MOST_ROWS:
                raise Invalid("plan.rows", N_("Tệp có quá %(most)s dòng; chia thành nhiều tệp."), most=MOST_ROWS)
    done, wanted = Import(rows=len(rows)), list[_Wanted]()
    agencies = rights.assignable(who)
    for number, cells in rows:
        said, faults = _said(columns, cells)
        values, more = _values(said, agencies)
        if faults or more:
            done.rejects += [_reject(number, each) for each in (*faults, *more)]
            continue
        for agency in _agencies(said["agency"], agencies):
            origin = f"plan:{who.agency}|{said['plan']}|{said['item']}|{agency.code}"
            place = {"agency": agency.code, "unit": agency.unit, "province": reference.province_of(agency.unit)}
            staff = rights.responsible(agency.code, said["person"])
            wanted.append(_Wanted(number, origin, {**values, **place, "staff": staff}))
    return done, _against_known(wanted, done)


def _against_known(wanted: Iterable[_Wanted], done: Import) -> list[_Wanted]:
    """Return what is new; the same again is unchanged, something else under the same name is rejected."""
    listed = list(wanted)
    known: dict[str, Any] = store.tasks.by_origin([each.origin for each in listed])
    today = clock.today(runtime.current().clock).isoformat()
    new: dict[str, _Wanted] = {}
    for each in listed:
        first = new.get(each.origin)
        earlier = first.values if first else None
        if each.origin in known:
            earlier = store.tasks.columns_of(known[each.origin])
        if earlier is not None:
            if all(earlier[name] == each.values[name] for name in _SAME):
                done.unchanged += each.origin in known
            else:
                message = N_("Đã giao mục này cho cơ quan với nội dung khác; thu hồi nhiệm vụ cũ rồi giao việc mới.")
                done.rejects.append(_reject(each.row, fault("item", "plan.other", message)))
        elif each.values["due_on"] < today:
            message = N_("Hạn đã qua rồi; chọn hôm nay hoặc một ngày sau.")
            done.rejects.append(_reject(each.row, fault("due_on", "task.past", message)))
        else:
            new[each.origin] = each
    done.new = len(new)
    return list(new.values())


def _columns(header: Sequence[str]) -> list[str]:
    """Return the key of each column. Raises Invalid with every unknown or missing one."""
    known = {fold(text): name for name, title in COLUMNS.items() for text in (title, gettext(title), name)}
    columns = [known.get(fold(title), "") for title in header]
    faults = [
        fault(title, "plan.column", N_("Không biết cột “%(title)s”; dùng tệp mẫu."), title=title)
        for title, name in zip(header, columns, strict=True)
        if not name
    ]
    faults += [
        fault(name, "plan.missing", N_("Thiếu cột “%(title)s”; dùng tệp mẫu."), title=gettext(COLUMNS[name]))
        for name in REQUIRED
        if name not in columns
    ]
    if faults:
        raise Invalid("plan.columns", N_("Tệp không đúng mẫu: dòng đầu phải là tên các cột."), faults)
    return columns


def _said(columns: Sequence[str], cells: Sequence[Any]) -> tuple[dict[str, str], list[Fault]]:
    said, faults = dict.fromkeys(COLUMNS, ""), list[Fault]()
    for name, cell in zip(columns, cells, strict=False):
        if isinstance(cell, Formula | CellError):
            message = N_("Ô có công thức; thay bằng giá trị rồi nhập lại.")
            faults.append(fault(name, "plan.formula", message))
        else:
            said[name] = _text(cell)
    return said, faults


def _text(cell: Any) -> str:
    if isinstance(cell, datetime | date):
        return day(cell.date() if isinstance(cell, datetime) else cell)
    if isinstance(cell, float):
        return f"{cell:g}"
    return clean(str(cell)) if cell is not None else ""


def _values(said: Mapping[str, str], agencies: Sequence[Agency]) -> tuple[dict[str, Any], list[Fault]]:
    clear, faults = domain.seven(said, date.min)
    for name in ("plan", "item"):
        if not said[name] or len(said[name]) > 40:
            message = N_("Nhập “%(title)s”, không quá 40 chữ.")
            faults.append(fault(name, "plan.name", message, title=gettext(COLUMNS[name])))
    if not _agencies(said["agency"], agencies):
        message = N_("Không có cơ quan này trong phạm vi được giao việc; ghi mã hoặc tên trong danh mục.")
        faults.append(fault("agency", "task.agency", message))
    pillars = {fold(str(text)): each.code for each in reference.code_list(PILLARS).codes.values()
               for text in (each.code, each.title.vi, each.title.en)}  # fmt: skip
    pillar = pillars.get(fold(said["pillar"]), "") if said["pillar"] else ""
    if said["pillar"] and not pillar:
        faults.append(fault("pillar", "task.pillar", N_("Không có trụ cột “%(pillar)s”."), pillar=said["pillar"]))
    measured = assigning.measure(said, faults)
    if faults or clear is None:
        return {}, faults
    return {
        **assigning.columns(clear),
        **measured,
        "pillar": pillar,
        "source": said["source"],
        "meeting": "",
        "plan": said["plan"],
        "item": said["item"],
        "special": bool(said["special"]),
    }, []


def _agencies(said: str, agencies: Sequence[Agency]) -> list[Agency]:
    group = {fold(text): name for text, name in GROUPS.items()}.get(fold(said)) or said.lower()
    if group in {"ministries", "provinces", "all"}:
        levels = {"ministries": {"central"}, "provinces": {"province"}, "all": {"central", "province"}}[group]
        return [each for each in agencies if each.level in levels and each.kind in {"ministry", "people-committee"}]
    wanted = fold(said)
    return [
        each
        for each in agencies
        if wanted and wanted in {fold(each.code), fold(each.name.vi), fold(each.short.vi), fold(each.name.en)}
    ][:1]


def _reject(row: int, wrong: Fault) -> Reject:
    title = COLUMNS.get(wrong.at)
    return Reject(row, gettext(title) if title else wrong.at, wrong.text)


def _announce(who: Actor, upload: str, agency: str, new: Sequence[_Wanted]) -> None:
    """Tell the head of an agency once how many tasks came, and when the nearest is due."""
    body, told = reference.agency(who.agency), reference.agency(agency)
    nearest = min(new, key=lambda each: each.values["counted_on"]).values
    data = {
        "count": len(new),
        "body": body.short if body else who.agency,
        "agency": told.short if told else agency,
        "plan": nearest["plan"],
        "due": day(date.fromisoformat(nearest["counted_on"])),
    }
    assigning.tell(f"{upload}-given", rights.heads_of(agency), "tasks-assigned", data, body=who.agency)


def _template_row(plan: Plan, item_id: str) -> list[str]:
    item = plan.item(item_id)
    assert item is not None  # noqa: S101  an item of this plan
    known = {
        "plan": plan.plan,
        "item": item.id,
        "agency": "Mọi bộ và tỉnh",
        "pillar": item.pillar,
        "goal": item.goal.vi,
        "due_on": day(item.due) if item.due else "",
        "indicator": item.indicator,
        "target": f"{item.target * 100:g}" if item.indicator and item.target is not None else "",
        "source": item.source or plan.source,
    }
    return [known.get(name, "") for name in COLUMNS]
