"""Whether a contract allows what somebody asks. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lienthong.exchange.domain import Ask, By, Refusal, listed
from lienthong.exchange.spec.shape import Clause, Contract, Feed, Fields, Party, Write
from lienthong.kernel.actor import DATA, Actor
from lienthong.registers.api import Grounds


@dataclass(frozen=True, slots=True)
class Requester:
    """What the decision needs to know of who asks: the kind of their agency; how to find their communes' codes.

    ties: finds the numbers and household codes that the registers tie a citizen to.
    """

    actor: Actor
    agency_kind: str
    communes: Callable[[], list[str]]
    ties: Callable[[], frozenset[str]] = frozenset


@dataclass(frozen=True, slots=True)
class Grant:
    """What a contract allows. fields: what may be answered. narrowed: lookup values the records must also have."""

    fields: Fields
    narrowed: By
    clause: Clause


def decide(
    contract: Contract, requester: Requester, ask: Ask, grounds: Grounds, *, owner: str, people: Sequence[str]
) -> Grant | Refusal:
    """Decide on one question: the first clause that fits answers it, else the refusal that came closest.

    owner: agency that owns the register. people: lookup fields of it that say whose a record is.
    """
    if grounds.basis not in contract.basis:
        return Refusal.BASIS
    nearest = Refusal.PARTY
    for clause in contract.clauses:
        if not fits(clause.who, requester):
            continue
        outcome = _by_clause(clause, requester, ask, grounds, owner, people)
        if clause.of in {"self", "family"} and isinstance(outcome, Grant) and not _in_reach(requester.actor, grounds):
            outcome = Refusal.REACH
        if isinstance(outcome, Grant):
            return outcome
        nearest = outcome
    return nearest


def fits(party: Party, requester: Requester) -> bool:
    """Tell whether the actor is one the clause is for."""
    who = requester.actor
    return (
        who.kind is party.kind
        and who.level >= party.level
        and (not party.roles or not who.roles.isdisjoint(party.roles))
        and (not party.agencies or requester.agency_kind in party.agencies)
        and (not party.systems or who.subject in party.systems)
        and (not party.enterprise or who.for_enterprise)
    )


def within(fields: Fields, wanted: Sequence[str]) -> tuple[list[str], tuple[str, ...]]:
    """Split the wanted fields into those allowed and those left out."""
    if fields == "all":
        return list(wanted), ()
    return [each for each in wanted if each in fields], tuple(each for each in wanted if each not in fields)


def _by_clause(
    clause: Clause, requester: Requester, ask: Ask, grounds: Grounds, owner: str, people: Sequence[str]
) -> Grant | Refusal:
    read = clause.read.get(ask.register)
    if read is None:
        return Refusal.REGISTER
    if not ask.by or any(name not in read.by for name in ask.by):
        return Refusal.LOOKUP
    if ask.fields and not within(read.fields, ask.fields)[0]:
        return Refusal.FIELDS
    who = requester.actor
    narrowed: dict[str, list[str]] = {}
    if clause.of == "self":
        asked = [value for name in people if name in ask.by for value in listed(ask.by[name])]
        if not asked or set(asked) != {who.person}:
            return Refusal.SUBJECT
    elif clause.of == "family":
        if not {value for name in ask.by for value in listed(ask.by[name])} <= requester.ties():
            return Refusal.FAMILY
    elif clause.of == "dossier" and not grounds.dossier:
        return Refusal.DOSSIER
    elif clause.of == "owner" and who.agency != owner:
        return Refusal.OWNER
    elif clause.of == "agency":
        narrowed[read.agency] = [who.agency]
    elif clause.of == "unit":
        narrowed[read.unit] = requester.communes()
        if not narrowed[read.unit]:
            return Refusal.UNIT
    return Grant(read.fields, narrowed, clause)


def _in_reach(who: Actor, grounds: Grounds) -> bool:
    """A mandate opens data, or a read for a dossier of its procedures; a counter service a read for its draft."""
    if who.reach is None or DATA in who.reach:
        return True
    files = any(each.startswith("file:") for each in who.reach)
    return bool(grounds.dossier) and (files or f"dossier:{grounds.dossier}" in who.reach)


def decide_write(
    contract: Contract, requester: Requester, register: str, values: Mapping[str, Any], grounds: Grounds
) -> Write | Refusal:
    """Decide on a write: the first clause for this actor that allows every field, else the nearest refusal."""
    if grounds.basis not in contract.basis:
        return Refusal.BASIS
    nearest = Refusal.PARTY
    for clause in contract.clauses:
        if not fits(clause.who, requester):
            continue
        write = clause.write.get(register)
        if write is None:
            nearest = Refusal.REGISTER
        elif within(write.fields, list(values))[1]:
            nearest = Refusal.FIELDS
        elif clause.of == "dossier" and not grounds.dossier:
            nearest = Refusal.DOSSIER
        elif write.agency and values.get(write.agency) != requester.actor.agency:
            nearest = Refusal.AGENCY
        else:
            return write
    return nearest


def decide_numbers(contract: Contract, requester: Requester, grounds: Grounds) -> Refusal | None:
    """Decide whether the actor may have a personal number given out; None when a clause allows it."""
    if grounds.basis not in contract.basis:
        return Refusal.BASIS
    clauses = [each for each in contract.clauses if fits(each.who, requester)]
    if not any(each.numbers for each in clauses):
        return Refusal.PARTY
    return None if grounds.dossier else Refusal.DOSSIER


def decide_match(contract: Contract, requester: Requester, grounds: Grounds) -> Refusal | None:
    """Decide whether the actor may have a number and a name compared for a dossier; None when a clause allows it."""
    if grounds.basis not in contract.basis:
        return Refusal.BASIS
    if not any(each.matches and fits(each.who, requester) for each in contract.clauses):
        return Refusal.PARTY
    if not grounds.dossier:
        return Refusal.DOSSIER
    return None if _in_reach(requester.actor, grounds) else Refusal.REACH


def decide_reconcile(contract: Contract, requester: Requester, register: str, grounds: Grounds) -> int | Refusal:
    """Decide whether lists may be compared with a register; answer how many rows a day, else the refusal."""
    if grounds.basis not in contract.basis:
        return Refusal.BASIS
    fitting = [each for each in contract.clauses if fits(each.who, requester)]
    if not fitting:
        return Refusal.PARTY
    allowed = [each.reconciles[register].per_day for each in fitting if register in each.reconciles]
    return max(allowed) if allowed else Refusal.REGISTER


def decide_feed(contract: Contract, requester: Requester, grounds: Grounds) -> Mapping[str, Feed] | Refusal:
    """Decide whether changes may be followed; answer what of each register, else the refusal that came closest."""
    if grounds.basis not in contract.basis:
        return Refusal.BASIS
    fitting = [each for each in contract.clauses if fits(each.who, requester)]
    if not fitting:
        return Refusal.PARTY
    return next((each.feed for each in fitting if each.feed), Refusal.REGISTER)
