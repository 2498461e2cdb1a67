"""How two Vietnamese names differ: order of words, tone style, lost marks, initials, middle names, one wrong letter."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from rapidfuzz.distance import OSA

from lienthong.kernel.text import fold

Likeness = Literal[
    "same", "marks", "order", "initials", "middle", "other_marks", "spelling", "other_middle", "given", "different"
]
"""same: also in the other tone style (Hòa, Hoà) or case. marks: one of them lost marks. order: the same words in
another order. initials: ``N.V. An``. middle: one lacks middle names of the other. other_marks: both have marks, and
different ones (Hà, Hạ). spelling: one letter wrong, also y for i. other_middle: family and given name agree. given:
only that."""

_COMMON = """
nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly dinh truong mai trinh luu luong dao doan cao ha
to ta quach thai chu lam phung vuong khuc kieu tong nghiem than chau lai giang bach la ma quan dam
"""
FAMILIES = frozenset(_COMMON.split())
"""Common family names, folded: what a form of address stands before, and by which a given name set first is seen."""
_ADDRESS = frozenset(["ong", "ba", "anh", "chi", "em", "chau", "co", "chu", "bac", "cu", "di", "mr", "mrs", "ms"])
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_APART = re.compile(r"[\s.,;/_-]+")
_QUOTES = str.maketrans("’‘ʼ", "'''")
_LONG = 9


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name in lower case, NFC, without a form of address before it (``Ông Nguyễn Văn An``)."""
    plain = unicodedata.normalize("NFC", name).lower().translate(_QUOTES)
    words = tuple(each for each in _APART.split(plain) if each)
    while len(words) > 2 and fold(words[0]) in _ADDRESS and fold(words[1]) in FAMILIES:
        words = words[1:]
    return words


def given_of(name: str) -> str:
    """Return the folded given name: the last word, or the first when the family name stands last."""
    words = [fold(each) for each in words_of(name)]
    if len(words) > 1 and words[-1] in FAMILIES and words[0] not in FAMILIES:
        return words[0]
    return words[-1] if words else ""


def compare_names(one: str, other: str) -> Likeness | None:
    """Return how two names differ, by the closest of the outcomes; None when one of them is empty."""
    if not one or not other:
        return None
    (first, plain_one), (second, plain_two) = _parsed(one), _parsed(other)
    if not first or not second:
        return None
    if plain_one == plain_two:
        return _by_marks(first, second)
    if sorted(plain_one) == sorted(plain_two):
        return "order"
    if _are_initials(plain_one, plain_two) or _are_initials(plain_two, plain_one):
        return "initials"
    if "".join(plain_one) == "".join(plain_two):  # Thu Hà, Thuhà
        return "spelling"
    if _lacks_middle(plain_one, plain_two) or _lacks_middle(plain_two, plain_one):
        return "middle"
    if _is_misspelt(plain_one, plain_two):
        return "spelling"
    if plain_one[-1] == plain_two[-1]:
        return "other_middle" if plain_one[0] == plain_two[0] and len(plain_one) > 1 < len(plain_two) else "given"
    return "different"


@lru_cache(maxsize=1 << 17)
def _parsed(name: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the words of a name, and the same folded."""
    words = words_of(name)
    return words, fold(" ".join(words)).split(" ") if words else []


def _by_marks(one: tuple[str, ...], other: tuple[str, ...]) -> Likeness:
    """Tell lost marks from different ones, for words that fold alike."""
    found: Likeness = "same"
    for first, second in zip(one, other, strict=True):
        if first == second or _tone_last(first) == _tone_last(second):
            continue
        if not (first.isascii() or second.isascii()):
            return "other_marks"
        found = "marks"
    return found


def _tone_last(word: str) -> str:
    """Return a word with its tone mark at the end: Hòa and Hoà become one."""
    marks = unicodedata.normalize("NFD", word)
    return "".join(each for each in marks if each not in _TONES) + "".join(each for each in marks if each in _TONES)


def _are_initials(short: list[str], whole: list[str]) -> bool:
    """Say whether each word stands for the other's in its place, some as a first letter, the given name whole."""
    if len(short) != len(whole) or short[-1] != whole[-1]:
        return False
    return all(a == b or (len(a) == 1 and b.startswith(a)) for a, b in zip(short, whole, strict=True))


def _lacks_middle(short: list[str], whole: list[str]) -> bool:
    """Say whether one is the other without some of its middle names."""
    if not 2 <= len(short) < len(whole) or short[0] != whole[0] or short[-1] != whole[-1]:
        return False
    rest = iter(whole[1:-1])
    return all(each in rest for each in short[1:-1])


def _is_misspelt(one: list[str], other: list[str]) -> bool:
    first, second = " ".join(one), " ".join(other)
    far = OSA.distance(first, second, score_cutoff=2)
    if far <= 1:
        return True
    if far == 2 and min(len(first), len(second)) >= _LONG and len(one) == len(other):
        apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
        if len(apart) == 1 and min(map(len, apart[0])) > 3:
            return True
    return first.replace("y", "i") == second.replace("y", "i")
