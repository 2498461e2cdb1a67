"""``lienthong feed``: follow what changes of an agency's own people into a copy, and compare the copy."""

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

_contract = click.option("--contract", required=True, help="Mã thỏa thuận chia sẻ. | Contract.")
_as = click.option("--as", "agency", required=True, help="Mã cơ quan nhận dữ liệu. | Agency that follows.")
_store = click.argument("store", type=click.Path(dir_okay=False, path_type=Path))


@click.group()
def feed() -> None:
    """Luồng thay đổi: cơ quan giữ bản sao dữ liệu người dân của mình. | Feed: an agency follows its own people."""


@feed.command("follow")
@_store
@_contract
@_as
@click.option("--again", is_flag=True, help="Lập lại từ bản chụp mới. | Begin again with a snapshot.")
@command
def follow(store: Path, contract: str, agency: str, again: bool) -> tuple[Any, str]:
    """Đưa bản sao (tệp SQLite) đến hiện tại; lần đầu thì lập mới. | Bring a copy up to now, or build it."""
    made = api.follow_feed(_who(agency), contract=contract, store=store, again=again, say=_progress)
    sentence = N_("Bản sao có %(records)s bản ghi, đã nhận %(taken)s thay đổi; đọc đến vị trí %(offset)s.")
    if made.built:
        sentence = N_("Bản sao được lập mới từ bản chụp: %(records)s bản ghi; đọc đến vị trí %(offset)s.")
    said = gettext(sentence, records=number(made.records), taken=number(made.taken), offset=made.offset)
    return asdict(made), said


@feed.command("compare")
@_store
@_contract
@_as
@command
def compare(store: Path, contract: str, agency: str) -> tuple[Any, str, Exit]:
    """So bản sao với cơ sở dữ liệu theo từng đơn vị; thoát 1 khi lệch. | Compare by unit; exit 1 when they differ."""
    made = api.compare_copy(_who(agency), contract=contract, store=store)
    differ = [
        {"register": each[0], "unit": each[1], "register_count": each[2].count, "copy_count": each[3].count}
        for each in made.differ
    ]
    lines = [gettext(N_("%(same)s đơn vị khớp, %(differ)s đơn vị lệch."), same=made.same, differ=len(made.differ))]
    line = N_("  %(register)s, đơn vị %(unit)s: cơ sở dữ liệu %(register_count)s, bản sao %(copy_count)s bản ghi")
    lines += [gettext(line, **each) for each in differ]
    if differ:
        lines.append(gettext(N_("Lập lại bản sao bằng `lienthong feed follow --again`.")))
    data = {"offset": made.offset, "same": made.same, "differ": differ}
    return data, "\n".join(lines), Exit.FINDINGS if differ else Exit.DONE


@feed.command("changes")
@_contract
@_as
@click.option("--after", required=True, help="Vị trí đã đọc đến. | Offset that was read up to.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 5000), help="Số thay đổi. | At most.")
@command
def changes(contract: str, agency: str, after: str, limit: int) -> tuple[Any, str]:
    """Xem một trang thay đổi từ một vị trí; --json để có giá trị. | A page of changes; with --json their values."""
    page = api.changes(_who(agency), contract=contract, after=after, limit=limit)
    lines = [
        f"{each.offset}  {each.register}  {each.what}  {each.key or each.record}  v{each.version}"
        for each in page.changes
    ]
    lines.append(gettext(N_("Đọc đến vị trí %(offset)s."), offset=page.offset))
    return asdict(page), "\n".join(lines)


def _who(agency: str) -> Actor:
    if reference.agency(agency) is None:
        raise Invalid(
            "cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=agency
        )
    return system(f"cli:{getpass.getuser()}", agency=agency)


def _progress(taken: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{number(taken)} ", err=True, nl=False)


COMMANDS = (feed,)
