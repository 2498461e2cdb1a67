"""How complete a field is, by source and by month, is asked of evidence; few records stay covered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api
from lienthong.oversight.domain.figures import Freshness
from lienthong.oversight.domain.small_cells import Cover
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api as stewardship
from lienthong.stewardship.events import DOUBLES
from tests.browsing import Browser

STEWARD, HA_NOI = system("steward", agency="G01"), system("police", agency="G01.01")
CLERK = Actor(kind=Kind.OFFICER, subject="steward", agency="G01", roles=frozenset({"data-steward"}))
WHY = Grounds(purpose="stewardship", basis="L-26-2023")
SECRETARY = Actor(kind=Kind.OFFICER, subject="secretary", agency="TW", roles=frozenset({"committee-secretary"}))


def chairman(province: str) -> Actor:
    roles = frozenset({"provincial-leader"})
    return Actor(kind=Kind.OFFICER, subject="chair", agency="H", roles=roles, units=frozenset({province}))


def person(at: int, commune: str, **more: str) -> dict[str, str]:
    born = {"full_name": "Trần Văn An", "sex": "1", "birth_date": "1992"}
    return {"number": f"0790925501{at:02d}", "home_commune": commune, **born, **more}


def measured() -> None:
    stewardship.measure_quality(STEWARD, register="population")
    while evidence.ingest():
        pass


def test_a_field_is_asked_by_source_and_by_month(node: Runtime, clock: SetClock) -> None:
    people = [person(at, "26929" if at < 8 else "00166") for at in range(16)]
    registers.bulk_load(STEWARD, register="population", rows=people, grounds=WHY)
    measured()
    clock.advance(timedelta(days=31))
    for at in range(8, 14):
        phone = {"phone": f"090123450{at - 8}"}
        registers.write(HA_NOI, register="population", key=people[at]["number"], values=phone, grounds=WHY)
    measured()
    found = api.quality(SECRETARY, register="population", field="phone")
    assert found.chosen is not None
    assert (found.chosen.figure.of, found.chosen.figure.part) == (16, 6)
    assert {each.agency: (each.figure.of, each.figure.part) for each in found.sources} == {
        "": (10, 0),
        "G01.01": (6, 6),
    }
    assert [(month, figure.of, figure.part) for month, figure, _ in found.trend] == [
        ("2026-11", 16, 0),
        ("2026-12", 16, 6),
    ]
    of_source = api.quality(SECRETARY, register="population", source="G01.01", month="2026-12")
    assert {each.figure.of for each in of_source.parts} == {6}
    kept = {each.rule: each.figure.share for each in of_source.parts if each.rule}
    assert kept["number_fits"] == 1.0
    own = api.quality(chairman("01"), place="01", field="phone")
    assert [(each.agency, each.figure.of) for each in own.sources] == [("G01.01", 6), ("", 2)]
    assert api.quality(chairman("79"), place="01", field="phone").sources == ()
    with pytest.raises(Denied):
        api.quality(chairman("79"), place="01", source="G01.01")
    for nothing in ({"register": "x", "month": "2026-11"}, {"place": "00166"}, {"field": "x"}, {"month": "2026-10"}):
        with pytest.raises(NotFound):
            api.quality(SECRETARY, **nothing)
    assert evidence.reconcile() == []


def test_how_fresh_a_register_is_is_asked_by_field_source_place_and_month(node: Runtime, clock: SetClock) -> None:
    people = [person(at, "26929" if at < 8 else "00166") for at in range(16)]
    registers.bulk_load(STEWARD, register="population", rows=people, grounds=WHY)
    measured()
    clock.advance(timedelta(days=365))
    for at in range(8, 14):
        phone = {"phone": f"090123450{at - 8}"}
        registers.write(HA_NOI, register="population", key=people[at]["number"], values=phone, grounds=WHY)
    measured()
    found = api.quality(SECRETARY, register="population", field="birth_date")
    assert found.chosen is not None
    assert found.fresh == found.chosen.fresh == Freshness(records=16, recent=6, age=10 * 12)
    assert (found.fresh.share, found.fresh.months) == (6 / 16, 8)
    assert {each.agency: each.fresh for each in found.sources} == {
        "": Freshness(10, 0, 120),
        "G01.01": Freshness(6, 6, 0),
    }
    assert [(month, fresh) for month, _, fresh in found.trend] == [
        ("2026-11", Freshness(16, 16, 0)),
        ("2027-11", Freshness(16, 6, 120)),
    ]
    phones = api.quality(SECRETARY, register="population", field="phone").chosen
    assert phones is not None
    assert phones.fresh == Freshness(6, 6, 0), "only of the records that have the field"
    assert {each.fresh for each in found.parts if each.rule} == {Freshness()}
    assert api.quality(chairman("01"), place="01").fresh == Freshness(8, 6, 24)
    assert api.quality(SECRETARY, source="G01.01").fresh == Freshness(6, 6, 0)
    assert evidence.reconcile() == []


def test_doubles_are_asked_by_source_and_place_once_they_were_searched_for(node: Runtime) -> None:
    twins = [person(1, "26929"), person(2, "26929"), person(3, "00166", full_name="Lê Quốc Huy")]
    registers.bulk_load(STEWARD, register="population", rows=twins, grounds=WHY)
    measured()
    with pytest.raises(NotFound):
        api.quality(SECRETARY, rule=DOUBLES)
    stewardship.find_duplicates(STEWARD, register="population", grounds=WHY)
    measured()
    found = api.quality(SECRETARY, rule=DOUBLES)
    assert found.chosen is not None
    assert (found.chosen.figure.of, found.chosen.figure.part) == (3, 1)
    assert {each.agency: (each.figure.of, each.figure.part) for each in found.sources} == {"": (3, 1)}
    there = api.quality(chairman("01"), place="01", rule=DOUBLES).chosen
    assert there is not None
    assert (there.figure.of, there.figure.part) == (1, 1)
    (pair,) = stewardship.duplicates(STEWARD, register="population", grounds=WHY)
    for word, single in (("same", 1), ("different", 3)):
        said = {"decision": word, "reason": "đã xem hồ sơ gốc", "grounds": WHY}
        stewardship.decide_pair(CLERK, register="population", one=pair.one, other=pair.other, **said)
        measured()
        chosen = api.quality(SECRETARY, rule=DOUBLES).chosen
        assert chosen is not None
        assert (chosen.figure.of, chosen.figure.part) == (3, single), word


def test_few_records_are_covered_outside_ones_own_units(sqlite_node: Runtime) -> None:
    rows = [person(at, "26929" if at < 12 else "00166") for at in range(14)]
    registers.bulk_load(STEWARD, register="population", rows=rows, grounds=WHY)
    changed = {"phone": "0901234567"}
    registers.write(HA_NOI, register="population", key=rows[0]["number"], values=changed, grounds=WHY)
    measured()
    assert {each.covered for each in api.quality(SECRETARY, field="phone").sources} == {Cover.OPEN}
    seen = {each.agency: (each.covered, each.figure.of) for each in api.quality(chairman("79"), field="phone").sources}
    assert seen == {"G01.01": (Cover.FEW, 0), "": (Cover.WITHHELD, 0)}
    for place in ("01", "79"):
        with pytest.raises(Denied, match="nhỏ"):
            api.quality(chairman("48"), place=place)
    with pytest.raises(Denied, match="nhỏ"):
        api.quality(chairman("79"), source="G01.01")
    assert api.quality(chairman("79"), place="79", source="G01.01").parts
    with pytest.raises(Denied):
        api.quality(Actor(kind=Kind.CITIZEN, subject="079192990417", agency=""))


def test_the_page_leads_from_the_fields_to_sources_and_months(nation: Runtime, browse: Callable[..., Browser]) -> None:
    leader = browse().as_person("provincial-chairman")
    assert "Chưa đo chất lượng" in leader.get("/oversight/quality").text
    measured()
    assert "/oversight/quality" in leader.get("/oversight").text
    page = leader.get("/oversight/quality?register=population").text
    assert "Số điện thoại" in page
    assert "field=phone" in page
    chosen = leader.get("/oversight/quality?register=population&field=phone").text
    assert "Theo nguồn cung cấp" in chosen
    assert "11/2026" in chosen
    assert leader.get("/oversight/quality?register=population&source=-").status_code in {200, 403}
    assert leader.get("/oversight/quality?register=population&field=nothing").status_code == 404
    assert browse().as_person("mother").get("/oversight/quality").status_code == 403
