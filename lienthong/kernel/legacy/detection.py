"""Which encoding a column of text is in: the one whose reading looks most like Vietnamese, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lienthong.kernel.legacy import tables
from lienthong.kernel.legacy.syllables import plausible, words

CERTAIN = 0.99
"""Confidence from which a column may be decoded without a person having looked."""
_ENOUGH = 400
_RIGHT, _WRONG = math.log(0.97 / 0.25), math.log(0.03 / 0.75)
"""How much a word that may, or may not, be Vietnamese speaks for an encoding: rates when it is right against wrong."""
_PRIOR: Mapping[str, float] = {tables.TCVN3: 1.0, tables.VNI: 1.0, tables.CP1258: 0.5, tables.UTF8: 1.0}
_RARE = 0.05
_AS_IS = 20.0
_LEAST_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column's text is in. encoding: "" when there is nothing to decode; confidence: 0 to 1.

    share: part of the words that look Vietnamese once decoded. others: further encodings with their confidence.
    """

    encoding: str
    confidence: float
    share: float = 1.0
    others: tuple[tuple[str, float], ...] = ()

    @property
    def certain(self) -> bool:
        """Whether nobody needs to confirm it."""
        return self.confidence >= CERTAIN


def guess(texts: Iterable[str], *, unicode: bool) -> Guess:
    """Tell the encoding of a column from its texts (surfaces, or Unicode where it is already).

    unicode: the texts come from a file that says it is Unicode (XLSX, UTF-8), so the letters may well be what they
    seem; False: they are bytes shown as Latin-1, and UTF-8 among them counts as one of the encodings.
    """
    told = list(dict.fromkeys(text for text in texts if not text.isascii()))[:_ENOUGH]
    if not told:
        return Guess("", 1.0)
    names = [name for name in tables.ENCODINGS if not (unicode and name == tables.CP1252)]
    weights: dict[str, float] = {}
    shares: dict[str, float] = {}
    for name in names:
        weights[name], shares[name] = _weigh(told, name)
        weights[name] += math.log(_PRIOR.get(name, _RARE))
    if unicode:
        weights[""], shares[""] = _weigh_words(list(told), told)
        weights[""] += math.log(_AS_IS)
    top = max(weights.values())
    parts = {name: math.exp(weight - top) for name, weight in weights.items()}
    whole = sum(parts.values())
    ranked = sorted(((name, part / whole) for name, part in parts.items()), key=lambda one: -one[1])
    best, sure = ranked[0]
    if shares[best] < _LEAST_SHARE:  # nothing reads like Vietnamese: leave it as it is, and say so
        sure = min(sure, shares[best])
        best = "" if unicode else best
    return Guess(best, sure, shares[best], tuple((name, part) for name, part in ranked if name != best and part > 1e-4))


def _weigh(told: list[str], name: str) -> tuple[float, float]:
    return _weigh_words([tables.decode(text, name) for text in told], told)


def _weigh_words(read: list[str | None], told: list[str]) -> tuple[float, float]:
    """Return the log-likelihood ratio of one reading, and the share of its words that may be Vietnamese."""
    right = wrong = 0
    seen: set[str] = set()
    for text, raw in zip(read, told, strict=True):
        for word in words(raw if text is None else text):
            if word in seen or (text is not None and word.isascii()):
                continue
            seen.add(word)
            if text is not None and plausible(word):
                right += 1
            elif not word.isascii():
                wrong += 1
    return right * _RIGHT + wrong * _WRONG, right / (right + wrong) if right + wrong else 0.0
