"""Commands over the reference data: ``clock due``, ``units show|search|convert``, ``agencies``."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day_time
from lienthong.reference import api
from lienthong.reference.cli.converting import convert_file
from lienthong.reference.cli.tables import day_line, explained_line, unit_as_dict, unit_line

_UNCLEAR = N_(
    "Không rõ tệp dùng đơn vị trước hay từ 01/07/2025; tên có ở cả hai thời kỳ thì hỏi lại. Biết thì thêm --on."
)
ON = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Ngày, YYYY-MM-DD. | Day.")


@click.group("clock")
def clock() -> None:
    """Đồng hồ thời hạn. | The legal clock."""


@clock.command("due")
@click.argument("term")
@click.option("--received", required=True, help="Lúc nộp, YYYY-MM-DDTHH:MM. | When it was filed.")
@click.option("--stop", "stops", multiple=True, metavar="START/END", help="Tạm dừng; END trống: còn dừng. | Stop.")
@click.option("--extend", default="", metavar="TERM", help="Gia hạn một lần. | The one extension.")
@click.option("--agency", default="", help="Mã cơ quan. | Agency code.")
@click.option(
    "--explain", is_flag=True, help="Giải thích từng ngày và cộng lại. | Each day with its reason, and the sum."
)
@command
def clock_due(
    term: str, received: str, stops: tuple[str, ...], extend: str, agency: str, *, explain: bool
) -> tuple[Any, str]:
    """Tính ngày hẹn trả của TERM (3wd, 8h, 10cd, same_day). | When TERM ends."""
    due = api.due(
        received=_moment(received),
        term=api.Term.parse(term),
        stops=[_stop(each) for each in stops],
        extension=api.Term.parse(extend) if extend else None,
        agency=agency,
    )
    explained = api.explain(due)
    told = [explained_line(each) for each in explained.days] if explain else [day_line(each, due) for each in due.days]
    lines = [gettext(N_("Hẹn trả trước %(at)s."), at=day_time(due.at)), *told, *([explained.total] if explain else [])]
    if not due.covered:
        lines.append(gettext(N_("Lịch nghỉ của năm này chưa có trong dữ liệu: chỉ trừ ngày cuối tuần.")))
    data = {
        "at": due.at.isoformat(),
        "received_at": due.received_at.isoformat(),
        "counted_from": due.counted_from.isoformat(),
        "paused": due.paused_since is not None,
        "covered": due.covered,
        "days": [
            {"date": each.date.isoformat(), "kind": each.kind, "label": str(each.label), "counts": each.counts}
            | {"stopped": each.stopped, "why": said.why, "minutes": said.minutes, "text": said.text}
            for each, said in zip(due.days, explained.days, strict=True)
        ],
        "total": explained.total,
    }
    return data, "\n".join(lines)


@click.group("units")
def units() -> None:
    """Đơn vị hành chính qua các thời kỳ. | Administrative units over time."""


@units.command("show")
@click.argument("code")
@ON
@command
def units_show(code: str, on: datetime | None) -> tuple[Any, str]:
    """Đơn vị mang mã CODE và nơi nó chuyển thành. | The unit with CODE and what became of it."""
    found = api.unit(code, on=on.date() if on else None)
    if found is None:
        raise NotFound("unit.unknown", N_("Không có đơn vị hành chính mang mã “%(unit)s”."), unit=code)
    answer = api.successors(code, on=found.valid_to or date.max)
    lines = [unit_line(found), *(f"→ {unit_line(each)}" for each in answer.candidates if each != found)]
    candidates = [unit_as_dict(each) for each in answer.candidates]
    return {"unit": unit_as_dict(found), "decision": answer.decision, "candidates": candidates}, "\n".join(lines)


@units.command("search")
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True)
@command
def units_search(text: tuple[str, ...], limit: int) -> tuple[Any, str, Exit]:
    """Tìm đơn vị theo tên, không cần dấu. | Find units by name; marks may be missing."""
    found = api.search_units(" ".join(text), limit=limit)
    lines = [unit_line(each) for each in found] or [gettext(N_("Không tìm thấy đơn vị nào."))]
    return [unit_as_dict(each) for each in found], "\n".join(lines), Exit.DONE if found else Exit.FINDINGS


@units.command("convert")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--column", default="", help="Cột có mã, tên hoặc địa chỉ, khi không tự tìm thấy. | Column to convert.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Tệp kết quả, .csv hoặc .xlsx. | Result."
)
@ON
@command
def units_convert(file: Path, column: str, output: Path | None, on: datetime | None) -> tuple[Any, str, Exit]:
    """Đổi đơn vị cũ trong tệp CSV, XLSX sang đơn vị mới; chỗ không chắc thì nêu các khả năng. | Convert old units.

    Cột xã, huyện, tỉnh (tên hoặc mã) hay cột địa chỉ được tìm theo tiêu đề. Mỗi dòng: certain (chắc chắn), ask (phải
    hỏi), refuse (không nhận ra). --on: ngày của dữ liệu; không có thì theo chính các giá trị trong tệp. | Columns are
    found by their titles; without --on the values themselves show the period.
    """
    output = output or file.with_name(f"{file.stem}.converted.csv")
    done = convert_file(file, output, column=column, on=on.date() if on else None)
    sentence = gettext(
        N_("Đã ghi %(file)s: %(certain)s dòng chắc chắn, %(ask)s dòng cần hỏi lại, %(refuse)s dòng không nhận ra."),
        file=output.name,
        **done.counts,
    )
    unsure = done.counts["ask"] + done.counts["refuse"]
    listed = [
        gettext(N_("  %(n)s dòng: %(why)s"), n=n, why=api.why(reason)) for reason, n in done.reasons.most_common()
    ]
    period = done.period
    day = on.date() if on else period.on if period else None
    data = {"file": str(output), **done.counts, "reasons": dict(done.reasons), "on": day.isoformat() if day else None}
    read = [] if on else [gettext(period.sentence, shown=period.shown) if period else gettext(_UNCLEAR)]
    return data, "\n".join([sentence, *read, *listed]), Exit.FINDINGS if unsure else Exit.DONE


@click.command("agencies")
@click.option("--kind", default="", help="Loại, ví dụ ministry, people-committee, hospital. | Kind.")
@click.option("--unit", default="", help="Mã đơn vị hành chính. | Unit code.")
@click.option("--level", default="", type=click.Choice(["", "central", "province", "commune"]))
@click.option("--role", default="", help="Cơ quan có thẩm quyền này tại --unit. | The one competent in --unit.")
@command
def agencies(kind: str, unit: str, level: str, role: str) -> tuple[Any, str, Exit]:
    """Danh mục cơ quan. | Agencies; a code that nobody confirmed is marked."""
    found = [api.competent(role=role, unit=unit)] if role else api.agencies(kind=kind, unit=unit, level=level)
    mark = gettext(N_("mã minh họa"))
    lines = [f"{each.code}  {each.name}{f'  ({mark})' if each.demonstration else ''}" for each in found]
    data = [
        {"code": each.code, "name_vi": each.name.vi, "name_en": each.name.en, "kind": each.kind, "level": each.level}
        | {"unit": each.unit, "parent": each.parent, "demonstration": each.demonstration, "source": each.source}
        for each in found
    ]
    none = gettext(N_("Không có cơ quan nào như vậy."))
    return data, "\n".join(lines) or none, Exit.DONE if found else Exit.FINDINGS


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        message = N_("“%(text)s” không phải ngày giờ; viết như 2026-11-21T20:16.")
        raise Invalid("clock.moment", message, text=text) from None


def _stop(text: str) -> api.Stop:
    start, _, end = text.partition("/")
    return api.Stop(_moment(start), _moment(end) if end else None)


commands: tuple[click.Command, ...] = (clock, units, agencies)
