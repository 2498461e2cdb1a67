"""How well a column's title says what a dictionary term means: synonyms, abbreviations, whose thing it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log

from rapidfuzz import fuzz

from lienthong.kernel.text import fold
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.headers import BETWEEN

_BRACKETS = re.compile(r"[(\[{][^)\]}]*[)\]}]?")
_NOT_A_WORD = re.compile(r"[^\w/]+")
_SLASHES = re.compile(r"\s*/\s*")
_LEADING_NUMBER = re.compile(r"^(?:\d{1,2}|[ivx]{1,4})\s*[.)]\s*")
_NOISE = {
    "cua", "nguoi", "cong", "dan", "thong", "tin", "theo", "ghi", "ro", "neu", "co", "duoc", "cap", "va", "the",
    "of", "cac",
    "bat", "buoc", "in", "hoa", "dd", "mm", "yyyy", "khai", "bao", "ca", "nhan", "dang", "ky", "voi",
}  # fmt: skip
"""Words that add little to a title, folded."""
_ROLES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "head": (("chủ hộ",), ("chu ho", "head")),
    "father": (("cha", "bố", "ba"), ("cha", "father")),
    "mother": (("mẹ", "má"), ("me", "mother")),
    "spouse": (
        ("vợ chồng", "vợ/chồng", "vợ hoặc chồng", "vợ", "chồng", "phối ngẫu"),
        ("vo chong", "vo", "chong", "spouse"),
    ),
    "child": (("của trẻ", "của con", "trẻ em", "trẻ", "bé", "con", "cháu"), ("tre", "child")),
    "second": (("người đại diện thứ hai", "đại diện thứ hai"), ()),
    "representative": (("người đại diện theo pháp luật", "người đại diện", "đại diện"), ("nguoi dai dien", "dai dien")),
    "guardian": (("người giám hộ", "giám hộ"), ("giam ho", "guardian")),
}
"""Whose thing a title may name: words with marks, and folded ones for titles without marks."""
_WHOLE_TERMS = {"household_relation", "applicant_relation", "birth_order", "life_status"}
"""Terms whose title holds such a word without being that person's."""
_SAME = {"full_name": "person_name", "person_name": "full_name"}
"""Terms that clerks call alike: a register has the one or the other."""
_ORDINALS = re.compile(r"\bcon (?:thu|song)\b")


@dataclass(frozen=True, slots=True)
class Title:
    """A column's title taken apart. key: folded; bare: without brackets; last: its lowest level; role: whose it is."""

    text: str
    key: str
    bare: str
    last: str
    role: str
    without_role: str


@dataclass(frozen=True, slots=True)
class Match:
    """How well a title fits a term, 0 to 1, and the name of the term it was found by."""

    score: float
    known: str = ""


@lru_cache(maxsize=4000)
def plain(text: str) -> str:
    """Return a title as it is compared: folded, words only, ``/`` between words as a space."""
    key = _LEADING_NUMBER.sub("", fold(text))
    return " ".join(_NOT_A_WORD.sub(" ", _SLASHES.sub(" ", key.replace("&", " va "))).split())


@lru_cache(maxsize=4000)
def take_apart(text: str) -> Title:
    """Return a title's parts; its levels are joined with ``BETWEEN``."""
    levels = [each.strip() for each in text.split(BETWEEN) if each.strip()]
    joined = " ".join(levels)
    role, rest = role_of(joined)
    return Title(
        text=text,
        key=plain(joined),
        bare=plain(_BRACKETS.sub(" ", joined)) or plain(joined),
        last=plain(_BRACKETS.sub(" ", levels[-1])) or plain(levels[-1]) if levels else "",
        role=role,
        without_role=plain(_BRACKETS.sub(" ", rest)),
    )


@lru_cache(maxsize=4000)
def role_of(text: str) -> tuple[str, str]:
    """Return whose thing a title names ("" when nobody's) and the title without those words."""
    lowered = " ".join(re.sub(r"[^\w/]+", " ", text.lower()).split())
    if _ORDINALS.search(fold(lowered)):
        return "", text
    marked = not lowered.isascii()
    for role, (with_marks, without) in _ROLES.items():
        for word in with_marks if marked else without:
            if found := re.search(rf"(?<!\w){re.escape(word)}(?!\w)", lowered):
                before = lowered[: found.start()].strip()
                return role, f"{before.removesuffix(' của')} {lowered[found.end() :]}".strip()
    return "", text


class Known:
    """The names of the fields that a file's columns may be."""

    def __init__(
        self, fields: Mapping[str, DataTerm], titles: Mapping[str, str], dictionary: Mapping[str, DataTerm]
    ) -> None:
        self.role: dict[str, str] = {}
        self.keys: dict[str, dict[str, str]] = {}
        self._attributes: dict[str, dict[str, str]] = {}
        self._written: dict[str, set[str]] = {}
        present = {term.id for term in fields.values()}
        present |= {_SAME[each] for each in present if each in _SAME}
        others = [word for each in dictionary.values() if each.id not in present for word in _names(each)]
        self._elsewhere = set(_keyed(others))
        for name, term in fields.items():
            own = [*([titles[name]] if name in titles else []), *_names(term)]
            if term.id in _SAME:
                own.extend(_names(dictionary[_SAME[term.id]]))
            self.role[name] = "" if term.id in _WHOLE_TERMS else role_of(term.title.vi)[0]
            self.keys[name] = _keyed(own)
            self._written[name] = {each.lower() for each in own}
            if self.role[name]:
                alike = [
                    each
                    for each in dictionary.values()
                    if (each.type, each.code_list) == (term.type, term.code_list) and not role_of(each.title.vi)[0]
                ]
                found = [word for each in alike for word in _names(each)]
                rest = [role_of(word)[1] for word in own]
                self._attributes[name] = _keyed([*rest, *found])
        counts = Counter(word for keys in self.keys.values() for word in {w for key in keys for w in key.split()})
        total = max(1, len(fields))
        self._weight = {word: log(1 + total / count) for word, count in counts.items()}

    def match(self, title: Title, name: str) -> Match:
        """Return how well a title names a field."""
        keys = self.keys[name]
        if title.text.lower() in self._written[name]:  # marks and all: ĐT is not DT
            return Match(1.0, title.text)
        for key in (title.key, title.bare):
            if key in keys:
                return Match(0.98, keys[key])
        compact = title.bare.replace(" ", "")
        for key, known in keys.items():
            if key.replace(" ", "") == compact and len(compact) > 2:
                return Match(0.97, known)
        role = self.role[name]
        if title.role != role:
            return Match(0.4 * self._near(title.bare, keys).score)
        if role and title.without_role in self._attributes[name]:
            return Match(0.95, self._attributes[name][title.without_role])
        if not role and title.last in keys and title.last != title.bare:
            return Match(0.9, keys[title.last])
        if not role and title.bare in self._elsewhere:  # it is another thing, which this register does not hold
            return Match(0.4 * self._near(title.bare, keys).score)
        best = self._near(title.bare, keys)
        if role:
            best = max(best, self._near(title.without_role, self._attributes[name]), key=lambda each: each.score)
        return best

    def _near(self, text: str, keys: Mapping[str, str]) -> Match:
        best = Match(0.0)
        words = text.split()
        if not words or len(text) < 3:
            return best
        for key, known in keys.items():
            if len(key) < 3:
                continue
            score = self._closeness(words, key.split(), text, key)
            if score > best.score:
                best = Match(round(score, 3), known)
        return best

    def _closeness(self, a: Sequence[str], b: Sequence[str], text: str, key: str) -> float:
        if sorted(a) == sorted(b):
            return 0.93
        typo = fuzz.ratio(text, key) / 100 if min(len(text), len(key)) > 4 else 0.0
        common = [word for word in a if word in b]
        if not common:
            return 0.85 * typo if typo >= 0.82 else 0.0
        shared = sum(map(self._weigh, set(common)))
        mine, theirs = sum(map(self._weigh, set(a))), sum(map(self._weigh, set(b)))
        overlap = 2 * shared / (mine + theirs)
        return max(0.88 * overlap, 0.88 * typo if typo >= 0.82 else 0.0)

    def _weigh(self, word: str) -> float:
        weight = self._weight.get(word, 1.5)
        return weight * 0.3 if word in _NOISE else weight


def _names(term: DataTerm) -> list[str]:
    return [term.title.vi, term.title.en, *term.also]


def _keyed(names: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        for key in (plain(name), plain(_BRACKETS.sub(" ", name))):
            if key:
                found.setdefault(key, name)
    return found
