"""A life event told in one register is followed by the others, each in a transaction of its own, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from lienthong.kernel import delivery, jobs
from lienthong.kernel.actor import system
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers import jobs as room
from lienthong.registers.api import Grounds, Query
from lienthong.registers.events import LifeEventFollowed, LifeEventTold
from tests.registers.people import COMMUNE, HA, HUY

OWNERS = {each: system("steward", agency=each) for each in ("G01", "G15", "G18", "G24")}
WHY = Grounds(purpose="import", basis="L-26-2023")
CHILD = "079221990031"


def put(register: str, **values: Any) -> None:
    owner = OWNERS[api.definition(register).owner]
    api.write(owner, register=register, values=values, grounds=WHY)


def populate(_node: Runtime) -> None:
    home = {"home_commune": COMMUNE, "home_address": "12 Lê Quang Định", "life_status": "living"}
    put(
        "population",
        number=HA,
        full_name="Nguyễn Thị Thu Hà",
        sex="2",
        birth_date="1992-03-08",
        marital_status="1",
        **home,
    )
    put("population", number=HUY, full_name="Lê Quốc Huy", sex="1", birth_date="1990-01-01", marital_status="1", **home)
    put("population", number=CHILD, full_name="Lê Minh An", sex="1", birth_date="2021-03-04", mother_number=HA, **home)
    for at, number in enumerate((HA, HUY)):
        put(
            "residence", entry_no=f"TT/{at}", number=number, kind="permanent", household="26929990001",
            head_number=HUY, commune=COMMUNE, address="12 Lê Quang Định", from_date="2015-01-01",
        )  # fmt: skip
    put(
        "health_insurance",
        card_no="DN4790000000001",
        number=HA,
        full_name="Nguyễn Thị Thu Hà",
        category="DN",
        valid_from="2020-01-01",
    )
    put(
        "social_assistance",
        assistance_no="1/QĐ",
        number=HA,
        full_name="Nguyễn Thị Thu Hà",
        commune=COMMUNE,
        regime="disability",
        amount=750000,
        assistance_from="2024-01-01",
        status="paid",
    )
    settle()


def settle() -> None:
    """Deliver what was told and do what was asked for, until nothing is left."""
    handlers = {each.kind: each for each in room.handlers}
    while delivery.deliver_all(room.listeners) + jobs.run_all(handlers):
        pass
    assert not jobs.waiting()


@pytest.fixture
def people(node: Runtime, beginnings: Any) -> None:
    beginnings.lay(node, populate)


def of(register: str, key: str) -> dict[str, Any]:
    owner = OWNERS[api.definition(register).owner]
    ((found,),) = api.read(owner, queries=[Query(register, key=key)], grounds=WHY)
    return found.values


def entry(kind: str, number: str, day: str, **more: Any) -> None:
    put(
        "civil_status",
        entry_no=f"{kind}/{day}",
        kind=kind,
        number=number,
        person_name="Nguyễn Thị Thu Hà",
        event_date=day,
        registered_on=day,
        commune=COMMUNE,
        **more,
    )
    settle()


@pytest.mark.usefixtures("people")
def test_a_death_stops_what_must_stop_from_its_day_on() -> None:
    entry("marriage", HA, "2026-10-01", spouse_number=HUY, spouse_name="Lê Quốc Huy")
    entry("death", HA, "2026-11-10")
    assert (of("population", HA)["life_status"], of("population", HA)["death_date"]) == ("deceased", "2026-11-10")
    assert of("residence", "TT/0")["to_date"] == "2026-11-10"
    assert "to_date" not in of("residence", "TT/1")
    assert of("health_insurance", "DN4790000000001")["valid_to"] == "2026-11-10"
    assistance = of("social_assistance", "1/QĐ")
    assert (assistance["status"], assistance["assistance_to"]) == ("ended", "2026-11-10")
    widower = of("population", HUY)
    assert (widower["marital_status"], widower.get("spouse_number")) == ("4", None)
    last = api.history(OWNERS["G18"], register="social_assistance", key="1/QĐ", grounds=WHY)[-1]
    assert (last.actor, last.agency, last.valid_from) == ("system:life-events", "G18", "2026-11-10")
    assert last.reason == "Người hưởng đã chết, dừng chi trả"


@pytest.mark.usefixtures("people")
def test_married_and_divorced_both_sides_say_so() -> None:
    entry("marriage", HA, "2026-10-01", spouse_number=HUY, spouse_name="Lê Quốc Huy")
    assert (of("population", HA)["spouse_number"], of("population", HUY)["spouse_number"]) == (HUY, HA)
    entry(
        "divorce", HUY, "2026-11-01", spouse_number=HA, spouse_name="Nguyễn Thị Thu Hà", decision_no="12/2026/QĐ-HNGĐ"
    )
    for number in (HA, HUY):
        assert (of("population", number)["marital_status"], of("population", number).get("spouse_number")) == (
            "3",
            None,
        )


@pytest.mark.usefixtures("people")
def test_a_new_name_and_a_new_number_reach_every_register() -> None:
    entry("change", HA, "2026-11-01", change_kind="name", change_from="Nguyễn Thị Thu Hà", change_to="Nguyễn Thu Hà")
    assert (
        of("population", HA)["full_name"] == of("health_insurance", "DN4790000000001")["full_name"] == "Nguyễn Thu Hà"
    )
    new = "079192990018"
    api.write(OWNERS["G01"], register="population", key=HA, values={"number": new}, grounds=WHY)
    settle()
    assert of("health_insurance", "DN4790000000001")["number"] == new
    assert of("residence", "TT/0")["number"] == new
    assert of("population", CHILD)["mother_number"] == new


@pytest.mark.usefixtures("people")
def test_a_move_ends_the_old_residence_and_changes_the_home() -> None:
    put(
        "residence",
        entry_no="TT/9",
        number=HA,
        kind="permanent",
        household="00166990009",
        commune="00166",
        address="7 Láng Hạ",
        from_date="2026-11-01",
    )
    settle()
    assert of("residence", "TT/0")["to_date"] == "2026-11-01"
    assert (of("population", HA)["home_commune"], of("population", HA)["home_address"]) == ("00166", "7 Láng Hạ")


@pytest.mark.usefixtures("people")
def test_told_twice_or_done_twice_it_happens_once() -> None:
    entry("death", HA, "2026-11-10")
    told = [each for each in read_after(0, types=(LifeEventTold,)) if each.event.event == "death"]
    versions = len(api.history(OWNERS["G18"], register="social_assistance", key="1/QĐ", grounds=WHY))
    handler: Callable[[dict[str, Any]], None] = room.handlers[0].run
    for each in told:
        room.listeners[0].handle(each)
        handler({"source": each.id, "into": "social_assistance", "told": each.event.__dict__})
    settle()
    assert len(api.history(OWNERS["G18"], register="social_assistance", key="1/QĐ", grounds=WHY)) == versions
    followed = [
        each.event for each in read_after(0, types=(LifeEventFollowed,)) if each.event.register == "social_assistance"
    ]
    assert max(each.records for each in followed) == 1


@pytest.mark.usefixtures("people")
def test_what_is_told_names_nobody() -> None:
    entry("death", HA, "2026-11-10")
    for each in read_after(0, types=(LifeEventTold, LifeEventFollowed)):
        assert HA not in str(each.event)


@pytest.mark.usefixtures("people")
def test_a_file_of_deaths_tells_of_each_and_a_first_filling_of_none() -> None:
    days = {"kind": "death", "event_date": "2026-11-10", "registered_on": "2026-11-11", "commune": COMMUNE}
    rows = [
        {"entry_no": f"KT/{at}", "number": who, "person_name": "Lê Quốc Huy", **days}
        for at, who in enumerate((HA, HUY))
    ]
    api.land_portion(OWNERS["G15"], register="civil_status", rows=list(enumerate(rows)), grounds=WHY)
    settle()
    assert [of("population", each)["life_status"] for each in (HA, HUY)] == ["deceased", "deceased"]
    told = len(read_after(0, types=(LifeEventTold,)))
    api.bulk_load(OWNERS["G15"], register="civil_status", rows=[{**rows[0], "entry_no": "KT/9", "number": CHILD}])
    assert len(read_after(0, types=(LifeEventTold,))) == told
