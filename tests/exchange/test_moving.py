"""Commune police move households into their own area, under a contract, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lienthong.exchange import api
from lienthong.exchange.events import DataSubmitted
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from tests.exchange.people import CONSTABLE, HA, OTHER_WARD, REGISTRAR, WARD, citizen

WHY = api.Grounds(purpose="residence-moves", basis="L-68-2020")


def move(who: Actor = CONSTABLE, commune: str = WARD, **how: Any) -> api.Moved:
    how = {"household": "HK-1", "on": date(2026, 11, 2), "address": "9 Mới", "grounds": WHY} | how
    return api.move(who, contract="residence-moves", commune=commune, **how)


def at() -> list[tuple[str, bool]]:
    who = citizen(HA)
    query = registers.Query("residence", by={"number": HA})
    (found,) = registers.read(who, queries=[query], grounds=WHY)
    return sorted((each.values["address"], "to_date" in each.values) for each in found)


def test_an_officer_moves_a_household_once(family: Runtime) -> None:
    who = CONSTABLE.again()
    made = move(who)
    assert move(who) == made
    assert at() == [("12 Lê Quang Định", True), ("9 Mới", False)]
    assert len(read_after(0, types=[DataSubmitted])) == 1


@pytest.mark.parametrize(
    ("who", "how", "code"),
    [
        (CONSTABLE, {"commune": OTHER_WARD}, "exchange.unit"),
        (REGISTRAR, {}, "exchange.party"),
        (citizen(HA), {}, "exchange.party"),
        (CONSTABLE, {"grounds": api.Grounds(purpose="x", basis="L-26-2023")}, "exchange.basis"),
    ],
)
def test_who_may_not_moves_nobody(family: Runtime, who: Actor, how: dict[str, Any], code: str) -> None:
    before = at()
    with pytest.raises(Denied) as refused:
        move(who.again(), members=[HA], **how)
    assert refused.value.code == code
    assert at() == before
    assert any(each.denied and each.act == "write" for each in registers.accesses(citizen(HA), subject=HA))
