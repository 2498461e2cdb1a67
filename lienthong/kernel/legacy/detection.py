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
_PRIOR: Mapping[str, float] = {tables.TCVN3: 1.0, tables.VNI: 1.0, tables.CP1258: 0.5, tables.UTF8: 1.0, "": 20.0}
_RARE = 0.05
_LEAST_SHARE = 0.5
_ABBREVIATIONS = 2
"""So few texts of which no encoding makes a word are in what the columns beside them are in."""


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


def guess(texts: Iterable[str], *, unicode: bool, leaning: Mapping[str, float] | None = None) -> Guess:
    """Tell the encoding of a column from its texts (surfaces, or Unicode where it is already).

    unicode: the texts come from a file that says it is Unicode (XLSX, UTF-8), so the letters may well be what they
    seem; False: they are bytes shown as Latin-1, and UTF-8 among them counts as one of the encodings.
    leaning: how many times likelier than at first sight each encoding is, by what the columns beside it are in.
    """
    told = list(dict.fromkeys(text for text in texts if not text.isascii()))[:_ENOUGH]
    if not told:
        return Guess("", 1.0)
    readings = _readings(told, unicode=unicode)
    weights: dict[str, float] = {}
    shares: dict[str, float] = {}
    for name, read in readings.items():
        weight, shares[name] = _weigh(read, told)
        weights[name] = weight + math.log(_PRIOR.get(name, _RARE) * (leaning or {}).get(name, 1.0))
    top = max(weights.values())
    parts = {name: math.exp(weight - top) for name, weight in weights.items()}
    whole = sum(parts.values())
    ranked = sorted(parts, key=parts.__getitem__, reverse=True)
    best = ranked[0]
    # encodings that read these very texts alike do not contradict each other
    sure = sum(parts[name] for name in ranked if readings[name] == readings[best]) / whole
    others = tuple((name, parts[name] / whole) for name in ranked[1:] if parts[name] > 1e-4 * whole)
    cannot_be_bytes = not best and not any(map(tables.is_surface, told))  # an abbreviation such as SĐT
    if not any(shares.values()) and len(told) <= _ABBREVIATIONS and leaning:  # a title such as SĐT over digits
        beside = max(leaning, key=leaning.__getitem__)
        if leaning[beside] > 1 and all(text is not None for text in readings.get(beside, [None])):
            return Guess(beside, CERTAIN, 0.0, others)
    if shares[best] < _LEAST_SHARE and not cannot_be_bytes:  # nothing reads like Vietnamese: leave it, and say so
        return Guess("" if unicode else best, min(sure, shares[best]), shares[best], others)
    return Guess(best, sure, shares[best], others)


def _readings(told: list[str], *, unicode: bool) -> dict[str, list[str | None]]:
    """Return the texts as each encoding reads them, None where it cannot; "" for the letters that they seem to be."""
    readings = {name: [tables.decode(text, name) for text in told] for name in tables.ENCODINGS}
    if unicode:
        del readings[tables.CP1252]
        readings[""] = list(told)
    return readings


def _weigh(read: list[str | None], told: list[str]) -> tuple[float, float]:
    """Return the log-likelihood ratio of one reading, and the share of its words that may be Vietnamese."""
    right = wrong = 0
    seen: set[str] = set()
    for text, raw in zip(read, told, strict=True):
        for word in words(raw if text is None else text):
            if word.isascii() or word in seen:
                continue
            seen.add(word)
            if text is not None and plausible(word):
                right += 1
            else:
                wrong += 1
    return right * _RIGHT + wrong * _WRONG, right / (right + wrong) if right + wrong else 0.0
