"""From the surface of a legacy text to Unicode and back. The tables are viparse's (MIT) and Python's own codecs."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_

UTF8, CP1252, CP1258, TCVN3, VNI, VISCII, VPS = "utf-8", "cp1252", "cp1258", "tcvn3", "vni", "viscii", "vps"
TITLES: Mapping[str, str] = {
    UTF8: "UTF-8",
    CP1252: "Windows-1252",
    CP1258: "Windows-1258",
    TCVN3: "TCVN3 (ABC, .VnTime)",
    VNI: "VNI-Windows",
    VISCII: "VISCII",
    VPS: "VPS",
}
"""What people call each encoding."""
ENCODINGS = tuple(TITLES)
_VNI_BEYOND = {"aú": "ẳ", "AÚ": "Ẳ", "î": "ỵ", "Î": "Ỵ", "ì": "ì", "Ì": "Ì", "í": "í", "Í": "Í"}
"""The VNI table has them (row of ă: aé aè aú aü aë; i has letters of its own); viparse leaves out what it never met."""
_HIGH = "[\x80-\xff]"
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = re.compile("[a-z]")


@dataclass(frozen=True, slots=True)
class _Table:
    read: Callable[[bytes], str]
    write: Mapping[str, str]


def check_encoding(name: str) -> str:
    """Return the name of an encoding as this house writes it. Raises Invalid for one that it does not know."""
    plain = name.strip().lower().replace("_", "-")
    found = _ALSO.get(plain, plain)
    if found not in ENCODINGS:
        known = ", ".join(ENCODINGS)
        raise Invalid(
            "encoding.unknown", N_("Không biết bảng mã “%(name)s”; chọn một trong: %(known)s."), name=name, known=known
        )
    return found


def is_surface(text: str) -> bool:
    """Return whether every character can stand for one byte: else the text is Unicode already."""
    return text.isascii() or not text.translate(_BYTES).strip(_ONE_BYTE)


def decode(surface: str, encoding: str) -> str | None:
    """Return a surface as Unicode (NFC), None when the encoding has no such bytes or the text is no surface.

    TCVN3 has no capital letters with tones (its H fonts draw small ones as capitals): in a text set in capitals
    throughout they become capitals again.
    """
    if surface.isascii() and (encoding not in {VISCII, VPS} or surface.isprintable()):  # those have letters below 20
        return surface
    data = _bytes(surface)
    if data is None:
        return None
    try:
        return _table(encoding).read(data)
    except UnicodeError:
        return None


def _bytes(surface: str) -> bytes | None:
    """Return the bytes that a surface stands for; None when it holds letters that are no byte's."""
    try:
        return surface.encode("latin-1")
    except UnicodeEncodeError:
        plain = surface.translate(_BYTES)
        return None if plain.strip(_ONE_BYTE) else plain.encode("latin-1")


def encode(text: str, encoding: str) -> bytes:
    """Return text in a legacy encoding, letters that it lacks as ``?`` (for templates of old programs, and tests)."""
    normal = unicodedata.normalize("NFC", text)
    if encoding == UTF8:
        return normal.encode()
    table = _table(encoding).write
    surface = "".join(table.get(letter, letter) for letter in normal).translate(_BYTES)
    return surface.encode("latin-1", errors="replace")


@cache
def _table(encoding: str) -> _Table:
    if encoding == UTF8:
        return _Table(lambda data: unicodedata.normalize("NFC", data.decode()), {})
    if encoding in {CP1252, CP1258}:
        back = {letter: chr(byte) for byte in range(0x80, 0x100) if (letter := _letter(byte, encoding))}
        return _Table(lambda data: unicodedata.normalize("NFC", data.decode(encoding)), back | _composed(back))
    from viparse.normalize import encodings  # pyright: ignore[reportMissingTypeStubs]  it has its types in line

    charmap = encodings.get_charmap(encoding)
    if charmap is None:
        raise ValueError(encoding)
    pairs = dict(charmap.pairs) | (_VNI_BEYOND if encoding == VNI else {})
    back = {letter: surface for surface, letter in reversed(pairs.items())}
    if encoding == VNI:
        return _Table(_composite(pairs), back)
    foreign = _LETTERS - pairs.keys() if encoding == TCVN3 else frozenset[str]()
    letters = "".join(
        _UNDEFINED if byte in foreign else pairs.get(byte, _SYMBOLS.get(byte, byte)) for byte in _ONE_BYTE
    )
    charted: Any = letters  # a table of 256 letters, which its types leave out
    if encoding == TCVN3:
        small = {letter.upper(): back[letter] for letter in back if letter.upper() not in back}
        return _Table(lambda data: _capitals(codecs.charmap_decode(data, "strict", charted)[0]), back | small)
    return _Table(lambda data: codecs.charmap_decode(data, "strict", charted)[0], back)


def _composite(pairs: Mapping[str, str]) -> Callable[[bytes], str]:
    longest_first = sorted(pairs, key=len, reverse=True)
    known = re.compile("|".join([*map(re.escape, longest_first), _HIGH]))

    def one(found: re.Match[str]) -> str:
        surface = found[0]
        if surface in _LETTERS and surface not in pairs:
            raise UnicodeError
        return pairs.get(surface) or _SYMBOLS.get(surface, surface)

    return lambda data: known.sub(one, data.decode("latin-1"))


def _capitals(text: str) -> str:
    """Return a decoded TCVN3 text in capitals when its plain letters are and a small one stands in a word of them.

    So ``NGUYễN`` is mended, and ``Số CCCD`` stays.
    """
    if _SMALL.search(text):
        return text
    words = (word for word in _WORD.findall(text) if not word.isupper())
    return text.upper() if any("A" <= letter <= "Z" for word in words for letter in word[1:]) else text


def _letter(byte: int, encoding: str) -> str:
    return bytes([byte]).decode(encoding, errors="ignore")


def _composed(back: Mapping[str, str]) -> dict[str, str]:
    """Return letters that are written as a base and a tone mark after it."""
    tones = [mark for mark in back if unicodedata.combining(mark)]
    bases = [*"aeiouyAEIOUY", *(letter for letter in back if letter in "ăâêôơưĂÂÊÔƠƯ")]
    made = {
        unicodedata.normalize("NFC", base + tone): back.get(base, base) + back[tone] for base in bases for tone in tones
    }
    return {letter: bytes_ for letter, bytes_ in made.items() if len(letter) == 1 and letter not in back}


_SYMBOLS = {chr(byte): letter for byte in range(0x80, 0xA0) if (letter := _letter(byte, CP1252))}
"""Bytes 80-9F → what Windows-1252 shows for them (quotes, dashes, a few letters); beyond them it is Latin-1."""
_BYTES = str.maketrans({letter: byte for byte, letter in _SYMBOLS.items()})
_LETTERS = frozenset(chr(byte) for byte in range(0xC0, 0x100)) - {"×", "÷"}
_UNDEFINED = "\ufffe"
_ONE_BYTE = "".join(map(chr, range(0x100)))
_ALSO = {
    "utf8": UTF8,
    "windows-1252": CP1252,
    "latin-1": CP1252,
    "windows-1258": CP1258,
    "abc": TCVN3,
    "tcvn-3": TCVN3,
    ".vntime": TCVN3,
    "vni-windows": VNI,
}
