"""A guest house with two representatives and another enterprise: what tests of enterprises share."""

from __future__ import annotations

from typing import Any

from lienthong.identity import api as identity
from lienthong.kernel.actor import ANONYMOUS, Actor, system
from lienthong.registers import api as registers

INN, SHOP, SUSPENDED = "9900000001", "9900000002", "9900000003"
GROUNDS = registers.Grounds(purpose="lookup", basis="L-59-2020")
OFFICE = system("business-registration", agency="G12")


def enterprise(code: str, name: str, representative: str, **more: Any) -> dict[str, Any]:
    """Return a row of the business register."""
    return {
        "code": code,
        "name": name,
        "kind": "limited",
        "head_commune": "26929",
        "head_address": "5 Minh Họa",
        "representative_number": representative,
        "representative_name": "Lê Quốc Huy",
        "status": "active",
        "founded_on": "2020-03-01",
    } | more


def found(father: str, mother: str, stranger: str) -> None:
    """Write the inn of father and mother, the father's enterprise that rests, and a stranger's shop."""
    other = {"other_representative_number": mother, "other_representative_name": "Nguyễn Thị Thu Hà"}
    rows = [
        enterprise(INN, "Nhà nghỉ Minh Họa", father, **other),
        enterprise(SHOP, "Cửa hàng Minh Họa", stranger),
        enterprise(SUSPENDED, "Xưởng may Minh Họa", father, status="suspended"),
    ]
    landed = registers.bulk_load(OFFICE, register="enterprises", rows=rows)
    assert not landed.rejects, landed.rejects


def change(code: str, **values: Any) -> None:
    """Let the business registration office change a record."""
    registers.write(OFFICE, register="enterprises", key=code, values=values, grounds=GROUNDS)


def enter(key: str) -> identity.Entry:
    """Sign somebody of the demonstration in."""
    return identity.sign_in_demonstration(ANONYMOUS, key=key, loopback=True)


def acting(key: str, code: str = INN) -> tuple[str, Actor]:
    """Let somebody sign in and act for an enterprise; answer the cookie's secret and the actor."""
    entry = identity.act_for(enter(key).actor.again(), enterprise=code)
    return entry.token, entry.actor.again()


def now(token: str) -> Actor:
    """Return who acts with a cookie at this moment."""
    return identity.actor_of_session(token, request_id="r").again()
