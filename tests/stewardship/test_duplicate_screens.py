"""Doubles on the steward's screens: a search by the worker, two people side by side, a word, a merge and back."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from lienthong.app import schedule
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Query
from lienthong.stewardship import api
from lienthong.stewardship.store.matching import runs
from tests.browsing import Browser, count_queries
from tests.stewardship.desk import HANH, HANH_AGAIN, SON, WHY, machine, record, steward

DESK = "/steward/population/duplicates"
WHICH = {"register": "population", "grounds": WHY}
Browse = Callable[..., Browser]


def pair(one: str = HANH, other: str = HANH_AGAIN) -> str:
    """Return the address of two people side by side."""
    first, second = sorted((record(one), record(other)))
    return f"{DESK}/{first}/{second}"


def names(number: str) -> list[str]:
    """Return what a look-up by number finds now."""
    (found,) = registers.read(machine(), queries=[Query("population", key=number)], grounds=WHY)
    return [str(each.values["full_name"]) for each in found]


def decided() -> list[str]:
    """Return the words that stand."""
    return [each.decision for each in api.duplicates(machine(), **WHICH, decided=True)]


def test_a_search_is_done_by_the_worker_and_the_page_looks_again_without_script(
    keeper: Browser, clock: SetClock
) -> None:
    before = len(api.duplicate_runs(machine(), **WHICH))
    hidden = keeper.hidden_fields(DESK)
    for _double_click in range(2):
        assert keeper.send(DESK, hidden).headers["location"] == DESK
    page = keeper.get(DESK)
    assert len(api.duplicate_runs(machine(), **WHICH)) == before + 1
    assert (page.headers["refresh"], "Đang tìm từ" in page.text) == ("4", True)
    runs.say(api.duplicate_runs(machine(), **WHICH)[0].id, "compare", 250, 1000)
    assert "So từng cặp: 250/1.000" in keeper.get(DESK).text
    clock.advance(timedelta(hours=13))
    page = keeper.as_person("data-steward").get(DESK)
    assert ("refresh" in page.headers, "bị dừng giữa chừng" in page.text) == (False, True)
    jobs.run_all(schedule.handlers())
    page = keeper.get(DESK)
    assert "refresh" not in page.headers
    assert "Lần tìm gần nhất xong lúc" in page.text


def test_the_list_holds_no_value_of_anybody_and_leads_to_the_pair(keeper: Browser) -> None:
    page = keeper.get(f"{DESK}?verdict=sure").text
    assert "một bên thiếu dấu" in page
    assert "Hạnh" not in page
    assert HANH not in page
    assert pair() in page


def test_two_people_stand_side_by_side_with_more_than_colour(keeper: Browser) -> None:
    page = keeper.get(pair()).text
    assert page.index("Gần giống") < page.index("mục giống nhau")
    for said in (
        "Nguyễn Thị Mỹ Hạnh",
        "Nguyen Thi My Hanh",
        "một bên chưa ghi",
        "Ghi vào sổ",
        "Con: 1",
        'data-key="3"',
    ):
        assert said in page
    looked = [each.act for each in registers.accesses(system("log"), subject=HANH_AGAIN)]
    assert "read" in looked


def test_a_word_leads_to_the_next_pair_and_needs_a_reason(keeper: Browser) -> None:
    address = pair()
    refused = keeper.post(address, decision="different", reason=" ")
    assert refused.status_code == 422
    assert "aria-invalid" in refused.text
    told = keeper.post(address, decision="different", reason="hai chị em")
    assert told.url.path != address
    assert "hai người khác nhau" in told.text
    assert decided() == ["different"]
    assert "hai chị em" in keeper.get(address).text
    assert pair() in keeper.get(f"{DESK}?verdict=decided").text


def test_not_sure_stays_in_the_list_and_is_passed_over(keeper: Browser) -> None:
    address = pair()
    assert keeper.post(address, decision="unsure", reason="chờ tàng thư").url.path != address
    assert address in keeper.get(f"{DESK}?verdict=sure").text
    assert "đã xem, chưa rõ" in keeper.get(f"{DESK}?verdict=sure").text


def test_what_another_tab_decided_is_said_and_not_written_over(keeper: Browser) -> None:
    address = pair()
    stale = keeper.hidden_fields(address) | {"seen": "", "decision": "different", "reason": "hai chị em"}
    keeper.post(address, decision="unsure", reason="chờ tàng thư", seen="")
    told = keeper.send(address, stale)
    assert told.status_code == 409
    assert "vừa có người khác kết luận" in told.text
    assert "hai chị em" in told.text, "what was typed stays"
    merge = {name: stale[name] for name in ("token", "reason", "seen")} | {"keep": record(HANH)}
    assert keeper.send(f"{address}/merge", merge).status_code == 409
    assert [names(HANH), names(HANH_AGAIN)] == [["Nguyễn Thị Mỹ Hạnh"], ["Nguyen Thi My Hanh"]]


def test_a_merge_is_shown_first_done_once_and_taken_back(keeper: Browser) -> None:
    address = pair()
    kept, gone = record(HANH), record(HANH_AGAIN)
    side = "same-one" if kept < gone else "same-other"
    assert keeper.post(address, decision=side, reason="").status_code == 422
    shown = keeper.post(address, decision=side, reason="cùng số CMND trên tàng thư", seen="")
    assert "Chưa có gì thay đổi" in shown.text
    assert "sẽ được dẫn đến bản ghi được giữ" in shown.text
    assert names(HANH_AGAIN) == ["Nguyen Thi My Hanh"]
    fields = dict(re.findall(r'name="(token|request_id|keep|reason|seen)" value="([^"]*)"', shown.text))
    for _double_click in range(2):
        assert keeper.send(f"{address}/merge", fields).status_code == 303
    assert names(HANH_AGAIN) == ["Nguyễn Thị Mỹ Hạnh"]
    assert decided() == ["merged"]
    assert "Cùng một người, đã gộp" in keeper.get(address).text
    person = f"/steward/population/people/{kept}"
    page = keeper.get(f"{person}?purpose=matching").text
    assert "079 192 990 071" in page
    nothing = keeper.post(f"{person}/separate", seen_on=f"{person}?purpose=matching", gone=gone, separate_because="")
    assert nothing.status_code == 422
    back = keeper.post(f"{person}/separate", seen_on=f"{person}?purpose=matching", gone=gone, separate_because="nhầm")
    assert "hai bản ghi trở lại như trước" in back.text
    assert names(HANH_AGAIN) == ["Nguyen Thi My Hanh"]
    assert decided() == ["different"]


def test_only_the_owners_steward_sees_doubles(keeper: Browser, browse: Browse) -> None:
    address = pair()
    for key in ("police-officer", "security-minister", "hospital-clerk", "commune-officer"):
        other = browse().as_person(key)
        assert [other.get(each).status_code for each in (DESK, address)] == [403, 403], key
        hidden = other.hidden_fields("/account")
        said = hidden | {"decision": "different", "reason": "x"}
        assert [other.send(each, said).status_code for each in (DESK, address, f"{address}/merge")] == [403] * 3
    assert browse().get(DESK).url.path == "/sign-in"
    assert decided() == []


@pytest.mark.parametrize("after", ["x", "1.2", "9" * 40 + ".a.b", "-5.<b>.\u202e", "12.a.b.c"])
def test_a_place_that_is_none_begins_at_the_top(keeper: Browser, after: str) -> None:
    page = keeper.request("GET", DESK, params={"after": after, "verdict": "review' OR 1"})
    assert page.status_code == 200
    assert keeper.request("GET", f"{DESK}/{after[:30]}/x").status_code == 404


def test_pages_of_pairs_ask_the_database_a_bounded_number_of_times(keeper: Browser) -> None:
    for path, most in ((DESK, 5), (pair(), 45)):
        keeper.get(path)
        with count_queries() as statements:
            keeper.get(path)
        assert len(statements) <= most, (path, len(statements))


def test_sure_pairs_are_merged_together_each_by_itself(keeper: Browser) -> None:
    together = f"{DESK}/together"
    shown = keeper.get(together)
    assert together in keeper.get(f"{DESK}?verdict=sure").text
    assert "Nguyen Thi My Hanh" in shown.text
    pairs = re.findall(r'name="pair" value="([^"]+)" checked', shown.text)
    hidden = dict(re.findall(r'name="(token|request_id)" value="([^"]+)"', shown.text))
    ours = [each for each in pairs if record(HANH) in each]
    for nothing in ({"reason": "trùng"}, {"pair": ours, "reason": " "}):
        assert keeper.send(together, hidden | nothing).status_code == 422
    said = {"pair": [*ours, "x.y", f"{record(SON)}.{record(HANH)}"], "reason": "trùng trong tệp cũ"}
    for _double_click in range(2):
        answer = keeper.send(together, hidden | said)
        assert answer.headers["location"] == f"{together}?merged=1&passed=2"
    assert names(HANH_AGAIN) == names(HANH)
    assert "Đã gộp 1 cặp. 2 cặp bỏ qua" in keeper.get(answer.headers["location"]).text
    assert decided() == ["merged"]
    many = keeper.send(together, hidden | {"pair": [f"a{each}.b" for each in range(51)], "reason": "x"})
    assert many.status_code == 422
    assert keeper.get(f"{together}?merged=<b>&passed=9e9").status_code == 200


def test_three_records_of_one_person_become_one(desk_people: Runtime) -> None:
    third = {"full_name": "Nguyễn Thị Mỹ Hạnh", "sex": "2", "birth_date": "1992-03-08"}
    home = {"home_commune": "26929", "phone": "0901234567", "mother_name": "Trần Thị Hoa"}
    registers.write(machine(), register="population", values={**third, **home}, grounds=WHY)
    api.find_duplicates(machine(), **WHICH)
    shown = [each for each in api.sure_pairs(steward(), **WHICH) if each.keep.values.get("phone") == "0901234567"]
    assert len(shown) == 3, [each.pair for each in shown]
    pairs = [(each.keep.id, each.gone.id) for each in shown]
    done = api.merge_together(steward().again(), **WHICH, pairs=pairs, reason="trùng trong tệp cũ")
    assert (done.merged, done.passed) == (2, 1)
    assert names(HANH_AGAIN) == ["Nguyễn Thị Mỹ Hạnh"]
    assert [each for each in api.duplicates(machine(), **WHICH) if each.verdict == "sure"] == [], "nothing waits"
    with pytest.raises(Denied):
        api.merge_together(steward("G01.79.26929"), **WHICH, pairs=pairs, reason="x")


def test_fields_of_the_gone_record_are_taken_and_put_back(desk_people: Runtime) -> None:
    (found,) = [each for each in api.duplicates(machine(), **WHICH, limit=500) if record(SON) in {each.one, each.other}]
    gone = found.other if found.one == record(SON) else found.one
    with pytest.raises(Invalid):
        api.merge(steward().again(), **WHICH, keep=SON, gone=gone, reason="trùng", take=["number"])
    api.merge(steward().again(), **WHICH, keep=SON, gone=gone, reason="trùng", take=["phone", "sex"], seen="")
    (now,) = registers.read(machine(), queries=[Query("population", key=SON)], grounds=WHY)[0]
    assert (now.values["phone"], now.values["sex"]) == ("0907654321", "1")
    api.unmerge(steward().again(), **WHICH, gone=gone, reason="nhầm")
    (back,) = registers.read(machine(), queries=[Query("population", key=SON)], grounds=WHY)[0]
    assert ("phone" in back.values, back.values["sex"]) == (False, "2")


def test_a_late_word_and_an_agency_with_a_unit_are_refused(desk_people: Runtime) -> None:
    found = api.duplicates(steward(), **WHICH)[0]
    which = {**WHICH, "one": found.one, "other": found.other}
    said = {"decision": "different", "reason": "hai chị em", "seen": ""}
    first = api.decide_pair(steward(), **which, **said)
    assert api.decide_pair(steward().again(), **which, **said) == first, "said again it changes nothing"
    with pytest.raises(Conflict, match="vừa có người khác"):
        api.decide_pair(steward(), **which, decision="unsure", reason="?", seen="")
    for who in (steward("G01.79.26929"), Actor(kind=Kind.OFFICER, subject="x", agency="G01")):
        with pytest.raises(Denied):
            api.duplicates(who, **WHICH)
        with pytest.raises(Denied):
            api.start_duplicates(who, **WHICH)
