"""Puts a backup back as a home of its own: built aside, given its name when whole, never over what is there."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

from sqlalchemy.engine import make_url

from lienthong.app import node, rooms
from lienthong.app.backup import postgresql, sqlite, verifying
from lienthong.app.backup.manifest import Manifest
from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel import jobs, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.files import write_durably
from lienthong.kernel.i18n import N_
from lienthong.kernel.settings import Settings

RESTORE = system("restore")
MARK = "restored"


def restore(folder: Path, settings: Settings, secret: bytes) -> Manifest:
    """Make the home of these settings from a backup, after checking all of it; answer its manifest.

    Every session is ended, copies of feeds begin anew, and every job that was being done waits to be done again. Raises
    Invalid when the backup has faults or is of another engine, Conflict when the home or the database holds anything.
    """
    home = settings.home
    if home.exists() and any(home.iterdir()):
        raise Conflict("restore.home", N_("Thư mục %(home)s không trống; hãy chọn một thư mục mới."), home=str(home))
    found = verifying.verify(folder, secret)
    if found.faults:
        raise Invalid(
            "restore.faulty", N_("Bản sao lưu có lỗi nên chưa khôi phục gì; hãy dùng bản khác."), found.faults
        )
    is_sqlite = make_url(settings.database_url).get_backend_name() == "sqlite"
    if is_sqlite != (found.manifest.engine == "sqlite"):
        message = N_("Bản sao lưu này là của %(engine)s; hãy đặt LIENTHONG_DATABASE cho khớp.")
        raise Invalid("restore.engine", message, engine=found.manifest.engine)
    if is_sqlite and settings.database_url != f"sqlite:///{home / 'lienthong.sqlite'}":
        raise Invalid(
            "restore.place", N_("SQLite được khôi phục vào chính thư mục dữ liệu; hãy bỏ LIENTHONG_DATABASE.")
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    aside = home.parent / f".{home.name}.restoring"
    shutil.rmtree(aside, ignore_errors=True)  # what a killed restore left
    try:
        _build(aside, folder, found)
        _settle(aside, settings, found.manifest, folder)
        aside.rename(home)
        _sync(home.parent)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return found.manifest


def _build(aside: Path, folder: Path, found: verifying.Findings) -> None:
    aside.mkdir(mode=0o700)
    if (folder / "home").is_dir():
        shutil.copytree(folder / "home", aside, dirs_exist_ok=True)
    if found.manifest.engine == "sqlite":
        shutil.copyfile(folder / sqlite.NODE, aside / "lienthong.sqlite")
        shutil.copyfile(folder / sqlite.LEDGER, aside / "ledger.sqlite")
    (aside / "keys").mkdir(mode=0o700)
    for name, content in (found.keys or {}).items():
        write_durably(aside / "keys" / name, content)
    for path in aside.rglob("*"):
        _sync(path)


def _settle(aside: Path, settings: Settings, manifest: Manifest, folder: Path) -> None:
    """Load the database where it is not a file, and end what does not outlive a restore."""
    url = settings.database_url
    if manifest.engine == "sqlite":
        url = f"sqlite:///{aside / 'lienthong.sqlite'}"
    else:
        postgresql.restore(url, folder, (MARK, manifest.id))
    rooms.load_tables()
    opened = node.open_node(replace(settings, home=aside, database_url=url))
    with runtime.running(opened), opened.database.transaction():
        node.add_missing_tables()  # the backup may be an older program's
        identity.end_all_sessions(RESTORE)
        exchange.begin_feeds_anew(RESTORE.again())
        jobs.release()
        node.remember(MARK, manifest.id)
    for path in aside.glob("*.sqlite"):
        _sync(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
