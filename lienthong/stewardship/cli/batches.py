"""``register imports``, ``resume`` and ``undo``: what was brought in, going on with it, taking it back."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lienthong.kernel import clock
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day_time, number
from lienthong.registers import api as registers
from lienthong.registers.cli import actor_of
from lienthong.stewardship import api
from lienthong.stewardship.cli.importing import finish
from lienthong.stewardship.cli.options import AGENCY, BATCH, NAME, REASON, REJECTS, REPORT, ROWS

_STATES = {
    "begun": N_("chưa xác nhận"),
    "ready": N_("sẵn sàng"),
    "trying": N_("đang chạy thử"),
    "running": N_("đang dở"),
    "done": N_("xong"),
    "undone": N_("đã hoàn tác"),
    "dropped": N_("đã bỏ"),
}


@click.command()
@NAME
@AGENCY
@command
def imports(name: str, agency: str) -> tuple[Any, str]:
    """Các lần nhập, mới nhất trước. | Imports of a register, newest first."""
    who = actor_of(registers.definition(name), agency)
    shown: list[dict[str, Any]] = []
    lines: list[str] = []
    for each in api.batches(who, register=name):
        progress = api.progress(who, batch=each.id)
        shown.append({**asdict(each), **api.report(progress), "settings": None})
        lines.append(
            gettext(
                N_("%(batch)s  %(at)s  %(state)s  %(file)s: %(rows)s dòng, %(landed)s đã ghi, %(rejected)s bị từ chối"),
                batch=each.id,
                at=day_time(clock.moment(each.at)),
                state=gettext(_STATES[each.state]),
                file=each.name,
                rows=number(progress.counts.rows),
                landed=number(progress.counts.landed),
                rejected=number(progress.counts.rejected),
            )
        )
    return json.loads(json.dumps(shown, default=str)), "\n".join(lines) or gettext(N_("Chưa có lần nhập nào."))


@click.command()
@BATCH
@AGENCY
@REPORT
@ROWS
@REJECTS
@command
def resume(
    batch: str, agency: str, report: Path | None, rows: Path | None, rejects: Path | None
) -> tuple[Any, str, Exit]:
    """Nhập tiếp lô bị dừng, hoặc nhập thật lô đã chạy thử. | Go on with an interrupted import."""
    who = _of_batch(batch, agency)
    return finish(who, api.batch(who, batch=batch), trial=False, report=report, rows=rows, rejects=rejects)


@click.command()
@click.argument("names", metavar="[REGISTER] BATCH", nargs=-1, required=True)
@AGENCY
@REASON
@command
def undo(names: tuple[str, ...], agency: str, reason: str) -> tuple[Any, str]:
    """Hoàn tác cả lô, khi chưa có gì dựa vào nó. | Take a whole import back while nothing depends on it."""
    batch = names[-1]
    who = _of_batch(batch, agency)
    if len(names) > 2 or (len(names) == 2 and api.batch(who, batch=batch).register != names[0]):
        raise Invalid("undo.names", N_("Viết mã cơ sở dữ liệu rồi mã lô của nó."))
    count = api.undo(who, batch=batch, reason=reason)
    return (
        {"batch": batch, "records": count},
        gettext(N_("Đã hoàn tác lô %(batch)s: %(n)s bản ghi trở về như trước."), batch=batch, n=number(count)),
    )


def _of_batch(batch: str, agency: str) -> Any:
    """Return who works on a batch: the named agency, else the owner of one of the registers that has it."""
    for each in registers.definitions():
        who = actor_of(each, agency)
        try:
            if api.batch(who, batch=batch).register == each.id:
                return who
        except NotFound:
            continue
    raise NotFound("import.none", N_("Không có lô nhập “%(batch)s”; xem `lienthong register imports`."), batch=batch)


COMMANDS: tuple[click.Command, ...] = (imports, resume, undo)
