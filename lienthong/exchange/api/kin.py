"""My family: parents, spouse, children and household as the registers know them; who they are, never their records."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from lienthong.exchange.api.fetching import fetch, fetch_as
from lienthong.exchange.api.refusing import requester
from lienthong.exchange.api.tying import FAMILY, FAMILY_GROUNDS, ties
from lienthong.exchange.domain import Ask, Fact
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference

KEPT = timedelta(minutes=15)
"""How long a session shows the family on My page without asking the registers again."""
SESSIONS = 2000
ADULT = 18
_WHO = ("number", "full_name", "sex", "birth_date", "life_status")


@dataclass(frozen=True, slots=True)
class Relative:
    """Somebody of the family. born: year, "" when unknown; age: in whole years, None for a year alone.

    relation: to the head of the household, in words; "" outside a household. minor: one acts for them as a parent.
    """

    number: str
    name: str
    sex: str
    born: str
    age: int | None
    deceased: bool
    relation: str = ""

    @property
    def minor(self) -> bool:
        """True when surely under 18 and alive."""
        return self.age is not None and self.age < ADULT and not self.deceased


@dataclass(frozen=True, slots=True)
class Home:
    """One household the person is entered in. kind: permanent or temporary, in words; members: the person too."""

    kind: str
    address: str
    members: tuple[Relative, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """What My page shows. address: permanent residence in words, "" when unknown; at: when it was read."""

    spouse: tuple[Relative, ...]
    children: tuple[Relative, ...]
    address: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Family:
    """Everybody the registers tie to a person. children: the youngest first."""

    parents: tuple[Relative, ...]
    spouse: tuple[Relative, ...]
    children: tuple[Relative, ...]
    homes: tuple[Home, ...]


def family(who: Actor) -> Family:
    """Return the family and household of the actor (or of the person they act for).

    Everyone shown, and the actor, finds the look in their log. Raises Denied for anybody but a citizen at level 2.
    """
    near = fetch(who, asks=_near(who)[1:], grounds=FAMILY_GROUNDS, contract=FAMILY).records
    tied = ties(who)
    known: dict[str, Fact] = {}
    numbers = sorted({*tied.parents, *_numbers(tied.members.values())})
    if numbers:
        ask = Ask("people", "population", {"number": numbers}, _WHO)
        asker = requester(who, tied=tied)
        found = fetch_as(asker, asks=[ask], grounds=FAMILY_GROUNDS, contract=FAMILY).records["people"]
        known = {each.key: each for each in found}
    today = runtime.current().clock.now().date()
    return Family(
        parents=tuple(_relative(known[each], today) for each in tied.parents if each in known),
        spouse=_relatives(near["spouse"], today),
        children=_children(near, today),
        homes=tuple(
            Home(
                kind=reference.show_value("residence_kind", str(home["kind"])),
                address=address(home.get("address"), home.get("commune")),
                members=tuple(
                    _relative(known[str(each["number"])], today, str(each.get("relation") or ""))
                    for each in tied.members[str(home["household"])]
                    if each.get("number") in known
                ),
            )
            for home in tied.homes
        ),
    )


def family_glance(who: Actor) -> Glance:
    """Return spouse, children and address for My page: one call, and in one session at most every 15 minutes.

    A session that shows again what it has read reads nothing, and leaves no second entry. Raises as ``family``.
    """
    kept, now = _kept(), runtime.current().clock.now()
    seen = kept.get(who, now)
    if seen is not None:
        return seen
    records = fetch(who, asks=_near(who), grounds=FAMILY_GROUNDS, contract=FAMILY).records
    home = {name: str(value.value or "") for each in records["own"] for name, value in each.values.items()}
    today = now.date()
    glance = Glance(
        spouse=_relatives(records["spouse"], today),
        children=_children(records, today),
        address=address(home.get("home_address"), home.get("home_commune")),
        at=now,
    )
    kept.put(who, glance)
    return glance


def forget(numbers: Iterable[str]) -> None:
    """Drop what sessions keep of these people's families: a register has just said something new."""
    _kept().drop(frozenset(numbers))


def address(line: Any, commune: Any) -> str:
    """Return an address in one line, as far as it is known."""
    place = reference.show_value("commune", str(commune)) if commune else ""
    return ", ".join(part for part in (str(line or ""), place) if part)


class _Glances:
    """What sessions of this process have read, in memory only: the oldest makes room."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: OrderedDict[tuple[str, str], Glance] = OrderedDict()

    def get(self, who: Actor, now: datetime) -> Glance | None:
        with self._lock:
            found = self._seen.get((who.session, who.person)) if who.session else None
        return found if found is not None and now - found.at < KEPT else None

    def put(self, who: Actor, glance: Glance) -> None:
        if who.session:
            with self._lock:
                self._seen[who.session, who.person] = glance
                while len(self._seen) > SESSIONS:
                    self._seen.popitem(last=False)

    def drop(self, people: frozenset[str]) -> None:
        with self._lock:
            for key in [each for each in self._seen if each[1] in people]:
                del self._seen[key]


def _kept() -> _Glances:
    def make(_node: Runtime) -> _Glances:
        return _Glances()

    return runtime.current().part("exchange.glances", make)


def _near(who: Actor) -> list[Ask]:
    by = {"spouse": "spouse_number", "of_mother": "mother_number", "of_father": "father_number"}
    own = Ask("own", "population", {"number": who.person}, ("home_commune", "home_address"))
    return [own, *(Ask(name, "population", {field: who.person}, _WHO) for name, field in by.items())]


def _children(records: Mapping[str, list[Fact]], today: date) -> tuple[Relative, ...]:
    found = {each.id: each for name in ("of_mother", "of_father") for each in records[name]}
    return _relatives(sorted(found.values(), key=_birth_date, reverse=True), today)


def _relatives(facts: Iterable[Fact], today: date) -> tuple[Relative, ...]:
    return tuple(_relative(each, today) for each in facts)


def _relative(fact: Fact, today: date, relation: str = "") -> Relative:
    texts = {name: str(each.value or "") for name, each in fact.values.items()}
    born = texts.get("birth_date", "")
    return Relative(
        number=fact.key,
        name=texts.get("full_name", ""),
        sex=texts.get("sex", ""),
        born=born[:4],
        age=_age(born, today),
        deceased=texts.get("life_status") == "deceased",
        relation=reference.show_value("household_relation", relation),
    )


def _birth_date(fact: Fact) -> tuple[str, str]:
    born = fact.values.get("birth_date")
    return str(born.value if born else ""), fact.id


def _age(born: str, today: date) -> int | None:
    if len(born) != len("2026-11-21"):
        return None
    return today.year - int(born[:4]) - ((today.month, today.day) < (int(born[5:7]), int(born[8:])))


def _numbers(households: Iterable[tuple[Mapping[str, Any], ...]]) -> set[str]:
    return {str(each["number"]) for entries in households for each in entries if each.get("number")}
