"""My data: everything the registers hold about me, version by version; nobody else's; every look is in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Grounds
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.registers import api as registers
from tests.browsing import Browser
from tests.exchange.people import AN, COMMITTEE, HA, HUY, REGISTRAR, STEWARD, citizen

Browse = Callable[..., Browser]
STEWARDSHIP = Grounds(purpose="stewardship", basis="L-26-2023")


def record_of(number: str) -> str:
    [own] = api.own_data(citizen(number))[0].records
    return own.id


def texts(shown: api.OwnVersion) -> dict[str, str]:
    return {each.name: each.text for each in shown.data}


def test_every_register_says_what_it_holds_and_what_it_does_not(family: Runtime) -> None:
    found = {each.id: each for each in api.own_data(citizen())}
    assert next(iter(found)) == "population", "the register kept by person comes first"
    assert {name: len(each.records) for name, each in found.items()} == {
        "population": 1,
        "birth_notices": 1,
        "enterprises": 0,
        "civil_status": 0,
        "health_insurance": 0,
        "residence": 1,
        "social_insurance": 0,
        "social_assistance": 0,
        "driving_licences": 0,
        "vehicles": 0,
        "pupils": 0,
        "phone_subscribers": 0,
    }
    [person] = found["population"].records
    assert [each.name for each in person.data] == list(registers.definition("population").fields)
    said = {each.name: each.text for each in person.data}
    assert (said["full_name"], said["birth_date"], said["religion"]) == (
        "Nguyễn Thị Thu Hà",
        "08/03/1992",
        "Không tôn giáo",
    )
    assert said["death_date"] == ""


def test_one_look_is_one_entry_for_each_register(family: Runtime) -> None:
    api.own_data(citizen())
    entries = api.access_log(citizen(), limit=12)
    assert {each.register for each in entries if each.own} == {
        "CSDL Dân cư",
        "CSDL Doanh nghiệp",
        "CSDL Cư trú",
        "CSDL Hộ tịch",
        "CSDL BHYT",
        "Giấy chứng sinh",
        "BHXH và lương hưu",
        "Trợ giúp xã hội",
        "Giấy phép lái xe",
        "Đăng ký xe",
        "Học sinh và học bạ",
        "Thuê bao di động",
    }
    assert {each.purpose for each in entries} == {"Người dân tự xem dữ liệu của mình"}


def test_a_version_says_what_it_said_who_wrote_it_and_what_proves_it(family: Runtime, clock: SetClock) -> None:
    record = record_of(HA)
    clock.advance(timedelta(days=1))
    registers.correct(
        STEWARD,
        register="population",
        key=HA,
        values={"ethnicity": "02"},
        grounds=STEWARDSHIP,
        reason="Nhập nhầm dân tộc",
        contract="stewardship",
    )
    ledger.sequence()
    first = api.own_version(citizen(), register="population", record=record, version=1)
    second = api.own_version(citizen(), register="population", record=record, version=2)
    assert (texts(first)["ethnicity"], texts(second)["ethnicity"]) == ("Kinh", "Tày")
    assert (first.kind, first.newest, second.kind, second.reason) == ("created", 2, "corrected", "Nhập nhầm dân tộc")
    assert second.known_from == clock.now()
    assert str(second.agency) == "Bộ Công an"
    assert str(first.agency) != "Bộ Công an", "a later change does not claim the first version"
    changed = {each.name: each.before for each in second.data if each.before is not None}
    assert changed == {"ethnicity": "Kinh"}
    assert second.proof is not None
    assert second.proof.state is api.ProofState.PROVED
    assert STEWARD.subject not in repr(second), "the officer stays the agency's"


def test_a_record_is_shown_to_its_person_alone(family: Runtime) -> None:
    record = record_of(HUY)
    with pytest.raises(NotFound):
        api.own_version(citizen(), register="population", record=record, version=1)
    assert api.own_version(citizen(HA, for_person=HUY), register="population", record=record, version=1).key == HUY
    for register, version in (("population", 9), ("population", 0), ("nothing", 1), ("residence", 1)):
        with pytest.raises(NotFound):
            api.own_version(citizen(HUY), register=register, record=record, version=version)
    for who in (REGISTRAR, STEWARD, citizen(level=1)):
        with pytest.raises((Denied, NotFound)):
            api.own_version(who, register="population", record=record, version=1)
        with pytest.raises(Denied):
            api.own_data(who)


def test_guessing_a_record_reads_nothing_of_its_person(family: Runtime) -> None:
    record = record_of(AN)
    before = [each.id for each in api.access_log(citizen(AN), limit=100)]
    with pytest.raises(NotFound):
        api.own_version(citizen(HA), register="population", record=record, version=1)
    assert [each.id for each in api.access_log(citizen(AN), limit=100)] == before


def test_the_pages_lead_from_the_data_to_the_version(nation: Runtime, browse: Browse) -> None:
    mother = browse().as_person("mother")
    page = mother.get("/my/data").text
    assert "CSDL Hộ tịch" in page
    assert "mục chưa có" in page
    assert "Quyền của tôi đối với dữ liệu" in page
    address = page.split('class="prov" href="')[1].split('"')[0]
    shown = mother.get(address)
    assert "Bản này ghi" in shown.text
    assert "Hệ thống biết từ" in shown.text
    for wrong in (address[:-1] + "9", address[:-1] + "x", "/my/data/population/x/1", "/my/data/x/y/1"):
        assert mother.get(wrong).status_code == 404, wrong
    assert browse().as_person("father").get(address).status_code == 404
    assert COMMITTEE not in shown.text
