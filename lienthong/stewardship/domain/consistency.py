"""What rows of one file say about each other and about a record: doubles, strangers, impossible families."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from rapidfuzz.distance import DamerauLevenshtein

from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.registers.api import Register

Values = Mapping[str, Any]
PARENTS = ("mother_number", "father_number")
_SAME_HOUSE = (*PARENTS, "home_address")
_GENERATIONS = 200
_PART_OF_A_DAY = re.compile(r"\d{4}(-\d\d)?")
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rows before say of a row. kind: ``again`` (the same record as row ``first``) or what keeps it out."""

    kind: Literal["new", "again", "review", "rejected"]
    first: int = 0
    faults: tuple[Fault, ...] = ()


NEW = Verdict("new")


@dataclass(slots=True)
class _Person:
    row: int
    name: str
    birth: str


@dataclass(slots=True)
class Rows:
    """Remembers who the rows of a file were about, in order: about 300 bytes a row."""

    spec: Register
    _known: dict[str, _Person] = field(default_factory=dict[str, _Person])
    _told: dict[bytes, int] = field(default_factory=dict[bytes, int])
    _homes: dict[tuple[str, ...], str] = field(default_factory=dict[tuple[str, ...], str])
    _parents: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    _first_child: dict[str, tuple[str, int]] = field(default_factory=dict[str, tuple[str, int]])

    def take(self, row: int, values: Values) -> Verdict:
        """Return what a row is beside the earlier ones, and remember it unless it is kept out."""
        key = str(values.get(self.spec.key) or "")
        faults = impossible(self.spec, values)
        if not key:
            return self._without_key(row, values, faults)
        person = _Person(row, fold(str(values.get(self.spec.name) or "")), str(values.get("birth_date") or ""))
        earlier = self._known.get(key)
        if earlier is not None and (verdict := self._again(key, earlier, person)) is not None:
            return verdict
        is_person = self.spec.key == self.spec.subject
        faults += self._family(key, person, values) if is_person else []
        if faults:
            return Verdict("rejected", faults=tuple(faults))
        if is_person and (other := self._same_person(key, person, values)):
            return Verdict("review", faults=(other,))
        self._remember(row, key, person, values)
        return Verdict("again", earlier.row) if earlier else NEW

    def _without_key(self, row: int, values: Values, faults: list[Fault]) -> Verdict:
        if faults:
            return Verdict("rejected", faults=tuple(faults))
        told = hashlib.blake2b(_encode(dict(values)), digest_size=12).digest()
        first = self._told.setdefault(told, row)
        return NEW if first == row else Verdict("again", first)

    def _again(self, key: str, earlier: _Person, person: _Person) -> Verdict | None:
        """Return why a row with the number of an earlier one must not land; None when both are about one person."""
        same_name = not person.name or not earlier.name or person.name == earlier.name
        same_birth = agree(earlier.birth, person.birth)
        if same_name and same_birth:
            return None
        data = {"key": key, "row": earlier.row}
        if same_birth and _near(earlier.name, person.name):
            message = N_("Cùng số %(key)s với dòng %(row)s nhưng họ tên viết khác một chút; chọn dòng đúng.")
            return Verdict("review", earlier.row, (fault(self.spec.key, "row.other_spelling", message, **data),))
        message = N_(
            "Số %(key)s đã thuộc một người khác ở dòng %(row)s (khác họ tên hoặc ngày sinh); sửa số của dòng sai."
        )
        return Verdict("rejected", earlier.row, (fault(self.spec.key, "row.two_people", message, **data),))

    def _family(self, key: str, person: _Person, values: Values) -> list[Fault]:
        faults: list[Fault] = []
        parents = tuple(str(values[name]) for name in PARENTS if values.get(name))
        if parents and key not in parents and self._leads_to(parents, key):
            message = N_("Quan hệ vòng tròn: người này thành tổ tiên của chính mình; kiểm số của cha, mẹ.")
            faults.append(fault(PARENTS[0], "family.cycle", message))
        for parent in parents:
            known = self._known.get(parent)
            if known and known.birth and person.birth and not _before(known.birth, person.birth):
                message = N_("Cha hoặc mẹ (dòng %(row)s) sinh sau con; kiểm ngày sinh và số của hai người.")
                faults.append(fault("birth_date", "family.younger_parent", message, row=known.row))
        child = self._first_child.get(key)
        if child and person.birth and not _before(person.birth, child[0]):
            message = N_("Con (dòng %(row)s) sinh trước người này; kiểm ngày sinh và số của hai người.")
            faults.append(fault("birth_date", "family.older_child", message, row=child[1]))
        return faults

    def _leads_to(self, parents: Sequence[str], key: str) -> bool:
        """Say whether going up from the parents comes to the person."""
        waiting, seen = list(parents), set[str]()
        while waiting and len(seen) < _GENERATIONS:
            each = waiting.pop()
            if each == key:
                return True
            if each not in seen:
                seen.add(each)
                waiting.extend(self._parents.get(each, ()))
        return False

    def _same_person(self, key: str, person: _Person, values: Values) -> Fault | None:
        """Return a question when name, day of birth and home or parents are those of a row with another number."""
        home = tuple(str(values.get(name) or "") for name in _SAME_HOUSE)
        if not person.name or len(person.birth) < 10 or not any(home):
            return None
        other = self._homes.setdefault((person.name, person.birth, *home), key)
        if other == key:
            return None
        message = N_("Cùng họ tên, ngày sinh và gia đình với dòng %(row)s nhưng khác số (%(other)s); chọn số đúng.")
        return fault(self.spec.key, "row.two_numbers", message, row=self._known[other].row, other=other)

    def _remember(self, row: int, key: str, person: _Person, values: Values) -> None:
        self._known.setdefault(key, person)
        parents = tuple(str(values[name]) for name in PARENTS if values.get(name))
        if parents:
            self._parents[key] = parents
            for parent in parents:
                first = self._first_child.get(parent)
                if person.birth and (first is None or person.birth < first[0]):
                    self._first_child[parent] = (person.birth, row)


def impossible(spec: Register, values: Values) -> list[Fault]:
    """Return what a row says that cannot be: a death before the birth, a person who is their own mother."""
    faults: list[Fault] = []
    birth, death = str(values.get("birth_date") or ""), str(values.get("death_date") or "")
    if birth and death and (size := min(len(birth), len(death))) and death[:size] < birth[:size]:
        message = N_("Ngày chết đứng trước ngày sinh; kiểm hai ngày.")
        faults.append(fault("death_date", "life.death_before_birth", message))
    key = values.get(spec.key)
    if key and spec.key == spec.subject:
        for name in (*PARENTS, "spouse_number"):
            if values.get(name) == key:
                message = N_("Một người không thể là cha, mẹ, vợ hoặc chồng của chính mình.")
                faults.append(fault(name, "family.self", message))
    return faults


def stranger(spec: Register, stored: Values, given: Values) -> Fault | None:
    """Return a question when a row has the number of a record that seems to be of another person."""
    name, birth = str(given.get(spec.name) or ""), str(given.get("birth_date") or "")
    there, born = str(stored.get(spec.name) or ""), str(stored.get("birth_date") or "")
    if not (spec.name and name and birth and there and born):
        return None
    if agree(birth, born) or fold(name) == fold(there) or _near(fold(name), fold(there)):
        return None
    message = N_("Số này đang thuộc một người có họ tên và ngày sinh khác; đối chiếu giấy tờ rồi quyết định.")
    return fault(spec.key, "row.other_person", message)


def poorer(stored: Values, given: Values) -> list[str]:
    """Return the fields of which a row says less than the record: a name without its marks, the year of a whole day."""
    return [name for name, value in given.items() if _is_poorer(stored.get(name), value)]


def _is_poorer(there: object, said: object) -> bool:
    if not isinstance(there, str) or not isinstance(said, str) or there == said or not said:
        return False
    if _PART_OF_A_DAY.fullmatch(said):
        return there.startswith(f"{said}-")
    if fold(there) != fold(said):
        return False
    has, gives = _marks(there), _marks(said)
    return gives < has or (gives == has and said.isupper() and not there.isupper())


def _marks(written: str) -> int:
    return sum(1 for letter in unicodedata.normalize("NFD", written) if not letter.isascii())


def agree(one: str, other: str) -> bool:
    """Say whether two partial dates can be the same day: one is empty, or the beginning of the other."""
    return one.startswith(other) or other.startswith(one)


def _before(one: str, other: str) -> bool:
    """Say whether a partial date can lie before another: what is later cannot, nor what is the same whole day."""
    size = min(len(one), len(other))
    return one[:size] < other[:size] or (one[:size] == other[:size] and size < 10)


def _near(one: str, other: str) -> bool:
    return bool(one and other) and DamerauLevenshtein.distance(one, other, score_cutoff=2) <= max(1, len(one) // 10)
