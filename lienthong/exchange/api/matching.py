"""Whether the card somebody shows at a counter is theirs: compared with the register, answered without its values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

from lienthong.exchange.api.fetching import fetch
from lienthong.exchange.domain import Ask, Refusal
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds

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
        _refuse(who, number, told=False)
    held = {field: str(found[0].values[field].value or "") for field in _FIELDS if field in found[0].values}
    fits = (not name or fold(name) == fold(held["full_name"])) and (not birth_date or birth_date == held["birth_date"])
    if not fits or not (name or birth_date) or held.get("life_status") == "deceased":
        _refuse(who, number, told=True)
    return Matched(number=number, name=held["full_name"], sex=held.get("sex", ""), birth_date=held["birth_date"])


def _refuse(who: Actor, number: str, *, told: bool) -> NoReturn:
    if told:
        registers.deny(
            who,
            register=_REGISTER,
            subjects=[number],
            fields=["full_name", "birth_date"],
            grounds=GROUNDS,
            reason=Refusal.MISMATCH.value,
            contract=AT_COUNTER,
        )
    sentence = N_("Số định danh không khớp với họ tên hoặc ngày sinh, hoặc người này không ở trong tỉnh, thành phố.")
    raise Invalid("counter.mismatch", sentence, [fault("number", "counter.mismatch", sentence)])
