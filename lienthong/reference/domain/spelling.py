"""Names of places as people write them: cut into words, abbreviations in full, compared with and without marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lienthong.kernel.text import fold

_WORD = re.compile(r"t\s?\.\s?[ptx]\b|[^\W_]+(?:['’ʼ][^\W_]+)*", re.IGNORECASE)  # noqa: RUF001  apostrophes as typed
_NUMBERED = re.compile(r"(p|f|q|ph|phường|quận)0*(\d+)", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;|\n\\/:]|\s[-–—]+\s")  # noqa: RUF001  dashes as typed
_FINAL_Y = re.compile(r"(?<=[^aeo\W])y$")
_DAK = {"dak", "dac"}
_TYPES = {
    "tp": "thanh pho",
    "tt": "thi tran",
    "tx": "thi xa",
    "p": "phuong",
    "ph": "phuong",
    "f": "phuong",
    "q": "quan",
    "h": "huyen",
    "x": "xa",
    "dk": "dac khu",
    "tphcm": "thanh pho ho chi minh",
}
TYPE_WORDS = {
    "province": (("tinh",), ("thanh", "pho")),
    "district": (("quan",), ("huyen",), ("thi", "xa"), ("thanh", "pho")),
    "commune": (("phuong",), ("xa",), ("thi", "tran"), ("dac", "khu")),
}
"""How the name of a unit of a level begins when its type is written, as keys."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text. key: folded; marks: those it was written with; first: it begins the text or follows a comma.

    at: where it begins in the text.
    """

    key: str
    marks: frozenset[str]
    first: bool
    at: int


def spell(text: str) -> list[Word]:
    """Return the words of a place (NFC), abbreviations such as ``P.13``, ``TX``, ``Tp.HCM`` in full."""
    found: list[Word] = []
    end, full = 0, ""
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        first = not found or bool(_BETWEEN.search(between)) or ("." in between and not full)
        end = match.end()
        for place, (key, marks) in enumerate(_parts(match[0])):
            full = "" if marks else _TYPES.get(key, "")
            for part in full.split() or [key]:
                found.append(Word(part, marks, first, match.start()))
                first = False
    return found


def _parts(written: str) -> Iterator[tuple[str, frozenset[str]]]:
    if numbered := _NUMBERED.fullmatch(written):
        yield from (_spelt(numbered[1]), (numbered[2], frozenset()))
    elif "." in written:
        yield written[0].lower() + written[-1].lower(), frozenset()
    else:
        key, marks = _spelt(written)
        yield (key.lstrip("0") or "0" if key.isdigit() else key), marks


@lru_cache(maxsize=50_000)
def _spelt(word: str) -> tuple[str, frozenset[str]]:
    """Return the key of a word and the marks on it (đ counts as one); where a tone stands does not matter."""
    parts = unicodedata.normalize("NFD", word.lower())
    marks = frozenset(c for c in parts if unicodedata.combining(c) or c == "đ")
    if fold(word) in _DAK:  # Đắk, Đăk, Đak, Đắc: every map spells it in its own way
        return "dak", frozenset()
    return _FINAL_Y.sub("i", fold(word).replace("'", "")), marks


def key_of(name: str) -> tuple[str, ...]:
    """Return the words of a name as keys, to be found under."""
    return tuple(word.key for word in spell(name))


def fit(written: Sequence[Word], name: Sequence[Word]) -> int:
    """Say how marks agree: 2 the same, 1 some are missing where people leave them out, 0 they contradict the name."""
    pairs = [(a.marks, b.marks) for a, b in zip(written, name, strict=False)]
    if all(a == b for a, b in pairs):
        return 2
    return 1 if all(a <= b for a, b in pairs) else 0
