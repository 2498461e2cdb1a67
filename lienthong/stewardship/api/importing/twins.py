"""Rows whose person stands already under another number, or without one: told before they land, never merged silently.

People are looked for where an index finds them: the same name and day of birth, a year alone, day and month exchanged,
an old number, a parent's number with the day of birth. What is found is weighed by the register's own ``matching``,
as ``find_duplicates`` does. A name with a wrong letter and no number of a parent is left to that.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.registers import api as registers
from lienthong.registers.api import Record, Register, Sought
from lienthong.stewardship.api.importing.reading import Told
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.api.likeness import fields_of, rules_for, today
from lienthong.stewardship.domain.importing import Twin
from lienthong.stewardship.domain.matching import Person, Score, compare
from lienthong.stewardship.domain.matching.weights import frequency

REMEMBERED = 200_000
"""Rows of one file that are remembered: in a dry run nobody before them is found in the file, in a real one by then in
the register."""
WHY = frozenset({"row.same_person", "row.maybe_same_person", "row.known_person", "row.maybe_known_person"})
"""Codes of what ``sentences`` says."""
_SHOWN = 3
_SAME_YEAR = 20
_VAGUE = 0.01  # share of people whose papers say the 1st of January
_KIN = ("mother_number", "father_number")
_ROLES = tuple(name for name in Person.__slots__ if name not in {"unit_now", "frequency"})


class _Earlier(NamedTuple):
    """A row of the file that lands, as far as matching looks at it. said: in the order of the roles."""

    row: int
    key: str
    said: tuple[str, ...]


@dataclass(slots=True)
class Twins:
    """Finds them for the rows of one file, portion by portion. trial: nothing lands, so that earlier rows stay unknown
    to the register."""

    spec: Register
    trial: bool
    _fields: tuple[str, ...] = ()
    _rows: dict[tuple[str, str], dict[int, _Earlier]] = field(default_factory=dict[Any, Any])
    _order: deque[tuple[tuple[str, str], int]] = field(default_factory=deque[Any])
    _records: dict[int, str] = field(default_factory=dict[int, str])
    _pending: dict[str, Counter[str]] = field(default_factory=dict[str, Counter[str]])
    _common: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    _size: int = -1
    _places: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    def __post_init__(self) -> None:
        spec = self.spec
        if spec.matching and spec.key == spec.subject and registers.can_resemble(spec):
            roles = fields_of(spec)
            self._fields = tuple(roles.get(name, "") for name in _ROLES)
        self._forget_counts()

    def find(self, who: Actor, batch: Batch, told: Sequence[Told], lands: Collection[int]) -> dict[int, list[Twin]]:
        """Return for each row that seems to be about somebody else's record who that is, likeliest first.

        told: rows that would land (``lands``) or wait, in order. Asked again for the same rows it answers the same.
        """
        if not self._fields:
            return {}
        if not self.trial:
            self._forget_counts()
        said = {each.row: self._said(each.values) for each in told}
        asked = [self._sought(each.row, said[each.row]) for each in told]
        standing, taken = registers.resembling(who, register=self.spec.id, sought=asked, grounds=batch.grounds)
        found: dict[int, list[Twin]] = {}
        for each, row in zip(asked, told, strict=True):
            there = standing.get(each.place, ())
            earlier = [] if each.key in taken else self._earlier(each, said[each.place])
            if (there or earlier) and (twins := self._twins(row, said[each.place], there, earlier)):
                found[each.place] = twins
            elif each.place in lands:
                self._remember(each, said[each.place])
        return found

    def note(self, told: Iterable[Told]) -> None:
        """Remember rows that an earlier run has looked at."""
        for each in told if self._fields else ():
            said = self._said(each.values)
            self._remember(self._sought(each.row, said), said)

    def landed(self, records: Mapping[int, str], rows: Iterable[int]) -> None:
        """Note which records the rows of the portion became (nothing is kept of them in a dry run); others are none."""
        gone = {row for row in rows if row not in records}
        for key, row in list(self._order)[-len(gone) - len(records) :] if gone else ():
            if row in gone:
                self._rows.get(key, {}).pop(row, None)
        if not self.trial:
            self._records.update(records)

    def _said(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(str(values.get(name) or "") if name else "" for name in self._fields)

    def _sought(self, row: int, said: tuple[str, ...]) -> Sought:
        person = dict(zip(_ROLES, said, strict=True))
        columns = dict(zip(_ROLES, self._fields, strict=True))
        former = columns["former_number"] if columns["former_number"] in self.spec.lookups else ""
        old = person["former_number"] or (person["number"] if len(person["number"]) == 9 else "")
        return Sought(
            place=row,
            key=person["number"],
            name=fold(person["name"]),
            birth=person["birth_date"],
            by={former: old} if former and old else {},
            kin={columns[each]: person[each] for each in _KIN if person[each] and columns[each] in self.spec.lookups},
        )

    def _earlier(self, each: Sought, said: tuple[str, ...]) -> list[_Earlier]:
        """Return earlier rows of the file with this name and year of birth and another number."""
        same = self._rows.get(_key(each))
        if not same:
            return []
        return [
            one
            for one in same.values()
            if one.row < each.place and (one.key != each.key if each.key else one.said != said)
        ]

    def _twins(
        self, told: Told, said: tuple[str, ...], standing: Sequence[Record], earlier: Sequence[_Earlier]
    ) -> list[Twin]:
        if not told.values.get(self.spec.key) and any(self._says_all(one, told) for one in standing):
            return []  # it is that record, and says nothing new of it
        rows = {self._records[one.row]: one.row for one in earlier if one.row in self._records}
        there = {one.id for one in standing}
        others = [(one.id, rows.get(one.id, 0), self._said(one.values)) for one in standing]
        for one in earlier:
            record = self._records.get(one.row, "")
            if not record or record not in there:
                others.append((record, one.row, one.said))
        size = self._count([said, *(one for _, _, one in others)])
        mine, rules = self._person(said, size), rules_for(self.spec, size)
        made = [(record, row, compare(mine, self._person(one, size), rules)) for record, row, one in others]
        alike = [_twin(record, row, score) for record, row, score in made if score.verdict != "no"]
        return sorted(alike, key=lambda one: (one.verdict != "sure", -one.bits, one.row))[:_SHOWN]

    def _says_all(self, record: Record, told: Told) -> bool:
        given = {name: value for name, value in told.values.items() if value is not None}
        return not record.key and given.items() <= record.values.items()

    def _remember(self, each: Sought, said: tuple[str, ...]) -> None:
        key = _key(each)
        if not each.name or len(each.birth) < 4 or each.place in self._rows.get(key, {}):
            return
        same = self._rows.setdefault(key, {})
        if len(same) >= _SAME_YEAR:
            same.pop(next(iter(same)))
        same[each.place] = _Earlier(each.place, each.key, said)
        self._order.append((key, each.place))
        if len(self._order) > REMEMBERED:
            old, row = self._order.popleft()
            self._records.pop(row, None)
            left = self._rows.get(old, {})
            left.pop(row, None)
            if not left:
                self._rows.pop(old, None)
        self._pending["name"][key[0]] += 1
        self._pending["unit"][said[_ROLES.index("unit")]] += 1

    def _forget_counts(self) -> None:
        """What was pending has landed; how common a value is, is asked again for each portion of a real run."""
        self._pending = {"name": Counter[str](), "unit": Counter[str]()}
        self._common = {"name": {}, "unit": {}}
        self._size = -1

    def _count(self, people: Iterable[tuple[str, ...]]) -> int:
        """Learn how common the values of these people are; answer how many people there are in all."""
        listed = list(people)
        for role in ("name", "unit"):
            at = _ROLES.index(role)
            new = {one[at] for one in listed if one[at]} - self._common[role].keys()
            if new:
                counted = registers.how_common(register=self.spec.id, field=self._fields[at], values=new)
                self._common[role].update({each: counted.get(each, 0) for each in new})
        if self._size < 0:
            self._size = registers.how_large(register=self.spec.id)
        return max(self._size + self._pending["name"].total(), 2)

    def _person(self, said: tuple[str, ...], size: int) -> Person:
        values = dict(zip(_ROLES, said, strict=True))
        name, unit, born = values["name"], values["unit"], values["birth_date"]
        if unit not in self._places:
            self._places[unit] = today(unit) if unit else ()
        named = self._common["name"].get(name, 0) + self._pending["name"][fold(name)]
        lives = self._common["unit"].get(unit, 0) + self._pending["unit"][unit]
        counted = self.spec.lookups.get(self.spec.unit, "") and unit
        often = (
            frequency("name", named, size),
            _VAGUE if born.endswith("-01-01") else 0.0,
            frequency("unit", lives, size) if counted else 0.0,
        )
        return Person(**values, unit_now=self._places[unit], frequency=often)


def sentences(twins: Sequence[Twin], at: str) -> list[Fault]:
    """Return why a row waits that has twins: what the likeliest of them is."""
    first = twins[0]
    if first.row and first.verdict == "sure":
        message = N_("Cùng một người với dòng %(row)s nhưng khác số hoặc thiếu số; so hai bên rồi quyết định.")
        return [fault(at, "row.same_person", message, row=first.row)]
    if first.row:
        message = N_("Có thể cùng một người với dòng %(row)s dưới số khác; so hai bên rồi quyết định.")
        return [fault(at, "row.maybe_same_person", message, row=first.row)]
    if first.verdict == "sure":
        message = N_("Người này đã có trong cơ sở dữ liệu dưới số khác hoặc chưa có số; so hai bên rồi quyết định.")
        return [fault(at, "row.known_person", message)]
    message = N_("Có thể là một người đã có trong cơ sở dữ liệu dưới số khác; so hai bên rồi quyết định.")
    return [fault(at, "row.maybe_known_person", message)]


def _key(each: Sought) -> tuple[str, str]:
    return each.name, each.birth[:4]


def _twin(record: str, row: int, score: Score) -> Twin:
    evidence = [(each.field, each.outcome, round(each.weight, 2)) for each in score.evidence]
    return Twin(
        record, row, "sure" if score.verdict == "sure" else "review", round(score.bits, 2), score.held, evidence
    )
