"""From the surface of a legacy text to Unicode and back. The tables are viparse's (MIT) and Python's own codecs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

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
_VNI_NOT_IN_CORPUS = (("aú", "ẳ"), ("AÚ", "Ẳ"))
"""The VNI table (VNI Software Co., ă row: aé aè aú aü aë) has them; viparse leaves them out as it never met one."""
_HIGH = re.compile("[\x80-\xff]")


@dataclass(frozen=True, slots=True)
class _Table:
    read: Callable[[str], str]
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
    if surface.isascii():
        return surface
    plain = surface.translate(_BYTES)
    if plain.strip(_ONE_BYTE):
        return None
    try:
        text = _table(encoding).read(plain)
    except UnicodeError:
        return None
    return unicodedata.normalize("NFC", text)


def encode(text: str, encoding: str) -> bytes:
    """Return text in a legacy encoding, letters that it lacks as ``?`` (for templates of old programs, and tests)."""
    normal = unicodedata.normalize("NFC", text)
    if encoding == UTF8:
        return normal.encode()
    table = _table(encoding).write
    return "".join(table.get(letter, letter) for letter in normal).encode("latin-1", errors="replace")


@cache
def _table(encoding: str) -> _Table:
    if encoding == UTF8:
        return _Table(lambda plain: plain.encode("latin-1").decode(), {})
    if encoding in {CP1252, CP1258}:
        return _codec(encoding)
    from viparse.normalize import encodings  # pyright: ignore[reportMissingTypeStubs]  it has its types in line

    charmap = encodings.get_charmap(encoding)
    if charmap is None:
        raise ValueError(encoding)
    pairs = (*charmap.pairs, *(_VNI_NOT_IN_CORPUS if encoding == VNI else ()))
    back = {letter: surface for surface, letter in reversed(pairs)}
    if encoding == VNI:
        return _Table(_composite(dict(pairs)), back)
    letters = str.maketrans(dict(pairs))
    if encoding == TCVN3:
        small = {letter.upper(): back[letter] for letter in back if letter.upper() not in back}
        return _Table(lambda plain: _capitals(plain.translate(letters), plain), back | small)
    return _Table(lambda plain: plain.translate(letters), back)


def _composite(pairs: Mapping[str, str]) -> Callable[[str], str]:
    longest_first = sorted(pairs, key=len, reverse=True)
    known = re.compile("|".join(map(re.escape, longest_first)))
    return lambda plain: known.sub(lambda found: pairs[found[0]], plain)


def _capitals(text: str, plain: str) -> str:
    """Return a decoded TCVN3 text in capitals when every plain letter of it is one and words begin and go on so."""
    if plain.upper() == plain or all(not letter.islower() for letter in plain if letter.isascii()):
        inner = re.search("(?<=[^\\W\\d_])[A-Z]", text)
        return text.upper() if inner else text
    return text


def _codec(encoding: str) -> _Table:
    """Return the table of a codec of Python. Its writing gives each letter's own byte, or base and tone mark."""
    known = {chr(byte): letter for byte in range(0x80, 0x100) if (letter := _letter(byte, encoding))}
    letters = str.maketrans(known)
    missing = re.compile("[" + "".join(chr(b) for b in range(0x80, 0x100) if chr(b) not in known) + "]")

    def read(plain: str) -> str:
        if missing.search(plain):
            raise UnicodeError
        return plain.translate(letters)

    back = {letter: byte for byte, letter in known.items()}
    return _Table(read, back | _composed(back))


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


_BYTES = str.maketrans({letter: chr(byte) for byte in range(0x80, 0xA0) if (letter := _letter(byte, CP1252))})
"""Letters that Windows-1252 shows for the bytes 80-9F → those bytes; the rest of a surface is Latin-1 already."""
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
