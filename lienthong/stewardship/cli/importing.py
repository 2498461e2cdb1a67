"""``register import``: shows how a file is understood, asks, brings it in, says what became of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import msgspec

from lienthong.kernel.actor import Actor
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.files import write_durably
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.sheets import check_target
from lienthong.kernel.text import number
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.registers.cli import actor_of, day_given, grounds_of
from lienthong.stewardship import api
from lienthong.stewardship.api import Batch, Preview, Progress, Settings
from lienthong.stewardship.cli.options import AGENCY, BASIS, NAME, REASON, REJECTS, REPORT, ROWS
from lienthong.stewardship.domain.importing import overlaid

_SHOWN_CAUSES = 15
SURE = 95
"""Percent of confidence from which a row of a scan lands without a person, where that was asked."""


@click.command("import")
@NAME
@click.argument("file", type=click.Path(path_type=Path), required=False)
@AGENCY
@click.option("--dry-run", is_flag=True, help="Chỉ thử, không ghi. | Only try, write nothing.")
@click.option(
    "--mapping", type=click.Path(path_type=Path), help="Tệp JSON: cột ứng với trường nào. | Columns to fields."
)
@click.option("--yes", is_flag=True, help="Nhận đề xuất tốt nhất, không hỏi. | Take the best proposal.")
@click.option("--sheet", default="", help="Trang tính. | Sheet.")
@click.option("--encoding", default="", help="Bảng mã: tcvn3, vni, viscii, cp1258, utf-8. | Encoding of all text.")
@REPORT
@ROWS
@REJECTS
@click.option("--valid-from", default="", help="Ngày các thay đổi có hiệu lực. | Day since when changes hold.")
@click.option("--units-on", default="", help="Ngày của tên đơn vị trong tệp. | Day whose unit names the file uses.")
@REASON
@click.option("--again", is_flag=True, help="Nhập dù tệp này đã nhập rồi. | Even when this file has landed before.")
@click.option(
    "--sure",
    type=click.IntRange(50, 100),
    default=SURE,
    show_default=True,
    help="Bản quét, với --yes: dòng đọc chắc từ ngần này % mới nhập, dòng khác chờ người. "
    "| Scan, with --yes: only rows read this surely land.",
)
@click.option("--from-database", "url", default="", help="Đọc một bảng của CSDL khác. | Read a table of a database.")
@click.option("--table", default="", help="Bảng: TÊN hoặc LƯỢC_ĐỒ.TÊN. | Table: NAME or SCHEMA.NAME.")
@click.option("--column", "columns", multiple=True, help="Chỉ lấy cột này, lặp lại được. | Only this column.")
@click.option("--purpose", default="import", show_default=True, help="Mục đích. | Purpose.")
@BASIS
@command
def import_(name: str, file: Path | None, agency: str, **how: Any) -> tuple[Any, str, Exit]:
    """Nhập một tệp hoặc một bảng; dòng sai ghi ra tệp riêng. | Import a file or table; bad rows go to a file."""
    spec = registers.definition(name)
    who, grounds = actor_of(spec, agency), grounds_of(spec, how["purpose"], how["basis"])
    trial = how["dry_run"]
    for path in (how["rejects"], how["rows"]):
        if path is not None:
            check_target(path)
    batch = _begun(who, name, file, grounds, how)
    batch = api.settle(
        who,
        batch=batch,
        agree=lambda shown: _agreed(spec, shown, how),
        valid_from=day_given(how["valid_from"]),
        trial=trial,
        again=how["again"],
        sheet=how["sheet"],
        encoding=how["encoding"],
    )
    rejects = how["rejects"] or (None if trial or file is None else file.with_name(f"{file.stem}-rejects.csv"))
    return finish(who, batch, trial=trial, report=how["report"], rows=how["rows"], rejects=rejects)


def finish(
    who: Actor, batch: Batch, *, trial: bool, report: Path | None, rows: Path | None, rejects: Path | None
) -> tuple[Any, str, Exit]:
    """Run a confirmed batch to its end, write the files that were asked for, and say what became of it."""
    done_before = batch.state == "done"
    with _bar(batch) as tell:
        progress = api.run(who, batch=batch.id, trial=trial, tell=tell)
    if done_before:
        progress = api.said_again(progress)
    done = api.told(who, progress, rejects)
    data = api.report(progress) | {"rejects": done.rejects}
    if trial and progress.batch.settings:
        data["settings"] = msgspec.to_builtins(progress.batch.settings)
    if report is not None:
        write_durably(report, json.dumps(data, ensure_ascii=False, indent=2, default=str).encode())
    if rows is not None:
        api.write_rows(who, batch=batch.id, path=rows, trial=trial)
    counts = progress.counts
    code = Exit.FINDINGS if counts.rejected or counts.review else Exit.DONE
    return data, "\n".join(_lines(progress, done.rejects)), code


def _begun(who: Actor, name: str, file: Path | None, grounds: Grounds, how: dict[str, Any]) -> Batch:
    if how["url"]:
        if file is not None or not how["table"]:
            raise click.UsageError("--from-database URL --table NAME, without FILE")
        return api.begin_from_database(
            who,
            register=name,
            url=how["url"],
            table=how["table"],
            columns=how["columns"],
            grounds=grounds,
            reason=how["reason"],
        )
    if file is None:
        raise click.UsageError("FILE")
    return api.begin_path(who, register=name, path=file, grounds=grounds, reason=how["reason"])


def _agreed(spec: Register, shown: Preview, how: dict[str, Any]) -> Settings:
    """Return how the file is to be understood: from the mapping file, the proposal, or the person at the terminal."""
    for each in shown.remarks:
        if each.code == "units.assumed" and how["units_on"]:
            continue
        click.echo(each.text, err=True)
    settings = msgspec.structs.replace(shown.settings, units_on=_iso(how["units_on"]) or shown.settings.units_on)
    if how["mapping"] is not None:
        return _mapped(settings, how["mapping"])
    if how["yes"]:
        return msgspec.structs.replace(settings, lands_from=how["sure"]) if shown.batch.is_paper else settings
    if not sys.stdin.isatty():
        api.sure_only(shown)
        return settings
    click.echo("\n".join(_proposal(spec, shown)), err=True)
    chosen: dict[str, str] = {}
    for name, each in shown.named:
        if each.sure:
            continue
        asked = gettext(N_("Cột “%(title)s” là trường nào (gõ - để bỏ qua)"), title=name)
        chosen[name] = click.prompt(asked, default=next(iter(each.column.fields), "-"), err=True)
    if not click.confirm(gettext(N_("Nhập theo cách hiểu này?")), default=not shown.uncertain, err=True):
        raise Invalid("import.refused", N_("Chưa nhập gì; sửa cách hiểu bằng --mapping rồi chạy lại."))
    return overlaid(settings, chosen) if chosen else settings


def _iso(text: str) -> str:
    given = day_given(text)
    return given.isoformat() if given else ""


def _mapped(settings: Settings, path: Path) -> Settings:
    try:
        return overlaid(settings, json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, AttributeError, msgspec.ValidationError) as failure:
        raise Invalid(
            "import.mapping",
            N_("Tệp %(file)s chưa dùng được (%(why)s); cần JSON: tiêu đề cột → tên trường."),
            file=path.name,
            why=str(failure)[:200],
        ) from None


def _proposal(spec: Register, shown: Preview) -> list[str]:
    lines: list[str] = []
    if shown.remembered:
        lines.append(gettext(N_("Tệp có tiêu đề như lần trước; dùng lại cách hiểu đã xác nhận.")))
    for called, each in shown.named:
        fields = ", ".join(str(spec.title_of(name)) for name in each.column.fields) or gettext(N_("(bỏ qua)"))
        mark = " " if each.sure else "?"
        lines.append(f"{mark} {called[:30]:<30} → {fields[:40]:<40} {' | '.join(each.samples)[:60]}")
    return lines


def _lines(progress: Progress, rejects: str) -> list[str]:
    counts = progress.counts
    lines: list[str] = []
    if progress.again:
        lines.append(gettext(N_("Tệp này đã nhập rồi (lô %(batch)s); không có gì thay đổi."), batch=progress.batch.id))
    if progress.trial:
        lines.append(
            gettext(
                N_("Chạy thử, chưa ghi gì. Nhập thật: `lienthong register resume %(batch)s`."), batch=progress.batch.id
            )
        )
    lines.append(
        gettext(
            N_(
                "%(rows)s dòng: %(created)s mới, %(changed)s thay đổi, %(unchanged)s không đổi, "
                "%(rejected)s bị từ chối."
            ),
            rows=number(counts.rows),
            created=number(counts.created),
            changed=number(counts.changed),
            unchanged=number(counts.same),
            rejected=number(counts.rejected),
        )
    )
    if counts.again or counts.review:
        lines.append(
            gettext(
                N_("%(merged)s dòng trùng với dòng trước, %(review)s dòng chờ người quyết định."),
                merged=number(counts.again),
                review=number(counts.review),
            )
        )
    for each in progress.causes[:_SHOWN_CAUSES]:
        where = ", ".join(map(str, each.rows[:5]))
        lines.append(gettext(N_("  %(n)s dòng (%(rows)s…): %(why)s"), n=number(each.count), rows=where, why=each.text))
    if rejects:
        lines.append(gettext(N_("Dòng bị từ chối và lý do ở %(file)s."), file=rejects))
    if not progress.trial and not progress.again and counts.landed:
        lines.append(
            gettext(
                N_("Lô %(batch)s; hoàn tác: `lienthong register undo %(batch)s --reason …`."), batch=progress.batch.id
            )
        )
    return lines


@contextmanager
def _bar(batch: Batch) -> Generator[Callable[[int], None] | None]:
    """Show a progress bar where somebody sits at a terminal."""
    if not sys.stderr.isatty() or not batch.expected or batch.state == "done":
        yield None
        return
    with click.progressbar(length=batch.expected, label=batch.name, file=sys.stderr) as bar:

        def tell(row: int) -> None:
            bar.update(max(0, min(row, batch.expected) - bar.pos))

        yield tell


COMMANDS: tuple[click.Command, ...] = (import_,)
