"""My family: who the registers tie me to, and no more of them than who they are; each finds the look in their log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Ask, Grounds
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied
from lienthong.kernel.runtime import Runtime
from tests.browsing import Browser, count_queries
from tests.exchange.conftest import put
from tests.exchange.people import AN, HA, HUY, REGISTRAR, WARD, citizen

Browse = Callable[..., Browser]
NGA, KHANG, LODGER = "079155990044", "079221990055", "079190990066"
GROUNDS = Grounds(purpose="family", basis="L-68-2020")


@pytest.fixture
def house(family: Runtime) -> Runtime:
    """Hà has a mother, a son, and a lodger in her household; An is nobody of hers."""
    put("population", number=NGA, full_name="Phạm Thị Nga", sex="2", birth_date="1955", life_status="living")
    put("population", number=HA, full_name="Nguyễn Thị Thu Hà", sex="2", birth_date="1992-03-08", mother_number=NGA)
    put("population", number=LODGER, full_name="Trịnh Văn Trọ", sex="1", birth_date="1990-02-02", phone="0900000001")
    put(
        "population",
        number=KHANG,
        full_name="Lê Gia Khang",
        sex="1",
        birth_date="2021-03-18",
        mother_number=HA,
        father_number=HUY,
        life_status="living",
    )
    for serial, number, relation in ((2, KHANG, "04"), (3, LODGER, "99")):
        put(
            "residence",
            entry_no=f"{WARD}/permanent/2020/000{serial}",
            number=number,
            kind="permanent",
            household="HK-1",
            relation=relation,
            commune=WARD,
            from_date="2021-04-02",
        )
    return family


def test_parents_spouse_children_and_household(house: Runtime) -> None:
    found = api.family(citizen())
    assert [each.name for each in found.parents] == ["Phạm Thị Nga"]
    assert [each.name for each in found.spouse] == ["Lê Quốc Huy"]
    [son] = found.children
    assert (son.name, son.born, son.age, son.minor) == ("Lê Gia Khang", "2021", 5, True)
    [home] = found.homes
    assert {each.name for each in home.members} == {"Nguyễn Thị Thu Hà", "Lê Gia Khang", "Trịnh Văn Trọ"}
    assert home.address.startswith("12 Lê Quang Định, ")
    assert all(each.relation for each in home.members)
    assert (found.parents[0].born, found.parents[0].age) == ("1955", None)
    assert "0900000001" not in repr(found)
    assert "1990-02-02" not in repr(found), "of others the year of birth only"


def test_everyone_shown_finds_the_look_in_their_log(house: Runtime) -> None:
    api.family(citizen())
    for number in (HA, NGA, HUY, KHANG, LODGER):
        entry = api.access_log(citizen(number), limit=1)[0]
        assert entry.purpose == "Người dân xem gia đình và hộ của mình", number


def test_a_child_s_family_is_shown_to_whoever_acts_for_the_child(house: Runtime) -> None:
    found = api.family(citizen(HA, for_person=KHANG))
    assert {each.name for each in found.parents} == {"Nguyễn Thị Thu Hà", "Lê Quốc Huy"}
    assert (found.spouse, found.children) == ((), ())


def test_the_contract_opens_nobody_else(house: Runtime) -> None:
    asks = [
        Ask("x", "population", {"number": AN}),
        Ask("x", "population", {"number": [HUY, AN]}),
        Ask("x", "residence", {"household": "HK-2"}),
        Ask("x", "population", {"number": NGA}, ("phone",)),
    ]
    for ask in asks:
        with pytest.raises(Denied):
            api.fetch(citizen(), asks=[ask], grounds=GROUNDS, contract="family")
    assert api.access_log(citizen(AN), limit=1)[0].denied
    for who in (REGISTRAR, citizen(level=1)):
        with pytest.raises(Denied):
            api.family(who)
    fetched = api.fetch(citizen(), asks=[Ask("x", "population", {"number": NGA})], grounds=GROUNDS, contract="family")
    assert set(fetched.records["x"][0].values) == {"number", "full_name", "sex", "birth_date", "life_status"}


def test_a_session_reads_once_and_shows_it_for_a_while(house: Runtime, clock: SetClock) -> None:
    def entries() -> int:
        return len(api.access_log(citizen(), limit=100))

    here = replace(citizen(), session="s1")
    before = entries()
    api.family_glance(here)
    once = entries()
    assert once > before
    with count_queries() as statements:
        assert [each.name for each in api.family_glance(here).children] == ["Lê Gia Khang"]
    assert statements == []
    assert entries() == once
    api.family_glance(replace(citizen(), session="s2"))
    assert entries() > once, "another session has seen nothing yet"
    again = entries()
    clock.advance(timedelta(minutes=16))
    api.family_glance(here)
    assert entries() > again


def test_the_pages_show_it_and_lead_to_acting_for_a_child(nation: Runtime, browse: Browse) -> None:
    mother = browse().as_person("mother")
    page = mother.get("/").text
    assert "Lê Gia Khang" in page
    assert 'href="/account/children">Làm thay' in page
    assert "Nơi thường trú: 999/9 đường Minh Họa" in page
    family = mother.get("/my/family").text
    assert "Phạm Thị Nga" in family
    child = family.split('name="person" value="')[1].split('"')[0]
    acting = mother.post("/account/act-for", seen_on="/my/family", person=child)
    assert "Đang làm thay Lê Gia Khang" in acting.text
    assert "Gia đình và hộ của con" in mother.get("/my/family").text
    assert "Làm thay con" not in mother.get("/my/family").text
