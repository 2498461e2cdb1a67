"""``lienthong feed servers``: the operator lets servers of agencies in under their public key, and takes keys back."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from lienthong.exchange import api
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import command
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day_time


@click.group("servers")
def servers() -> None:
    """Máy chủ của cơ quan khác được theo luồng thay đổi. | Servers of other agencies that may follow."""


@servers.command("add")
@click.argument("public_key", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", required=True, help="Mã cơ quan có máy chủ. | Agency whose server it is.")
@click.option("--note", default="", help="Máy nào, ai chịu trách nhiệm. | Which machine, who answers for it.")
@command
def add(public_key: Path, agency: str, note: str) -> tuple[Any, str]:
    """Cho một máy chủ vào theo khóa công khai. | Let a server in under its public key (a .pub file)."""
    made = api.admit_server(_who(), agency=agency, public_key=public_key.read_bytes()[:10_000], note=note)
    said = N_("Đã đăng ký máy chủ của %(agency)s, khóa %(key)s; đọc mã khóa này qua điện thoại để chắc đúng khóa.")
    return _data(made), gettext(said, agency=made.agency, key=made.key)


@servers.command("list")
@command
def list_() -> tuple[Any, str]:
    """Xem các máy chủ, đọc đến đâu, lúc nào. | Servers, how far each has read and when."""
    found = api.servers(_who())
    lines = [line for each in found for line in _lines(each)] or [gettext(N_("Chưa có máy chủ nào được đăng ký."))]
    return [_data(each) for each in found], "\n".join(lines)


@servers.command("revoke")
@click.argument("key")
@click.option("--reason", required=True, help="Lý do. | Why.")
@command
def revoke(key: str, reason: str) -> tuple[Any, str]:
    """Thu hồi một khóa; yêu cầu sau bị từ chối ngay. | Take a key back; its next request is refused."""
    made = api.revoke_server(_who(), key=key, reason=reason)
    return _data(made), gettext(N_("Đã thu hồi khóa %(key)s của %(agency)s."), key=made.key, agency=made.agency)


def _who() -> Actor:
    return system(f"cli:{getpass.getuser()}")


def _data(made: api.Server) -> dict[str, Any]:
    def plain(values: dict[str, Any]) -> dict[str, Any]:
        return {name: each.isoformat() if isinstance(each, datetime) else each for name, each in values.items()}

    return plain({**asdict(made), "reads": [plain(asdict(each)) for each in made.reads]})


def _lines(made: api.Server) -> list[str]:
    state = gettext(N_("đăng ký %(at)s"), at=day_time(made.admitted_at))
    if made.revoked_at:
        state = gettext(N_("ĐÃ THU HỒI %(at)s: %(why)s"), at=day_time(made.revoked_at), why=made.why)
    return [
        f"{made.agency}  {made.key}  {state}  {made.note}".rstrip(),
        *(f"  {_how_far(each)}" for each in made.reads),
    ]


def _how_far(read: api.ServerRead) -> str:
    if read.building:
        told = N_("%(contract)s: đang lấy bản chụp, đọc lần cuối %(at)s")
    elif read.whole_at is None:
        told = N_("%(contract)s: đọc đến %(offset)s lúc %(at)s, chưa lần nào hết")
    else:
        told = N_("%(contract)s: đọc đến %(offset)s lúc %(at)s, đủ mọi thay đổi đến %(whole)s")
    whole = day_time(read.whole_at) if read.whole_at else ""
    return gettext(told, contract=read.contract, offset=read.offset, at=day_time(read.read_at), whole=whole)
