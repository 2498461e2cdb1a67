"""QR codes (ISO/IEC 18004) fast enough to draw one for every paper: level M, one fixed mask, versions 1 to 40.

What depends on the version alone (where each bit goes, the patterns, the mask) is worked out once and kept. A test
holds every module against another library.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

_DARK = re.compile(rb"\x01+")
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MASK = 4
"""One fixed mask: choosing the best of eight costs 10 ms a code, and readers do not see the difference."""
_FORMAT_M = 0
_CHECK_BYTES = (
    *(10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26),
    *(28,) * 19,
)
"""Level M: check bytes of one block, by version from 1."""
_BLOCKS = (
    *(1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16),
    *(17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
)
"""Level M: blocks, by version from 1."""


class TooLong(ValueError):
    """More text than a code can hold."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """One version: its size in modules, bytes of data in each block, and the way from bits to modules.

    pick: takes the bits of the message followed by the fixed bits 0 and 1, and gives every module, row by row.
    mask: which modules the mask turns over, as one number.
    """

    size: int
    blocks: tuple[int, ...]
    check: int
    pick: Callable[[str], tuple[str, ...]]
    mask: int


def modules(text: str) -> list[bytes]:
    """Return the rows of the code, one byte a module: 1 is dark. Raises TooLong."""
    version, bits = _data(text)
    layout = _layout(version)
    message = _message(bits, layout)
    spread = message + "01"
    flat = int("".join(layout.pick(spread)), 2) ^ layout.mask
    dark = f"{flat:0{layout.size**2}b}".encode().translate(_TO_BYTES)
    return [dark[at : at + layout.size] for at in range(0, len(dark), layout.size)]


def _data(text: str) -> tuple[int, str]:
    """Return the smallest version that holds the text, and its data as bits up to that version's capacity."""
    short = all(letter in _VALUE for letter in text)
    content = "" if short else "".join(f"{byte:08b}" for byte in text.encode())
    count = len(text) if short else len(content) // 8
    if short:
        pairs = (text[at : at + 2] for at in range(0, len(text), 2))
        content = "".join(
            f"{_VALUE[pair[0]] * 45 + _VALUE[pair[1]]:011b}" if len(pair) == 2 else f"{_VALUE[pair]:06b}"
            for pair in pairs
        )
    for version in range(1, 41):
        size = (9, 11, 13)[(version > 9) + (version > 26)] if short else (8 if version < 10 else 16)
        room = 8 * sum(_data_bytes(version))
        bits = f"{2 if short else 4:04b}{count:0{size}b}{content}"
        if len(bits) <= room:
            bits += "0" * min(4, room - len(bits))
            bits += "0" * (-len(bits) % 8)
            return version, (bits + "1110110000010001" * (room // 16 + 1))[:room]
    raise TooLong(len(text))


def _message(bits: str, layout: _Layout) -> str:
    """Return the data with its check bytes, blocks woven into each other, as bits."""
    content = int(bits, 2).to_bytes(len(bits) // 8, "big")
    blocks: list[bytes] = []
    for size in layout.blocks:
        blocks.append(content[:size])
        content = content[size:]
    checks = [_check(block, layout.check) for block in blocks]
    woven = bytes(block[at] for at in range(max(layout.blocks)) for block in blocks if at < len(block))
    woven += bytes(byte for column in zip(*checks, strict=True) for byte in column)
    return f"{int.from_bytes(woven, 'big'):0{8 * len(woven)}b}"


def _check(block: bytes, degree: int) -> bytes:
    """Return the Reed-Solomon remainder of a block; ``degree`` bytes kept as one number."""
    table, top, rest = _multiples(degree), 8 * (degree - 1), 0
    keep = (1 << top) - 1
    for byte in block:
        rest = (rest & keep) << 8 ^ table[byte ^ rest >> top]
    return rest.to_bytes(degree, "big")


@cache
def _multiples(degree: int) -> tuple[int, ...]:
    """Return the generator polynomial of a degree times every byte, without its leading term, as numbers."""
    generator = [1]
    root = 1
    for _ in range(degree):
        shifted = [*generator, 0]
        generator = [each ^ _times(root, low) for each, low in zip(shifted, [0, *generator], strict=True)]
        root = _times(root, 2)
    return tuple(int.from_bytes(bytes(_times(byte, each) for each in generator[1:]), "big") for byte in range(256))


def _times(left: int, right: int) -> int:
    """Multiply in GF(2^8) with the code's polynomial 0x11D."""
    product = 0
    while right:
        product ^= left if right & 1 else 0
        left = left << 1 ^ (0x11D if left & 0x80 else 0)
        right >>= 1
    return product


def _raw_bits(version: int) -> int:
    """Return how many modules of a version carry the message."""
    bits = (16 * version + 128) * version + 64
    if version > 1:
        along = version // 7 + 2
        bits -= (25 * along - 10) * along - 55
    return bits - 36 if version > 6 else bits


def _data_bytes(version: int) -> tuple[int, ...]:
    """Return the bytes of data in every block of a version, shorter blocks first."""
    count = _BLOCKS[version - 1]
    data = _raw_bits(version) // 8 - _CHECK_BYTES[version - 1] * count
    short, longer = divmod(data, count)
    return (short,) * (count - longer) + (short + 1,) * longer


@cache
def _layout(version: int) -> _Layout:
    size = 17 + 4 * version
    fixed = _patterns(version, size)
    blocks = _data_bytes(version)
    message = 8 * (sum(blocks) + _CHECK_BYTES[version - 1] * len(blocks))
    source = {place: message + dark for place, dark in fixed.items()}
    path = [place for place in _path(size) if place not in fixed]
    # bits that are left over at the end are light before the mask
    source |= {place: at if at < message else message for at, place in enumerate(path)}
    every = [(row, column) for row in range(size) for column in range(size)]
    turned = "".join("1" if place not in fixed and _masked(*place) else "0" for place in every)
    return _Layout(
        size, blocks, _CHECK_BYTES[version - 1], itemgetter(*(source[each] for each in every)), int(turned, 2)
    )


def _masked(row: int, column: int) -> bool:
    return (row // 2 + column // 3) % 2 == 0  # mask 4 of the standard


def _path(size: int) -> list[tuple[int, int]]:
    """Return the modules in the order of the message: pairs of columns from the right, up and down by turns."""
    places: list[tuple[int, int]] = []
    for turn, right in enumerate([*range(size - 1, 6, -2), *range(5, 0, -2)]):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        places += [(row, column) for row in rows for column in (right, right - 1)]
    return places


def _patterns(version: int, size: int) -> dict[tuple[int, int], int]:
    """Return every module that says nothing of the message: place → dark."""
    fixed = {(6, at): 1 - at % 2 for at in range(size)} | {(at, 6): 1 - at % 2 for at in range(size)}
    middles = _alignments(version, size)
    last = len(middles) - 1
    for i, row in enumerate(middles):
        for j, column in enumerate(middles):
            if (i, j) not in {(0, 0), (0, last), (last, 0)}:
                fixed |= _rings(row, column, 2, size, light=1)
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        fixed |= _rings(row, column, 4, size, light=2)
    said = _with_check(_FORMAT_M << 3 | MASK, 10, 0x537) ^ 0x5412
    for at in range(15):
        dark = said >> at & 1
        fixed[at + (at > 5) if at < 8 else size - 15 + at, 8] = dark
        fixed[8, size - 1 - at if at < 8 else 15 - at - (at > 8)] = dark
    fixed[size - 8, 8] = 1
    if version > 6:
        said = _with_check(version, 12, 0x1F25)
        for at in range(18):
            row, column = at // 3, size - 11 + at % 3
            fixed[row, column] = fixed[column, row] = said >> at & 1
    return fixed


def _alignments(version: int, size: int) -> list[int]:
    """Return the middles of the alignment patterns along one side."""
    if version == 1:
        return []
    count = version // 7 + 2
    # the standard's own exception
    step = 26 if version == 32 else -(-(size - 13) // (2 * count - 2)) * 2
    return [6, *(size - 7 - step * at for at in range(count - 2, -1, -1))]


def _rings(row: int, column: int, reach: int, size: int, *, light: int) -> dict[tuple[int, int], int]:
    """Return squares inside each other around a middle; those at distance ``light`` or 4 are light."""
    return {
        (row + down, column + right): int(max(abs(down), abs(right)) not in {light, 4})
        for down in range(-reach, reach + 1)
        for right in range(-reach, reach + 1)
        if 0 <= row + down < size and 0 <= column + right < size
    }


def _with_check(value: int, bits: int, polynomial: int) -> int:
    """Return a value followed by the remainder that guards it."""
    rest = value << bits
    while rest >> bits:
        rest ^= polynomial << rest.bit_length() - polynomial.bit_length()
    return value << bits | rest


_VALUE = {letter: value for value, letter in enumerate(ALPHANUMERIC)}
_TO_BYTES = bytes.maketrans(b"01", b"\x00\x01")


def qr_svg(text: str, *, border: int = 2) -> str:
    """Return a QR code as SVG without style attributes; letters of the alphanumeric mode make a smaller one."""
    rows = modules(text)
    size = len(rows) + 2 * border
    dark = "".join(
        f"M{run.start() + border} {place + border}.5h{run.end() - run.start()}"
        for place, row in enumerate(rows)
        for run in _DARK.finditer(row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}"><path stroke="#000" d="{dark}"/></svg>'
