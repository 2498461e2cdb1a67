"""Reading through contracts: many questions in one call, answered with provenance, every entry written before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from lienthong.exchange import store
from lienthong.exchange.api.refusing import agreed, people_fields, refuse, register_in_force, requester, subjects_of
from lienthong.exchange.api.sealing import seal_of, tell_when_open
from lienthong.exchange.domain import Ask, Fact, Fetched, Refusal, Value, listed
from lienthong.exchange.events import DataFetched
from lienthong.exchange.spec.deciding import Grant, Requester, decide, within
from lienthong.exchange.spec.shape import Contract
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query, Record, Register, Seal, Version

OWN = "own-data"
OWN_GROUNDS = Grounds(purpose=OWN, basis="L-91-2025")


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a search. after: give it back for the next page; "" when this was the last."""

    facts: list[Fact]
    after: str


def fetch(who: Actor, *, asks: Sequence[Ask], grounds: Grounds, contract: str) -> Fetched:
    """Return the records asked for, as far as the contract lets this actor see them; all of it in one transaction.

    Fields outside the contract are left out and named in ``withheld``. Raises Denied, after writing a denial entry
    for everyone concerned, when one question is not allowed: then nothing is read.
    """
    return fetch_as(requester(who), asks=asks, grounds=grounds, contract=contract)


def fetch_as(asker: Requester, *, asks: Sequence[Ask], grounds: Grounds, contract: str) -> Fetched:
    """Return the records asked for by somebody of whom more is known already; as ``fetch`` in everything else."""
    who, known = asker.actor, agreed(contract)
    if known is None:
        _refuse(who, Refusal.CONTRACT, asks[0], grounds, contract)
    granted = [_granted(asker, known, ask, grounds) for ask in asks]
    queries: list[Query] = []
    withheld: dict[str, tuple[str, ...]] = {}
    for ask, (register, grant) in zip(asks, granted, strict=True):
        fields, left_out = within(grant.fields, ask.fields or _all_fields(register, grant))
        if left_out:
            withheld[ask.name] = left_out
        by = {**ask.by, **{name: values for name, values in grant.narrowed.items() if name not in ask.by}}
        queries.append(Query(ask.register, by=by, fields=fields, as_of=ask.as_of))
    node, seal = runtime.current(), seal_of(known, asker)
    with node.database.transaction():
        answers = registers.read(who, queries=queries, grounds=grounds, contract=contract, seal=seal)
        tell_when_open(seal)
        people = {
            each for ask, (register, _) in zip(asks, granted, strict=True) for each in subjects_of(register, ask.by)
        }
        if seal is None:  # a fact would tell of it before its day
            _tell(who, contract, [ask.register for ask in asks], grounds, people, answers)
    at = node.clock.now()
    records = {
        ask.name: [_fact(register, each, at) for each in found]
        for ask, (register, _), found in zip(asks, granted, answers, strict=True)
    }
    return Fetched(records, withheld)


def own_record(who: Actor, register: str, *, by: str = "") -> list[Fact]:
    """Return what a register holds about the actor (or the person they act for). by: another lookup than the subject.

    Raises Denied for anybody but a citizen at level 2.
    """
    field = by or registers.definition(register).subject
    ask = Ask("own", register, {field: who.person})
    return fetch(who, asks=[ask], grounds=OWN_GROUNDS, contract=OWN).records["own"]


def search(
    who: Actor,
    *,
    register: str,
    text: str,
    grounds: Grounds,
    contract: str,
    birth_date: str = "",
    unit: str = "",
    limit: int = 20,
    after: str = "",
) -> Found:
    """Return records whose name begins with the text, as far as the contract lets this actor search. Raises Denied."""
    known, ask = agreed(contract), Ask("found", register, {registers.definition(register).name: text})
    if known is None:
        _refuse(who, Refusal.CONTRACT, ask, grounds, contract)
    spec, grant = _granted(requester(who), known, ask, grounds)
    allowed = next(iter(grant.narrowed.values()), None)
    if not grant.clause.read[register].search or (unit and allowed is not None and unit not in allowed):
        _refuse(who, Refusal.LOOKUP, ask, grounds, contract, seal_of(known, requester(who)))
    if allowed is not None and not unit:
        if len(allowed) > 1:
            raise Invalid("exchange.unit", N_("Chọn một xã, phường thuộc địa bàn phụ trách rồi tìm."))
        unit = allowed[0]
    fields = within(grant.fields, _all_fields(spec, grant))[0]
    with runtime.current().database.transaction():
        page = registers.search(
            who,
            register=register,
            grounds=grounds,
            text=text,
            birth_date=birth_date,
            unit=unit,
            fields=fields,
            limit=limit,
            after=after,
            contract=contract,
        )
        _tell(who, contract, [register], grounds, {each.id for each in page.records}, [page.records])
    at = runtime.current().clock.now()
    return Found([_fact(spec, each, at) for each in page.records], page.after)


def history(who: Actor, *, register: str, key: str, grounds: Grounds, contract: str) -> list[Version]:
    """Return every version of a record where the contract opens its history to this actor. Raises Denied, NotFound."""
    known, ask = agreed(contract), Ask("history", register, {registers.definition(register).key: key})
    if known is None:
        _refuse(who, Refusal.CONTRACT, ask, grounds, contract)
    _, grant = _granted(requester(who), known, ask, grounds)
    if not grant.clause.read[register].history or grant.narrowed:
        _refuse(who, Refusal.LOOKUP, ask, grounds, contract, seal_of(known, requester(who)))
    return registers.history(who, register=register, key=key, grounds=grounds, contract=contract)


def _granted(asker: Requester, contract: Contract, ask: Ask, grounds: Grounds) -> tuple[Register, Grant]:
    who, register = asker.actor, register_in_force(ask.register)
    if register is None:
        _refuse(who, Refusal.REGISTER, ask, grounds, contract.id, seal_of(contract, asker))
    people = people_fields(register)
    outcome = decide(contract, asker, ask, grounds, owner=register.owner, people=people)
    if isinstance(outcome, Grant) and outcome.clause.of == "consent" and not _consented(register, ask, contract):
        outcome = Refusal.CONSENT
    if isinstance(outcome, Refusal):
        _refuse(who, outcome, ask, grounds, contract.id, seal_of(contract, asker))
    return register, outcome


def _consented(register: Register, ask: Ask, contract: Contract) -> bool:
    people = set(subjects_of(register, ask.by))
    given = {each.subject for each in store.consents.newest(sorted(people), contract.id) if each.given}
    return bool(people) and people == given


def _all_fields(register: Register, grant: Grant) -> list[str]:
    return list(register.fields) if grant.fields == "all" else list(grant.fields)


def _refuse(
    who: Actor, refusal: Refusal, ask: Ask, grounds: Grounds, contract: str, seal: Seal | None = None
) -> NoReturn:
    refuse(
        who,
        refusal,
        register=ask.register,
        subjects=subjects_of(register_in_force(ask.register), ask.by),
        fields=list(ask.fields or [name for name in ask.by if listed(ask.by[name])]),
        grounds=grounds,
        contract=contract,
        seal=seal,
    )


def _tell(
    who: Actor,
    contract: str,
    names: Sequence[str],
    grounds: Grounds,
    people: set[str],
    answers: Sequence[Sequence[Record]],
) -> None:
    publish(
        who,
        DataFetched(
            contract=contract,
            registers=tuple(dict.fromkeys(names)),
            agency=who.agency,
            dossier=grounds.dossier,
            people=len(people),
            fields=sum(len(record.values) for found in answers for record in found),
        ),
    )


def _fact(register: Register, record: Record, at: datetime) -> Fact:
    values = {
        name: Value(value, register.term_of(name), register.id, record.id, record.version, at)
        for name, value in record.values.items()
    }
    return Fact(register.id, record.id, record.key, record.version, record.valid_from, values)
