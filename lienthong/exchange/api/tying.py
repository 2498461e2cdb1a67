"""To whom the registers tie a person: parents, spouse and household, found through the person's own records only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lienthong.kernel.actor import Actor
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query

FAMILY = "family"
FAMILY_GROUNDS = Grounds(purpose=FAMILY, basis="L-68-2020")
POINTERS = ("father_number", "mother_number", "spouse_number")
_OWN = ("number", *POINTERS)
_HOME = ("number", "kind", "household", "relation", "commune", "address")


@dataclass(frozen=True, slots=True)
class Ties:
    """What a person's own records point to. parents: numbers. homes: own residence entries that name a household.

    members: household code → its entries (number, relation), the person's own among them.
    """

    parents: tuple[str, ...]
    homes: tuple[Mapping[str, Any], ...]
    members: Mapping[str, tuple[Mapping[str, Any], ...]]
    keys: frozenset[str]


def ties(who: Actor) -> Ties:
    """Return to whom the registers tie the actor (or the person they act for); entries tell of every look."""
    own = [
        Query("population", by={"number": who.person}, fields=_OWN),
        Query("residence", by={"number": who.person}, fields=_HOME),
    ]
    people, homes = registers.read(who, queries=own, grounds=FAMILY_GROUNDS, contract=FAMILY)
    pointed = {name: str(each.values[name]) for each in people for name in POINTERS if each.values.get(name)}
    living = [each.values for each in homes if each.values.get("household")]
    codes = list(dict.fromkeys(str(each["household"]) for each in living))
    found: dict[str, tuple[Mapping[str, Any], ...]] = {}
    if codes:
        fields = ("number", "household", "relation")
        query = Query("residence", by={"household": codes}, fields=fields)
        [entries] = registers.read(who, queries=[query], grounds=FAMILY_GROUNDS, contract=FAMILY)
        for code in codes:
            found[code] = tuple(each.values for each in entries if each.values.get("household") == code)
    numbers = {str(each["number"]) for entries in found.values() for each in entries if each.get("number")}
    return Ties(
        parents=tuple(pointed[name] for name in ("father_number", "mother_number") if name in pointed),
        homes=tuple(living),
        members=found,
        keys=frozenset({*numbers, *pointed.values(), *codes}),
    )
