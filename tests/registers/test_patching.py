"""Units replaced by a reform: every record from the day on, what was before stays, whoever is split is left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Query, Replaced
from lienthong.registers.events import UnitsReplaced
from tests.registers.people import GROUNDS, OFFICER, STEWARD

REFORM = date(2025, 7, 1)
BEFORE = date(2025, 6, 30)
A, B = "26920", "26746"  # communes before the reform
NEW, OTHER = "26929", "26740"
MAPPING = {A: NEW, B: "", NEW: OTHER}  # the code 26929 was somebody else's before, as such codes are


def number(at: int) -> str:
    return f"0791920{at:05d}"


def lay(*homes: tuple[str, str]) -> None:
    rows = [
        {"number": number(at), "full_name": "Trần An", "sex": "1", "birth_date": "1980-01-01", "home_commune": code}
        | ({"_valid_from": day} if day else {})
        for at, (code, day) in enumerate(homes)
    ]
    api.bulk_load(STEWARD, register="population", rows=rows)


def patch(**more: Any) -> Replaced:
    more = {"mapping": MAPPING, "on": REFORM, "reason": "Nghị quyết 1685", "grounds": GROUNDS} | more
    return api.replace_units(STEWARD, register="population", **more)


def homes(as_of: date | None = None) -> dict[str, str]:
    (found,) = api.read(
        OFFICER,
        queries=[Query("population", key=[number(at) for at in range(40)], as_of=as_of)],
        grounds=GROUNDS,
    )
    return {each.key: each.values["home_commune"] for each in found}


def test_everybody_has_the_new_unit_from_the_day_on_and_the_old_one_before(node: Runtime) -> None:
    lay((A, ""), (B, ""), (NEW, ""), (OTHER, ""), *[(A, "")] * 20)
    assert patch(portion=7) == Replaced(changed=22, left=1)
    now, before = homes(), homes(BEFORE)
    assert [now[number(at)] for at in range(4)] == [NEW, B, OTHER, OTHER]
    assert [before[number(at)] for at in range(4)] == [A, B, NEW, OTHER]
    assert homes(REFORM) == now
    ((found,),) = api.read(
        OFFICER, queries=[Query("population", by={"home_commune": NEW}, as_of=BEFORE)], grounds=GROUNDS
    )
    assert found.key == number(2), "a look-up finds who lived there then"
    first, second = api.history(OFFICER, register="population", key=number(0), grounds=GROUNDS)
    assert (first.kind, second.kind, second.valid_from) == ("created", "changed", "2025-07-01")
    assert second.changes == {"home_commune": (A, NEW)}
    assert (second.reason, second.basis, second.agency) == ("Nghị quyết 1685", GROUNDS.basis, "G01")


def test_the_same_patch_again_changes_nothing_and_finds_who_came_since(node: Runtime) -> None:
    lay((A, ""), (NEW, ""))
    patch()
    done = homes()
    assert patch() == Replaced(changed=0, left=0)
    assert homes() == done
    lay((A, ""), (NEW, ""), (A, ""))
    assert patch().changed == 2, "26929 is what another unit became: said today, it is the new one"


def test_what_was_said_for_later_days_is_said_in_new_codes_from_those_days(node: Runtime) -> None:
    lay((A, ""), (A, "2025-09-01"), (NEW, ""), (NEW, "2025-09-01"))
    for at, code in ((0, NEW), (2, A)):
        moved = {"home_commune": code, "phone": "0901234567"}
        day = date(2025, 8, 1)
        api.write(OFFICER.again(), register="population", key=number(at), values=moved, grounds=GROUNDS, valid_from=day)
    assert patch().changed == 3
    assert homes(BEFORE) == {number(0): A, number(2): NEW}
    assert homes(REFORM) == {number(0): NEW, number(2): OTHER}
    assert homes() == {number(0): NEW, number(1): NEW, number(2): NEW, number(3): NEW}


def test_a_patch_killed_between_portions_goes_on(node: Runtime) -> None:
    lay(*[(A, "")] * 20)
    left = iter(range(3))

    class Killed(BaseException):
        pass

    def counted(_connection: Any) -> None:
        if next(left, None) is None:
            raise Killed

    event.listen(node.database.engine, "commit", counted)
    try:
        with pytest.raises(Killed):
            patch(portion=6)
    finally:
        event.remove(node.database.engine, "commit", counted)
    assert set(homes().values()) == {A, NEW}
    told: list[int] = []
    assert patch(portion=6, tell=told.append) == Replaced(changed=20, left=0)
    assert set(homes().values()) == {NEW}
    facts: list[Any] = [fact.event for fact in read_after(0, types=[UnitsReplaced])]
    assert [fact.rows for fact in facts] == [6, 6, 6, 2]
    himself = Actor(kind=Kind.CITIZEN, subject=number(3), level=2)
    assert [each.act for each in api.accesses(himself, subject=number(3)) if each.reason] == ["write"]


def test_only_units_of_the_owner_with_a_reason_and_not_tomorrow(sqlite_node: Runtime) -> None:
    for wrong, code in (
        ({"mapping": {"99999": NEW}}, "patch.units"),
        ({"mapping": {A: "99999"}}, "patch.units"),
        ({"field": "full_name"}, "patch.field"),
        ({"reason": ""}, "patch.reason"),
        ({"on": date(2027, 1, 1)}, "patch.future"),
    ):
        with pytest.raises(Invalid) as caught:
            patch(**wrong)
        assert caught.value.code == code
    with pytest.raises(Denied):
        api.replace_units(
            system("x", agency="G15"), register="population", mapping={}, on=REFORM, grounds=GROUNDS, reason="x"
        )
