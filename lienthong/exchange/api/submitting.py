"""Writing decisions back through contracts; giving out personal numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lienthong.exchange.api.kin import forget
from lienthong.exchange.api.refusing import agreed, refuse, register_in_force, requester
from lienthong.exchange.api.tying import POINTERS
from lienthong.exchange.domain import Refusal
from lienthong.exchange.events import DataSubmitted
from lienthong.exchange.spec.deciding import decide_numbers, decide_write
from lienthong.exchange.spec.shape import Write
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.events import publish
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query, Record


def submit(
    who: Actor,
    *,
    register: str,
    values: Mapping[str, Any],
    grounds: Grounds,
    contract: str,
    key: str | None = None,
    valid_from: date | None = None,
    reason: str = "",
    create: bool = False,
) -> Record:
    """Write a decision to a register under a contract; in the open transaction. Repeated, it changes and tells nothing.

    key: the record's key or id; without it the key among the values counts. create: it must be a new record.
    Raises Denied (with a denial entry) when a field is outside the contract, Conflict when a new key is taken,
    Invalid for bad values.
    """
    known = agreed(contract)
    allowed = decide_write(known, requester(who), register, values, grounds) if known else Refusal.CONTRACT
    if (
        isinstance(allowed, Write)
        and allowed.agency
        and not _own(who, allowed, register, key, values, grounds, contract)
    ):
        allowed = Refusal.AGENCY
    if isinstance(allowed, Refusal):
        refuse(
            who,
            allowed,
            register=register,
            subjects=_subjects(register, values),
            fields=list(values),
            grounds=grounds,
            contract=contract,
            act="write",
        )
    with runtime.current().database.transaction():
        record = registers.write(
            who,
            register=register,
            values=values,
            key=key or "",
            valid_from=valid_from,
            grounds=grounds,
            reason=reason,
            contract=contract,
            create=create,
        )
        if record.written:  # what stands already was told of when it was written
            fact = DataSubmitted(
                contract=contract,
                register=register,
                record=record.id,
                version=record.version,
                agency=who.agency,
                dossier=grounds.dossier,
                fields=len(values),
            )
            publish(who, fact)
    forget(str(value) for name, value in record.values.items() if name in POINTERS)
    return record


def assign_number(who: Actor, *, commune: str, birth_date: str, sex: str, grounds: Grounds, contract: str) -> str:
    """Return a personal number for a new person, noted as given out in the open transaction.

    Raises Denied (with a denial entry) when the contract does not let this actor, Invalid for an unknown commune.
    """
    known = agreed(contract)
    refusal = decide_numbers(known, requester(who), grounds) if known else Refusal.CONTRACT
    if refusal is not None:
        refuse(
            who,
            refusal,
            register="population",
            subjects=(),
            fields=["number"],
            grounds=grounds,
            contract=contract,
            act="write",
        )
    return registers.next_personal_number(who, commune=commune, birth_date=birth_date, sex=sex)


def _own(
    who: Actor,
    write: Write,
    register: str,
    key: str | None,
    values: Mapping[str, Any],
    grounds: Grounds,
    contract: str,
) -> bool:
    """Tell whether the record to be changed, when there is one, belongs to the actor's agency."""
    wanted = key or str(values.get(registers.definition(register).key) or "")
    if not wanted:
        return True
    query = Query(register, key=wanted, fields=[write.agency])
    [found] = registers.read(who, queries=[query], grounds=grounds, contract=contract)
    return all(each.values.get(write.agency) == who.agency for each in found)


def _subjects(register: str, values: Mapping[str, Any]) -> list[str]:
    known = register_in_force(register)
    subject = values.get(known.subject) if known else None
    return [str(subject)] if subject else []
