"""Makes a backup of the running node's home while another process serves it: aside, checked, then given its name."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from lienthong import __version__
from lienthong.app.backup import manifest, postgresql, sealing, sqlite, verifying
from lienthong.app.backup.manifest import Kept, Manifest
from lienthong.kernel import clock, keys, runtime
from lienthong.kernel.errors import Conflict, Invalid, Unavailable
from lienthong.kernel.files import is_full
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.settings import Settings
from lienthong.ledger import api as ledger

SEALED = "keys.sealed"
APART = {"keys", "evidence", "images", "serving.lock"}
"""What stands in a home and is not copied as it is."""
_TRIES = 3
LATER = Unavailable("backup.busy", N_("Cơ sở dữ liệu đang bận ghi; hãy thử lại sau."))


def make(into: Path, secret: bytes) -> tuple[Path, Manifest]:
    """Write one backup as a folder below ``into``; answer it and its manifest once it was read back and found whole.

    Raises Invalid for a folder inside the home or a home that holds nothing, Conflict while another backup is made
    there, Unavailable when the disk is full or the database stays busy; nothing is left behind then.
    """
    node = runtime.current()
    if into.resolve().is_relative_to(node.settings.home):
        raise Invalid(
            "backup.inside", N_("Hãy chọn nơi sao lưu ở ngoài thư mục dữ liệu %(home)s."), home=node.settings.home
        )
    if not inspect(node.database.engine).has_table("node_fact"):
        raise Invalid("backup.empty", N_("Thư mục %(home)s chưa có dữ liệu để sao lưu."), home=node.settings.home)
    ledger.checkpoint()  # the log's newest signature, over all that it holds so far
    at = node.clock.now()
    name = f"lienthong-{at:%Y%m%d-%H%M%S}-{new_id()[-4:]}"
    with _alone(into):
        aside = into / f".{name}.partial"
        try:
            made = _whole(aside, secret, name)
            aside.rename(into / name)
            _sync(into)
        except (OSError, sqlite3.Error) as failure:
            raise _told(failure, into) from failure
        finally:
            shutil.rmtree(aside, ignore_errors=True)
    return into / name, made


def _whole(aside: Path, secret: bytes, name: str) -> Manifest:
    for _attempt in range(_TRIES):
        aside.mkdir(mode=0o700)
        try:
            return _one_point(aside, secret, name)
        except FileNotFoundError:  # evidence was merged while it was copied: look again
            shutil.rmtree(aside)
    raise LATER


def _one_point(aside: Path, secret: bytes, name: str) -> Manifest:
    node = runtime.current()
    settings = node.settings
    if node.database.is_sqlite:
        main = Path(make_url(settings.database_url).database or "")
        held = sqlite.point(main, settings.home / "ledger.sqlite")
    else:
        held = postgresql.point(settings.database_url)
    with held as point:
        at = clock.stamp(node.clock.now())
        _need_room(aside, settings)
        evidence = point.evidence()
        files = list(point.copy(aside))
        rows = point.rows()
    copies = {f"home/{each}": settings.home / each for each in _as_it_is(settings.home)}
    copies |= {f"home/evidence/{each}": settings.home / "evidence" / each for each in evidence}
    for path, source in copies.items():
        (aside / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, aside / path)
        files.append(path)
    sealed = {each.name: each.read_bytes() for each in (settings.home / "keys").iterdir() if each.name[0] != "."}
    (aside / SEALED).write_bytes(sealing.seal(sealed, secret))
    files.append(SEALED)
    kept: list[Kept] = []
    for path in files:
        _sync(aside / path)
        kept.append(manifest.keep(aside, path))
    engine = "sqlite" if node.database.is_sqlite else "postgresql"
    key = keys.ed25519("ledger")
    report, newest = verifying.ledger_report(aside, engine, bytes(key.verify_key))
    if report.faults:
        raise Invalid(
            "backup.ledger", N_("Sổ nhật ký có lỗi nên chưa sao lưu; chạy `lienthong ledger verify`."), report.faults
        )
    logged = manifest.LedgerPoint(report.size, report.root.hex(), newest, bytes(key.verify_key).hex())
    made = Manifest(
        format=manifest.FORMAT,
        id=name,
        at=at,
        program=__version__,
        mode=settings.mode.value,
        engine=engine,
        rows=rows,
        ledger=logged,
        files=kept,
    )
    manifest.write(aside, made, key)
    _sync(aside)
    return made


def _as_it_is(home: Path) -> list[str]:
    """Return the files of a home that are copied as they stand: papers, patches of reference data, own definitions."""
    return [
        path
        for path in manifest.files_below(home)
        if path.split("/")[0] not in APART
        and not any(part.startswith(".") for part in path.split("/"))
        and not Path(path).name.startswith(("lienthong.sqlite", "ledger.sqlite"))
    ]


def _need_room(aside: Path, settings: Settings) -> None:
    needed = sum(path.stat().st_size for path in settings.home.rglob("*") if path.is_file())
    if shutil.disk_usage(aside).free < needed:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def _alone(into: Path) -> Generator[None]:
    """Make one backup at a time in a folder, and clear away what killed ones left."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        lock = (into / ".lienthong-backup.lock").open("w")
    except OSError as failure:
        raise _told(failure, into) from failure
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Conflict("backup.running", N_("Một bản sao lưu khác đang được làm ở đây; hãy đợi nó xong.")) from None
        for left in into.glob(".lienthong-*.partial"):
            shutil.rmtree(left)
        yield


def _told(failure: Exception, into: Path) -> Unavailable:
    if is_full(failure) or getattr(failure, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_IOERR:
        message = N_("Không đủ chỗ trên đĩa chứa %(folder)s nên chưa có bản sao lưu nào; dọn chỗ rồi chạy lại.")
        return Unavailable("backup.full", message, folder=str(into))
    message = N_("Không ghi được vào %(folder)s (%(reason)s) nên chưa có bản sao lưu nào.")
    return Unavailable("backup.unwritable", message, folder=str(into), reason=str(failure))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
