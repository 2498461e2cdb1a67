"""Records, their versions and the two time axes; the structure of a personal number. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

import msgspec

Values = dict[str, Any]
Kind = Literal["created", "changed", "corrected", "withdrawn"]
"""How a version came to be. Withdrawn: it should never have been written; from its first day on it says nothing."""
Act = Literal["read", "compare", "search", "history", "export", "write", "import"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Why a person's data is read or written. purpose: an id; basis: id of a legal basis; dossier: its code or ""."""

    purpose: str
    basis: str
    dossier: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of one register: the records whose lookup fields have one of the given values (all must agree).

    key: value(s) of the register's key, short for ``by={key field: …}``. fields: what is wanted, all when empty.
    as_of: the day whose truth is asked (today's record when None). known_at: what was known at that moment.
    """

    register: str
    key: str | Sequence[str] = ()
    by: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, "str | Sequence[str]"])
    fields: Sequence[str] = ()
    as_of: date | None = None
    known_at: datetime | None = None
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Record:
    """One record in one version. valid_from: ISO day since when it holds; known_from: stamp since when we know it.

    written: the verb that answers it made this version; False when it was so already, and when it was read.
    asked_as: the key that was asked for and leads here since its own record was merged into this one; "" usually.
    """

    register: str
    id: str
    key: str
    version: int
    valid_from: str
    known_from: str
    values: Values
    written: bool = field(default=False, compare=False)
    asked_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One entry of a record's history. changes: field → (value before, value asserted) on ``valid_from``."""

    version: int
    kind: Kind
    valid_from: str
    known_from: str
    changes: dict[str, tuple[Any, Any]]
    agency: str
    actor: str
    reason: str
    basis: str
    dossier: str


@dataclass(frozen=True, slots=True)
class Seal:
    """Until when an entry does not stand in the person's log yet (a stamp), and on what ground."""

    until: str
    basis: str


@dataclass(frozen=True, slots=True)
class Erased:
    """Why an entry says no more than that it was: when its salt and details were erased (a stamp), on what ground."""

    at: str
    basis: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One entry of a person's access log: who did what with which fields, why, and where the ledger proves it.

    erased: None, or why salt and details are gone; then nothing ties the entry to the ledger's.
    seal: None, or until when it was not shown; the ledger's entry commits to it.
    """

    id: str
    at: str
    subject: str
    agency: str
    actor_kind: str
    actor: str
    for_person: str
    assisted_by: str
    act: Act
    register: str
    fields: tuple[str, ...]
    purpose: str
    basis: str
    dossier: str
    contract: str
    denied: bool
    reason: str
    people: int
    salt: bytes
    erased: Erased | None = None
    seal: Seal | None = None

    @property
    def ledger_entry(self) -> str:
        """Id of the ledger entry that commits to this one."""
        return self.id

    def content(self) -> dict[str, Any]:
        """Return what the ledger entry's digest is made of (with the salt), for the person's own proof."""
        said = {each.name: getattr(self, each.name) for each in dataclasses.fields(self) if each.name not in _BESIDE}
        return said | {"fields": msgspec.json.encode(list(self.fields)).decode()} | sealed_content(self.seal)


_BESIDE = {"salt", "erased", "seal"}


def sealed_content(seal: Seal | None) -> dict[str, str]:
    """Return what an entry commits to besides when it is sealed; nothing for every other."""
    return {"sealed_until": seal.until, "sealed_basis": seal.basis} if seal else {}


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one version said: from ``valid_from`` on these fields have these values; known since ``known_from``.

    before: what the current row held in those fields when this was written.
    """

    version: int
    valid_from: str
    known_from: str
    before: Values
    after: Values


@dataclass(frozen=True, slots=True)
class State:
    """A record's values at one point of both time axes."""

    version: int
    valid_from: str
    known_from: str
    values: Values


def state_at(
    current: Values,
    assertions: Sequence[Assertion],
    *,
    as_of: str = "9999-12-31",
    known_at: str = "9",
    below: int = 1 << 60,
) -> State | None:
    """Return what held on the day ``as_of`` as far as it was known at ``known_at``; None when nothing was known.

    below: leave out this version and later ones. assertions: every version in order; the first has no fields: it said
    the current values with every change taken back. For each field the assertion with the latest ``valid_from``
    holds; of equal days the one made last.
    """
    first = dict(current)
    for each in reversed(assertions):
        first.update(each.before)
    heard = sorted(
        (
            each
            for each in assertions
            if each.valid_from <= as_of and each.known_from <= known_at and each.version < below
        ),
        key=lambda each: (each.valid_from, each.version),
    )
    if not heard:
        return None
    values = dict(first)
    for each in heard:
        values.update(first if each.version == 1 else each.after)
    return State(
        version=max(each.version for each in heard),
        valid_from=heard[-1].valid_from,
        known_from=max(each.known_from for each in heard),
        values={name: value for name, value in values.items() if value is not None},
    )


def content_at(current: Values, assertions: Sequence[Assertion], version: int) -> Values:
    """Return what the current row held once a version was written: everything that came later is taken back."""
    values = dict(current)
    for each in reversed(assertions):
        if each.version > version:
            values.update(each.before)
    return {name: value for name, value in values.items() if value is not None}


class Draft:
    """A record being written: takes assertions, knows what the current row becomes and which history rows are new."""

    __slots__ = ("_begun", "_said", "fresh", "id", "kinds", "known_from", "stored", "valid_from", "values", "version")

    def __init__(
        self, *, record: str, values: Values, version: int, valid_from: str, known_from: str, stored: bool
    ) -> None:
        self.id = record
        self.values = values
        self.version = version
        self.valid_from = valid_from
        self.known_from = known_from
        self.stored = stored
        self._said: list[Assertion] | None = None
        self._begun = (valid_from, known_from) if version == 1 else None
        self.fresh: list[Assertion] = []
        self.kinds: dict[int, Kind] = {}

    @property
    def assertions(self) -> list[Assertion] | None:
        """What was said of the record, version by version; None when it is stored and was not read yet."""
        if self._said is None and self._begun is not None:  # made when asked for: most records never change
            self._said = [Assertion(1, *self._begun, {}, {})]
        return self._said

    @assertions.setter
    def assertions(self, said: list[Assertion]) -> None:
        self._said = said

    def needs_history(self, valid_from: str) -> bool:
        """Say whether ``change`` from this day on needs ``assertions``, which its caller has not loaded yet."""
        return self.assertions is None and valid_from < self.valid_from

    def change(self, given: Values, *, valid_from: str, now: str, kind: Kind) -> Assertion | None:
        """Assert values from a day on; answer the new assertion, or None when they hold then already."""
        late = valid_from < self.valid_from
        held = self.values
        if late and (state := state_at(held, self.assertions or [], as_of=valid_from)):
            held = state.values
        after = changed_fields(held, given)
        if not after:
            return None
        if self.version == 1 and not self.fresh:
            self.fresh.append(Assertion(1, self.valid_from, self.known_from, {}, {}))
            self.kinds[1] = "created"
        self.version += 1
        made = Assertion(self.version, valid_from, now, {name: self.values.get(name) for name in after}, after)
        for name, value in after.items():
            if late and overruled(self.assertions or [], made, name):
                continue
            if value is None:
                self.values.pop(name, None)
            else:
                self.values[name] = value
        if self.assertions is not None:
            self.assertions.append(made)
        self.fresh.append(made)
        self.kinds[self.version] = kind
        self.valid_from = max(self.valid_from, valid_from)
        self.known_from = now
        return made


def overruled(earlier: Sequence[Assertion], made: Assertion, name: str) -> bool:
    """Say whether an earlier version already says what the field is from a later day on."""
    return any(
        each.valid_from > made.valid_from and (each.version == 1 or name in each.after)
        for each in earlier
        if each.version < made.version
    )


def changed_fields(before: Mapping[str, Any], given: Mapping[str, Any]) -> Values:
    """Return those given values that differ from what is there (None stands for an empty field)."""
    return {name: value for name, value in given.items() if before.get(name) != value}


def first_day(partial: str) -> str:
    """Return the first day that a date of any precision may mean: ``1955`` → ``1955-01-01``."""
    return partial + "-01-01"[len(partial) - 4 :] if 4 <= len(partial) < 10 else partial


def personal_number(province: str, sex: str, birth_date: str, serial: int) -> str:
    """Return a personal number: ``PPP G YY NNNNNN`` (no check digit).

    province: two digits of the unit of birth registration. sex: ``1`` male, ``2`` female. birth_date: ISO, at least
    the year. serial: 0 to 999999. G counts centuries from the 20th, two codes each: male, female.
    """
    year = int(birth_date[:4])
    century_and_sex = (year // 100 - 19) * 2 + (sex == "2")
    return f"0{province}{century_and_sex}{year % 100:02d}{serial:06d}"
