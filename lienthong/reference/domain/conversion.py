"""Finds the unit that a text names, read from its right end: province, district, commune; what is left is a street.

Pure: a ``Gazetteer`` holds the units of one period. It never chooses between two units that fit equally well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from lienthong.reference.domain.spelling import TYPE_WORDS, Word, fit, says_type, spell
from lienthong.reference.domain.units import Level, Unit

_LEVELS: tuple[Level, ...] = ("province", "district", "commune")
_LONGEST = 9
"""Words of the longest name with its type."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a unit. sure: it means exactly that unit; otherwise it only helps to find a smaller one in it."""

    name: str
    code: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A unit found in a text. start: its first word there. doubt: why it may be another unit, or ""."""

    unit: Unit
    start: int
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text names. found: the smallest units that fit, more than one when it does not say which.

    rest: the text before them. problem: "", ``unknown`` or ``chain`` (a named unit is not inside the one above it).
    """

    found: tuple[Named, ...]
    rest: str
    problem: str = ""
    words: int = 0


@dataclass(frozen=True, slots=True)
class _Chain:
    parts: tuple[Named, ...]  # from the province down
    start: int

    @property
    def order(self) -> tuple[int, bool, int, int, int, int]:
        """The better the smaller: takes more of the text, names the province.

        Then: by the longer name of it (Bà Rịa - Vũng Tàu is more than Vũng Tàu), more levels, no doubt, stays higher.
        """
        top = self.parts[0]
        no_province = top.unit.level != "province"
        doubts = sum(each.doubt != "" for each in self.parts)
        begins = 0 if no_province else top.start
        return (self.start, no_province, begins, -len(self.parts), doubts, len(self.parts[-1].unit.code))


class Gazetteer:
    """The units of one period by the names that people give them."""

    def __init__(self, units: Iterable[Unit], aliases: Iterable[Alias] = ()) -> None:
        self._spelt: dict[str, tuple[Word, ...]] = {}
        self._named: dict[Level, dict[tuple[str, ...], list[Unit]]] = {each: defaultdict(list) for each in _LEVELS}
        self._parent: dict[str, str] = {}
        self._unsure: set[tuple[tuple[str, ...], str]] = set()
        known: dict[str, Unit] = {}
        for unit in units:
            known[unit.code] = unit
            self._parent[unit.code] = unit.parent
            full = tuple(spell(unit.full_name))
            kind = len(unit.full_name.split()) - len(unit.name.split())
            self._spelt[unit.code] = full[kind:]
            self._add(unit, full)
            if kind:
                self._add(unit, full[kind:])
        for alias in aliases:
            unit = known.get(alias.code)
            if unit is not None:
                self._add(unit, spell(alias.name), sure=alias.sure)

    def read(self, text: str, *, whole: bool = False) -> Reading:
        """Return what the text names. whole: nothing may be left before the unit, as in a column of communes."""
        words = spell(text)
        if not words:
            return Reading((), text, "unknown")
        chains = list(self._chains(words))
        if not chains:
            return Reading((), text, "unknown")
        best = min(chain.order for chain in chains)
        chosen = [chain for chain in chains if chain.order == best]
        start = chosen[0].start
        if start and (whole or _names_another(words, chosen[0])):
            return Reading((), text, "chain" if len(words) > start else "unknown", len(words) - start)
        rest = text[: words[start].at].strip(" ,;-–.|/\n")
        found = {each.unit.code: _deepest(chain) for chain in chosen if (each := chain.parts[-1])}
        return Reading(tuple(found.values()), rest, "", len(words) - start)

    def _add(self, unit: Unit, name: Sequence[Word], *, sure: bool = True) -> None:
        key = tuple(word.key for word in name)
        if unit not in self._named[unit.level][key]:
            self._named[unit.level][key].append(unit)
        if not sure:
            self._unsure.add((key, unit.code))

    def _chains(self, words: Sequence[Word]) -> Iterator[_Chain]:
        """Yield every way to read units from the right end of the text."""
        together = not any(word.first for word in words[1:])
        bare = not any(word.marks for word in words)
        keys = tuple(word.key for word in words)

        def go(end: int, levels: Sequence[Level], parts: tuple[Named, ...]) -> Iterator[_Chain]:
            if parts:
                yield _Chain(parts, parts[-1].start)
            for at, level in enumerate(levels):
                for found in self._at(words, keys, end, level, parts, together=together, bare=bare):
                    yield from go(found.start, levels[at + 1 :], (*parts, found))

        return go(len(words), _LEVELS, ())

    def _at(
        self,
        words: Sequence[Word],
        keys: tuple[str, ...],
        end: int,
        level: Level,
        above: tuple[Named, ...],
        *,
        together: bool,
        bare: bool,
    ) -> Iterator[Named]:
        """Yield the units of a level whose name ends here and which lie in those already read.

        bare: no word of the text has a mark, so a name that needs none fits no better than one that lost them.
        """
        named = self._named[level]
        for start in range(max(0, end - _LONGEST), end):
            key = keys[start:end]
            units = [unit for unit in named.get(key, ()) if self._inside(unit, above)] if key in named else []
            if not units or _within_a_type(words, start):
                continue
            typed = _has_type(key, level)
            begun, kind = (start, ()) if typed else _type_before(words, keys, start, level)
            if not (words[begun].first or begun < start or together or typed):
                continue
            fits = [
                (min(self._fit(words[start:end], unit), 1 if bare else 2), unit)
                for unit in units
                if not kind or not self._is_called(unit, (*kind, *key))
            ]
            best = max((each for each, _ in fits), default=0)
            for each, unit in fits:
                if each == best:
                    unsure = "older" if (key, unit.code) in self._unsure else ""
                    doubt = "spelling" if each == 0 else "type" if kind and level == "commune" else unsure
                    yield Named(unit, begun, doubt)

    def _is_called(self, unit: Unit, key: tuple[str, ...]) -> bool:
        """Say whether this is the unit's full name: then that is found, and not its bare name after any type."""
        return unit in self._named[unit.level].get(key, ())

    def _fit(self, written: Sequence[Word], unit: Unit) -> int:
        """Compare marks with the unit's own name; an alias is as it is."""
        name = self._spelt[unit.code]
        said = written[-len(name) :]
        return fit(said, name) if [word.key for word in said] == [word.key for word in name] else 2

    def _inside(self, unit: Unit, above: tuple[Named, ...]) -> bool:
        for each in above:
            code = unit.parent
            while code and code != each.unit.code:
                code = self._parent.get(code, "")
            if not code:
                return False
        return True


def _has_type(key: tuple[str, ...], level: Level) -> bool:
    return any(key[: len(kind)] == kind for kind in TYPE_WORDS[level])


def _within_a_type(words: Sequence[Word], start: int) -> bool:
    """Say whether a text that begins here would cut ``thị xã`` in two."""
    if start == 0 or words[start].key != "xa" or words[start].first:
        return False
    return says_type(words[start - 1 : start + 1], ("thi", "xa"))


def _type_before(words: Sequence[Word], keys: tuple[str, ...], start: int, level: Level) -> tuple[int, tuple[str, ...]]:
    """Return where a bare name begins with the type of its level before it, and that type.

    What ends a part before a comma is no type of the name behind it: ``Tuệ Tĩnh, Hải Phòng``.
    """
    for kind in TYPE_WORDS[level]:
        begun = start - len(kind)
        if begun < 0 or keys[begun:start] != kind or _within_a_type(words, begun):
            continue
        if says_type(words[begun:start], kind) and (words[begun].first or not words[start].first):
            return begun, kind
    return start, ()


def _names_another(words: Sequence[Word], chain: _Chain) -> bool:
    """Say whether the words left name a unit of a level that was not found, or another commune than a bare name."""
    named = {each.unit.level for each in chain.parts}
    if "commune" in named and _begins_with_type(words, chain.start, "commune"):
        return False
    missing: list[Level] = ["commune", *(level for level in _LEVELS if level not in named)]
    return any(
        word.first and any(_begins_with_type(words[: chain.start], at, level) for level in missing)
        for at, word in enumerate(words[: chain.start])
    )


def _begins_with_type(words: Sequence[Word], at: int, level: Level) -> bool:
    return any(says_type(words[at : at + len(kind)], kind) for kind in TYPE_WORDS[level])


def _deepest(chain: _Chain) -> Named:
    """Return the smallest unit of a chain; a misspelt name above it leaves a doubt too."""
    last = chain.parts[-1]
    above = next((each.doubt for each in chain.parts[:-1] if each.doubt in {"spelling"}), "")
    return last if last.doubt or not above else Named(last.unit, last.start, above)
