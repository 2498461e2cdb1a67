"""``register reconcile``: a list of an agency compared with a register under a contract, a code for each row."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lienthong.exchange import api
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.reference import api as reference


@click.group()
def register() -> None:
    """Cơ sở dữ liệu nền: xem, nhập, xuất, tra cứu. | Registers: list, import, export, look up."""


@register.command()
@click.argument("name", metavar="REGISTER")
@click.option(
    "--input", "source", type=click.Path(path_type=Path), help="Tệp bảng dạng nào cũng được. | The list, any table."
)
@click.option("--contract", default="", help="Mã thỏa thuận chia sẻ. | Contract.")
@click.option("--output", type=click.Path(path_type=Path), help="Tệp kết quả .csv hoặc .parquet. | The result.")
@click.option("--as", "agency", required=True, help="Mã cơ quan gửi danh sách. | Agency that asks.")
@click.option("--resume", default="", help="Làm tiếp lần đối soát mang mã này. | Go on with one.")
@click.option("--cancel", default="", help="Hủy lần đối soát mang mã này. | Stop one.")
@command
def reconcile(
    name: str, source: Path | None, contract: str, output: Path | None, agency: str, resume: str, cancel: str
) -> tuple[Any, str, Exit]:
    """Đối soát một danh sách; chỉ trả mã từng dòng. | Reconcile a list: a code for each row, never a value."""
    if reference.agency(agency) is None:
        raise Invalid(
            "cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=agency
        )
    who = system(f"cli:{getpass.getuser()}", agency=agency)
    if cancel:
        made = api.cancel_reconciliation(who, reconciliation=cancel)
        return asdict(made), gettext(N_("Đã hủy lần đối soát %(id)s; không có gì được trả lời."), id=made.id), Exit.DONE
    if not resume and (source is None or not contract or not source.exists()):
        raise Invalid(
            "reconcile.input", N_("Cần --input là một tệp có thật và --contract, hoặc --resume với mã lần trước.")
        )
    begun = resume or _begun(who, name, contract, source or Path())
    done = api.continue_reconciliation(who, reconciliation=begun, say=_progress)
    if output is not None:
        api.reconciliation_result(who, reconciliation=done.id, into=output)
    lines = [gettext(N_("%(rows)s dòng, lần đối soát %(id)s:"), rows=number(done.rows), id=done.id)]
    lines += [f"  {gettext(title)}: {number(done.codes.get(code, 0))}" for code, (title, _) in api.LIST_CODES.items()]
    if done.codes.get("unreadable_row") and output is not None:
        lines.append(gettext(N_("Lý do từng dòng không đọc được nằm ở cột problem của tệp kết quả.")))
    wrong = done.rows - done.codes.get("match", 0)
    return asdict(done) | {"output": str(output or "")}, "\n".join(lines), Exit.FINDINGS if wrong else Exit.DONE


def _begun(who: Actor, register: str, contract: str, source: Path) -> str:
    """Begin a list, and say how to go on with it before the work may be stopped."""
    made = api.reconcile(who, register=register, contract=contract, path=source).id
    click.echo(
        gettext(N_("Lần đối soát %(id)s; dừng giữa chừng thì làm tiếp bằng --resume %(id)s."), id=made), err=True
    )
    return made


def _progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{of} ", err=True, nl=done == of)
