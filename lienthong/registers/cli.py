"""``lienthong register``: a steward's work on a register from the shell, logged like everybody else's."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day, day_time, partial_day
from lienthong.reference import api as reference
from lienthong.registers import api
from lienthong.registers.api import Grounds, Query, Record, Register

_as = click.option("--as", "agency", default="", help="Mã cơ quan (mặc định: chủ quản). | Agency at work.")
_purpose = click.option("--purpose", default="lookup", show_default=True, help="Mục đích. | Purpose.")
_basis = click.option("--basis", default="", help="Mã căn cứ pháp lý (mặc định: của cơ sở dữ liệu). | Legal basis.")
_dossier = click.option("--dossier", default="", help="Mã hồ sơ. | Dossier code.")


@click.group()
def register() -> None:
    """Cơ sở dữ liệu nền: xem, nhập, xuất, tra cứu. | Registers: list, import, export, look up."""


@register.command("list")
@command
def list_() -> tuple[Any, str, Exit]:
    """Liệt kê các cơ sở dữ liệu và lỗi của tệp định nghĩa. | List registers and faults of their files."""
    found, faults = api.definitions(), api.faults()
    data = {
        "registers": [{"id": each.id, "title": str(each.title), "owner": each.owner} for each in found],
        "faults": [{"at": each.at, "message": each.text} for each in faults],
    }
    lines = [f"{each.id:<20} {each.owner:<6} {each.title}" for each in found]
    lines += [f"{each.at}: {each.text}" for each in faults]
    return data, "\n".join(lines), Exit.FINDINGS if faults else Exit.DONE


@register.command()
@click.argument("name", metavar="REGISTER")
@click.argument("values", nargs=-1, required=True)
@_as
@click.option("--by", default="", help="Trường tra cứu (mặc định: khóa). | Field looked up by (default: the key).")
@click.option("--field", "fields", multiple=True, help="Chỉ trường này, lặp lại được. | Only this field, repeatable.")
@click.option("--as-of", default="", help="Như vào ngày này. | As it was on this day.")
@click.option("--known-at", default="", help="Như được biết vào ngày này. | As it was known on this day.")
@_purpose
@_basis
@_dossier
@command
def lookup(
    name: str,
    values: tuple[str, ...],
    agency: str,
    by: str,
    fields: tuple[str, ...],
    as_of: str,
    known_at: str,
    purpose: str,
    basis: str,
    dossier: str,
) -> tuple[Any, str, Exit]:
    """Tra cứu bản ghi; mã thoát 1 khi không có. | Look records up; exit code 1 when there is none."""
    spec = api.definition(name)
    query = Query(
        name,
        by={by or spec.key: values},
        fields=fields,
        as_of=day_given(as_of),
        known_at=_end_of(day_given(known_at)),
    )
    who, grounds = actor_of(spec, agency), grounds_of(spec, purpose, basis, dossier)
    api.require_owner(who, register=name, grounds=grounds)
    (found,) = api.read(who, queries=[query], grounds=grounds)
    text = "\n\n".join(_shown(spec, each) for each in found)
    sentence = text or gettext(N_("Không tìm thấy bản ghi nào."))
    return [asdict(each) for each in found], sentence, Exit.DONE if found else Exit.FINDINGS


@register.command()
@click.argument("name", metavar="REGISTER")
@click.argument("key")
@_as
@_purpose
@_basis
@_dossier
@command
def history(name: str, key: str, agency: str, purpose: str, basis: str, dossier: str) -> tuple[Any, str]:
    """Các phiên bản của một bản ghi, đầu đến cuối. | Every version of a record, first to last."""
    spec = api.definition(name)
    who, grounds = actor_of(spec, agency), grounds_of(spec, purpose, basis, dossier)
    api.require_owner(who, register=name, grounds=grounds)
    versions = api.history(who, register=name, key=key, grounds=grounds)
    lines: list[str] = []
    for each in versions:
        known = day_time(clock.moment(each.known_from))
        lines.append(
            gettext(
                N_("Phiên bản %(version)s (%(kind)s): từ ngày %(day)s, biết lúc %(known)s, %(agency)s %(reason)s"),
                version=each.version,
                kind=gettext(_KINDS[each.kind]),
                day=partial_day(each.valid_from),
                known=known,
                agency=each.agency,
                reason=each.reason,
            ).rstrip(" ,")
        )
        for field, (before, after) in each.changes.items():
            lines.append(f"  {spec.title_of(field)}: {_value(spec, field, before)} → {_value(spec, field, after)}")
    return [asdict(each) for each in versions], "\n".join(lines)


@register.command()
@click.argument("name", metavar="REGISTER")
@click.argument("text")
@_as
@click.option("--limit", default=20, show_default=True, help="Số kết quả nhiều nhất. | Results at most.")
@_purpose
@_basis
@_dossier
@command
def search(
    name: str, text: str, agency: str, limit: int, purpose: str, basis: str, dossier: str
) -> tuple[Any, str, Exit]:
    """Tìm theo điều còn nhớ: tên, năm sinh, nơi ở, phần đầu của số. | Find by what is known, mistakes forgiven."""
    spec, who, grounds = _steward(name, agency, purpose, basis, dossier)
    found = api.find(who, register=name, text=text, grounds=grounds, limit=limit)
    lines = [f"{each.score:>3}  {_line(spec, each.record)}" for each in found.hits]
    if found.more:
        lines.append(gettext(N_("Còn người khác; thêm năm sinh hoặc nơi ở để hỏi hẹp lại.")))
    shown = "\n".join(lines) or gettext(N_("Không tìm thấy bản ghi nào."))
    return asdict(found) | {"asked": _asked(found.asked)}, shown, Exit.DONE if found.hits else Exit.FINDINGS


@register.command()
@click.argument("number")
@_as
@_purpose
@_basis
@_dossier
@command
def person(number: str, agency: str, purpose: str, basis: str, dossier: str) -> tuple[Any, str, Exit]:
    """Một người qua các cơ sở dữ liệu của cơ quan, theo thời gian. | A person across the agency's registers."""
    _, who, grounds = _steward("population", agency, purpose, basis, dossier)
    own = [each.id for each in api.definitions() if who.agency == each.owner or who.agency.startswith(f"{each.owner}.")]
    found = api.life(who, number=number, grounds=grounds, registers=own)
    lines: list[str] = []
    for each in found.happenings:
        register = api.definition(each.record.register).short
        lines.append(f"{partial_day(each.day):>10}  {register}: {gettext(_KINDS[each.version.kind])}")
    text = "\n".join(lines) or gettext(N_("Không tìm thấy bản ghi nào."))
    return asdict(found), text, Exit.DONE if found.records else Exit.FINDINGS


@register.command()
@click.argument("name", metavar="REGISTER")
@click.argument("key")
@_as
@click.option("--steps", default=1, show_default=True, help="Từ một đến ba bước. | One to three steps.")
@_purpose
@_basis
@_dossier
@command
def relations(name: str, key: str, agency: str, steps: int, purpose: str, basis: str, dossier: str) -> tuple[Any, str]:
    """Ai có quan hệ với một bản ghi: gia đình, hộ, tài sản. | Who a record is tied to, some steps out."""
    spec, who, grounds = _steward(name, agency, purpose, basis, dossier)
    found = api.relations(who, register=name, key=key, grounds=grounds, steps=steps)
    lines = [
        f"{_line(spec, found.records[each.near])} → {each.title}: {_line(spec, found.records[each.far])}"
        for each in found.ties
    ]
    if found.cut:
        lines.append(gettext(N_("Còn nữa; xem ít bước hơn.")))
    data = asdict(found) | {"ties": [asdict(each) | {"title": str(each.title)} for each in found.ties]}
    return data, "\n".join(lines) or gettext(N_("Không có quan hệ nào được ghi."))


@register.command()
@click.argument("name", metavar="REGISTER")
@click.argument("unit")
@_as
@click.option("--after", default="", help="Trang tiếp theo: mã của trang trước. | Next page: what the last one gave.")
@click.option("--limit", default=50, show_default=True, help="Số dòng một trang. | Rows of a page.")
@_purpose
@_basis
@_dossier
@command
def people(
    name: str, unit: str, agency: str, after: str, limit: int, purpose: str, basis: str, dossier: str
) -> tuple[Any, str]:
    """Người của một đơn vị, từng trang theo tên. | The people of a unit, page by page."""
    spec, who, grounds = _steward(name, agency, purpose, basis, dossier)
    page = api.of_unit(who, register=name, unit=unit, grounds=grounds, limit=limit, after=after)
    lines = [_line(spec, each) for each in page.records]
    if page.after:
        lines.append(gettext(N_("Trang tiếp theo: --after %(after)s"), after=page.after))
    return asdict(page), "\n".join(lines) or gettext(N_("Không tìm thấy bản ghi nào."))


_KINDS = {
    "created": N_("tạo mới"),
    "changed": N_("thay đổi"),
    "corrected": N_("cải chính"),
    "withdrawn": N_("thu hồi"),
}


def _steward(name: str, agency: str, purpose: str, basis: str, dossier: str) -> tuple[Register, Actor, Grounds]:
    """Return the register, who asks and why; refuse an agency that is not its owner's."""
    spec = api.definition(name)
    who, grounds = actor_of(spec, agency), grounds_of(spec, purpose, basis, dossier)
    api.require_owner(who, register=name, grounds=grounds)
    return spec, who, grounds


def _line(spec: Register, record: Record) -> str:
    """Return a record on one line: key, name, the day it begins with, its unit."""
    if record.register != spec.id:
        spec = api.definition(record.register)
    shown = [name for name in (spec.name, spec.begins, spec.unit) if name and name in record.values]
    return "  ".join([record.key or record.id, *(_value(spec, name, record.values[name]) for name in shown)])


def _asked(asked: api.Asked) -> dict[str, Any]:
    return asdict(asked) | {"units": sorted(asked.units)}


def actor_of(spec: Register, agency: str) -> Actor:
    """Return who works at the shell for an agency, the register's owner when none is named. Raises Invalid."""
    code = agency or spec.owner
    if reference.agency(code) is None:
        raise Invalid("cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=code)
    return system(f"cli:{getpass.getuser()}", agency=code)


def grounds_of(spec: Register, purpose: str, basis: str, dossier: str = "") -> Grounds:
    """Return the grounds of a command, on the register's own legal basis when none is named."""
    return Grounds(purpose=purpose, basis=basis or spec.basis[0], dossier=dossier)


def day_given(text: str) -> date | None:
    """Return the day that an option names in any form the dictionary reads."""
    return date.fromisoformat(str(reference.parse_value("date", text))) if text else None


def _end_of(known: date | None) -> datetime | None:
    return None if known is None else clock.local(datetime(known.year, known.month, known.day, 23, 59, 59, 999_999))  # noqa: DTZ001


def _shown(spec: Register, record: Record) -> str:
    head = gettext(
        N_("%(register)s %(key)s, phiên bản %(version)s, từ ngày %(day)s"),
        register=spec.short,
        key=record.key or record.id,
        version=record.version,
        day=day(date.fromisoformat(record.valid_from)),
    )
    return "\n".join(
        [head, *(f"  {spec.title_of(name)}: {_value(spec, name, value)}" for name, value in record.values.items())]
    )


def _value(spec: Register, name: str, value: Any) -> str:
    return "–" if value is None else reference.show_value(spec.term_of(name), value)


commands: tuple[click.Command, ...] = (register,)
