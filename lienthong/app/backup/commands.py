"""``lienthong backup``, ``verify-backup`` and ``restore``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lienthong.app.backup import making, restoring, sealing, verifying
from lienthong.app.backup.manifest import Manifest
from lienthong.kernel import clock
from lienthong.kernel.command import Exit, command
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.settings import Settings

FOLDER = click.Path(file_okay=False, path_type=Path)


def _passphrase_option(function: Callable[..., Any]) -> Callable[..., Any]:
    return click.option(
        "--passphrase-file", default=None, type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Tệp chứa mật khẩu của các khóa. | File with the passphrase of the keys.",
    )(function)  # fmt: skip


@click.command()
@click.argument("into", type=FOLDER)
@_passphrase_option
@command
def backup(into: Path, passphrase_file: Path | None) -> tuple[Any, str]:
    """Sao lưu toàn bộ trong khi hệ thống vẫn chạy. | Back up everything as one point while the node serves."""
    secret = sealing.needed(sealing.passphrase(passphrase_file, twice=True))
    folder, made = making.make(into, secret)
    sentence = gettext(N_("Đã sao lưu vào %(folder)s."), folder=folder)
    return {"folder": str(folder), **_covers(made)}, "\n".join([sentence, *_told(made)])


@click.command(name="verify-backup")
@click.argument("folder", type=FOLDER)
@_passphrase_option
@command
def verify_backup(folder: Path, passphrase_file: Path | None) -> tuple[Any, str, Exit]:
    """Kiểm một bản sao lưu, không cần hệ thống. | Check a backup anywhere, without a node."""
    found = verifying.verify(folder, sealing.passphrase(passphrase_file))
    lines = [f"{each.at}: {each.text}" for each in found.faults]
    opened = (
        N_("Đã mở %(n)s khóa bằng mật khẩu.") if found.keys is not None else N_("Chưa thử mở khóa: không có mật khẩu.")
    )
    sentence = gettext(N_("Bản sao lưu có %(n)s lỗi."), n=len(lines)) if lines else gettext(N_("Bản sao lưu trọn vẹn."))
    faults = [{"at": each.at, "code": each.code, "message": each.text} for each in found.faults]
    keys = None if found.keys is None else len(found.keys)
    data = {**_covers(found.manifest), "keys_opened": keys, "faults": faults}
    told = [*_told(found.manifest), gettext(opened, n=keys), *lines, sentence]
    return data, "\n".join(told), Exit.FINDINGS if lines else Exit.DONE


@click.command()
@click.argument("folder", type=FOLDER)
@_passphrase_option
@command
def restore(folder: Path, passphrase_file: Path | None) -> tuple[Any, str]:
    """Khôi phục vào một thư mục trống (LIENTHONG_HOME). | Restore into an empty home."""
    settings = Settings.from_environment()
    made = restoring.restore(folder, settings, sealing.needed(sealing.passphrase(passphrase_file)))
    sentence = gettext(
        N_("Đã khôi phục vào %(home)s; mọi phiên đăng nhập đã kết thúc. Đừng chạy lại hệ thống cũ."), home=settings.home
    )
    return {"home": str(settings.home), **_covers(made)}, "\n".join([*_told(made), sentence])


verify_backup.without_node = restore.without_node = True  # type: ignore[attr-defined]
COMMANDS: tuple[click.Command, ...] = (backup, verify_backup, restore)


def _covers(made: Manifest) -> dict[str, Any]:
    return {
        "id": made.id,
        "at": made.at,
        "program": made.program,
        "mode": made.mode,
        "engine": made.engine,
        "tables": len(made.rows),
        "rows": sum(made.rows.values()),
        "ledger_entries": made.ledger.entries,
        "ledger_root": made.ledger.root,
        "ledger_key": made.ledger.public_key,
        "files": len(made.files),
        "bytes": made.bytes,
    }


def _told(made: Manifest) -> list[str]:
    moment = clock.moment(made.at)
    return [
        gettext(
            N_("Thời điểm %(at)s, %(engine)s, bản chương trình %(program)s."),
            at=f"{moment:%d/%m/%Y %H:%M:%S}",
            engine=made.engine,
            program=made.program,
        ),
        gettext(
            N_("%(tables)s bảng, %(rows)s dòng; %(files)s tệp, %(bytes)s byte."),
            tables=len(made.rows),
            rows=sum(made.rows.values()),
            files=len(made.files),
            bytes=made.bytes,
        ),
        gettext(
            N_("Sổ nhật ký: %(entries)s mục, gốc %(root)s, khóa %(key)s."),
            entries=made.ledger.entries,
            root=made.ledger.root[:16],
            key=made.ledger.public_key[:16],
        ),
    ]
