"""``lienthong``: start a node, work on it, check it. Commands of the rooms are found in their ``cli.py``.

Every command takes ``--json`` and exits with 0 (done), 1 (done with rejects or findings) or 2 (could not).
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import click

from lienthong import __version__
from lienthong.app import erasing, node, rooms
from lienthong.app.backup import commands as backup_commands
from lienthong.app.mistakes import mistaken
from lienthong.kernel import runtime
from lienthong.kernel.command import Exit, command, refusing
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.settings import Settings

HELP = """Liên Thông: một nền tảng để nhà nước phục vụ công dân. | One platform on which a state serves its citizens.

Mã thoát: 0 xong, 1 xong nhưng có dòng bị loại hoặc phát hiện, 2 không làm được. | Exit codes: 0 done, 1 done with
rejects or findings, 2 could not.

Biến môi trường | Environment: LIENTHONG_HOME (./var), PORT (8000), LIENTHONG_MODE (demo, production),
LIENTHONG_DATABASE, LIENTHONG_HOST, LIENTHONG_ORIGIN.
"""


class Commands(click.Group):
    """Adds the rooms' commands and opens the node around the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_of_rooms()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or _of_rooms().get(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List every command with its whole sentence in both languages."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Lệnh | Commands"):
            formatter.write_dl([(name, " ".join((each.help or "").split())) for name, each in found if each])

    def invoke(self, ctx: click.Context) -> Any:
        """Say in both languages what is wrong with a call, where click speaks English alone."""
        try:
            return super().invoke(ctx)
        except click.UsageError as failure:
            click.echo(mistaken(failure), err=True)
            ctx.exit(Exit.COULD_NOT)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, found, rest = super().resolve_command(ctx, args)
        alone = getattr(found, "without_node", False)
        if alone(rest) if callable(alone) else alone:
            return name, found, rest
        with refusing(as_json="--json" in rest):
            ctx.with_resource(runtime.running(node.open_node(Settings.from_environment())))
            if name in _of_rooms() and not {"-h", "--help"} & set(rest):
                node.prepare()
        return name, found, rest


@click.group(cls=Commands, help=HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lienthong")
def main() -> None:
    """Liên Thông."""


def serving_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that ``up`` and ``serve`` share."""
    for option in (
        click.option(
            "--engine", type=click.Choice(["granian", "uvicorn"]), default="granian", help="Máy chủ. | Server.",
        ),
        click.option(
            "--tls", nargs=2, type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
            metavar="CERT KEY", help="Chứng thư và khóa TLS. | TLS certificate and key.",
        ),
        click.option(
            "--worker/--no-worker", default=True,
            help="Kèm việc nền trong tiến trình này. | Run background work in this process.",
        ),
    ):  # fmt: skip
        function = option(function)
    return function


@main.command()
@click.option("--people", default=0, help="Số người trình diễn ở lần đầu. | Demonstration people on the first run.")
@serving_options
@command
def up(people: int, **how: Any) -> tuple[Any, str]:
    """Chuẩn bị và chạy trên máy này. | Prepare and serve on this machine: tables, demonstration, pages."""
    from lienthong.app import demonstration

    settings = _reachable(how["tls"])
    with node.only_one(settings):
        node.prepare()
        first = settings.is_demo and not demonstration.seeded()
    if first:
        click.echo(gettext(N_("Lần chạy đầu: đang tạo một đất nước trình diễn, mất vài phút.")))
        _seed_apart(people)
    with node.only_one(settings):
        _serve(settings, how)
    return {"served": settings.origin}, gettext(N_("Đã dừng."))


@main.command()
@serving_options
@command
def serve(**how: Any) -> tuple[Any, str]:
    """Chạy máy chủ, không tạo dữ liệu. | Serve without seeding anything."""
    with node.only_one(runtime.current().settings):
        settings = _reachable(how["tls"])
        node.prepare()
        _serve(settings, how)
    return {"served": settings.origin}, gettext(N_("Đã dừng."))


@main.command()
@command
def worker() -> tuple[Any, str]:
    """Chạy riêng việc nền (PostgreSQL). | Run background work as a process of its own (PostgreSQL)."""
    import signal
    import threading

    from lienthong.app import schedule

    running = runtime.current()
    if running.database.is_sqlite and node.serving_elsewhere(running.settings):
        raise Conflict(
            "worker.sqlite",
            N_("Dữ liệu SQLite chỉ có một tiến trình ghi và máy chủ đang chạy; máy chủ đã kèm việc nền."),
        )
    node.prepare()
    told = threading.Event()
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: told.set())
    background = schedule.Background()
    background.start()
    told.wait()
    background.stop()
    return {"worked": True}, gettext(N_("Đã dừng."))


@main.command()
@command
def check() -> tuple[Any, str, Exit]:
    """Kiểm mọi tệp định nghĩa trong danh mục. | Check every definition file of the catalogue."""
    faults = [(room, each) for room, verify in rooms.verbs("spec", "check") for each in verify()]
    lines = [f"{room}: {each.at}: {each.text}" for room, each in faults]
    sentence = gettext(N_("Danh mục có %(n)s lỗi."), n=len(faults)) if faults else gettext(N_("Danh mục không có lỗi."))
    data = [{"room": room, "at": each.at, "code": each.code, "message": each.text} for room, each in faults]
    return {"faults": data}, "\n".join([*lines, sentence]), Exit.FINDINGS if faults else Exit.DONE


@main.group()
def demo() -> None:
    """Đất nước trình diễn. | The demonstration nation."""


@demo.command(name="seed")
@click.option("--people", default=0, help="Số người, mặc định 100.000. | How many people, 100,000 by default.")
@command
def demo_seed(people: int) -> tuple[Any, str]:
    """Tạo dữ liệu trình diễn. | Make the demonstration data; running it again changes nothing."""
    import time

    from lienthong.app import demonstration

    settings = runtime.current().settings
    began = time.monotonic()
    with node.only_one(settings):
        node.prepare()
        done = demonstration.seed(people=people or demonstration.PEOPLE, say=lambda line: click.echo(line, err=True))
    seconds = round(time.monotonic() - began, 1)
    data = {"people": people or demonstration.PEOPLE, "rooms": done, "seconds": seconds}
    return data, gettext(N_("Xong sau %(seconds)s giây."), seconds=seconds)


@main.command()
@command
def purge() -> tuple[Any, str]:
    """Xóa những gì đã hết thời hạn lưu. | Forget what its retention no longer keeps."""
    from lienthong.app import schedule

    node.prepare()
    gone = schedule.purge()
    return gone, "\n".join(f"{room}: {rows}" for room, rows in gone.items())


for each in (*backup_commands.COMMANDS, erasing.erase_proofs):
    main.add_command(each)


@main.command()
@click.option("--again", is_flag=True, help="Làm lại ngay mọi việc đã hỏng. | Try at once what failed.")
@command
def waiting(*, again: bool) -> tuple[Any, str, Exit]:
    """Xem việc đang chờ và việc gặp trục trặc. | Show what waits in the background and what is in trouble."""
    from dataclasses import asdict

    from lienthong.app import waiting as waits

    node.prepare()
    if again:
        waits.try_again()
    found = waits.waiting()
    lines = [
        gettext(N_("%(n)s tin chờ chuyển tới %(listener)s"), n=n, listener=name) for name, n in found.facts.items()
    ]
    lines += [
        gettext(N_("%(n)s tin chuyển lỗi tới %(listener)s"), n=n, listener=name) for name, n in found.troubled.items()
    ]
    lines += [
        gettext(
            N_("%(n)s việc %(kind)s (%(state)s), sớm nhất %(at)s"),
            n=each.number,
            kind=each.kind,
            state=each.state,
            at=f"{each.since:%d/%m/%Y %H:%M:%S}",
        )
        for each in found.jobs
    ]
    lines += [f"{name}: {value:g}" for name, value in found.figures.items()]
    code = Exit.FINDINGS if found.in_trouble else Exit.DONE
    return {**asdict(found), "in_trouble": found.in_trouble}, "\n".join(lines), code


def _reachable(tls: tuple[Path, Path] | None) -> Settings:
    """Return the settings with the address people type. Raises Conflict when it could not or should not be served."""
    from lienthong.app import serving

    settings = runtime.current().settings
    loopback = settings.host in {"127.0.0.1", "::1"}
    if not loopback and tls is None and not settings.public_origin:
        raise Conflict(
            "serve.tls",
            N_(
                "Máy chủ chỉ nghe 127.0.0.1. Muốn máy khác vào được cần TLS: thêm --tls CERT KEY, "
                "hoặc đặt LIENTHONG_ORIGIN=https://… khi có máy chủ TLS đứng trước."
            ),
        )
    serving.need_free_port(settings)
    if tls and not settings.public_origin:
        name = "localhost" if loopback else settings.host
        settings = replace(settings, public_origin=f"https://{name}:{settings.port}")
    runtime.current().settings = settings
    return settings


def _seed_apart(people: int) -> None:
    """Seed in a process of its own: the memory it took is given back before the server starts."""
    import subprocess

    chosen = ["--people", str(people)] if people else []
    command = [sys.executable, "-m", "lienthong.app.command_line", "demo", "seed", *chosen]
    done = subprocess.run(command, check=False)  # noqa: S603  our own program
    if done.returncode:
        sys.exit(done.returncode)


def _serve(settings: Settings, how: dict[str, Any]) -> None:
    from lienthong.app import serving

    way = serving.Serving(engine=how["engine"], tls=how["tls"], worker=how["worker"])
    serving.serve(settings, way, ready=lambda: _tell(settings))


def _tell(settings: Settings) -> None:
    """Print the address and the demonstration people."""
    from lienthong.identity import api as identity

    lines = [f"Liên Thông {__version__}: {settings.origin}"]
    if settings.is_demo:
        people = identity.demonstration_people()
        lines += [gettext(N_("Người trình diễn (một lần bấm ở trang đăng nhập):"))] if people else []
        lines += [f"  {each.name} – {gettext(each.position or each.about)}" for each in people]
    click.echo("\n".join(lines))


def _of_rooms() -> dict[str, click.Command]:
    """Return the rooms' commands by name; groups of one name, offered by several rooms, are one group."""
    merged: dict[str, click.Command] = {}
    for each in cast("list[click.Command]", rooms.offered("cli", "commands")):
        lower = merged.get(each.name or "")
        if isinstance(lower, click.Group) and isinstance(each, click.Group):
            merged[str(each.name)] = click.Group(each.name, {**lower.commands, **each.commands}, help=lower.help)
        elif each.name:
            merged[each.name] = each
    return merged


if __name__ == "__main__":
    main()
