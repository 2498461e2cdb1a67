"""Households that move, split and join, entered by the police of the place they are at afterwards."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import NoReturn, Unpack

from lienthong.exchange.api.kin import forget
from lienthong.exchange.api.refusing import agreed, refuse, requester
from lienthong.exchange.domain import Refusal
from lienthong.exchange.events import DataSubmitted
from lienthong.exchange.spec.deciding import decide_write
from lienthong.kernel import requests
from lienthong.kernel.actor import Actor
from lienthong.kernel.events import publish
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Move, Moved, Query, Record

REGISTER = "residence"
_FIELDS = ("household", "relation", "head_number", "commune", "address", "from_date", "to_date")


def move(who: Actor, *, household: str, on: date, grounds: Grounds, contract: str, **how: Unpack[Move]) -> Moved:
    """Move a household or some of its members from a day on, as ``registers.move``, under a contract.

    Raises Denied (with a denial entry, and nobody is moved) when the contract does not let this officer, or the place
    afterwards is not in their area.
    """
    asker, members = requester(who), how.get("members", ())
    known = agreed(contract)
    allowed = decide_write(known, asker, REGISTER, dict.fromkeys(_FIELDS), grounds) if known else Refusal.CONTRACT
    if isinstance(allowed, Refusal):
        _refuse(who, allowed, members, grounds, contract)
    numbers: set[str] = set()

    def work() -> Moved:
        made = registers.move(who, household=household, on=on, grounds=grounds, contract=contract, **how)
        asked = Query(REGISTER, key=made.entries, fields=("commune", "number"))
        [found] = registers.read(who, queries=[asked], grounds=grounds, contract=contract)
        if not {each.values.get("commune") for each in found} <= set(asker.communes()):
            _refuse(who, Refusal.UNIT, members, grounds, contract)
        _tell(who, found, grounds, contract)
        numbers.update(str(each.values.get("number") or "") for each in found)
        return made

    moved = requests.once(who, "exchange.move", Moved, work)
    forget(numbers)
    return moved


def _tell(who: Actor, found: Sequence[Record], grounds: Grounds, contract: str) -> None:
    for each in found:
        fact = DataSubmitted(
            contract=contract,
            register=REGISTER,
            record=each.id,
            version=each.version,
            agency=who.agency,
            dossier=grounds.dossier,
            fields=len(_FIELDS),
        )
        publish(who, fact)


def _refuse(who: Actor, refusal: Refusal, members: Collection[str], grounds: Grounds, contract: str) -> NoReturn:
    refuse(
        who,
        refusal,
        register=REGISTER,
        subjects=list(members),
        fields=list(_FIELDS),
        grounds=grounds,
        contract=contract,
        act="write",
    )
