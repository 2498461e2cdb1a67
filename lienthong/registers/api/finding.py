"""Finding somebody by whatever is known of them: part of a number, a name with a mistake in it, a year, a place."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein
from sqlalchemy import Connection

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean, fold
from lienthong.reference import api as reference
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import log_search
from lienthong.registers.domain import Grounds, Record
from lienthong.registers.spec import Register
from lienthong.registers.store import merges, records, words
from lienthong.registers.store.layout import Layout

_DATE = re.compile(r"\b(?:(?:(?P<d>\d{1,2})[/.-])?(?P<m>\d{1,2})[/.-])?(?P<y>(?:19|20)\d\d)\b")
_NUMBER = re.compile(r"(?:\W|cccd|cmnd|số|so)*(\d[\d .-]{4,}\d)\W*", re.IGNORECASE | re.ASCII)
_WHOLE_NUMBER = re.compile(r"(?<!\d)\d{3}([ .-]?)\d{3}\1\d{3}\1\d{3}(?!\d)", re.ASCII)
"""A whole personal number, which says more than whatever stands beside it."""
_LEAST_DIGITS = 6
_WHOLE, _WITHOUT_ZERO = 12, (10, 11)
"""Digits of a personal number, and of one from which a spreadsheet took the zeros."""
_LETTERS = re.compile(r"[^\W\d_].*[^\W\d_]")
"""A name has two letters at least: four digits are no name, and too little of a number."""
_CANDIDATES = 20_000
_NAMES = 60
"""Nearest names whose people are looked at."""
_PEOPLE = 400
_SHOWN = 100
"""Hits of one question that can be seen, page by page: who wants more asks for an export."""
_NEAR = 78
"""Likeness, out of 100, below which a name is another name."""
_IN_PART = 85.0
_SOME_LETTERS = 3
"""Letters from which on a word may have a wrong one: of shorter ones nothing would be left."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search was understood to ask. birth: ISO, of any precision. units: codes that the place may be.

    written: the name as it was typed, marks and all, in small letters.
    """

    number: str = ""
    name: str = ""
    birth: str = ""
    place: str = ""
    units: frozenset[str] = frozenset()
    written: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody found. score: 0 to 100. why: what agrees (``number``, ``name``, ``name-order``, ``name-near``,
    ``birth``, ``birth-near``, ``unit``, ``address``).
    """

    record: Record
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits, best first. more: there may be others; ask more narrowly."""

    asked: Asked
    hits: list[Hit]
    more: bool


def find(
    who: Actor,
    *,
    register: str,
    text: str,
    grounds: Grounds,
    fields: Sequence[str] = (),
    limit: int = 20,
    skip: int = 0,
    units: Collection[str] = (),
    contract: str = "",
) -> Found:
    """Return who the text may mean, best first: ``nguyen van an, 1975, yen thuong``, ``Trần Hoa 3/1980``, ``0791929``.

    Marks, order of words, one wrong letter in a name do not matter; a year or month stands for a date; a place is a
    unit, of before 2025 too, or part of an address. skip: how many of the best were shown before; at most 100 are ever
    shown of one question. units: only records of these units. Writes an entry for each person shown.
    Raises Invalid when the text has neither a name nor six digits of a number.
    """
    require(who, grounds)
    spec = definition(register)
    asked = understand(text)
    first = max(0, min(skip, _SHOWN - 1))
    size = max(1, min(limit, _SHOWN - first))
    last = first + size
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        if asked.number:
            hits, more = _by_number(connection, layout, spec, asked, last, units)
        else:
            hits, more = _by_name(connection, layout, spec, asked, last, units)
        hits = hits[first:]
        shown = [each.record for each in hits]
        log_search(who, connection, spec, shown, fields, grounds, contract)
    if fields:
        hits = [Hit(_only(each.record, fields), each.score, each.why) for each in hits]
    return Found(asked, hits, more)


def understand(text: str) -> Asked:
    """Return what a search text asks: number, name, birth date and place, told apart by their form and by commas."""
    wanted = clean(text)
    found = _NUMBER.fullmatch(wanted)
    if said := found[1] if found else next((each[0] for each in _WHOLE_NUMBER.finditer(wanted)), ""):
        digits = re.sub(r"[ .-]", "", said)
        if len(digits) in _WITHOUT_ZERO and digits[0] != "0":
            digits = digits.zfill(_WHOLE)
        return Asked(number=digits) if len(digits) >= _LEAST_DIGITS else Asked()
    birth = ""
    if dated := _DATE.search(wanted):
        birth = "-".join(f"{int(each):02d}" for each in (dated["y"], dated["m"], dated["d"]) if each)
        wanted = wanted[: dated.start()] + "," + wanted[dated.end() :]
    parts = [(part, each) for each in wanted.split(",") if (part := fold(each))]
    name, written = parts[0] if parts else ("", "")
    place = " ".join(part for part, _ in parts[1:])
    return Asked("", name, birth, place, _units(place), clean(written).casefold())


def _units(place: str) -> frozenset[str]:
    """Return the codes of communes that a place may mean: itself, those in it, and what became of former ones."""
    if not place:
        return frozenset()
    codes: set[str] = set()
    for each in reference.search_units(place, limit=30):
        if each.valid_to is not None:
            after = reference.successors(each.code, on=each.valid_to).candidates
            codes.update(unit.code for unit in after)
        else:
            codes.add(each.code)
            codes.update(below.code for below in reference.units(parent=each.code))
    return frozenset(codes)


def _by_number(
    connection: Connection, layout: Layout, spec: Register, asked: Asked, size: int, inside: Collection[str]
) -> tuple[list[Hit], bool]:
    fields = [name for name in dict.fromkeys((spec.key, spec.subject, "former_number")) if name in spec.lookups]
    found: dict[str, Hit] = {}
    for name in fields:
        most = _PEOPLE if inside else size
        for row in records.beginning(connection, layout, name, asked.number, most + 1):
            found.setdefault(row[0], Hit(records.record_of(spec.id, spec.key, row, ()), 100, ("number",)))
    if not found and (kept := merges.kept_for(connection, spec.id, key=asked.number, record="")):
        for row in records.by_ids(connection, layout, [kept]):
            found[kept] = Hit(records.record_of(spec.id, spec.key, row, ()), 100, ("number",))
    hits = [each for each in found.values() if not inside or each.record.values.get(spec.unit) in inside]
    return hits[:size], len(hits) > size


def _by_name(
    connection: Connection, layout: Layout, spec: Register, asked: Asked, size: int, inside: Collection[str]
) -> tuple[list[Hit], bool]:
    if not spec.name or spec.lookups.get(spec.name) != "folded" or not _LETTERS.search(asked.name):
        raise Invalid(
            "search.text",
            N_("Gõ họ tên (thiếu dấu cũng được) hoặc ít nhất sáu chữ số của số định danh; thêm được năm sinh, nơi ở."),
        )
    near = _near_names(connection, layout, spec.name, asked.name)
    rows = _people(connection, layout, spec, asked, near, inside) if near else []

    def order(hit: Hit) -> tuple[float, ...]:
        """The best first; of equals whose name is written most as it was typed."""
        return -hit.score, -fuzz.ratio(asked.written, str(hit.record.values.get(spec.name) or "").casefold())

    hits = sorted((_hit(spec, row, asked, near) for row in rows), key=lambda each: (*order(each), each.record.id))
    return hits[:size], len(hits) > size


def _near_names(connection: Connection, layout: Layout, field: str, name: str) -> dict[str, float]:
    """Return the names nearest to the one asked, with their likeness (0 to 100)."""
    parts = name.split()
    vocabulary = words.vocabulary(connection, layout, field)
    known = set(vocabulary)
    common = {each: words.how_common(connection, layout, field, each) for each in parts if each in known}
    found: set[str] = (
        set(words.names_from(connection, layout, field, name, limit=_NAMES)) if parts[0] in known else set()
    )
    if common:  # who bears the rarest word of the name
        rarest, *others = sorted(common, key=lambda each: common[each])
        also = others[0] if others and common[rarest] >= _CANDIDATES else ""
        found.update(words.names_with(connection, layout, field, [rarest], also, limit=_CANDIDATES))
    if len(parts) > 1 and parts[0] in known:  # the last word may be wrong, or not typed to its end
        found.update(words.names_from(connection, layout, field, " ".join(parts[:-1]) + " ", limit=_CANDIDATES))
    for wrong in [each for each in parts if each not in known]:
        instead = _instead(wrong, vocabulary)
        also = max(common, key=lambda each: common[each]) if common else ""
        if instead:
            found.update(words.names_with(connection, layout, field, instead, also, limit=_CANDIDATES))
    near = _ranked(name, found)
    if not near and common:  # the rarest word may be the wrong one, and a word all the same: Mi for My
        rarest, *others = sorted(common, key=lambda each: common[each])
        instead = _one_letter_away(rarest, vocabulary)
        also = others[0] if others else ""
        near = _ranked(name, words.names_with(connection, layout, field, instead, also, limit=_CANDIDATES))
    return near


def _ranked(name: str, found: Collection[str]) -> dict[str, float]:
    """Return those of the names that are near the one asked, with their likeness (0 to 100)."""
    best: dict[str, float] = {}
    for scorer in (fuzz.token_sort_ratio, fuzz.ratio):  # a wrong first letter puts a word in another place when sorted
        for said, likeness, _ in process.extract(name, list(found), scorer=scorer, score_cutoff=_NEAR, limit=_NAMES):
            best[said] = max(likeness, best.get(said, 0.0))
    part = process.extract(name, list(found), scorer=fuzz.token_set_ratio, score_cutoff=100, limit=_NAMES)
    near = {said: _IN_PART for said, _, _ in part} | best  # all the words asked, among others
    near.update((said, 100.0 if said == name else 95.0) for said in found if said.startswith(name))
    return dict(sorted(near.items(), key=lambda each: -each[1])[:_NAMES])


def _instead(word: str, vocabulary: Sequence[str]) -> list[str]:
    """Return words that are one letter away: a wrong, missing, added one, or two that changed places."""
    if len(word) < _SOME_LETTERS:
        return [each for each in vocabulary if each.startswith(word)][:_NAMES]
    return _one_letter_away(word, vocabulary)


def _one_letter_away(word: str, vocabulary: Sequence[str]) -> list[str]:
    found = process.extract(word, vocabulary, scorer=DamerauLevenshtein.distance, score_cutoff=1, limit=_NAMES)
    return [each for each, _, _ in found]


def _people(
    connection: Connection,
    layout: Layout,
    spec: Register,
    asked: Asked,
    near: dict[str, float],
    inside: Collection[str],
) -> list[records.Row]:
    """Return who bears the names, born then and living there; whoever bears them (``inside``) when nobody fits."""
    birth = spec.begins if spec.begins in spec.lookups and asked.birth else ""
    within = spec.unit if inside else ""
    wanted = asked.units.intersection(inside) if inside else asked.units
    units = sorted(wanted if spec.unit in spec.lookups and wanted else inside)
    unit = spec.unit if units else ""
    found = records.of_names(
        connection, layout, spec.name, list(near), birth, asked.birth, unit, units, limit=_PEOPLE + 1
    )
    if not found and (birth or unit):
        found = records.of_names(
            connection, layout, spec.name, list(near), "", "", within, sorted(inside), limit=_PEOPLE + 1
        )
    return found


def _hit(spec: Register, row: records.Row, asked: Asked, near: dict[str, float]) -> Hit:
    record = records.record_of(spec.id, spec.key, row, ())
    name = fold(str(record.values.get(spec.name) or ""))
    likeness = near.get(name, 0.0)
    why: list[str] = []
    if name == asked.name:
        why.append("name")
    else:
        why.append("name-order" if sorted(name.split()) == sorted(asked.name.split()) else "name-near")
        likeness -= 3
    parts: list[tuple[float, float]] = [(likeness, 3.0)]
    if asked.birth:
        agrees, code = _birth(str(record.values.get(spec.begins) or ""), asked.birth)
        parts.append((agrees, 1.5))
        why += [code] if code else []
    if asked.place:
        agrees, code = _place(spec, record, asked)
        parts.append((agrees, 1.0))
        why += [code] if code else []
    total = sum(weight for _, weight in parts)
    return Hit(record, round(sum(agrees * weight for agrees, weight in parts) / total), tuple(why))


def _birth(has: str, asked: str) -> tuple[float, str]:
    if has.startswith(asked):
        return 100.0, "birth"
    if has and asked.startswith(has):  # the register knows less than who asks
        return 90.0, "birth"
    if has and abs(int(has[:4]) - int(asked[:4])) <= 1:
        return 60.0, "birth-near"
    return 0.0, ""


def _place(spec: Register, record: Record, asked: Asked) -> tuple[float, str]:
    if asked.units and record.values.get(spec.unit) in asked.units:
        return 100.0, "unit"
    addresses = [str(value) for name, value in record.values.items() if name.endswith("address")]
    likeness = max((fuzz.partial_token_set_ratio(asked.place, fold(each)) for each in addresses), default=0.0)
    said = max((fuzz.token_set_ratio(asked.place, fold(each)) for each in addresses), default=0.0)
    return (said, "address") if likeness >= _NEAR and said >= _NEAR else (0.0, "")


def _only(record: Record, fields: Sequence[str]) -> Record:
    values: dict[str, Any] = records.pick(record.values, fields)
    return Record(record.register, record.id, record.key, record.version, record.valid_from, record.known_from, values)
