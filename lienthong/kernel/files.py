"""Files kept by content: the name is the digest, so equal bytes are kept once and none is altered unseen."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id

_PIECE = 1 << 20


class FileStore:
    """A folder of files named by SHA-256."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> str:
        """Keep the bytes, durable before returning; answer their SHA-256 in hex. Putting twice keeps once."""
        digest = hashlib.sha256(content).hexdigest()
        path = self._path(digest)
        if _is_wanted_again(path):
            return digest
        path.parent.mkdir(parents=True, exist_ok=True)
        write_durably(path, content)
        return digest

    def take(self, source: IO[bytes], *, limit: int = 0) -> tuple[str, int]:
        """Keep what a stream gives, piece by piece and durable before returning; answer its SHA-256 and its bytes.

        limit: bytes, 0 for none. Raises Invalid for more, and keeps nothing.
        """
        self._root.mkdir(parents=True, exist_ok=True)
        aside = self._root / f".{new_id()}"
        told, size = hashlib.sha256(), 0
        handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                while piece := source.read(_PIECE):
                    told.update(piece)
                    size += file.write(piece)
                    if limit and size > limit:
                        message = N_("Tệp lớn quá %(limit)s MB; chia thành nhiều tệp nhỏ hơn.")
                        raise Invalid("file.large", message, limit=limit // 10**6)
                file.flush()
                os.fsync(file.fileno())
            path = self._path(told.hexdigest())
            path.parent.mkdir(exist_ok=True)
            if not _is_wanted_again(path):
                aside.replace(path)
                _sync(path.parent)
        finally:
            aside.unlink(missing_ok=True)
        return told.hexdigest(), size

    def path(self, digest: str) -> Path:
        """Return where the bytes are, for what reads a large file in place. Raises NotFound as ``get`` does."""
        try:
            with self._path(digest).open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest() == digest
        except (FileNotFoundError, ValueError):
            raise _missing() from None
        if not whole:
            raise _altered()
        return self._path(digest)

    def get(self, digest: str) -> bytes:
        """Return the bytes. Raises NotFound when they are missing or no longer match their digest."""
        try:
            content = self._path(digest).read_bytes()
        except (FileNotFoundError, ValueError):
            raise _missing() from None
        if hashlib.sha256(content).hexdigest() != digest:
            raise _altered()
        return content

    def keep_only(self, digests: Collection[str]) -> None:
        """Let go of everything else."""
        for path in self._root.glob("??/*"):
            if path.name not in digests and not path.name.startswith("."):  # with a dot: being written just now
                path.unlink(missing_ok=True)

    def drop(self, digest: str, *, before: datetime) -> None:
        """Let go of one file unless it was put, or put once more, since a moment; one that is not there is no fault.

        Who has put it lately may not have said yet that they need it.
        """
        path = self._path(digest)
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                path.unlink()

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not digest.isalnum():
            raise ValueError(digest)
        return self._root / digest[:2] / digest


def _is_wanted_again(path: Path) -> bool:
    """Say whether a file is there, and note that somebody needs it as of now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def is_full(failure: BaseException) -> bool:
    """Say whether a write failed because there is no room: a full disk, a quota, a file at its limit."""
    if isinstance(failure, OSError):
        return failure.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
    cause = getattr(failure, "orig", failure)  # SQLAlchemy's error carries the driver's
    if getattr(cause, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL:
        return True
    return getattr(cause, "sqlstate", None) == "53100"  # PostgreSQL: disk_full


def write_durably(path: Path, content: bytes, mode: int = 0o600) -> None:
    """Write a file so that after a crash it is there whole or not at all: aside, synced, renamed, folder synced."""
    aside = path.with_name(f".{path.name}.{new_id()}")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _missing() -> NotFound:
    return NotFound("file.missing", N_("Không còn tệp này trong kho."))


def _altered() -> NotFound:
    return NotFound("file.altered", N_("Tệp trong kho đã bị thay đổi, không dùng được; báo người vận hành."))
