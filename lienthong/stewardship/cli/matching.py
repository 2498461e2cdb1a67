"""``register duplicates``, ``links``, ``merge`` and ``unmerge``: one person once."""

from __future__ import annotations

import csv
import getpass
import sys
from collections.abc import Callable
from dataclasses import asdict
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

_name = click.argument("name", metavar="REGISTER")
_as = click.option("--as", "agency", default="", help="Mã cơ quan (mặc định: chủ quản). | Agency at work.")
_basis = click.option("--basis", default="", help="Mã căn cứ pháp lý (mặc định: của cơ sở dữ liệu). | Legal basis.")
_reason = click.option("--reason", required=True, help="Lý do. | Reason.")
_output = click.option("--output", type=click.Path(path_type=Path), help="Tệp CSV từng dòng. | CSV, a line a record.")
_pairs = click.option("--pairs", type=click.Path(path_type=Path), help="Tệp CSV từng cặp. | CSV, a line a pair.")
_PAGE = 500


@click.command()
@_name
@click.option(
    "--input", "source", type=click.Path(path_type=Path), help="Tệp để tìm trùng, không nhập. | A file instead."
)
@_output
@_pairs
@_as
@_basis
@command
def duplicates(
    name: str, source: Path | None, output: Path | None, pairs: Path | None, agency: str, basis: str
) -> tuple[Any, str, Exit]:
    """Tìm bản ghi trùng người; thoát 1 khi có. | Find doubles of people; exit code 1 when there are some.

    Trong tệp từng dòng, đọc verdict cùng với cluster_id: verdict nói chắc đến đâu, cluster_id nói trùng với ai.
    | In the file of rows read verdict together with cluster_id: the one says how sure, the other who is the same.
    """
    spec = registers.definition(name)
    if source is not None:
        into = output or source.with_name(f"{source.stem}-duplicates.csv")
        found = api.duplicates_in_file(spec=spec, path=source, rows=into, pairs=pairs, say=_progress())
        data = asdict(found) | {"output": str(into)}
        counts = {"rows": found.rows, "sure": found.sure, "review": found.review}
    else:
        who, why = _actor(spec, agency), _grounds(spec, basis)
        run = api.find_duplicates(who, register=name, grounds=why, rows=output, say=_progress())
        if pairs is not None:
            _write_pairs(who, name, why, pairs)
        data = asdict(run) | {"output": str(output or "")}
        counts = {"rows": run.rows, "sure": run.sure, "review": run.review}
    shown = {each: number(value) for each, value in counts.items()}
    sentence = gettext(
        N_("%(rows)s bản ghi: %(sure)s cặp chắc chắn trùng người, %(review)s cặp cần người xem."), **shown
    )
    return data, sentence, Exit.FINDINGS if counts["sure"] + counts["review"] else Exit.DONE


@click.command()
@_name
@click.argument("other", metavar="OTHER_REGISTER")
@_output
@_as
@_basis
@command
def links(name: str, other: str, output: Path | None, agency: str, basis: str) -> tuple[Any, str]:
    """Tìm người của một cơ sở dữ liệu trong cơ sở dữ liệu khác. | Find who of one register is who in another."""
    spec = registers.definition(name)
    why = _grounds(spec, basis)
    run = api.find_links(_actor(spec, agency), register=name, other=other, grounds=why, rows=output, say=_progress())
    shown = {each: number(value) for each, value in (("rows", run.rows), ("sure", run.sure), ("review", run.review))}
    sentence = N_("%(rows)s bản ghi: %(sure)s cặp chắc chắn là một người, %(review)s cặp cần người xem.")
    return asdict(run) | {"output": str(output or "")}, gettext(sentence, **shown)


@click.command()
@_name
@click.argument("keep")
@click.argument("gone")
@_reason
@click.option("--set", "values", multiple=True, help="TRƯỜNG=GIÁ TRỊ của bản giữ lại. | FIELD=VALUE of the kept one.")
@_as
@_basis
@command
def merge(
    name: str, keep: str, gone: str, reason: str, values: tuple[str, ...], agency: str, basis: str
) -> tuple[Any, str]:
    """Gộp GONE vào KEEP (khóa hoặc mã bản ghi). | Merge GONE into KEEP (keys, or ids of records)."""
    spec = registers.definition(name)
    made = api.merge(
        _actor(spec, agency),
        register=name,
        keep=keep,
        gone=gone,
        reason=reason,
        grounds=_grounds(spec, basis),
        values=_values(values),
    )
    sentence = N_("Đã gộp %(gone)s vào %(kept)s; tra theo khóa cũ sẽ ra bản ghi được giữ lại.")
    shown = {"gone": made.gone_key or made.gone, "kept": made.kept_key or made.kept}
    return asdict(made), gettext(sentence, **shown)


@click.command()
@_name
@click.argument("gone")
@_reason
@_as
@_basis
@command
def unmerge(name: str, gone: str, reason: str, agency: str, basis: str) -> tuple[Any, str]:
    """Tách lại bản ghi đã gộp. | Take a merge back."""
    spec = registers.definition(name)
    made = api.unmerge(_actor(spec, agency), register=name, gone=gone, reason=reason, grounds=_grounds(spec, basis))
    shown = {"gone": made.gone_key or made.gone, "kept": made.kept_key or made.kept}
    return asdict(made), gettext(N_("Đã tách %(gone)s khỏi %(kept)s; hai bản ghi trở lại như trước."), **shown)


def _write_pairs(who: Actor, register: str, grounds: Grounds, path: Path) -> None:
    after: tuple[int, str, str] | None = None
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("record_id", "other_id", "verdict", "probability", "evidence"))
        while page := api.duplicates(who, register=register, grounds=grounds, limit=_PAGE, after=after):
            for each in page:
                said = "; ".join(api.in_words(one) for one in each.evidence)
                out.writerow((each.one, each.other, each.verdict, round(each.probability, 6), said))
            last = page[-1]
            after = (round(100 * last.bits), last.one, last.other)


def _progress() -> Callable[[str, int, int], None]:
    """Return what shows on a terminal how far the work is; nothing elsewhere."""

    def say(step: str, done: int, of: int) -> None:
        if sys.stderr.isatty():
            click.echo(f"\r{step} {done}/{of} ", err=True, nl=done == of and step == "compare")

    return say


def _values(said: tuple[str, ...]) -> dict[str, str]:
    parts = [each.partition("=") for each in said]
    if wrong := [each[0] for each in parts if not each[1]]:
        raise Invalid("cli.values", N_("Viết “trường=giá trị”; “%(wrong)s” thì không."), wrong=", ".join(wrong))
    return {name.strip(): value for name, _, value in parts}


def _actor(spec: Register, agency: str) -> Actor:
    code = agency or spec.owner
    if reference.agency(code) is None:
        raise Invalid("cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=code)
    return system(f"cli:{getpass.getuser()}", agency=code)


def _grounds(spec: Register, basis: str) -> Grounds:
    return Grounds(purpose="matching", basis=basis or spec.basis[0])


COMMANDS = (duplicates, links, merge, unmerge)
