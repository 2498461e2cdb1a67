"""What a register is and how good its records are, from the shell."""

from __future__ import annotations

import csv
import getpass
from dataclasses import asdict, astuple, fields
from pathlib import Path
from typing import Any

import click

from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.sheets import Writer
from lienthong.kernel.text import day_time, number
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Register
from lienthong.stewardship import api

_as = click.option("--as", "agency", default="", help="Mã cơ quan (mặc định: chủ quản). | Agency at work.")
_FIGURES = [each.name for each in fields(api.Figure)]
_SOURCES, _MONTHS = N_("Bản ghi theo nguồn cập nhật gần nhất:"), N_("Bản ghi theo tháng cập nhật gần nhất:")
_SAFE = ("=", "+", "-", "@", "\t")


@click.command()
@click.argument("name", metavar="REGISTER")
@command
def describe(name: str) -> tuple[Any, str]:
    """In tài liệu của một cơ sở dữ liệu (Markdown). | Print the documentation of a register."""
    spec = registers.definition(name)
    return api.description(register=name), api.document(spec)


@click.command()
@click.argument("name", metavar="REGISTER")
@_as
@click.option("--unit", default="", help="Chỉ xã hoặc tỉnh này. | Only this commune or province.")
@click.option("--changed", is_flag=True, help="Chỉ bản ghi mới ghi từ lần đo trước. | Only what was written since.")
@click.option("--stored", is_flag=True, help="Không đo lại, chỉ xem lần đo trước. | Do not measure, show the last one.")
@click.option("--findings", type=click.Path(path_type=Path), help="Tệp CSV ghi việc phải sửa. | CSV of the work list.")
@click.option(
    "--figures", type=click.Path(path_type=Path), help="Tệp số liệu từng trường, đơn vị, nguồn, tháng. | All."
)
@command
def quality(
    name: str, agency: str, unit: str, changed: bool, stored: bool, findings: Path | None, figures: Path | None
) -> tuple[Any, str, Exit]:
    """Đo chất lượng theo quy tắc của tệp định nghĩa. | Measure quality by the rules of the definition."""
    spec = registers.definition(name)
    who = _actor(spec, agency)
    if not stored:
        api.measure_quality(who, register=name, changed_only=changed)
    if figures:
        _write_figures(spec, unit, figures)
    if findings:
        _write(who, spec, unit, findings)
    standing = api.quality_of(register=name, unit=unit)
    broken = sum(each.broken for each in standing.rules)
    return asdict(standing), _shown(spec, standing), Exit.FINDINGS if broken else Exit.DONE


def _shown(spec: Register, standing: api.Standing) -> str:
    if not standing.measured_at:
        return gettext(N_("Chưa đo lần nào."))
    lines = [
        gettext(
            N_("%(sound)s trong %(records)s bản ghi không có gì phải sửa (đo lúc %(at)s)."),
            sound=number(standing.sound),
            records=number(standing.records),
            at=day_time(clock.moment(standing.measured_at)),
        )
    ]
    lines += [
        f"{number(each.broken):>9}  {each.rule:<20} {spec.rules[each.rule].title}"
        for each in standing.rules
        if each.broken or each.accepted
    ]
    if standing.doubled:
        lines.append(
            gettext(
                N_("%(many)s bản ghi trùng hoặc nghi trùng với bản ghi khác, đang chờ xử lý."),
                many=number(standing.doubled),
            )
        )
    if standing.missing:
        lines.append(gettext(N_("Trường còn thiếu:")))
    lines += [f"{number(many):>9}  {spec.title_of(name)}" for name, many in standing.missing.items()]
    for title, found in ((_SOURCES, standing.sources), (_MONTHS, standing.told)):
        lines += [gettext(title)] if found else []
        lines += [f"{number(many):>9}  {each or '–'}" for each, many in found.items()]
    return "\n".join(lines)


def _write_figures(spec: Register, unit: str, path: Path) -> None:
    """Write completeness, freshness and rules by unit, source and month: counts only, so that nobody is shown."""
    kinds = {name: int if name in {"records", "missing", "broken", "accepted"} else str for name in _FIGURES}
    with Writer(path, _FIGURES, types=list(kinds.values())) as out:
        out.add(astuple(each) for each in api.quality_figures(register=spec.id, unit=unit))


def _write(who: Actor, spec: Register, unit: str, path: Path) -> None:
    """Write the whole work list as CSV, page by page; each page leaves its entry before it is written."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["finding", "rule", "severity", "record_id", "key", "name", "unit", "values", "title", "remedy"])
        after = "-"
        while after:
            page = api.work_list(who, register=spec.id, unit=unit, after=after.strip("-"), limit=100)
            for each in page.items:
                values = "; ".join(f"{spec.title_of(field)}: {value}" for field, value in each.values.items())
                rule = each.rule
                row = [each.finding, rule.id, rule.severity, each.record, each.key, each.name, each.unit, values]
                out.writerow([_harmless(str(cell)) for cell in [*row, rule.title, rule.remedy]])
            after = page.after


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    return f"'{text}" if text.startswith(_SAFE) else text


def _actor(spec: Register, agency: str) -> Actor:
    code = agency or spec.owner
    if reference.agency(code) is None:
        raise Invalid("cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=code)
    return system(f"cli:{getpass.getuser()}", agency=code)


COMMANDS: tuple[click.Command, ...] = (describe, quality)
