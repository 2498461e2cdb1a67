"""The work list on the steward's screens: by rule and unit, corrected with reason and paper, accepted, credited."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api
from tests.browsing import Browser, count_queries
from tests.stewardship.desk import SON, WHY, machine, steward

WORK = "/steward/population/work-list"
RIGHT = {"reason": "gõ nhầm khi nhập sổ cũ", "evidence": "Giấy khai sinh 12/1990"}
Browse = Callable[..., Browser]


def son() -> api.Item:
    """Return what is to be put right of the man whose number says another sex."""
    return next(each for each in api.work_list(machine(), register="population").items if each.key == SON)


def sex() -> Any:
    """Return the man's sex as the register says it now."""
    (found,) = registers.read(machine(), queries=[Query("population", key=SON)], grounds=WHY)
    return found[0].values["sex"]


def test_the_list_is_by_rule_and_says_what_to_do(keeper: Browser) -> None:
    page = keeper.get(WORK).text
    rule = registers.definition("population").rules["number_fits"]
    assert f'id="rule-{rule.id}"' in page
    assert rule.remedy.vi in page
    assert "Lê Quốc Sơn" in page
    assert SON not in page
    assert f'href="{WORK}/{son().finding}"' in page
    assert "Lê Quốc Sơn" not in keeper.get(f"{WORK}?rule=father_exists").text
    assert "Lê Quốc Sơn" in keeper.get(f"{WORK}?province=79&unit=26929").text
    assert "Lê Quốc Sơn" not in keeper.get(f"{WORK}?province=01&unit=26929").text, "another province was chosen"
    assert keeper.get(f"{WORK}?unit=zz").status_code == 422
    assert "Từng mục đầy đủ đến đâu" in page


def test_a_correction_clears_the_finding_and_is_credited(keeper: Browser) -> None:
    address = f"{WORK}/{son().finding}"
    shown = keeper.get(address).text
    assert "Cần xem" in shown
    assert 'name="f-number"' not in shown, "a personal number is never corrected here"
    version = re.search(r'name="version" value="(\d+)"', shown)[1]  # type: ignore[index]
    fields = {"version": version, "f-sex": "1", "f-birth_date": "01/07/1990", **RIGHT}
    hidden = keeper.hidden_fields(address)
    for _double_click in range(2):
        answer = keeper.send(f"{address}/correct", {**hidden, **fields})
        assert answer.headers["location"] == f"{WORK}?done=corrected"
    assert sex() == "1"
    assert "Cơ quan bạn được ghi công" in keeper.get(f"{WORK}?done=corrected").text
    assert api.quality_of(register="population").credits == {"G01": 1}
    assert "Việc này đã xong" in keeper.get(address).text
    versions = registers.history(machine(), register="population", key=SON, grounds=WHY)
    assert [each.kind for each in versions] == ["created", "corrected"]
    assert versions[-1].reason == "gõ nhầm khi nhập sổ cũ (Giấy khai sinh 12/1990)"
    assert versions[-1].agency == "G01"


def test_a_correction_that_does_not_help_is_said(keeper: Browser) -> None:
    address = f"{WORK}/{son().finding}"
    told = keeper.post(f"{address}/correct", seen_on=address, version="1", **{"f-birth_date": "1991"}, **RIGHT)
    assert told.url.path == address
    assert "vẫn chưa qua được quy tắc này" in told.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"f-sex": "1", "reason": "", "evidence": ""}, "Nêu giấy tờ làm căn cứ"),
        ({"f-sex": "9", **RIGHT}, "aria-invalid"),
        ({"f-birth_date": "31/02/1990", **RIGHT}, "aria-invalid"),
        ({"f-sex": "", **RIGHT}, "bắt buộc"),
        ({"f-sex": "2", **RIGHT}, "Chưa có gì thay đổi"),
        ({"f-number": "079090990099", **RIGHT}, "Ở đây chỉ sửa được"),
        ({"f-full_name": "Ai Đó", **RIGHT}, "Ở đây chỉ sửa được"),
    ],
)
def test_a_bad_correction_is_said_and_keeps_what_was_typed(keeper: Browser, fields: dict[str, str], said: str) -> None:
    address = f"{WORK}/{son().finding}"
    told = keeper.post(f"{address}/correct", seen_on=address, version="1", **fields)
    assert told.status_code == 422
    assert said in told.text
    assert not fields["reason"] or fields["reason"] in told.text
    assert sex() == "2"


def test_who_comes_second_reads_first_what_the_other_wrote(keeper: Browser) -> None:
    address = f"{WORK}/{son().finding}"
    registers.write(machine(), register="population", key=SON, values={"phone": "0912345678"}, grounds=WHY)
    told = keeper.post(f"{address}/correct", seen_on=address, version="1", **{"f-sex": "1"}, **RIGHT)
    assert told.status_code == 409
    assert "vừa được người khác sửa" in told.text
    assert sex() == "2"
    for version in ("", "x", "9" * 30):
        assert (
            keeper.post(f"{address}/correct", seen_on=address, version=version, **{"f-sex": "1"}, **RIGHT).status_code
            == 409
        )


def test_what_is_right_is_accepted_with_a_reason(keeper: Browser) -> None:
    address = f"{WORK}/{son().finding}"
    silent = keeper.post(f"{address}/accept", seen_on=address, accepted_because=" ")
    assert (silent.status_code, "Cần nêu vì sao" in silent.text) == (422, True)
    done = keeper.post(f"{address}/accept", seen_on=address, accepted_because="Cải chính năm 2020")
    assert "Đã ghi nhận dữ liệu là đúng" in done.text
    assert address not in done.text
    assert "Cải chính năm 2020" in keeper.get(address).text
    assert keeper.get(f"{WORK}/{'0' * 26}").status_code == 404


def test_a_commune_works_on_its_own_and_a_stranger_on_nothing(keeper: Browser, browse: Browse) -> None:
    police = browse().as_person("police-officer")
    page = police.get(WORK).text
    assert "Lê Quốc Sơn" in page
    assert "/steward/population/find" not in page, "no link leads to a closed page"
    assert police.get(f"{WORK}?unit=00166").status_code == 403
    assert "Ghi cải chính" in police.get(f"{WORK}/{son().finding}").text
    for key in ("commune-officer", "hospital-clerk", "security-minister", "identity-officer", "mother"):
        other = browse().as_person(key)
        assert other.get(WORK).status_code == 403, key
        assert other.get(f"{WORK}/{son().finding}").status_code == 403, key
        hidden = other.hidden_fields("/account")
        for act in ("accept", "correct"):
            said = {**hidden, "accepted_because": "x", "version": "1", "f-sex": "1", **RIGHT}
            assert other.send(f"{WORK}/{son().finding}/{act}", said).status_code == 403, key
    assert sex() == "2"


def test_the_work_list_asks_the_database_a_bounded_number_of_times(keeper: Browser) -> None:
    address = f"{WORK}/{son().finding}"
    for path, most in ((WORK, 13), (address, 7)):
        keeper.get(path)
        with count_queries() as statements:
            keeper.get(path)
        assert len(statements) <= most, (path, len(statements))


def test_a_correction_is_one_act_however_often_it_is_sent(desk_people: Runtime) -> None:
    item, who = son(), steward().again()
    version = api.finding(who, finding=item.finding).record.version
    order = {"finding": item.finding, "version": version, "values": {"sex": "1"}, **RIGHT}
    assert api.put_right(who, **order)
    assert api.put_right(who, **order)
    assert api.put_right(who.again(), **order), "somebody else finds it done"
    assert registers.version_of("population", SON) == version + 1
    assert api.finding(who, finding=item.finding).state == "cleared"


def test_a_correction_is_refused_whole(desk_people: Runtime) -> None:
    item = son()
    order: dict[str, Any] = {"finding": item.finding, "version": 1, **RIGHT}
    for wrong in ({"values": {"sex": "1"}, "reason": " "}, {"values": {"sex": "x"}}, {"values": {"phone": "1"}}):
        with pytest.raises(Invalid):
            api.put_right(steward().again(), **order | wrong)
    with pytest.raises(Conflict):
        api.put_right(steward().again(), **order | {"version": 7, "values": {"sex": "1"}})
    assert registers.version_of("population", SON) == 1


def test_a_record_of_no_commune_is_the_owners_work(desk_people: Runtime) -> None:
    stray = {"number": "079190990099", "full_name": "Trần Vô Định", "sex": "1", "birth_date": "1991"}
    registers.write(machine(), register="population", values=stray, grounds=WHY)
    api.measure_quality(machine(), register="population", changed_only=True)
    (found,) = [each for each in api.work_list(steward(), register="population").items if each.key == stray["number"]]
    for commune in (steward("G01.79.26929"), police("residence-officer")):
        with pytest.raises(Denied):
            api.finding(commune, finding=found.finding)
    assert api.finding(steward(), finding=found.finding).state == "open"


@pytest.mark.parametrize("role", ["one-stop-officer", "identity-officer", "agency-head", ""])
def test_only_who_keeps_the_entries_or_the_data_works_on_the_list(desk_people: Runtime, role: str) -> None:
    assert api.work_list(police("residence-officer"), register="population").items
    for who in (police(role), Actor(kind=Kind.OFFICER, subject="x", agency="G01", roles=frozenset({role}))):
        with pytest.raises(Denied, match="Danh sách việc"):
            api.work_list(who, register="population")
        with pytest.raises(Denied):
            api.accept(who, finding=son().finding, reason="?")


def police(role: str) -> Actor:
    """Somebody at the police of a ward."""
    return Actor(kind=Kind.OFFICER, subject="police", agency="G01.79.26929", roles=frozenset({role}))


HOSPITAL = "H29.2.2"


def clerk(agency: str) -> Actor:
    """Somebody who works at a hospital."""
    return Actor(kind=Kind.OFFICER, subject=agency, agency=agency, roles=frozenset({"hospital-clerk"}))


def test_a_hospital_works_on_the_notices_it_delivered_and_on_no_others(node: Runtime) -> None:
    own = Grounds(purpose="import", basis="ND-63-2024")
    for at, facility in enumerate((HOSPITAL, "H29.2.1")):
        notice = {"notice_no": f"GCS-{at}", "mother_number": "079192990417", "birth_date": "2026-11-01", "sex": "1"}
        more = {"status": "waiting", "weight_grams": 9000, "birth_commune": "26929", "facility": facility}
        registers.write(clerk(facility), register="birth_notices", values={**notice, **more}, grounds=own)
    api.measure_quality(system("x", agency="G18"), register="birth_notices")
    owner = api.work_list(system("x", agency="G18"), register="birth_notices", rule="weight_possible").items
    assert {each.key for each in owner} == {"GCS-0", "GCS-1"}
    listed = api.work_list(clerk(HOSPITAL), register="birth_notices", rule="weight_possible")
    assert ([each.key for each in listed.items], listed.source) == (["GCS-0"], HOSPITAL)
    (foreign,) = [each.finding for each in owner if each.key == "GCS-1"]
    right = {"version": 1, "values": {"weight_grams": 3000}, **RIGHT}
    for act in (
        lambda: api.finding(clerk(HOSPITAL), finding=foreign),
        lambda: api.resolve(clerk(HOSPITAL), finding=foreign),
        lambda: api.accept(clerk(HOSPITAL), finding=foreign, reason="?"),
        lambda: api.put_right(clerk(HOSPITAL), finding=foreign, **right),
    ):
        with pytest.raises(Denied, match="chính mình gửi"):
            act()
    assert api.put_right(clerk(HOSPITAL), finding=listed.items[0].finding, **right)
    assert api.quality_of(register="birth_notices").credits == {HOSPITAL: 1}
