"""Two small codes under the statement on paper: CBOR (RFC 8949, deterministic form) and 41 letters of a QR code.

Why not base 45: it uses the space and %, which do not survive being typed, pasted or put into an address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-."
"""Letters of the QR code's alphanumeric mode that are safe in text and in addresses."""
_BASE = len(ALPHABET)
_VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
_MAX_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Tagged:
    """A CBOR value with a tag."""

    tag: int
    value: object


class Malformed(ValueError):
    """The text or the bytes are not in the one form that we write."""


def to_text(content: bytes) -> str:
    """Return bytes as letters: three for two bytes, two for a last one."""
    letters: list[str] = []
    for at in range(0, len(content), 2):
        pair = content[at : at + 2]
        value = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            value, rest = divmod(value, _BASE)
            letters.append(ALPHABET[rest])
    return "".join(letters)


def from_text(text: str) -> bytes:
    """Return the bytes of the letters. Raises Malformed for any text that ``to_text`` does not write."""
    content = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        size = len(group) - 1
        try:
            value = sum(_VALUE[letter] * _BASE**place for place, letter in enumerate(group))
            content += value.to_bytes(size, "big")
        except (KeyError, OverflowError):
            raise Malformed(group) from None
        if size == 0:
            raise Malformed(group)
    return bytes(content)


def encode(value: object) -> bytes:
    """Return a value as CBOR: whole numbers, bytes, text, sequences, mappings, ``Tagged``."""
    match value:
        case bool():
            raise TypeError(value)
        case int():
            return _head(0, value) if value >= 0 else _head(1, -1 - value)
        case bytes():
            return _head(2, len(value)) + value
        case str():
            text = value.encode()
            return _head(3, len(text)) + text
        case Tagged():
            return _head(6, value.tag) + encode(value.value)
        case Mapping():
            entries = cast(Mapping[object, object], value)
            pairs = sorted((encode(key), encode(each)) for key, each in entries.items())
            return _head(5, len(pairs)) + b"".join(key + each for key, each in pairs)
        case Sequence():
            items = cast(Sequence[object], value)
            return _head(4, len(items)) + b"".join(encode(each) for each in items)
        case _:
            raise TypeError(value)


def decode(content: bytes) -> object:
    """Return the value of CBOR bytes. Raises Malformed unless they are exactly what ``encode`` writes for it."""
    try:
        value, end = _read(content, 0, 0)
        if end != len(content) or encode(value) != content:
            raise Malformed("not the deterministic form")
    except (IndexError, UnicodeDecodeError, TypeError) as error:
        raise Malformed(str(error)) from None
    return value


def _head(kind: int, number: int) -> bytes:
    if number < 24:
        return bytes([kind << 5 | number])
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([kind << 5 | code]) + number.to_bytes(size, "big")
    raise Malformed("number too large")


def _read(content: bytes, at: int, depth: int) -> tuple[object, int]:
    if depth > _MAX_DEPTH:
        raise Malformed("too deep")
    kind, number, at = _read_head(content, at)
    match kind:
        case 0:
            return number, at
        case 1:
            return -1 - number, at
        case 2:
            return _piece(content, at, number), at + number
        case 3:
            return _piece(content, at, number).decode(), at + number
        case 4:
            return _read_items(content, at, number, depth)
        case 5:
            flat, at = _read_items(content, at, 2 * number, depth)
            return dict(zip(flat[::2], flat[1::2], strict=True)), at
        case 6:
            value, at = _read(content, at, depth + 1)
            return Tagged(number, value), at
        case _:
            raise Malformed("kind of value")


def _read_head(content: bytes, at: int) -> tuple[int, int, int]:
    kind, code = content[at] >> 5, content[at] & 31
    if code < 24:
        return kind, code, at + 1
    if code > 27:
        raise Malformed("indefinite length")
    size = 1 << (code - 24)
    return kind, int.from_bytes(_piece(content, at + 1, size), "big"), at + 1 + size


def _read_items(content: bytes, at: int, count: int, depth: int) -> tuple[list[object], int]:
    items: list[object] = []
    for _ in range(count):
        item, at = _read(content, at, depth + 1)
        items.append(item)
    return items, at


def _piece(content: bytes, at: int, size: int) -> bytes:
    if at + size > len(content):
        raise Malformed("cut off")
    return content[at : at + size]
