"""The container of old Excel files, MS-CFB: names of its streams, and the bytes of one. Damage raises ValueError."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA
"""Sector numbers from here on are marks (free, end of chain, table of sectors)."""
_MAX_SECTORS = 1 << 20
_SMALL_SECTOR = 64


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    first: int
    size: int


def streams(path: Path) -> set[str]:
    """Return the names of the streams and storages of a file; an empty set when it is damaged."""
    try:
        return {entry.name for entry in _Compound(path.read_bytes()).entries}
    except (ValueError, struct.error, IndexError):
        return set()


def stream(content: bytes, *names: str) -> bytes:
    """Return the bytes of the first stream that has one of these names. Raises ValueError when damaged or absent."""
    try:
        return _Compound(content).read(names)
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error


class _Compound:
    """A compound file: sectors chained by tables. (MS-CFB 2.2 header, 2.3 FAT, 2.4 mini FAT, 2.6 directory.)"""

    def __init__(self, content: bytes) -> None:
        self._content = content
        shift, small_shift = struct.unpack_from("<HH", content, 30)
        if shift not in {9, 12} or small_shift != 6 or not content.startswith(MAGIC):
            raise ValueError("no compound file")
        self._size = 1 << shift
        directory, _, self._cutoff, small_table = struct.unpack_from("<I4sII", content, 48)
        self._table = self._fat()
        self.entries = self._directory(directory)
        self._small_table = self._numbers(self._chain(small_table)) if small_table < _END else ()

    def read(self, names: tuple[str, ...]) -> bytes:
        entry = next((each for name in names for each in self.entries if each.name == name), None)
        if entry is None:
            raise ValueError("no such stream")
        if entry.size >= self._cutoff:
            return self._chain(entry.first)[: entry.size]
        root = self._chain(self.entries[0].first)
        found = bytearray()
        at = entry.first
        while at < _END and len(found) < entry.size:
            found += root[at * _SMALL_SECTOR : (at + 1) * _SMALL_SECTOR]
            at = self._small_table[at]
        return bytes(found[: entry.size])

    def _fat(self) -> tuple[int, ...]:
        places = [each for each in struct.unpack_from("<109I", self._content, 76) if each < _END]
        (further,) = struct.unpack_from("<I", self._content, 68)
        seen = 0
        while further < _END and seen < _MAX_SECTORS // 128:
            *more, further = struct.unpack(f"<{self._size // 4}I", self._sector(further))
            places.extend(each for each in more if each < _END)
            seen += 1
        return self._numbers(b"".join(self._sector(each) for each in places[:_MAX_SECTORS]))

    def _directory(self, first: int) -> list[_Entry]:
        content = self._chain(first)
        entries: list[_Entry] = []
        for at in range(0, len(content) - 127, 128):
            (length,) = struct.unpack_from("<H", content, at + 64)
            name = content[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", errors="replace")
            start, size = struct.unpack_from("<II", content, at + 116)
            entries.append(_Entry(name, start, size))
        return entries

    def _chain(self, first: int) -> bytes:
        parts: list[bytes] = []
        at = first
        while at < _END:
            if len(parts) > len(self._table):
                raise ValueError("a chain that never ends")
            parts.append(self._sector(at))
            at = self._table[at]
        return b"".join(parts)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._size
        return self._content[start : start + self._size]

    @staticmethod
    def _numbers(content: bytes) -> tuple[int, ...]:
        whole = len(content) // 4
        return struct.unpack(f"<{whole}I", content[: whole * 4])
