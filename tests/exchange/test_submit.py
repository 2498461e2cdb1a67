"""Writing back through contracts: the competent agency, its own fields, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Grounds
from lienthong.exchange.events import DataSubmitted
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from tests.exchange.people import (
    AN,
    BIRTH,
    CLERK,
    COMMITTEE,
    CONSTABLE,
    HA,
    HOSPITAL,
    HUY,
    INSURER,
    REGISTRAR,
    SERVICES,
    WARD,
    citizen,
)
from tests.identity.conftest import facts

BIRTH_ENTRY: dict[str, Any] = {
    "entry_no": f"{WARD}/birth/2026/E00001",
    "kind": "birth",
    "person_name": "Lê Nguyễn Minh Khang",
    "event_date": "2026-11-14",
    "registered_on": "2026-11-21",
    "commune": WARD,
    "agency": COMMITTEE,
    "mother_number": HA,
    "father_number": HUY,
}
NOTICE_GROUNDS = Grounds(purpose="hospital-notices", basis="ND-63-2024")


def submit(who: Actor, register: str, values: dict[str, Any], **how: Any) -> api.Record:
    return api.submit(who, register=register, values=values, **{"grounds": BIRTH, "contract": "linked-birth", **how})


def test_a_birth_is_written_by_the_registrar_and_gives_the_child_a_number(family: Runtime) -> None:
    submit(REGISTRAR, "civil_status", BIRTH_ENTRY, create=True)
    submit(REGISTRAR, "birth_notices", {"status": "used"}, key="CS-1")
    number = api.assign_number(
        SERVICES, commune=WARD, birth_date="2026-11-14", sex="1", grounds=BIRTH, contract="linked-birth"
    )
    assert number.startswith("07922699")
    child = {"number": number, "full_name": "Lê Nguyễn Minh Khang", "sex": "1", "birth_date": "2026-11-14",
             "mother_number": HA, "father_number": HUY, "life_status": "living"}  # fmt: skip
    submit(SERVICES, "population", child, create=True)
    submit(SERVICES, "civil_status", {"number": number}, key=BIRTH_ENTRY["entry_no"])
    submit(CONSTABLE, "population", {"home_commune": WARD, "home_address": "12 Lê Quang Định"}, key=number)
    [child_record] = api.own_record(citizen(), "population", by="mother_number")
    assert child_record.key == number
    [entry] = api.own_record(citizen(), "civil_status", by="mother_number")
    assert entry.values["number"].value == number
    assert [each.register for each in facts(DataSubmitted)] == [
        "civil_status", "birth_notices", "population", "civil_status", "population"]  # fmt: skip


def test_a_retry_writes_once_and_a_taken_key_is_a_conflict(family: Runtime) -> None:
    first = submit(REGISTRAR, "civil_status", BIRTH_ENTRY, create=True)
    assert submit(REGISTRAR, "civil_status", BIRTH_ENTRY, create=True).version == first.version == 1
    assert len(facts(DataSubmitted)) == 1, "what changes nothing is told once"
    with pytest.raises(Conflict):
        submit(REGISTRAR, "civil_status", {**BIRTH_ENTRY, "person_name": "Người Khác"}, create=True)


@pytest.mark.parametrize(
    ("who", "register", "values", "code"),
    [
        (citizen(), "population", {"home_address": "x"}, "exchange.register"),
        (CONSTABLE, "civil_status", BIRTH_ENTRY, "exchange.register"),
        (REGISTRAR, "health_insurance", {"number": HA}, "exchange.register"),
        (REGISTRAR, "population", {"number": HA, "phone": "0900000000"}, "exchange.fields"),
        (INSURER, "population", {"number": HA}, "exchange.register"),
        (CLERK, "birth_notices", {"status": "used"}, "exchange.party"),
    ],
)
def test_a_write_outside_the_contract_is_refused_and_leaves_an_entry(
    family: Runtime, who: Actor, register: str, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(Denied) as refusal:
        submit(who, register, values)
    assert refusal.value.code == code
    refusals = api.access_log(citizen(), denied=True)
    assert [each.act for each in refusals] == (["write"] if "number" in values else [])


def test_writing_needs_a_dossier(family: Runtime) -> None:
    nothing = replace(BIRTH, dossier="")
    with pytest.raises(Denied, match=r"exchange\.dossier"):
        submit(REGISTRAR, "civil_status", BIRTH_ENTRY, grounds=nothing)
    with pytest.raises(Denied, match=r"exchange\.dossier"):
        api.assign_number(
            SERVICES, commune=WARD, birth_date="2026-11-14", sex="1", grounds=nothing, contract="linked-birth"
        )


def test_only_the_contract_s_parties_have_numbers_given_out(family: Runtime) -> None:
    for who in (citizen(), CONSTABLE, CLERK):
        with pytest.raises(Denied, match=r"exchange\.party"):
            api.assign_number(
                who, commune=WARD, birth_date="2026-11-14", sex="1", grounds=BIRTH, contract="linked-birth"
            )


def test_a_hospital_writes_notices_of_its_own_alone(family: Runtime) -> None:
    notice = {"notice_no": "CS-9", "mother_number": AN, "birth_date": "2026-11-20", "sex": "1", "status": "waiting"}
    how = {"grounds": NOTICE_GROUNDS, "contract": "hospital-notices"}
    with pytest.raises(Denied, match=r"exchange\.agency"):
        submit(CLERK, "birth_notices", {**notice, "facility": "H29.2.1"}, **how)
    with pytest.raises(Denied, match=r"exchange\.agency"):
        submit(CLERK, "birth_notices", {"notice_no": "CS-2", "facility": HOSPITAL, "status": "used"}, **how)
    assert submit(CLERK, "birth_notices", {**notice, "facility": HOSPITAL}, **how).key == "CS-9"


def test_a_write_shares_the_fate_of_the_callers_transaction(family: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), family.database.transaction():
        submit(REGISTRAR, "civil_status", BIRTH_ENTRY, create=True)
        raise ZeroDivisionError
    assert api.own_record(citizen(), "civil_status", by="mother_number") == []


def test_bad_values_are_named(family: Runtime) -> None:
    with pytest.raises(Invalid) as refused:
        submit(REGISTRAR, "civil_status", {**BIRTH_ENTRY, "event_date": "hôm qua"}, create=True)
    assert [each.at for each in refused.value.faults] == ["event_date"]
