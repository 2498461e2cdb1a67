"""Links between two registers on a steward's desk: asked for, looked at side by side, confirmed one by one or many."""

from __future__ import annotations

from typing import Any

import pytest

from lienthong.app import schedule
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api
from tests.browsing import Browser, count_queries
from tests.stewardship.desk import CHILD, HANH, WHY, machine, steward

DESK = "/steward/driving_licences/links/population"
BOTH = "driving_licences:population"
LICENCES: tuple[dict[str, Any], ...] = (
    {"licence_no": "790000000001", "number": HANH, "full_name": "Nguyễn Thị Mỹ Hạnh", "sex": "2"},
    {
        "licence_no": "790000000002",
        "number": CHILD,
        "full_name": "Lê Gia Bảo",
        "sex": "1",
        "birth_date": "2020-05-05",
        "commune": "00166",
    },
    {
        "licence_no": "790000000003",
        "number": "001070990999",
        "full_name": "Đặng Không Ai Biết",
        "sex": "1",
        "birth_date": "1970-10-10",
    },
)


def licence(number: str) -> Any:
    return registers.read(machine(), queries=[Query("driving_licences", key=number)], grounds=WHY)[0][0]


@pytest.fixture
def drivers(desk_people: Runtime) -> Runtime:
    """Three licences: two of people of the desk, one of somebody nobody knows."""
    spec = registers.definition("driving_licences")
    more = {"licence_class": "B", "status": "valid", "licence_issued_on": "2024-05-05", "birth_date": "1992-03-08"}
    for each in LICENCES:
        given = {name: value for name, value in (more | each).items() if name in spec.fields}
        registers.write(machine(), register="driving_licences", values=given, grounds=WHY)
    return desk_people


def found() -> dict[str, Any]:
    """Have the links found by the worker; answer the pairs by licence."""
    api.start_links(steward().again(), register="driving_licences", other="population", grounds=WHY)
    jobs.run_all(schedule.handlers())
    pairs = api.duplicates(steward(), register=BOTH, grounds=WHY)
    return {
        each.key: pair
        for each in map(licence, ("790000000001", "790000000002"))
        for pair in pairs
        if pair.one == each.id
    }


def test_a_word_fills_the_missing_number_in_once(desk_people: Runtime) -> None:
    died = {"death_notice_no": "H29.2.1/2026/1", "deceased_name": "Trần Văn Sáu", "birth_date": "1949-02-02"}
    paid = {"assistance_no": "12/QĐ-UBND/2026", "number": "079049990149", "full_name": "Trần Văn Sáu", "sex": "1"}
    died |= {"sex": "1", "death_day": "2026-10-30", "status": "waiting", "death_commune": "26929"}
    paid |= {"birth_date": "1949-02-02", "commune": "26929", "regime": "social_pension", "amount": 500000}
    paid |= {"assistance_from": "2026-01-01", "status": "paid", "pay_channel": "cash"}
    who, both, why = steward("G18"), "death_notices:social_assistance", Grounds(purpose="matching", basis="ND-63-2024")
    registers.write(machine(), register="death_notices", values=died, grounds=why)
    registers.write(machine(), register="social_assistance", values=paid, grounds=why)
    api.start_links(who.again(), register="death_notices", other="social_assistance", grounds=why)
    jobs.run_all(schedule.handlers())
    (pair,) = api.duplicates(who, register=both, grounds=why)
    assert api.link(who, register=both, one=pair.one, other=pair.other, grounds=why).gives == "one"
    how = {"register": both, "pairs": [(pair.one, pair.other)], "decision": "same", "grounds": why}
    with pytest.raises(Invalid):
        api.decide_links(who, **how, reason=" ")
    pressed = who.again()
    for numbered in (1, 0):  # pressed twice
        done = api.decide_links(pressed, **how, reason="cùng sổ hộ khẩu")
        assert (done.decided, done.numbered, done.passed) == (1, numbered, 0)
    last = registers.history(machine(), register="death_notices", key=died["death_notice_no"], grounds=why)[-1]
    assert (last.kind, last.changes["number"][1], last.agency) == ("corrected", "079049990149", "G18")


def test_who_does_not_keep_both_registers_links_nobody(drivers: Runtime) -> None:
    own = {each.id for each in api.linkable(steward(), register="driving_licences")}
    assert own == {"population"}
    insurer = Actor(kind=Kind.OFFICER, subject="x", agency="G24", roles=frozenset({api.ROLE}), level=3)
    for who, register, other in (
        (insurer, "health_insurance", "population"),
        (steward(), "population", "health_insurance"),
        (steward("G01.79.26929"), "driving_licences", "population"),
        (Actor(kind=Kind.OFFICER, subject="x", agency="G01"), "driving_licences", "population"),
    ):
        with pytest.raises(Denied):
            api.start_links(who, register=register, other=other, grounds=WHY)
        with pytest.raises(Denied):
            api.unlinked(who, register=f"{register}:{other}", grounds=WHY)
    with pytest.raises(Invalid):
        api.start_links(steward(), register="population", other="population", grounds=WHY)


def test_whoever_is_looked_at_finds_it(drivers: Runtime) -> None:
    pair = found()["790000000001"]
    api.link(steward(), register=BOTH, one=pair.one, other=pair.other, grounds=WHY)
    seen = {(each.act, each.register) for each in registers.accesses(system("log"), subject=HANH)}
    assert {("compare", "population"), ("compare", "driving_licences"), ("read", "driving_licences")} <= seen


def _licences(browser: Browser) -> None:
    for each in LICENCES[:2]:
        given = {
            "licence_class": "B",
            "status": "valid",
            "licence_issued_on": "2024-05-05",
            "birth_date": "1992-03-08",
        } | each
        spec = registers.definition("driving_licences")
        values = {name: value for name, value in given.items() if name in spec.fields}
        registers.write(machine(), register="driving_licences", values=values, grounds=WHY)


def test_from_the_choice_to_the_word(keeper: Browser) -> None:
    _licences(keeper)
    assert DESK in keeper.get("/steward/driving_licences/links").text
    hidden = keeper.hidden_fields(DESK)
    for _double_click in range(2):
        assert keeper.send(DESK, hidden).headers["location"] == DESK
    page = keeper.get(DESK)
    assert (page.headers["refresh"], "Đang tìm từ" in page.text) == ("4", True)
    assert len(api.duplicate_runs(machine(), register=BOTH, grounds=WHY)) == 1
    jobs.run_all(schedule.handlers())
    page = keeper.get(f"{DESK}?verdict=sure")
    assert "refresh" not in page.headers
    assert "Hạnh" not in page.text, "the list holds no value of anybody"
    one = licence("790000000001")
    pair = next(each for each in api.duplicates(machine(), register=BOTH, grounds=WHY) if each.one == one.id)
    address = f"{DESK}/{pair.one}/{pair.other}"
    with count_queries() as asked:
        shown = keeper.get(address).text
    assert len(asked) <= 40
    for said in ("Nguyễn Thị Mỹ Hạnh", "Vì sao máy nghi là một người", "hai bản ghi không đổi"):
        assert said in shown
    refused = keeper.post(address, decision="same", reason="")
    assert (refused.status_code, "aria-invalid" in refused.text) == (422, True)
    stale = keeper.hidden_fields(address) | {"decision": "different", "reason": "tab kia", "seen": "1"}
    assert keeper.send(address, stale).status_code == 409
    assert keeper.post(address, decision="same", reason="cùng số").status_code == 200
    assert "cùng một người" in keeper.get(address).text.lower()
    together = f"{DESK}/together"
    page = keeper.get(together)
    assert "Xác nhận nhiều cặp chắc chắn" in page.text
    assert keeper.get(DESK + "?verdict=decided").status_code == 200


def test_many_are_confirmed_at_once(keeper: Browser) -> None:
    _licences(keeper)
    found()
    pairs = api.duplicates(machine(), register=BOTH, grounds=WHY, verdict="sure")
    page = keeper.get(f"{DESK}/together").text
    assert "Cùng một người, mọi cặp đã chọn" in page
    nothing = keeper.post(f"{DESK}/together", decision="same", reason="x")
    assert nothing.status_code == 422
    chosen = [f"{each.one}.{each.other}" for each in pairs]
    done = keeper.post(f"{DESK}/together", decision="same", reason="cùng số định danh", pair=chosen)
    assert f"Đã ghi kết luận cho {len(chosen)} cặp" in done.text
    decided = api.duplicates(machine(), register=BOTH, grounds=WHY, decided=True)
    assert {each.decision for each in decided} == {"same"}


def test_another_agencys_register_is_not_offered(keeper: Browser) -> None:
    assert keeper.get("/steward/driving_licences/links/health_insurance").status_code == 403
    assert keeper.get("/steward/driving_licences/links/nothing").status_code == 404
    assert "health_insurance" not in keeper.get("/steward/driving_licences/links").text
