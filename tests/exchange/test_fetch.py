"""Reading through contracts: provenance on every value, nothing outside the contract, a denial leaves an entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Ask, Grounds
from lienthong.exchange.events import DataFetched, FetchDenied
from lienthong.kernel.actor import ANONYMOUS, Actor
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied
from lienthong.kernel.runtime import Runtime
from tests.exchange.people import (
    AN,
    BIRTH,
    CLERK,
    CONSTABLE,
    DOSSIER,
    HA,
    HUY,
    INSURER,
    REGISTRAR,
    SERVICES,
    STEWARD,
    WARD,
    citizen,
    officer,
)
from tests.identity.conftest import facts

ME = Ask("mother", "population", {"number": HA}, ("number", "full_name", "birth_date"))


def fetch(who: Actor, *asks: Ask, contract: str = "linked-birth", grounds: Grounds = BIRTH) -> api.Fetched:
    return api.fetch(who, asks=asks, grounds=grounds, contract=contract)


def refused(who: Actor, *asks: Ask, contract: str = "linked-birth", grounds: Grounds = BIRTH) -> str:
    with pytest.raises(Denied) as refusal:
        fetch(who, *asks, contract=contract, grounds=grounds)
    return refusal.value.code


def log(number: str = HA) -> list[api.AccessView]:
    return [each for each in api.access_log(citizen(number)) if each.purpose != "Tạo dữ liệu trình diễn"]


def test_one_call_answers_many_registers_with_provenance(family: Runtime) -> None:
    fetched = fetch(
        citizen(),
        ME,
        Ask("father", "population", {"spouse_number": HA}, ("full_name",)),
        Ask("home", "residence", {"number": HA}),
        Ask("birth", "birth_notices", {"mother_number": HA}),
        Ask("marriage", "civil_status", {"spouse_number": HA}, ("entry_no",)),
    )
    [mother], [father] = fetched.records["mother"], fetched.records["father"]
    assert {name: each.value for name, each in mother.values.items()} == {
        "number": HA,
        "full_name": "Nguyễn Thị Thu Hà",
        "birth_date": "1992-03-08",
    }
    name = mother.values["full_name"]
    assert (name.term, name.source_register, name.record_id, name.version) == (
        "person_name",
        "population",
        mother.id,
        1,
    )
    assert name.at == family.clock.now()
    assert father.values["full_name"].value == "Lê Quốc Huy"
    assert set(fetched.records["home"][0].values) == {"kind", "household", "relation", "commune", "address"}
    assert fetched.records["birth"][0].values["status"].value == "waiting"
    assert fetched.records["marriage"] == []
    assert fetched.withheld == {}


def test_fields_outside_the_contract_are_left_out_and_named(family: Runtime) -> None:
    fetched = fetch(citizen(), Ask("mother", "population", {"number": HA}, ("full_name", "religion", "phone")))
    assert set(fetched.records["mother"][0].values) == {"full_name"}
    assert fetched.withheld == {"mother": ("religion", "phone")}
    [entry] = log()
    assert len(entry.fields) == 1, "the log names what was shown, not what was wished"


@pytest.mark.parametrize(
    ("who", "ask", "code"),
    [
        (citizen(), Ask("x", "population", {"number": AN}), "exchange.subject"),
        (citizen(), Ask("x", "population", {"number": [HA, AN]}), "exchange.subject"),
        (citizen(level=1), ME, "exchange.party"),
        (ANONYMOUS, ME, "exchange.party"),
        (citizen(), Ask("x", "health_insurance", {"number": HA}), "exchange.register"),
        (citizen(), Ask("x", "population", {"home_commune": WARD}), "exchange.lookup"),
        (citizen(), Ask("x", "population", {}), "exchange.lookup"),
        (citizen(), Ask("x", "population", {"number": HA}, ("religion",)), "exchange.fields"),
        (citizen(), Ask("x", "nothing", {"number": HA}), "exchange.register"),
        (CONSTABLE, Ask("x", "civil_status", {"number": HA}), "exchange.register"),
        (INSURER, Ask("x", "residence", {"number": HA}), "exchange.register"),
        (CLERK, ME, "exchange.party"),
        (replace(CONSTABLE, agency="H29.26.929"), ME, "exchange.party"),
        (SERVICES, ME, "exchange.register"),
    ],
)
def test_what_the_contract_does_not_say_is_refused_and_leaves_an_entry(
    family: Runtime, who: Actor, ask: Ask, code: str
) -> None:
    assert refused(who, ask) == code
    [told] = facts(FetchDenied)
    assert (told.register, told.reason, told.dossier) == (ask.register, code.removeprefix("exchange."), DOSSIER)
    for number in (HA, AN):
        entries = [each for each in log(number) if each.denied]
        about = any(number in value for value in ask.by.values())
        assert [each.denied for each in entries] == ([True] if about and ask.register != "nothing" else [])
        assert all(each.reason for each in entries)


def test_one_refused_question_stops_the_whole_call(family: Runtime) -> None:
    assert refused(citizen(), ME, Ask("other", "population", {"number": AN})) == "exchange.subject"
    assert [each.denied for each in log()] == [], "nothing of her own was read either"


def test_a_denial_is_kept_when_the_caller_rolls_back(family: Runtime) -> None:
    with pytest.raises(Denied), family.database.transaction():
        fetch(citizen(HUY), Ask("x", "population", {"number": HA}))
    [entry] = log()
    assert entry.denied
    assert entry.reason == "Chỉ được hỏi về chính mình hoặc người mình đang làm thay."
    assert len(facts(FetchDenied)) == 1


def test_officers_need_a_dossier_and_see_only_the_fields_of_their_step(family: Runtime) -> None:
    nothing = replace(BIRTH, dossier="")
    for who in (REGISTRAR, CONSTABLE, INSURER):
        assert refused(who, ME, grounds=nothing) == "exchange.dossier"
    everything = Ask("x", "population", {"number": HA}, ("full_name", "ethnicity", "mother_number", "phone"))
    assert fetch(REGISTRAR, everything).withheld["x"] == ("mother_number", "phone")
    assert fetch(CONSTABLE, everything).withheld["x"] == ("ethnicity", "phone")
    assert fetch(INSURER, everything).withheld["x"] == ("ethnicity", "mother_number", "phone")


def test_an_unknown_contract_or_basis_is_refused(family: Runtime) -> None:
    assert refused(citizen(), ME, contract="none-such") == "exchange.contract"
    assert refused(citizen(), ME, grounds=replace(BIRTH, basis="L-91-2025")) == "exchange.basis"


def test_a_hospital_reads_its_own_notices_alone(family: Runtime) -> None:
    own = Grounds(purpose="hospital-notices", basis="ND-63-2024")
    notices = {
        number: fetch(
            CLERK, Ask("x", "birth_notices", {"mother_number": number}), contract="hospital-notices", grounds=own
        ).records["x"]
        for number in (HA, AN)
    }
    assert [each.key for each in notices[HA]] == ["CS-1"]
    assert notices[AN] == [], "another hospital issued it"


def test_a_desk_finds_people_of_its_own_units_alone(family: Runtime) -> None:
    desk = Grounds(purpose="commune-desk", basis="L-68-2020")
    for who in (CONSTABLE, INSURER):
        ours = fetch(who, Ask("x", "population", {"number": HA}), contract="commune-desk", grounds=desk)
        theirs = fetch(who, Ask("x", "population", {"number": AN}), contract="commune-desk", grounds=desk)
        assert [each.key for each in ours.records["x"]] == [HA]
        assert theirs.records["x"] == []
    nowhere = replace(CONSTABLE, units=frozenset())
    assert refused(nowhere, ME, contract="commune-desk", grounds=desk) == "exchange.unit"
    found = api.search(CONSTABLE, register="population", text="nguyen thi", grounds=desk, contract="commune-desk")
    assert [each.key for each in found.facts] == [HA]
    assert "religion" not in found.facts[0].values
    with pytest.raises(Denied):
        api.search(CONSTABLE, register="population", text="tran", unit="00166", grounds=desk, contract="commune-desk")


def test_a_steward_works_on_the_registers_of_the_own_agency(family: Runtime) -> None:
    why = Grounds(purpose="stewardship", basis="L-26-2023")
    whole = fetch(STEWARD, Ask("x", "population", {"number": HA}), contract="stewardship", grounds=why)
    assert whole.records["x"][0].values["religion"].value == "00"
    ask = Ask("x", "civil_status", {"number": HA})
    assert refused(STEWARD, ask, contract="stewardship", grounds=why) == "exchange.owner"
    versions = api.history(STEWARD, register="population", key=HA, grounds=why, contract="stewardship")
    assert [each.version for each in versions] == [1]
    stranger = officer("data-steward", "G15")
    assert refused(stranger, ME, contract="stewardship", grounds=why) == "exchange.owner"
    with pytest.raises(Denied):
        api.history(CONSTABLE, register="population", key=HA, grounds=why, contract="stewardship")


def test_own_records_are_shown_to_oneself_and_for_whom_one_acts(family: Runtime) -> None:
    [mine] = api.own_record(citizen(), "population")
    assert mine.values["religion"].value == "00"
    [spouse] = api.own_record(citizen(), "population", by="spouse_number")
    assert set(spouse.values) == {"number", "full_name", "sex", "birth_date", "life_status"}
    [of_ha] = api.own_record(citizen(HUY, for_person=HA), "population")
    assert of_ha.key == HA


def test_the_state_before_a_change_can_be_asked(family: Runtime, clock: SetClock) -> None:
    clock.advance(timedelta(days=3))
    residence = replace(BIRTH, basis="L-68-2020")
    api.submit(
        CONSTABLE,
        register="population",
        key=HA,
        values={"home_address": "9 Bạch Đằng"},
        grounds=residence,
        contract="linked-birth",
    )
    before = Ask("before", "population", {"number": HA}, ("home_address",), as_of=date(2026, 11, 21))
    after = Ask("after", "population", {"number": HA}, ("home_address",))
    records = fetch(citizen(), before, after).records
    assert records["before"][0].values["home_address"].value == "12 Lê Quang Định"
    assert records["after"][0].values["home_address"].value == "9 Bạch Đằng"
    assert records["after"][0].version == 2


def test_the_fact_of_a_fetch_tells_no_person(family: Runtime) -> None:
    fetch(citizen(), ME)
    assert facts(DataFetched) == [
        DataFetched(contract="linked-birth", registers=("population",), agency="", dossier=DOSSIER, people=1, fields=3)
    ]
