"""Names of places as people write them: cut into words, abbreviations in full, compared with and without marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lienthong.kernel.text import fold

_WORD = re.compile(r"t\s?\.\s?[ptx]\b|[^\W_]+(?:['’ʼ][^\W_]+)*", re.IGNORECASE)
_NUMBERED = re.compile(r"(p|f|q|ph|phường|quận)0*(\d+)", re.IGNORECASE)
_BETWEEN = re.compile(r"[,;|\n\\/:]|\s[-–—]+\s")
_MARKS = {",", ";", "/", "|", "\n", ":"}
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
    "t": "tinh",
    "dk": "dak khu",
    "tphcm": "thanh pho ho chi minh",
}
TYPE_WORDS = {
    "province": (("tinh",), ("thanh", "pho")),
    "district": (("quan",), ("huyen",), ("thi", "xa"), ("thanh", "pho")),
    "commune": (("phuong",), ("xa",), ("thi", "tran"), ("dak", "khu")),
}
"""How the name of a unit of a level begins when its type is written, as keys."""
_TYPES_IN_FULL = ("tỉnh", "thành phố", "quận", "huyện", "thị xã", "phường", "xã", "thị trấn", "đặc khu")


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
    end, short = 0, False
    for match in _WORD.finditer(text):
        start = match.start()
        first = not found or (start - end > 1 and bool(_BETWEEN.search(text, end, start)))
        first = first or (start > end and not short and "." in text[end:start]) or text[end:start] in _MARKS
        end = match.end()
        parts, short = _read(match[0])
        for key, marks in parts:
            found.append(Word(key, marks, first, start))
            first = False
    return found


@lru_cache(maxsize=50_000)
def _read(written: str) -> tuple[tuple[tuple[str, frozenset[str]], ...], bool]:
    """Return the words that a written one stands for, each with its marks, and whether it was an abbreviation."""
    if numbered := _NUMBERED.fullmatch(written):
        parts = [_spelt(numbered[1]), (numbered[2], frozenset[str]())]
    elif "." in written:
        parts = [(written[0].lower() + written[-1].lower(), frozenset[str]())]
    else:
        key, marks = _spelt(written)
        parts = [(key.lstrip("0") or "0" if key.isdigit() else key, marks)]
    full = [(word, marks) for key, marks in parts for word in ("" if marks else _TYPES.get(key, "")).split() or [key]]
    return tuple(full), not parts[-1][1] and parts[-1][0] in _TYPES


def _spelt(word: str) -> tuple[str, frozenset[str]]:
    """Return the key of a word and the marks on it (đ counts as one); where a tone stands does not matter."""
    parts = unicodedata.normalize("NFD", word.lower())
    marks = frozenset(c for c in parts if unicodedata.combining(c) or c == "đ")
    if fold(word) in _DAK:  # Đắk, Đăk, Đak, Đắc: every map spells it in its own way
        return "dak", frozenset()
    return _FINAL_Y.sub("i", fold(word).replace("'", "")), marks


def says_type(written: Sequence[Word], kind: Sequence[str]) -> bool:
    """Say whether these words are a type: ``tinh`` and ``tỉnh`` are, ``Tĩnh`` and ``Tịnh`` belong to a name."""
    if len(written) != len(kind):
        return False
    return all(word.key == key and word.marks <= _TYPE_MARKS[key] for word, key in zip(written, kind, strict=True))


_TYPE_MARKS = {key: marks for kind in _TYPES_IN_FULL for key, marks in map(_spelt, kind.split())}


def key_of(name: str) -> tuple[str, ...]:
    """Return the words of a name as keys, to be found under."""
    return tuple(word.key for word in spell(name))


def fit(written: Sequence[Word], name: Sequence[Word]) -> int:
    """Say how marks agree: 2 the same, 1 some are missing where people leave them out, 0 they contradict the name."""
    pairs = [(a.marks, b.marks) for a, b in zip(written, name, strict=False)]
    if all(a == b for a, b in pairs):
        return 2
    return 1 if all(a <= b for a, b in pairs) else 0
