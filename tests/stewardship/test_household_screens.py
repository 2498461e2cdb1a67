"""A household moved on the screens: found, told, seen before it is written, written once; nobody else may."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx
import pytest

from lienthong.identity.demonstration import seed as accounts
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, LienThongError
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Query
from lienthong.stewardship import api
from tests.beginnings import Beginnings
from tests.browsing import PAGE, Browser, count_queries
from tests.registers.test_moving import HERE, HOME, NEXT, THERE, WHO, WHY, A, B, C, D, E, follow, lay_households, stands
from tests.stewardship.desk import steward

DESK = "/steward/residence/households"
PLACE = "Phường Tân Bình, Thành phố Hồ Chí Minh"
Browse = Callable[..., Browser]
DAY = date(2026, 11, 2)


def _settle(node: Runtime) -> None:
    accounts(system("seed"), scale=0, say=lambda _text: None)
    lay_households(node)


@pytest.fixture
def clerk(sqlite_node: Runtime, browse: Browse, beginnings: Beginnings) -> Browser:
    """The steward of the owner, at two households."""
    beginnings.lay(sqlite_node, _settle)
    return browse().as_person("data-steward")


@pytest.fixture
def households(node: Runtime, beginnings: Beginnings) -> Runtime:
    beginnings.lay(node, lay_households)
    return node


def told(*members: str, **fields: str) -> dict[str, Any]:
    """What a form says: a move to another place, unless something else."""
    place = {"way": "place", "commune": PLACE, "address": "9 Mới", "on": "02/11/2026", "reason": "Giấy đề nghị 1/11"}
    return {"members": list(members), **place, **fields}


def send(browser: Browser, household: str = HOME, **fields: Any) -> httpx.Response:
    hidden = browser.hidden_fields(f"{DESK}/{household}")
    return browser.request("POST", f"{DESK}/{household}", data=hidden | fields, headers=PAGE)


def said(page: str) -> str:
    """The text of a page without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_from_the_register_to_a_household_that_moved(clerk: Browser) -> None:
    assert f'href="{DESK}"' in clerk.get("/steward/residence").text
    found = clerk.post(DESK, household=f" {A[:3]} {A[3:]} ", dossier="CV 12")
    assert found.url.path == f"{DESK}/{HOME}"
    assert A not in str(found.url), "a number stands in no address"
    assert "Trần An" in found.text
    entry = registers.accesses(system("log"), subject=C)[0]
    assert (entry.act, entry.purpose, entry.dossier, entry.agency) == ("read", "residence-move", "CV 12", "G01")
    seen = send(clerk, **told(A, C))
    assert seen.status_code == 200
    text = said(seen.text)
    assert "3 người thay đổi từ ngày 02/11/2026" in text, "who stays gets another head"
    assert "1 Cũ, Phường Bình Thạnh, Thành phố Hồ Chí Minh → 9 Mới, Phường Tân Bình" in text
    assert "mã mới, cấp khi ghi" in text
    assert stands(A) == (HOME, A, "01"), "nothing is written yet"
    done = clerk.request("POST", f"{DESK}/{HOME}", follow=True, data=hidden_of(seen), headers=PAGE)
    assert "Đã ghi: 2 người nay thuộc hộ này" in said(done.text)
    new = stands(A)[0]
    assert done.url.path == f"{DESK}/{new}"
    assert f'href="{DESK}/{HOME}"' in done.text, "the others are found from here"
    assert stands(C) == (new, A, "04")
    assert stands(B) == (HOME, B, "01")
    follow()
    (people,) = registers.read(system("x"), queries=[Query("population", key=A)], grounds=WHY)
    assert people[0].values["home_address"] == "9 Mới"


def hidden_of(page: httpx.Response, then: str = "write") -> dict[str, Any]:
    """Everything that a page of what would change carries on."""
    fields: dict[str, Any] = {"members": []}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text):
        if name == "members":
            fields["members"].append(value)
        else:
            fields[name] = value
    return fields | {"then": then}


def test_pressed_twice_it_is_written_once_and_going_back_moves_nobody_again(clerk: Browser) -> None:
    seen = send(clerk, **told(C))
    fields = hidden_of(seen)
    answers = [clerk.request("POST", f"{DESK}/{HOME}", data=fields, headers=PAGE) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    again = clerk.request("POST", f"{DESK}/{HOME}", data=hidden_of(seen) | {"request_id": "another"}, headers=PAGE)
    assert (again.status_code, "không thuộc hộ này" in again.text) == (422, True)
    (found,) = registers.read(system("x"), queries=[Query("residence", by={"number": C})], grounds=WHY)
    assert len(found) == 2


def test_what_changed_meanwhile_is_looked_at_again(clerk: Browser) -> None:
    seen = send(clerk, **told(C))
    values = {"relation": "09"}
    registers.write(WHO, register="residence", key=f"{HERE}/TT/2", values=values, grounds=WHY, valid_from=DAY)
    late = clerk.request("POST", f"{DESK}/{HOME}", data=hidden_of(seen), headers=PAGE)
    assert (late.status_code, "Hộ đã được sửa trong lúc bạn xem" in late.text) == (422, True)
    assert stands(C) == (HOME, A, "09")
    again = send(clerk, **told(C))
    clerk.request("POST", f"{DESK}/{HOME}", data=hidden_of(again), headers=PAGE)
    assert stands(C)[0] != HOME


def test_back_to_the_form_everything_typed_is_there(clerk: Browser) -> None:
    seen = send(clerk, **told(B, C, head=B, **{f"relation.{C}": "04"}))
    form = clerk.request("POST", f"{DESK}/{HOME}", data=hidden_of(seen, "edit"), headers=PAGE)
    assert form.status_code == 200
    for value in (PLACE, "9 Mới", "Giấy đề nghị 1/11", "02/11/2026"):
        assert f'value="{value}"' in form.text
    assert re.findall(r'name="members" value="(\d+)"[^>]* checked', form.text) == [B, C]
    assert f'<option value="{B}" selected>' in form.text
    assert '<option value="04" selected>' in form.text


def test_a_split_and_a_joining(clerk: Browser) -> None:
    split = send(clerk, **told(B, C, way="split", head=B, commune="", address=""))
    assert "vẫn ở nơi này" in said(split.text)
    assert "Quan hệ của 1 người với chủ hộ mới để trống" in said(split.text)
    clerk.request("POST", f"{DESK}/{HOME}", data=hidden_of(split), headers=PAGE)
    own = stands(B)[0]
    assert own not in {HOME, NEXT}
    joined = send(clerk, own, **told(B, C, way="join", join=NEXT, commune="", address=""))
    assert "2 Khác" in said(joined.text)
    clerk.request("POST", f"{DESK}/{own}", data=hidden_of(joined), headers=PAGE)
    assert stands(B) == (NEXT, D, None)


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        (told(), "members", "Chọn ít nhất một người"),
        (told(A, B, C, way="x"), "way", "Chọn việc cần ghi"),
        (told(A, B, C, on="mai"), "on", "Nhập ngày đầy đủ"),
        (told(A, B, C, on="2026"), "on", "Nhập ngày đầy đủ"),
        (told(A, B, C, on="01/01/2027"), "on", "Ngày chuyển chưa tới"),
        (told(A, B, C, on="01/01/2019"), "members", "Đang cư trú từ"),
        (told(A, B, C, reason=""), "reason", "Ghi lý do"),
        (told(A, B, C, commune=""), "commune", "kèm tỉnh"),
        (told(A, B, C, commune="Xã Không Có, Tỉnh Nào"), "commune", "kèm tỉnh"),
        (told(A, B, C, commune="79"), "commune", "kèm tỉnh"),
        (told(A, B, C, address=""), "address", "Ghi số nhà"),
        (told(A, B, C, way="join"), "join", "Ghi mã hộ nhập vào"),
        (told(A, B, C, way="join", join=HOME), "join", "chính là hộ đang ở"),
        (told(A, B, C, way="join", join="HK-9"), "join", "Không ai đang thường trú"),
        (told(A, B, C, way="split"), "members", "Không có gì thay đổi"),
        (told(B, C), "head", "trong những người chuyển đi"),
        (told(A), "head_left", "trong những người ở lại"),
        (told(D), "members", "không thuộc hộ này"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(
    clerk: Browser, fields: dict[str, Any], field: str, says: str
) -> None:
    answer = send(clerk, **fields)
    assert answer.status_code == 422
    assert f'<li><a href="#{field}">' in answer.text
    assert says in said(answer.text)
    assert f'value="{fields["reason"]}"' in answer.text
    assert stands(A) == (HOME, A, "01")
    english = clerk.request("POST", f"{DESK}/{HOME}?lang=en", data=clerk.hidden_fields(DESK) | fields, headers=PAGE)
    assert says not in said(english.text)


def test_a_name_of_several_places_is_chosen(clerk: Browser) -> None:
    answer = send(clerk, **told(A, B, C, commune="Tân Bình"))
    assert "chọn một" in said(answer.text)
    options = re.findall(
        r'<option value="(\d{5})">([^<]+)', answer.text.split('name="commune"')[1].split("</select>")[0]
    )
    assert len(options) > 1
    assert "9 Mới" in said(send(clerk, **told(A, B, C, commune=options[0][0])).text)


@pytest.mark.parametrize("text", ["", "HK-9", "079192999999", "x" * 500, "<b>", "../../account"])
def test_a_household_that_is_not_there(clerk: Browser, text: str) -> None:
    answer = clerk.post(DESK, household=text)
    assert answer.status_code in {404, 422}
    assert 'id="household-error"' in answer.text
    assert clerk.get(f"{DESK}/HK-9").status_code == 404


def test_from_a_person_to_their_household(clerk: Browser) -> None:
    (found,) = registers.read(system("x"), queries=[Query("population", key=B)], grounds=WHY)
    page = f"/steward/population/people/{found[0].id}"
    link = f'href="{page}/household"'
    assert link in clerk.get(f"{page}?purpose=lookup").text
    assert clerk.get(f"{page}/household").url.path == f"{DESK}/{HOME}"


def test_nobody_else_may(clerk: Browser, browse: Browse) -> None:
    pages = (DESK, f"{DESK}/{HOME}")
    for key in ("police-officer", "hospital-clerk", "security-minister"):
        other = browse().as_person(key)
        assert {other.get(each).status_code for each in pages} == {403}, key
        tried = other.hidden_fields("/account") | told(A, B, C, then="write")
        assert other.send(f"{DESK}/{HOME}", tried).status_code == 403
    assert stands(A) == (HOME, A, "01")
    assert browse().get(pages[1]).url.path == "/sign-in"


def test_the_pages_ask_the_database_a_bounded_number_of_times(clerk: Browser) -> None:
    clerk.get(f"{DESK}/{HOME}")
    with count_queries() as statements:
        clerk.get(f"{DESK}/{HOME}")
    assert len(statements) <= 12, statements


@pytest.mark.parametrize(
    "how",
    [
        {"commune": THERE, "address": "9 Mới"},
        {"members": [A, C], "commune": THERE, "address": "9 Mới"},
        {"members": [B, C], "head": B, "relations": {C: "04"}},
        {"join": NEXT, "relations": {B: "09"}},
        {"members": [A], "head_left": C, "join": NEXT},
    ],
)
def test_what_was_foreseen_is_what_is_written(households: Runtime, how: dict[str, Any]) -> None:
    which = {"household": HOME, "on": DAY, "grounds": WHY, **how}
    before = {each: stands(each) for each in (A, B, C, D, E)}
    foreseen = {each.person: each for each in api.foresee_move(steward(), **which)}
    assert {each: stands(each) for each in (A, B, C, D, E)} == before
    made = api.move_household(steward().again(), **which)
    for person, was in before.items():
        if person not in foreseen:
            assert stands(person) == was
            continue
        after = foreseen[person].after
        assert stands(person) == (after["household"] or made.household, after["head_number"], after.get("relation"))
    assert len(made.ended) == sum(each.leaves for each in foreseen.values())


def test_who_is_no_steward_of_the_owner_sees_and_moves_nothing(households: Runtime) -> None:
    officer = Actor(kind=Kind.OFFICER, subject="x", agency="G01", roles=frozenset({"residence-officer"}), level=3)
    for who in (steward("G15"), officer):
        for verb in (
            lambda who=who: api.household(who, household=HOME, grounds=WHY),
            lambda who=who: api.household_of(who, number=A, grounds=WHY),
            lambda who=who: api.foresee_move(who, household=HOME, on=DAY, grounds=WHY, commune=THERE, address="9"),
            lambda who=who: api.move_household(who, household=HOME, on=DAY, grounds=WHY, commune=THERE, address="9"),
        ):
            with pytest.raises(Denied):
                verb()
    with pytest.raises(LienThongError):
        api.household(steward(), household="", grounds=WHY)
    assert stands(A) == (HOME, A, "01")


def test_an_agency_below_the_owner_moves_the_households_of_its_unit_alone(households: Runtime) -> None:
    police = steward(f"G01.79.{HERE}")
    assert len(api.household(police, household=HOME, grounds=WHY).members) == 3
    with pytest.raises(Denied):
        api.household(police, household=NEXT, grounds=WHY)
    with pytest.raises(Denied):
        api.move_household(police.again(), household=NEXT, on=DAY, grounds=WHY, commune=HERE, address="9 Mới")
    assert registers.accesses(system("log"), subject=D)[0].denied
    assert stands(D) == (NEXT, D, "01")
    api.move_household(police.again(), household=HOME, on=DAY, grounds=WHY, commune=THERE, address="9 Mới")
    assert stands(A) == (HOME, A, "01")
