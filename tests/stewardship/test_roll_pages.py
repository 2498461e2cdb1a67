"""Pages and commands of rolls: what is wrong is said, twice is once, another office gets nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.stewardship import spec
from tests.browsing import PAGE, Browser
from tests.stewardship.commands import data, run
from tests.stewardship.test_rolls import ward

__all__ = ["ward"]
HOME = "/steward/population/roll"
ASKED = {"unit": "26929", "day": "14/03/2027", "areas": "Khu vực số 1 | Lê Quang Định\nKhu vực số 2"}


def test_what_is_wrong_with_a_roll_is_said_beside_what_was_typed(
    demonstration: Runtime, browse: Callable[..., Browser]
) -> None:
    officer = browse().as_person("commune-officer")
    for typed, said in (
        ({}, "Ghi ngày bầu cử"),
        ({"day": "31/02/2027"}, "Ghi ngày/tháng/năm"),
        ({"day": "14/03/2020"}, "Ngày bầu cử phải từ hôm nay"),
        ({"areas": "<script>|x\n<script>"}, "cần một tên riêng"),
        ({"unit": "00166"}, "chính địa bàn đó"),
    ):
        answer = officer.post(HOME, seen_on=f"{HOME}/new", **({"unit": "26929"} | (ASKED | typed if typed else {})))
        assert said in answer.text
        assert "<script>" not in answer.text


def test_a_form_sent_twice_draws_one_roll_and_no_other_office_sees_it(
    demonstration: Runtime, browse: Callable[..., Browser]
) -> None:
    officer = browse().as_person("commune-officer")
    fields = {**officer.hidden_fields(f"{HOME}/new"), **ASKED}
    places = {officer.request("POST", HOME, follow=False, data=fields, headers=PAGE).headers["location"] for _ in "12"}
    assert len(places) == 1
    (place,) = places
    assert officer.post(f"{place}/check", seen_on=place).text.count("giống hệt từng dòng") == 1
    assert officer.get(f"{place}/areas/2/list.pdf").content.startswith(b"%PDF")
    assert officer.get(f"{place}/list.xlsx").content.startswith(b"PK")
    assert officer.get(f"{place}/list.exe").status_code == 404
    for key in ("commune-officer-2", "data-steward", "mother"):
        other = browse().as_person(key)
        for path in (place, f"{place}/areas/1", f"{place}/areas/2/list.pdf", f"{place}/list.csv"):
            assert other.get(path).status_code == 403


def test_the_shell_draws_posts_compares_and_prints(ward: Runtime, clock: SetClock, tmp_path: Path) -> None:
    asked = ("--unit", "26929", "--day", "2027-02-28", "--area", "Khu vực 1|Lê Quang Định", "--area", "Còn lại")
    made = data("roll", "population", *asked)
    assert (made["voters"], [each["listed"] for each in made["areas"]]) == (5, [2, 3])
    known = ("--unit", "26929", "--roll", made["roll"])
    assert data("roll", "population", *known, "--post")["state"] == "posted"
    files = ("--output", tmp_path / "roll.xlsx", "--pdf", tmp_path / "prints")
    assert run("roll", "population", *known, "--check", *files).exit_code == 0
    assert sorted(each.name for each in tmp_path.rglob("*.*") if each.suffix in {".pdf", ".xlsx"}) == [
        *("001.pdf", "002.pdf", "roll.xlsx"),
    ]
    assert made["roll"] in run("roll", "population", "--unit", "26929").output
    assert run("roll", "vehicles", "--unit", "26929").exit_code == 2
    assert run("roll", "population").exit_code == 2


def test_a_kind_of_roll_says_every_fault_of_its_file(sqlite_node: Runtime) -> None:
    assert spec.check() == []
    good = (Path(spec.definitions.BUILT_IN) / "rolls" / "deputies.yaml").read_text(encoding="utf-8")
    folder = sqlite_node.settings.home / "catalogue" / "rolls"
    folder.mkdir(parents=True)
    for right, wrong, code in (
        ("basis: L-85-2015", "basis: L-0", "roll.basis"),
        ("register: population", "register: shoes", "roll.register"),
        ("residence: home_commune", "residence: phone", "roll.residence"),
        ("address: home_address", "address: shoe", "roll.field"),
        ("drawn_by: [people-committee]", "drawn_by: [shoe]", "roll.agency"),
        ("age(birth_date) >= 18", "age(shoe) >= 18", "expression.name"),
    ):
        (folder / "own.yaml").write_text(good.replace(right, wrong), encoding="utf-8")
        assert [each.code for each in spec.check()] == [code]
