"""Whether number and name belong together: compared with the register, answered without its values.

At a counter an officer compares a card; for a dossier an enterprise compares what a guest gave.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NoReturn

from lienthong.exchange.api.fetching import fetch
from lienthong.exchange.api.refusing import agreed, refuse, requester
from lienthong.exchange.domain import Ask, Refusal
from lienthong.exchange.events import DataFetched
from lienthong.exchange.spec.deciding import decide_match
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query

AT_COUNTER = "counter-service"
GROUNDS = Grounds(purpose=AT_COUNTER, basis="ND-118-2025")
_REGISTER = "population"
_FIELDS = ("number", "full_name", "sex", "birth_date", "life_status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """A person whose number fits the name or the birth date given. sex: code; birth_date: ISO, of any precision."""

    number: str
    name: str
    sex: str
    birth_date: str


def match(who: Actor, *, number: str, name: str = "", birth_date: str = "") -> Matched:
    """Return the person of the officer's province whose number, and name or birth date, are those given.

    What is typed is compared; which part did not fit is told to nobody but the person, in an entry of their log. A name
    may be typed without diacritics. Raises Invalid when it does not fit, Denied when the contract does not allow it.
    """
    provinces = frozenset(reference.province_of(unit) for unit in who.units)
    ask = Ask("person", _REGISTER, {"number": number}, _FIELDS)
    # received regardless of boundary inside the province (Decree 118/2025)
    found = fetch(replace(who, units=provinces), asks=[ask], grounds=GROUNDS, contract=AT_COUNTER).records["person"]
    if not found:
        _mismatch(who, number, told=False)
    held = {field: str(found[0].values[field].value or "") for field in _FIELDS if field in found[0].values}
    fits = (not name or fold(name) == fold(held["full_name"])) and (not birth_date or birth_date == held["birth_date"])
    if not fits or not (name or birth_date) or held.get("life_status") == "deceased":
        _mismatch(who, number, told=True)
    return Matched(number=number, name=held["full_name"], sex=held.get("sex", ""), birth_date=held["birth_date"])


def agrees(who: Actor, *, number: str, name: str, grounds: Grounds, contract: str) -> bool:
    """Say whether number and name are those of one living person; a name may be typed without diacritics.

    The person finds the look, and a name that did not fit, in their log. Raises Denied when the contract does not allow
    it for the dossier named in the grounds.
    """
    known = agreed(contract)
    refusal = decide_match(known, requester(who), grounds) if known else Refusal.CONTRACT
    fields = ["full_name", "life_status"]
    if refusal is not None:
        refuse(
            who,
            refusal,
            register=_REGISTER,
            subjects=[number],
            fields=fields,
            grounds=grounds,
            contract=contract,
        )
    with runtime.current().database.transaction():
        query = Query(_REGISTER, key=number, fields=fields)
        [found] = registers.read(who, queries=[query], grounds=grounds, contract=contract, act="compare")
        publish(
            who,
            DataFetched(
                contract=contract,
                registers=(_REGISTER,),
                agency=who.agency,
                dossier=grounds.dossier,
                people=1,
                fields=0,
            ),
        )
    if not found:
        return False
    held = found[0].values
    if fold(name) == fold(str(held["full_name"])) and held.get("life_status") != "deceased":
        return True
    _tell(who, number, ["full_name"], grounds, contract, act="compare")
    return False


def _mismatch(who: Actor, number: str, *, told: bool) -> NoReturn:
    if told:
        _tell(who, number, ["full_name", "birth_date"], GROUNDS, AT_COUNTER)
    sentence = N_("Số định danh không khớp với họ tên hoặc ngày sinh, hoặc người này không ở trong tỉnh, thành phố.")
    raise Invalid("counter.mismatch", sentence, [fault("number", "counter.mismatch", sentence)])


def _tell(
    who: Actor,
    number: str,
    fields: list[str],
    grounds: Grounds,
    contract: str,
    *,
    act: Literal["read", "compare"] = "read",
) -> None:
    """Write where the person sees it that somebody gave their number with what does not fit."""
    registers.deny(
        who,
        register=_REGISTER,
        subjects=[number],
        fields=fields,
        grounds=grounds,
        reason=Refusal.MISMATCH.value,
        contract=contract,
        act=act,
    )
