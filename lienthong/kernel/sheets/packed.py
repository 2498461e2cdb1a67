"""ZIP files somebody else made: looked through before they are unpacked, and never unpacked further than they say."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from lienthong.kernel.sheets import refusals

MAX_UNPACKED = 2_000_000_000
_MAX_ENTRIES = 10_000
_SANE_RATIO = 250
_SMALL = 50_000_000
"""Bytes below which no ratio is suspicious: a sheet of equal rows packs a hundredfold."""
_PIECE = 1 << 20
_LOCAL = struct.Struct("<26xHH")


class Packed:
    """A ZIP file whose list of contents is sane. Raises Invalid for a bomb, a locked or a damaged one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with zipfile.ZipFile(path) as archive:
                listed = archive.infolist()
        except refusals.BROKEN_ZIP:
            raise refusals.damaged(path) from None
        self._entries = {each.filename: each for each in listed}
        if len(listed) > _MAX_ENTRIES or len(self._entries) < len(listed):
            raise refusals.bomb(path)
        unpacked = sum(each.file_size for each in listed)
        packed = min(sum(each.compress_size for each in listed), path.stat().st_size)
        if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked > _SANE_RATIO * max(packed, 1)):
            raise refusals.bomb(path)
        if any(each.flag_bits & 1 for each in listed):
            raise refusals.locked(path)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def name_like(self, name: str) -> str:
        """Return the entry of this name whatever the case of its letters; "" when there is none."""
        plain = name.lower()
        return next((each for each in self._entries if each.lower() == plain), "")

    def read(self, name: str, limit: int = 20_000_000) -> bytes:
        """Return a small part whole; b"" when it is absent."""
        if name not in self._entries:
            return b""
        if self._entries[name].file_size > limit:
            raise refusals.bomb(self._path)
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Yield a part in pieces of about a megabyte. Raises Invalid when it holds more than its header says."""
        entry = self._entries[name]
        got = 0
        try:
            with self._path.open("rb") as file:
                file.seek(entry.header_offset)
                head = file.read(_LOCAL.size)
                file.seek(sum(_LOCAL.unpack(head)), 1)
                if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                    raise refusals.damaged(self._path)
                inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
                left = entry.compress_size
                while left > 0 and (packed := file.read(min(_PIECE // 8, left))):
                    left -= len(packed)
                    while packed:
                        piece = inflate.decompress(packed, _PIECE) if inflate else packed
                        packed = inflate.unconsumed_tail if inflate else b""
                        got += len(piece)
                        if got > entry.file_size:
                            raise refusals.bomb(self._path)
                        if piece:
                            yield piece
        except (zlib.error, struct.error, OSError, ValueError):
            raise refusals.damaged(self._path) from None
        if got < entry.file_size:
            raise refusals.damaged(self._path)
