"""How complete, sound and fresh a register is, by field and rule, by agency that delivered, by month: from evidence.

Counts are of records, never of a person. Outside one's own units a place, and nationwide a source, with very few
records is covered as in every other table (``domain.small_cells``); by source and place at once only one's own units
are shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lienthong.evidence import api as evidence
from lienthong.evidence.api import Measure, became
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_
from lienthong.oversight import spec
from lienthong.oversight.api.figures import may_oversee
from lienthong.oversight.domain.figures import NOTHING, Figure, Freshness
from lienthong.oversight.domain.small_cells import Cover, cover
from lienthong.reference import api as reference

_MEASURE = Measure("quality_sources", of_sum="checked", part_sum="sound")
_RECENT = Measure("freshness", of_sum="records", part_sum="recent")
_AGE = Measure("freshness", of_sum="records", part_sum="age")
_NEVER = Freshness()
Where = Mapping[str, Sequence[str]]
Sum = TypeVar("Sum", Figure, Freshness)


@dataclass(frozen=True, slots=True)
class Part:
    """A field or a rule (the other is ""): records, and those that have the field or break the rule nowhere.

    fresh: how long ago the records that have the field were last told; of a rule nothing.
    """

    field: str
    rule: str
    figure: Figure
    fresh: Freshness


@dataclass(frozen=True, slots=True)
class Source:
    """An agency that delivered records ("" where none is known); covered: too few of them to be shown."""

    agency: str
    figure: Figure
    fresh: Freshness
    covered: Cover


@dataclass(frozen=True, slots=True)
class Quality:
    """A register in a month. parts: of ``source`` when one is chosen, else of all. sources: of the chosen part.

    trend: month → the chosen part's figure and freshness, oldest first. fresh: of all records of the place and source.
    may_ask_sources: False for a place of somebody else.
    """

    register: str
    registers: tuple[str, ...]
    month: str
    months: tuple[str, ...]
    place: str
    source: str | None
    fresh: Freshness
    chosen: Part | None
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    trend: tuple[tuple[str, Figure, Freshness], ...]
    may_ask_sources: bool
    least: int


def quality(
    who: Actor,
    *,
    register: str = "",
    month: str = "",
    place: str = "",
    source: str | None = None,
    field: str = "",
    rule: str = "",
) -> Quality:
    """Return how a register stands by field and rule; one of them by source and month when it is named.

    register, month: the first and the newest that were measured by default. place: a province of today, "" for the
    nation. source: an agency's code, "" for records of which none is known, None for all. Raises Denied for those
    without a part in oversight and for what is covered, NotFound for what was never measured.
    """
    may_oversee(who)
    measured = sorted({(cell.keys[0], cell.keys[1]) for cell in evidence.cells(_MEASURE, by=("register", "month"))})
    registers = tuple(dict.fromkeys(name for name, _month in measured))
    register = register or (registers[0] if registers else "")
    months = tuple(each for name, each in measured if name == register)
    month = month or (months[-1] if months else "")
    found = reference.unit(place) if place else None
    if (month and month not in months) or (place and (found is None or found.level != "province")):
        raise NotFound("oversight.quality", N_("Chưa có số liệu chất lượng của cơ sở dữ liệu, tháng hoặc tỉnh này."))
    asked = _Asked(who, register, month, place)
    asked.require_open(source)
    parts = asked.parts(source)
    chosen = next((each for each in parts if (each.field, each.rule) == (field, rule)), None)
    if chosen is None and (field or rule):
        raise NotFound("oversight.quality_part", N_("Không có trường hoặc quy tắc này trong số liệu của tháng."))
    return Quality(
        register=register,
        registers=registers,
        month=month,
        months=months,
        place=place,
        source=source,
        fresh=asked.fresh(source),
        chosen=chosen,
        parts=parts,
        sources=asked.sources(chosen) if chosen and asked.is_own_or_nation else (),
        trend=asked.trend(chosen, source) if chosen else (),
        may_ask_sources=asked.is_own_or_nation,
        least=asked.least,
    )


class _Asked:
    """One register, month and place, asked by one reader."""

    def __init__(self, who: Actor, register: str, month: str, place: str) -> None:
        self._register, self._month, self._place = register, month, place
        reach = evidence.reach(who)
        self._sees_all = reach is None or bool(place and place in reach)
        self.is_own_or_nation = not place or self._sees_all
        self.least = spec.least_shown(month) if month else 0

    def require_open(self, source: str | None) -> None:
        """Refuse a place or a source of so few records that only its own people see it. Raises Denied."""
        shown = Cover.OPEN if self._sees_all or not self._place else self._covers("province")[self._place]
        if source is not None and shown is Cover.OPEN:
            if not self.is_own_or_nation:
                message = N_("Số liệu theo nguồn của tỉnh khác không hiện; xem của cả nước hoặc của đơn vị mình.")
                raise Denied("oversight.quality_source", message)
            shown = self._covers("source").get(source, Cover.OPEN)
        if shown is not Cover.OPEN:
            message = N_("Con số này nhỏ (dưới %(least)s) hoặc làm lộ một con số nhỏ, nên chỉ đơn vị đó xem được.")
            raise Denied("oversight.small", message, least=self.least)

    def fresh(self, source: str | None) -> Freshness:
        """Return how long ago the records were last told."""
        return _freshness((), self._of(source) | {"field": [""]}).get((), _NEVER)

    def parts(self, source: str | None) -> tuple[Part, ...]:
        """Return the fields and rules, what lacks most first."""
        sums, fresh = _sums(("field", "rule"), self._of(source)), _freshness(("field",), self._of(source))
        found = [
            Part(field, rule, figure, fresh.get((field,), _NEVER) if field else _NEVER)
            for (field, rule), figure in sums.items()
            if figure.of
        ]
        return tuple(sorted(found, key=lambda each: (each.figure.share or 0, each.rule, each.field)))

    def sources(self, part: Part) -> tuple[Source, ...]:
        """Return the agencies of a part, the one that delivered most first."""
        sums = _sums(("source",), self._where() | {"field": [part.field], "rule": [part.rule]})
        fresh = _freshness(("source",), self._where() | {"field": [part.field]}) if part.field else {}
        covers = self._covers("source")
        rows = [
            Source(keys[0], figure, fresh.get(keys, _NEVER), Cover.OPEN)
            if covers[keys[0]] is Cover.OPEN
            else Source(keys[0], NOTHING, _NEVER, covers[keys[0]])
            for keys, figure in sums.items()
            if figure.of
        ]
        return tuple(sorted(rows, key=lambda each: (-each.figure.of, each.agency)))

    def trend(self, part: Part, source: str | None) -> tuple[tuple[str, Figure, Freshness], ...]:
        """Return a part by month."""
        where = {"register": [self._register], "field": [part.field]}
        where |= {} if source is None else {"source": [source]}
        by = ("province", "month")
        figures = self._by_month(_sums(by, where | {"rule": [part.rule]}), NOTHING)
        fresh = self._by_month(_freshness(by, where), _NEVER) if part.field else {}
        return tuple((month, figure, fresh.get(month, _NEVER)) for month, figure in sorted(figures.items()))

    def _by_month(self, found: Mapping[tuple[str, ...], Sum], nothing: Sum) -> dict[str, Sum]:
        """Return the sums of the place asked for by month, whatever its provinces were called then."""
        sums: dict[str, Sum] = {}
        for (province, month), counted in found.items():
            if not self._place or became(province, month) == self._place:
                sums[month] = sums.get(month, nothing) + counted
        return sums

    def _covers(self, column: str) -> dict[str, Cover]:
        """Return how each province of the nation, or each source of the place, is shown to this reader."""
        where = {"register": [self._register], "month": [self._month]} if column == "province" else self._where()
        held = Counter[str]()
        for (name, _field), figure in _sums((column, "field"), where | {"rule": [""]}).items():
            held[name] = max(held[name], figure.of)  # every field is asked of all records
        records = Counter[str]()
        for name, many in held.items():
            records[became(name, self._month) if column == "province" else name] += many
        if self._sees_all:
            return dict.fromkeys(records, Cover.OPEN)
        return {self._place: Cover.OPEN} | cover(records, least=self.least)

    def _of(self, source: str | None) -> dict[str, list[str]]:
        return self._where() | ({} if source is None else {"source": [source]})

    def _where(self) -> dict[str, list[str]]:
        where = {"register": [self._register], "month": [self._month]}
        if not self._place:
            return where
        provinces = [keys[0] for keys in _sums(("province",), where)]
        return where | {"province": [each for each in provinces if became(each, self._month) == self._place]}


def _sums(by: Sequence[str], where: Where) -> dict[tuple[str, ...], Figure]:
    return {cell.keys: Figure(cell.of, cell.part) for cell in evidence.cells(_MEASURE, by=by, where=where)}


def _freshness(by: Sequence[str], where: Where) -> dict[tuple[str, ...], Freshness]:
    ages = {cell.keys: cell.part for cell in evidence.cells(_AGE, by=by, where=where)}
    recent = evidence.cells(_RECENT, by=by, where=where)
    return {cell.keys: Freshness(cell.of, cell.part, ages.get(cell.keys, 0)) for cell in recent}
