"""The one place where services meets the exchange: facts in, decisions out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from lienthong.exchange import api as exchange
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.services.spec.form import Known
from lienthong.services.spec.holding import holdings
from lienthong.services.spec.shape import Procedure
from lienthong.services.spec.words import Value, filter_names, matches


def fetch(who: Actor, procedure: Procedure, *, person: str, dossier: str) -> list[Known]:
    """Read everything a procedure knows `from` registers, in one call, for the person who applies."""
    asks = [ask for item_id in procedure.data for ask in _by_applicant(procedure, item_id, person)]
    return _matching(procedure, _ask(who, procedure, asks, dossier)[0])


def fetch_again(
    who: Actor, procedure: Procedure, *, kept: Sequence[Known], papers: Collection[str], person: str, dossier: str
) -> tuple[list[Known], set[str]]:
    """Read the records a dossier stands on as they are now, in one call: by their key, else by the applicant; and of
    items that stand on a paper, whether the register has the record by now.

    kept: what the dossier stands on. papers: those items. Answers the records, and the names the contract does not let
    this officer read.
    """
    held = holdings()
    asks: list[exchange.Ask] = []
    for each in kept:
        item = procedure.data[each.item]
        key = each.values.get(held[each.register].key)
        by = {held[each.register].key: str(key)} if key else {item.lookup.field if item.lookup else "": person}
        asks.append(exchange.Ask(each.item, each.register, by, item.reads))
    records = {each.record for each in kept}
    newly = set(papers) - {each.item for each in kept}
    asks += [ask for item_id in sorted(newly) for ask in _by_applicant(procedure, item_id, person)]
    found, withheld = _ask(who, procedure, asks, dossier)
    there = _matching(procedure, [each for each in found if each.item in newly])
    return [*(each for each in found if each.record in records), *there], withheld


def is_own(register: str, field: str) -> bool:
    """Say whether a record found by this field with the applicant's number is one they may open themselves."""
    return field in exchange.own_lookups(Actor(kind=Kind.CITIZEN, level=2)).get(register, ())


def consents(who: Actor, procedure: Procedure) -> list[exchange.Agreement]:
    """Return the consents that this procedure offers, with this person's word on each."""
    return [each for each in exchange.agreements(who) if each.contract in procedure.consents]


def may_read(who: Actor, procedure: Procedure) -> bool:
    """Say whether the procedure's contract opens any register to this actor."""
    return bool(exchange.contract(who, procedure.contract).reads)


def submit(
    who: Actor,
    procedure: Procedure,
    *,
    register: str,
    values: Mapping[str, Value],
    key: str | None,
    since: date | None,
    dossier: str,
) -> None:
    """Write a decision back to a register: a new record when no key is given. Joins the open transaction."""
    exchange.submit(
        who,
        register=register,
        values=dict(values),
        key=key,
        valid_from=since,
        create=key is None,
        grounds=grounds(procedure, dossier),
        contract=procedure.contract,
        reason=procedure.procedure,
    )


def agrees(who: Actor, procedure: Procedure, *, number: str, name: str, dossier: str) -> bool:
    """Say whether number and name are those of one living person; nothing else of the register comes here."""
    why = grounds(procedure, dossier)
    return exchange.agrees(who, number=number, name=name, grounds=why, contract=procedure.contract)


def assign_number(who: Actor, procedure: Procedure, *, dossier: str, **inputs: Any) -> str:
    """Ask the population register for a personal number for a new person."""
    return exchange.assign_number(who, grounds=grounds(procedure, dossier), contract=procedure.contract, **inputs)


def grounds(procedure: Procedure, dossier: str) -> exchange.Grounds:
    """Return why this procedure reads and writes: what its contract says, its first legal basis, the dossier."""
    return exchange.Grounds(purpose=procedure.contract, basis=procedure.basis[0], dossier=dossier)


def _by_applicant(procedure: Procedure, item_id: str, person: str) -> Iterator[exchange.Ask]:
    """The question to the register of an item by the applicant's number; none for an item of the form's own."""
    item = procedure.data[item_id]
    if item.lookup:
        wanted = filter_names(item.where, frozenset(holdings()[item.lookup.register].fields))
        fields = tuple(dict.fromkeys((*item.reads, *sorted(wanted))))
        yield exchange.Ask(item_id, item.lookup.register, {item.lookup.field: person}, fields)


def _matching(procedure: Procedure, read: Sequence[Known]) -> list[Known]:
    """The records that an item wants, with the fields it reads."""
    held, today = holdings(), clock.today(runtime.current().clock)
    found: list[Known] = []
    for each in read:
        item = procedure.data[each.item]
        if matches(item.where, each.values, fields=frozenset(held[each.register].fields), today=today):
            kept = {name: value for name, value in each.values.items() if name in item.reads}
            found.append(replace(each, values=kept))
    return found


def _ask(who: Actor, procedure: Procedure, asks: Sequence[exchange.Ask], dossier: str) -> tuple[list[Known], set[str]]:
    fetched = exchange.fetch(who, asks=asks, grounds=grounds(procedure, dossier), contract=procedure.contract)
    withheld = {f"{item}.{name}" for item, names in fetched.withheld.items() for name in names}
    found = [
        Known(
            item=ask.name,
            register=ask.register,
            record=fact.id,
            version=fact.version,
            at=clock.stamp(runtime.current().clock.now()),
            values={name: each.value for name, each in fact.values.items() if each.value is not None},
        )
        for ask in asks
        for fact in fetched.records[ask.name]
    ]
    return found, withheld
