"""``lienthong feed``: follow what changes of an agency's own people into a copy, and compare the copy."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lienthong.exchange import api
from lienthong.exchange.cli.servers import servers
from lienthong.kernel.actor import system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.reference import api as reference

_contract = click.option("--contract", required=True, help="Mã thỏa thuận chia sẻ. | Contract.")
_as = click.option("--as", "agency", required=True, help="Mã cơ quan nhận dữ liệu. | Agency that follows.")
_store = click.argument("store", type=click.Path(dir_okay=False, path_type=Path))
_from = click.option("--from", "origin", default="", help="Máy chủ khác, https://… | Another server.")
_key = click.option(
    "--key",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Khóa của máy này (`feed key`). | Key of this machine.",
)


@click.group()
def feed() -> None:
    """Luồng thay đổi: cơ quan giữ bản sao dữ liệu người dân của mình. | Feed: an agency follows its own people."""


@feed.command("follow")
@_store
@_contract
@_as
@_from
@_key
@click.option("--again", is_flag=True, help="Lập lại từ bản chụp mới. | Begin again with a snapshot.")
@command
def follow(store: Path, contract: str, agency: str, origin: str, key: Path | None, again: bool) -> tuple[Any, str]:
    """Đưa bản sao (tệp SQLite) đến hiện tại; lần đầu thì lập mới. | Bring a copy up to now, or build it."""
    with _source(contract, agency, origin, key) as source:
        made = api.keep_copy(source, store=store, again=again, say=_progress)
    sentence = N_("Bản sao có %(records)s bản ghi, đã nhận %(taken)s thay đổi; đọc đến vị trí %(offset)s.")
    if made.built:
        sentence = N_("Bản sao được lập mới từ bản chụp: %(records)s bản ghi; đọc đến vị trí %(offset)s.")
    said = gettext(sentence, records=number(made.records), taken=number(made.taken), offset=made.offset)
    return asdict(made), said


@feed.command("compare")
@_store
@_contract
@_as
@_from
@_key
@command
def compare(store: Path, contract: str, agency: str, origin: str, key: Path | None) -> tuple[Any, str, Exit]:
    """So bản sao với cơ sở dữ liệu theo từng đơn vị; thoát 1 khi lệch. | Compare by unit; exit 1 when they differ."""
    with _source(contract, agency, origin, key) as source:
        made = api.check_copy(source, store=store)
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
@_from
@_key
@click.option("--after", required=True, help="Vị trí đã đọc đến. | Offset that was read up to.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 5000), help="Số thay đổi. | At most.")
@command
def changes(contract: str, agency: str, origin: str, key: Path | None, after: str, limit: int) -> tuple[Any, str]:
    """Xem một trang thay đổi từ một vị trí; --json để có giá trị. | A page of changes; with --json their values."""
    with _source(contract, agency, origin, key) as source:
        page = source.changes(after=after, until="", limit=limit)
    lines = [
        f"{each.offset}  {each.register}  {each.what}  {each.key or each.record}  v{each.version}"
        for each in page.changes
    ]
    lines.append(gettext(N_("Đọc đến vị trí %(offset)s."), offset=page.offset))
    return asdict(page), "\n".join(lines)


@feed.command("key")
@click.argument("new_file", type=click.Path(dir_okay=False, path_type=Path))
@command
def new_key(new_file: Path) -> tuple[Any, str]:
    """Tạo khóa cho máy chủ này; khóa riêng không rời máy. | Make this server's key; only the .pub file goes out."""
    made = api.new_server_key(new_file)
    said = N_(
        "Khóa riêng: %(private)s (giữ tại đây). Gửi %(public)s cho người vận hành phía cung cấp; mã khóa: %(key)s"
    )
    return asdict(made), gettext(said, private=made.private, public=made.public, key=made.key)


def _needs_no_node(arguments: list[str]) -> bool:
    """Say whether a call of ``feed`` works without a node of its own: who follows another server needs a key alone."""
    return arguments[:1] == ["key"] or any(each == "--from" or each.startswith("--from=") for each in arguments)


feed.add_command(servers)
feed.without_node = _needs_no_node  # type: ignore[attr-defined]


@contextmanager
def _source(contract: str, agency: str, origin: str, key: Path | None) -> Iterator[api.Source]:
    if origin and key is not None:
        with closing(api.Remote(origin, key=api.server_key(key), contract=contract, agency=agency)) as remote:
            yield remote
        return
    if origin or key is not None:
        raise Invalid("feed.from", N_("Theo từ máy chủ khác cần cả hai: --from https://… và --key TỆP-KHÓA."))
    if reference.agency(agency) is None:
        raise Invalid(
            "cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=agency
        )
    yield api.Local(system(f"cli:{getpass.getuser()}", agency=agency), contract)


def _progress(taken: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{number(taken)} ", err=True, nl=False)


COMMANDS = (feed,)
