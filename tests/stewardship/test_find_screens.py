"""Finding somebody and opening the record: grounds first, both axes of time, life, family, the people of a unit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import Denied, Invalid, NotFound, TooMany
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers import demonstration as nation
from lienthong.registers.api import Grounds
from lienthong.stewardship import api
from lienthong.stewardship.api import searching
from tests.browsing import Browser, count_queries
from tests.stewardship.desk import CHILD, HANH, SON, WHY, machine, record, steward

FIND = "/steward/population/find"
WHICH = {"register": "population", "grounds": WHY}
Browse = Callable[..., Browser]


def person(number: str = HANH, **query: str) -> str:
    """Return the address of a person's page."""
    asked = "&".join(f"{name}={value}" for name, value in ({"purpose": "lookup"} | query).items())
    return f"/steward/population/people/{record(number)}?{asked}"


def test_somebody_is_found_without_marks_and_with_a_wrong_letter(keeper: Browser) -> None:
    found = keeper.post(FIND, text="nguyen thi mi hanh, 1992, binh thanh", purpose="lookup", dossier="CV 12/2026")
    assert "Nguyễn Thị Mỹ Hạnh" in found.text
    assert "họ tên gần giống, đúng ngày sinh, đúng nơi ở" in found.text
    assert HANH not in found.text, "a number is masked in a list"
    assert str(found.url).endswith("/find"), "nothing of it stands in an address"
    entry = registers.accesses(system("log"), subject=HANH)[0]
    assert (entry.act, entry.purpose, entry.dossier, entry.agency) == ("search", "lookup", "CV 12/2026", "G01")
    assert set(entry.fields) == {"number", "full_name", "birth_date", "home_commune"}, "no more than is shown"
    links = re.findall(r'href="(/steward/population/people/[^"]+)"', found.text)
    assert all(HANH not in each for each in links)
    opened = keeper.get(links[0].replace("&amp;", "&"))
    assert "079 192 990 0" in opened.text


def test_a_purpose_is_asked_and_a_short_text_refused_kindly(keeper: Browser) -> None:
    no_purpose = keeper.post(FIND, text="nguyen thi my hanh", purpose="curiosity")
    assert (no_purpose.status_code, "Chọn mục đích của lần xem" in no_purpose.text) == (422, True)
    assert 'value="nguyen thi my hanh"' in no_purpose.text
    for text in ("", "h", "0791", "1992"):
        short = keeper.post(FIND, text=text, purpose="lookup")
        assert (short.status_code, "Gõ họ tên" in short.text) == (422, True), text
    assert "Không tìm thấy ai" in keeper.post(FIND, text="Zzyzx Qwerty", purpose="lookup").text


def test_results_are_paged_and_end_at_a_hundred(keeper: Browser) -> None:
    common = {"text": "nguyen", "purpose": "lookup"}
    first = keeper.post(FIND, **common)
    assert "Kết quả 1–20" in first.text
    assert 'name="skip" value="20"' in first.text
    assert "Kết quả 21–" in keeper.post(FIND, **common, skip="20").text
    for skip in ("-1", "x", "9" * 30, "²"):
        assert keeper.post(FIND, **common, skip=skip).status_code == 200
    last = api.find_person(machine(), **WHICH, text="nguyen", skip=5000)
    assert len(last.hits) <= 1


def test_a_person_is_opened_only_with_a_purpose(keeper: Browser) -> None:
    asked = keeper.get(f"/steward/population/people/{HANH}")
    assert "Bạn cần xem để làm gì?" in asked.text
    assert "Hạnh" not in asked.text
    assert keeper.get(person(purpose="curiosity")).status_code == 422
    assert keeper.get("/steward/population/people/000000000000?purpose=lookup").status_code == 404
    assert keeper.get("/steward/none/people/1?purpose=lookup").status_code == 404
    assert "Nguyễn Thị Mỹ Hạnh" in keeper.get(person()).text


def test_a_record_is_shown_on_both_axes_of_time(keeper: Browser) -> None:
    then = keeper.get(person(as_of="01/01/2026")).text
    assert "Vào ngày 01/01/2026" in then
    assert "nay bỏ trống" not in then
    assert "15 Nơ Trang Long" not in then.split("Vào ngày")[1].split("</section>")[0]
    known = keeper.get(person(known="20/11/2026")).text
    assert "Vào thời điểm đó cơ sở dữ liệu chưa ghi gì" in known
    bad = keeper.get(person(as_of="hôm qua"))
    assert (bad.status_code, "Nhập ngày đầy đủ" in bad.text, "Nguyễn Thị Mỹ Hạnh" in bad.text) == (422, True, True)


def test_what_changed_says_act_reason_and_author(keeper: Browser) -> None:
    page = keeper.get(person(view="past")).text
    for said in (
        "trước đó ghi sai",
        "thiếu khi nhập sổ cũ",
        "đời thay đổi",
        "chuyển nhà",
        "15 Nơ Trang Long",
        "Bộ Công an",
    ):
        assert said in page
    assert page.index("Cải chính") < page.index("Tạo mới"), "newest first"


def test_life_and_family_are_of_the_agencys_own_registers(keeper: Browser) -> None:
    mother = nation.people()["mother"]
    life = keeper.get(person(mother, view="life")).text
    assert "CSDL Dân cư" in life
    assert "Bảo hiểm y tế" not in life.split("<main")[1]
    kin = keeper.get(person(view="kin", steps="2")).text
    assert "Lê Gia Bảo" in kin
    assert "Lê Quốc Sơn" in kin
    assert keeper.get(person(view="kin", steps="99")).status_code == 200
    assert "search" in {each.act for each in registers.accesses(system("log"), subject=CHILD)}


def test_people_of_a_unit_come_page_by_page_and_are_never_counted(keeper: Browser) -> None:
    assert "Chọn xã, phường" in keeper.get("/steward/population/units?province=79").text
    chosen = keeper.get("/steward/population/units?province=79&unit=26929&purpose=lookup")
    assert chosen.url.path == "/steward/population/units/26929"
    seen, page = [], chosen
    for _ in range(10):
        seen += re.findall(r"/people/(\w+)\?", page.text)
        if not (onward := re.search(r'rel="next" href="([^"]+)"', page.text)):
            break
        page = keeper.get(onward[1].replace("&amp;", "&"))
    assert record(HANH) in seen
    assert len(seen) == len(set(seen))
    with count_queries() as statements:
        keeper.get("/steward/population/units/26929?purpose=lookup")
    assert not [each for each in statements if "count(" in each.lower() and "reg_population" in each]
    assert keeper.get("/steward/population/units/zz?purpose=lookup").status_code == 422
    assert "Bạn cần xem để làm gì?" in keeper.get("/steward/population/units/26929").text


def test_only_a_steward_of_the_owner_looks(keeper: Browser, browse: Browse) -> None:
    pages = (FIND, person(), "/steward/population/units", "/steward/population/units/26929?purpose=lookup")
    for key in ("mother", "police-officer", "hospital-clerk", "provincial-chairman"):
        other = browse().as_person(key)
        assert {other.get(each).status_code for each in pages} == {403}, key
        said = other.hidden_fields("/account") | {"text": "nguyen", "purpose": "lookup"}
        assert other.send(FIND, said).status_code == 403
    assert keeper.get("/steward/civil_status/find").status_code == 200, "the box alone tells nothing"
    assert keeper.post("/steward/civil_status/find", text="nguyen van an", purpose="lookup").status_code == 403
    denied = [each for each in registers.accesses(system("log"), subject=HANH) if each.denied]
    assert denied == [], "who is not let in learns nothing of anybody"


def test_pages_of_a_person_ask_the_database_a_bounded_number_of_times(keeper: Browser) -> None:
    for view, most in (("now", 8), ("past", 14), ("life", 23), ("kin", 25)):
        keeper.get(person(view=view))
        address = person(view=view)
        with count_queries() as statements:
            keeper.get(address)
        assert len(statements) <= most, (view, len(statements))


def test_an_agency_below_the_owner_sees_the_people_of_its_unit_alone(desk_people: Runtime) -> None:
    police = steward("G01.79.26929")
    found = api.find_person(police, **WHICH, text="le gia bao, 2020")
    assert found.hits == []
    assert api.find_person(police, **WHICH, text="nguyen thi my hanh").hits
    assert api.find_person(steward("G01.79"), **WHICH, text="nguyen thi my hanh").hits
    with pytest.raises(Denied):
        api.person(police, **WHICH, key=CHILD)
    assert registers.accesses(system("log"), subject=CHILD)[0].denied
    assert api.person(police, **WHICH, key=HANH).now.key == HANH
    with pytest.raises(Denied):
        api.people_of_unit(police, **WHICH, unit="00166")
    told = api.kin_of(police, **WHICH, key=HANH, steps=2)
    assert {each.key for each in told.records.values()} == {HANH, SON}, "the child between them lives elsewhere"
    with pytest.raises(Denied):
        api.person(
            Actor(kind=Kind.OFFICER, subject="x", agency="G01", roles=frozenset({"agency-head"})), **WHICH, key=SON
        )


def test_a_record_is_opened_by_number_by_id_and_by_a_merged_number(desk_people: Runtime) -> None:
    first = api.person(steward(), **WHICH, key=HANH)
    assert api.person(steward(), **WHICH, key=first.now.id).now == first.now
    api.merge(steward().again(), **WHICH, keep=HANH, gone=SON, reason="thử")
    for key in (SON, record_gone := api.person(steward(), **WHICH, key=HANH).merged[0].gone):
        again = api.person(steward(), **WHICH, key=key)
        assert (again.now.key, again.now.asked_as) == (HANH, key)
    assert len(record_gone) == 26
    assert {each.act for each in registers.accesses(system("log"), subject=SON)} >= {"read", "write"}
    before = api.person(steward(), **WHICH, key=HANH, as_of=date(2025, 1, 1)).then
    assert before is not None
    assert "home_address" not in before.values
    assert api.person(steward(), **WHICH, key=HANH, as_of=date(1980, 1, 1)).then is None
    with pytest.raises(NotFound):
        api.person(steward(), **WHICH, key="nobody")
    with pytest.raises(Invalid):
        api.grounds_for(register="population", purpose="curiosity")
    with pytest.raises(Invalid):
        api.person(steward(), register="population", key=HANH, grounds=Grounds(purpose="", basis=""))


def test_an_officer_has_so_many_searches_an_hour_and_a_day(
    desk_people: Runtime, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "AN_HOUR", 2)
    monkeypatch.setattr(searching, "A_DAY", 3)
    clock.set(datetime(2026, 11, 28, 9, 10, tzinfo=ZONE))
    for _ in range(2):
        assert api.find_person(steward(), **WHICH, text="nguyen thi my hanh").hits
    with pytest.raises(TooMany, match="2 lần trong giờ này; chờ 50 phút"):
        api.find_person(steward(), **WHICH, text="le quoc son")
    refused = [each for each in registers.accesses(system("log"), subject="") if each.denied]
    assert [(each.reason, each.actor) for each in refused] == [("search-limit", "steward")]
    assert api.find_person(machine(), **WHICH, text="le quoc son").hits, "the operator's shell is not counted"
    assert api.find_person(replace(steward(), subject="other"), **WHICH, text="le quoc son").hits
    clock.set(datetime(2026, 11, 28, 10, 0, tzinfo=ZONE))
    with pytest.raises(TooMany, match="hết mức một ngày"):
        api.find_person(steward(), **WHICH, text="le quoc son")
    clock.set(datetime(2026, 11, 29, 0, 0, tzinfo=ZONE))
    assert api.find_person(steward(), **WHICH, text="le quoc son").hits
    clock.advance(timedelta(days=4))
    assert api.purge() == 4


def test_the_page_says_when_to_go_on(keeper: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "AN_HOUR", 1)
    assert keeper.post(FIND, text="nguyen thi my hanh", purpose="lookup").status_code == 200
    more = keeper.post(FIND, text="le quoc son", purpose="lookup")
    assert (more.status_code, "trong giờ này" in more.text, 'value="le quoc son"' in more.text) == (429, True, True)
