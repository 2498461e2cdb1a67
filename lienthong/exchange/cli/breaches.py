"""``lienthong breach``: the data-protection officer's book of breaches, each with its 72-hour clock."""

from __future__ import annotations

import getpass
import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lienthong.exchange import api
from lienthong.exchange.api import Breach
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day_time, number


@click.group()
def breach() -> None:
    """Vi phạm dữ liệu cá nhân: ghi, tìm người bị ảnh hưởng, báo. | Breaches: record, find who is affected, tell."""


@breach.command("record")
@click.option("--agency", required=True, help="Cơ quan để xảy ra. | Agency where it happened.")
@click.option("--what", required=True, help="Chuyện gì. | What happened.")
@click.option("--found", default="", help="Lúc phát hiện (mặc định: bây giờ). | When it was found (now).")
@click.option("--officer", default="", help="Mã cán bộ (mặc định: cả cơ quan). | Staff id (the whole agency).")
@click.option("--register", default="", help="Cơ sở dữ liệu (mặc định: tất cả). | Register (all).")
@click.option("--since", default="", help="Lượt xem từ lúc. | Accesses from.")
@click.option("--until", default="", help="Lượt xem đến lúc (mặc định: bây giờ). | Accesses until (now).")
@command
def record(agency: str, what: str, found: str, officer: str, register: str, since: str, until: str) -> tuple[Any, str]:
    """Ghi một vi phạm; đồng hồ 72 giờ chạy từ lúc phát hiện. | Record a breach; its clock runs from the finding."""
    made = api.record_breach(
        _who(),
        agency=agency,
        what=what,
        found_at=_moment(found) or runtime.current().clock.now(),
        actor=officer,
        register=register,
        since=_moment(since),
        until=_moment(until),
    )
    return _data(made), _line(made)


@breach.command("list")
@command
def list_() -> tuple[Any, str, Exit]:
    """Liệt kê, mới nhất trước; thoát 1 khi có việc quá hạn báo. | List them; exit 1 when one is told too late."""
    found = api.breaches(_who())
    waiting = [each for each in found if each.late and each.told_at is None]
    said = "\n".join(_line(each) for each in found) or gettext(N_("Chưa ghi vi phạm nào."))
    return {"breaches": [_data(each) for each in found]}, said, Exit.FINDINGS if waiting else Exit.DONE


@breach.command("people")
@click.argument("breach_number", metavar="BREACH")
@click.argument("file", type=click.Path(path_type=Path))
@command
def people(breach_number: str, file: Path) -> tuple[Any, str]:
    """Ghi số định danh những người bị ảnh hưởng ra tệp mới. | Write who is affected into a new file, for you only."""
    found = api.breach_people(_who(), number=breach_number)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as sheet:
        sheet.writelines(f"{each}\n" for each in ("number", *found))
    sentence = N_("Đã ghi %(count)s người vào %(file)s; việc lập danh sách đứng trong nhật ký của từng người.")
    return {"people": len(found), "file": str(file)}, gettext(sentence, count=number(len(found)), file=file)


@breach.command("told")
@click.argument("breach_number", metavar="BREACH")
@click.option("--reference", required=True, help="Số, ngày công văn. | Number and date of the letter.")
@command
def told(breach_number: str, reference: str) -> tuple[Any, str]:
    """Ghi đã báo cơ quan chuyên trách. | Note that the authority was told."""
    made = api.breach_told(_who(), number=breach_number, reference=reference)
    return _data(made), _line(made)


def _who() -> Actor:
    return system(f"cli:{getpass.getuser()}")


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return clock.local(datetime.fromisoformat(text))
    except ValueError:
        raise Invalid("breach.moment", N_("Viết thời điểm như 2026-11-22T08:30."), at=text) from None


def _data(made: Breach) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(made).items()}


def _line(made: Breach) -> str:
    if made.told_at:
        state = N_("đã báo lúc %(told)s, quá hạn") if made.late else N_("đã báo lúc %(told)s")
    else:
        state = N_("QUÁ HẠN báo từ %(due)s") if made.late else N_("phải báo trước %(due)s")
    said = gettext(state, told=day_time(made.told_at) if made.told_at else "", due=day_time(made.due_at))
    return f"{made.number}  {made.agency}  {said}  {made.what}"


COMMANDS = (breach,)
