"""``lienthong register load | replace-units``: millions from a file, and a reform of units, on a whole register."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship import api
from lienthong.stewardship.cli.options import AGENCY, BASIS, FILE, NAME, REASON, REJECTS

_ON = click.option("--on", "day", default="2025-07-01", show_default=True, help="Ngày sắp xếp. | Day of the reform.")
_SHOWN = 20


@click.command()
@NAME
@FILE
@REJECTS
@click.option("--valid-from", default="", help="Ngày có hiệu lực của thay đổi. | Day since when changes hold.")
@REASON
@AGENCY
@BASIS
@command
def load(
    name: str, file: Path, rejects: Path | None, valid_from: str, reason: str, agency: str, basis: str
) -> tuple[Any, str, Exit]:
    """Nạp tệp CSV, Parquet rất lớn. | Load a very large CSV or Parquet file; killed, the same command goes on."""
    spec = registers.definition(name)
    done = api.load(
        _who(spec, agency),
        register=name,
        path=file,
        rejects=rejects or file.with_name(f"{file.stem}-rejects.csv"),
        grounds=Grounds(purpose="bulk-load", basis=basis or spec.basis[0]),
        valid_from=_day(valid_from) if valid_from else None,
        reason=reason,
        tell=_progress,
    )
    sentence = N_(
        "%(rows)s dòng: %(created)s mới, %(changed)s thay đổi, %(unchanged)s không đổi, %(rejected)s bị từ chối."
    )
    counts = {each: getattr(done, each) for each in ("rows", "created", "changed", "unchanged", "rejected")}
    said = gettext(sentence, **{each: number(count) for each, count in counts.items()})
    return counts, said, Exit.FINDINGS if done.rejected else Exit.DONE


@click.command("replace-units")
@NAME
@_ON
@click.option("--mapping", type=click.Path(path_type=Path), help="CSV mã cũ, mã mới. | CSV: old code, new code.")
@click.option("--dry-run", is_flag=True, help="Chỉ tính, không ghi. | Only count, write nothing.")
@REASON
@AGENCY
@BASIS
@command
def replace_units(
    name: str, day: str, mapping: Path | None, dry_run: bool, reason: str, agency: str, basis: str
) -> tuple[Any, str, Exit]:
    """Thay mã đơn vị hành chính theo đợt sắp xếp. | Replace units by their successors from the day of a reform on."""
    spec, on = registers.definition(name), _day(day)
    codes = api.mapping_of(mapping) if mapping else api.reform(on=on)
    who, grounds = _who(spec, agency), Grounds(purpose="bulk-load", basis=basis or spec.basis[0])
    if not dry_run:
        done = api.replace_units(
            who, register=name, mapping=codes, on=on, grounds=grounds, reason=reason, tell=_progress_of
        )
        said = gettext(
            N_("%(changed)s bản ghi đổi mã; %(left)s bản ghi thuộc đơn vị bị chia, cần người quyết định."),
            **_numbers(asdict(done)),
        )
        return asdict(done), said, Exit.FINDINGS if done.left else Exit.DONE
    tried = api.try_units(who, register=name, mapping=codes, on=on, grounds=grounds, reason=reason, tell=_progress_of)
    sums = [sum(both[at] for both in tried.units.values()) for at in (0, 1)]
    lines = [
        gettext(
            N_("Sẽ đổi mã %(changed)s bản ghi; %(left)s bản ghi thuộc đơn vị bị chia, cần người quyết định."),
            **_numbers(asdict(tried.replaced)),
        )
    ]
    lines += [
        gettext(
            N_("Tổng các đơn vị này: trước %(before)s, sau %(after)s bản ghi."),
            before=number(sums[0]),
            after=number(sums[1]),
        )
    ]
    lines += [f"  {unit}: {number(was)} → {number(now)}" for unit, (was, now) in list(tried.units.items())[:_SHOWN]]
    if len(tried.units) > _SHOWN:
        lines.append(gettext(N_("  … và %(more)s đơn vị nữa; dùng --json để xem hết."), more=len(tried.units) - _SHOWN))
    units = [{"unit": unit, "before": was, "after": now} for unit, (was, now) in tried.units.items()]
    data = asdict(tried.replaced) | {"before": sums[0], "after": sums[1], "units": units}
    return data, "\n".join(lines), Exit.FINDINGS if tried.replaced.left else Exit.DONE


def _who(spec: Register, agency: str) -> Actor:
    code = agency or spec.owner
    if reference.agency(code) is None:
        raise Invalid("cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=code)
    return system(f"cli:{getpass.getuser()}", agency=code)


def _day(text: str) -> date:
    return date.fromisoformat(str(reference.parse_value("date", text)))


def _numbers(counts: dict[str, int]) -> dict[str, str]:
    return {name: number(count) for name, count in counts.items()}


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{number(done)}/{number(of)} ", err=True, nl=done == of)


def _progress_of(done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{number(done)} ", err=True, nl=False)


COMMANDS = (load, replace_units)
