"""How a register stands, in counts that anybody may see: by rule, field, unit, source and month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.stewardship.domain.quality import share
from lienthong.stewardship.events import DOUBLES
from lienthong.stewardship.store.quality import tables


@dataclass(frozen=True, slots=True)
class RuleFigure:
    """One rule: records with an open finding, and those accepted as right as they are."""

    rule: str
    broken: int
    accepted: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a register, or a unit of it, stands. measured_at: stamp of the last whole measure, "" before the first.

    sound: records that no open finding is about. missing: field → records without it. told: month → records last told
    in it. sources: agency that last changed them → records. credits: agency → findings that its changes cleared.
    doubled: records that wait in a pair of doubles, see ``Counted``; None before the register was first compared.
    """

    register: str
    unit: str
    measured_at: str
    records: int
    sound: int
    rules: list[RuleFigure]
    missing: dict[str, int]
    told: dict[str, int]
    sources: dict[str, int]
    credits: dict[str, int]
    doubled: int | None

    @property
    def sound_share(self) -> float | None:
        """Share of records without an open finding; None of an empty register."""
        return share(self.sound, self.records)


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of evidence, for a unit, a source ("" where nobody is known) and a month ("" for a rule).

    field: of how many records, last told in that month, it is missing. rule: records with an open finding of it, and
    with one that was accepted (of ``DOUBLES``: records of that month, and those that wait in a pair of doubles). The
    other of the two is "", and its counts are 0.
    """

    unit: str
    source: str
    month: str
    field: str
    records: int
    missing: int
    rule: str
    broken: int
    accepted: int


def quality_figures(*, register: str, unit: str = "") -> Iterator[Figure]:
    """Yield how complete and how fresh each field is, and how many doubles there are, by unit, source and month; then
    what breaks each rule by unit and source; as the last measure counted it.

    unit: only inside this commune or province. Raises Invalid.
    """
    spec = registers.definition(register)
    inside = _inside(unit)
    for each in tables.counts.all("WHERE register = ? ORDER BY unit, source, month", register):
        if inside is None or each.unit in inside:
            missing = msgspec.json.decode(each.missing, type=dict[str, int])
            for name in spec.fields:
                yield Figure(each.unit, each.source, each.month, name, each.records, missing.get(name, 0), "", 0, 0)
            if each.doubled is not None:
                yield Figure(each.unit, each.source, each.month, "", each.records, 0, DOUBLES, each.doubled, 0)
    for own, source, rule, broken, accepted in tables.by_source(register):
        if inside is None or own in inside:
            yield Figure(own, source, "", "", 0, 0, rule, broken, accepted)


def _inside(unit: str) -> set[str] | None:
    """Return the units inside one, None for all of them. Raises Invalid."""
    if not unit:
        return None
    if reference.unit(unit) is None:
        raise Invalid("quality.no_unit", N_("Không có đơn vị hành chính mang mã “%(unit)s”."), unit=unit)
    return {unit, *(each.code for each in reference.units(parent=unit))}


def was_measured(*, register: str) -> bool:
    """Say whether a register was ever measured on this node: before that, nobody waits for its quality."""
    return tables.last_run(register) is not None


def quality_of(*, register: str, unit: str = "", credited_since: str = "") -> Standing:
    """Return how a register stands by the last measure, as counts. unit: a commune or province. Raises Invalid."""
    spec = registers.definition(register)
    inside = _inside(unit)
    last = tables.last_run(register, whole=True)
    missing, told, sources, thanked = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    broken, accepted = Counter[str](), Counter[str]()
    records, doubled = 0, None
    for each in tables.counts.all("WHERE register = ?", register):
        if inside is None or each.unit in inside:
            records += each.records
            told[each.month] += each.records
            sources[each.source] += each.records
            doubled = doubled if each.doubled is None else (doubled or 0) + each.doubled
            missing.update(msgspec.json.decode(each.missing, type=dict[str, int]))
    for own, rule, new, old in tables.by_unit(register):
        if inside is None or own in inside:
            broken[rule] += new
            accepted[rule] += old
    for agency, own, many in tables.credited(register, credited_since):
        if inside is None or own in inside:
            thanked[agency] += many
    unsound = sum(many for own, many in tables.unsound(register).items() if inside is None or own in inside)
    return Standing(
        register=register,
        unit=unit,
        measured_at=last.at if last else "",
        records=records,
        sound=max(0, records - unsound),
        rules=[RuleFigure(rule, broken[rule], accepted[rule]) for rule in spec.rules],
        missing={name: missing[name] for name in spec.fields if missing[name]},
        told=dict(sorted(told.items())),
        sources=dict(sources.most_common()),
        credits=dict(thanked.most_common()),
        doubled=doubled,
    )
