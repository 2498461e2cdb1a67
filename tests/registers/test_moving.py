"""Households move, split and join as one act: nobody is in two, every one has its head, nothing is half done."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest

from lienthong.kernel import delivery, jobs
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.errors import Invalid, LienThongError, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers import jobs as room
from lienthong.registers.api import Grounds, Moved, Query
from tests.beginnings import Beginnings
from tests.stewardship.commands import data, run

WHO, WHY = system("constable", agency="G01"), Grounds(purpose="residence-move", basis="L-68-2020")
HERE, THERE = "26929", "26740"
A, B, C, D, E = (f"07919299{at:04d}" for at in range(5))
DAY = date(2026, 11, 2)
HOME, NEXT = "HK-1", "HK-2"


def lay_households(_node: Runtime) -> None:
    for at, (number, household, relation, head) in enumerate(
        [(A, HOME, "01", A), (B, HOME, "02", A), (C, HOME, "04", A), (D, NEXT, "01", D), (E, NEXT, "04", D)]
    ):
        person = {"number": number, "full_name": "Trần An", "sex": "2", "birth_date": "1992", "home_commune": HERE}
        api.write(WHO, register="population", values=person | {"home_address": "1 Cũ"}, grounds=WHY)
        entry = {
            "entry_no": f"{HERE}/TT/{at}",
            "number": number,
            "kind": "permanent",
            "household": household,
            "relation": relation,
            "head_number": head,
            "commune": HERE if household == HOME else THERE,
            "address": "1 Cũ" if household == HOME else "2 Khác",
            "from_date": "2020-01-01",
        }
        api.write(WHO, register="residence", values=entry, grounds=WHY)


@pytest.fixture
def households(node: Runtime, beginnings: Beginnings) -> Runtime:
    """A with spouse B and child C in one household, D with child E in another."""
    beginnings.lay(node, lay_households)
    return node


def move(who: Actor | None = None, household: str = HOME, **how: Any) -> Moved:
    return api.move(who or WHO.again(), **{"household": household, "on": DAY, "grounds": WHY, **how})


def entries(*numbers: str) -> dict[str, dict[str, Any]]:
    """The entry in force of each person; fails when somebody has two."""
    (found,) = api.read(WHO, queries=[Query("residence", by={"number": numbers or (A, B, C, D, E)})], grounds=WHY)
    standing = [each.values for each in found if not each.values.get("to_date")]
    assert len({each["number"] for each in standing}) == len(standing)
    return {each["number"]: each for each in standing}


def stands(number: str) -> tuple[str, str, str | None]:
    """Household, head and relation of somebody."""
    entry = entries(number)[number]
    return entry["household"], entry["head_number"], entry.get("relation")


def follow() -> None:
    """Let the other registers follow."""
    delivery.deliver_all(room.listeners)
    jobs.run_all({each.kind: each for each in room.handlers})


def test_a_household_moves_whole_and_the_population_register_follows(households: Runtime) -> None:
    made = move(commune=THERE, address="9 Mới")
    assert (made.household, made.left, len(made.entries), len(made.ended)) == (HOME, "", 3, 3)
    assert stands(B) == (HOME, A, "02")
    assert {(each["commune"], each["address"], each["from_date"]) for each in entries(A, B, C).values()} == {
        (THERE, "9 Mới", "2026-11-02")
    }
    (before,) = api.read(WHO, queries=[Query("residence", by={"number": B}, as_of=date(2026, 1, 1))], grounds=WHY)
    assert [each.values["commune"] for each in before] == [HERE]
    follow()
    (people,) = api.read(WHO, queries=[Query("population", key=(A, B, C))], grounds=WHY)
    assert {(each.values["home_commune"], each.values["home_address"]) for each in people} == {(THERE, "9 Mới")}
    assert len(entries()) == 5


def test_somebody_splits_off_and_the_head_who_leaves_is_replaced(households: Runtime) -> None:
    made = move(members=[A, C], commune=THERE, address="9 Mới")
    assert made.left == HOME
    assert made.household.startswith(THERE)
    assert stands(A) == (made.household, A, "01")
    assert stands(C) == (made.household, A, "04"), "the same head, the same relation"
    assert stands(B) == (HOME, B, "01"), "who stays alone is the head"


def test_a_split_at_the_same_place_moves_nobody(households: Runtime) -> None:
    made = move(members=[B, C], head=B, relations={C: "04"})
    assert (made.ended, sorted(made.entries)) == ([], [f"{HERE}/TT/1", f"{HERE}/TT/2"])
    assert stands(B) == (made.household, B, "01")
    assert stands(C) == (made.household, B, "04")
    assert stands(A) == (HOME, A, "01")
    assert entries(B)[B]["from_date"] == "2020-01-01"


def test_a_household_joins_another_at_its_place(households: Runtime) -> None:
    made = move(join=NEXT, relations={B: "09"})
    assert (made.household, made.left) == (NEXT, "")
    assert [stands(each) for each in (A, B, C, D, E)] == [
        (NEXT, D, None),
        (NEXT, D, "09"),
        (NEXT, D, None),
        (NEXT, D, "01"),
        (NEXT, D, "04"),
    ]
    assert {(each["commune"], each["address"]) for each in entries().values()} == {(THERE, "2 Khác")}


def test_the_same_request_again_moves_nobody(households: Runtime) -> None:
    who = WHO.again()
    made = move(who, members=[C], commune=THERE, address="9 Mới")
    assert move(who, members=[C], commune=THERE, address="9 Mới") == made
    (found,) = api.read(WHO, queries=[Query("residence", by={"number": C})], grounds=WHY)
    assert len(found) == 2


@pytest.mark.parametrize(
    ("how", "error", "says"),
    [
        ({"household": "HK-9", "commune": THERE, "address": "9"}, NotFound, "Không ai"),
        ({"household": "", "commune": THERE, "address": "9"}, NotFound, "Không ai"),
        ({"members": [D], "commune": THERE, "address": "9"}, Invalid, D),
        ({"on": date(2019, 12, 31), "commune": THERE, "address": "9"}, Invalid, "01/01/2020|2020-01-01"),
        ({"on": date(2027, 1, 1), "commune": THERE, "address": "9"}, Invalid, "chưa tới"),
        ({"commune": THERE}, Invalid, "Nêu cả"),
        ({"commune": "79", "address": "9"}, Invalid, "Không có xã"),
        ({"commune": "26920", "address": "9"}, Invalid, "Không có xã"),
        ({}, Invalid, "Không có gì thay đổi"),
        ({"join": HOME}, Invalid, "chính là hộ"),
        ({"join": "HK-9"}, NotFound, "Không ai"),
        ({"join": NEXT, "commune": HERE, "address": "1 Cũ"}, Invalid, "nơi khác"),
        ({"join": NEXT, "head": A}, Invalid, "đã có chủ hộ"),
        ({"members": [B, C], "commune": THERE, "address": "9"}, Invalid, "trong những người chuyển đi"),
        ({"members": [B], "head": A, "commune": THERE, "address": "9"}, Invalid, "trong những người chuyển đi"),
        ({"members": [A], "commune": THERE, "address": "9"}, Invalid, "trong những người ở lại"),
        ({"members": [A], "head_left": D, "commune": THERE, "address": "9"}, Invalid, "trong những người ở lại"),
        ({"head_left": B, "commune": THERE, "address": "9"}, Invalid, "trong những người ở lại"),
        ({"members": [C], "relations": {C: "zz"}, "commune": THERE, "address": "9"}, None, ""),
        ({"members": [A, C], "relations": {C: "zz"}, "commune": THERE, "address": "9"}, Invalid, "danh mục"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    households: Runtime, how: dict[str, Any], error: type[LienThongError] | None, says: str
) -> None:
    before = entries()
    if error is None:
        assert stands(move(**how).entries and C)[2] == "01", "who is the head needs no relation"
        return
    with pytest.raises(error, match=says):
        move(**how)
    assert entries() == before


def test_everybody_looked_at_finds_it_in_their_log(households: Runtime) -> None:
    move(members=[C], join=NEXT)
    for number, act in ((A, "read"), (C, "write"), (D, "read")):
        found = api.accesses(system("log"), subject=number)
        assert any(
            each.purpose == "residence-move" and each.act == act for each in found if each.register == "residence"
        )


def test_the_command(households: Runtime) -> None:
    where = ("--on", "02/11/2026", "--commune", THERE, "--address", "9 Mới")
    made = data("move", HOME, "--member", A, "--member", C, "--relation", f"{C}=04", *where)
    assert stands(C) == (made["household"], A, "04")
    assert "người nay thuộc hộ" in run("move", HOME, *where).output
    assert run("move", HOME, *where, "--as", "G15").exit_code == 2
    assert run("move", HOME, *where, "--relation", "x").exit_code == 2


def test_two_who_move_the_same_person_at_once_do_not_both(households: Runtime) -> None:
    done: list[str] = []

    def go(address: str) -> None:
        try:
            move(members=[C], commune=THERE, address=address)
            done.append("moved")
        except LienThongError as refused:
            done.append(refused.code)

    both = [threading.Thread(target=go, args=(address,)) for address in ("9 Mới", "10 Mới")]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(done) in (["move.strangers", "moved"], ["moved", "move.strangers"])
    assert len(entries(C)) == 1
