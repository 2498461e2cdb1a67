"""A batch does not go back behind what others made of it: merges, life events that were followed, rolls of voters."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api
from tests.registers.people import COMMUNE, HA, HUY, STEWARD
from tests.registers.test_life_events import settle
from tests.stewardship.test_import_files import GOOD, bring, csv_file
from tests.stewardship.test_rolls import AREAS, officer

WHY = Grounds(purpose="import", basis="L-26-2023")
HOUR = timedelta(hours=1)


def put(register: str, **values: Any) -> None:
    registers.write(STEWARD.again(), register=register, values=values, grounds=WHY)


def of(register: str, key: str) -> dict[str, Any]:
    (found,) = registers.read(STEWARD.again(), queries=[Query(register, key=key)], grounds=WHY)
    return found[0].values if found else {}


def undo(batch: str) -> int:
    return api.undo(STEWARD.again(), batch=batch, reason="nhầm tệp")


def stands_in_the_way(batch: str) -> set[tuple[str, str]]:
    with pytest.raises(api.Dependents) as caught:
        undo(batch)
    return {(each.code, each.at) for each in caught.value.faults}


def couple() -> None:
    for number, sex, spouse in ((HA, "2", HUY), (HUY, "1", HA)):
        put(
            "population", number=number, full_name="Nguyễn Thị Thu Hà", sex=sex, birth_date="1992-03-08",
            home_commune=COMMUNE, life_status="living", marital_status="2", spouse_number=spouse,
        )  # fmt: skip
    put("residence", entry_no="TT/1", number=HA, kind="permanent", commune=COMMUNE, from_date="2015-01-01")
    settle()


def bring_death(folder: Path) -> str:
    path = folder / "chet.csv"
    with path.open("w", encoding="utf-8") as file:
        header = ["Số định danh", "Họ và tên", "Giới tính", "Ngày sinh", "Tình trạng sống", "Ngày chết"]
        row = [HA, "Nguyễn Thị Thu Hà", "2", "08/03/1992", "deceased", "20/11/2026"]
        csv.writer(file).writerows([header, row])
    return bring(path).batch


@pytest.mark.parametrize(("keep", "gone"), [(HA, HUY), (HUY, HA)])
def test_what_was_merged_is_taken_apart_first(
    node: Runtime, tmp_path: Path, clock: SetClock, keep: str, gone: str
) -> None:
    put("population", number=HUY, full_name="Lê Huy", sex="1", birth_date="1990-01-01", home_commune=COMMUNE)
    batch = bring(csv_file(tmp_path / "a.csv", GOOD)).batch
    how = {"register": "population", "grounds": WHY, "reason": "một người"}
    registers.merge_records(STEWARD.again(), keep=keep, gone=gone, **how)
    clock.advance(HOUR)
    assert stands_in_the_way(batch) == {("undo.merged", HA)}
    assert of("population", HUY), "who was there before is still found"
    registers.unmerge_records(STEWARD.again(), gone=gone, **how)
    assert undo(batch) == 1
    assert (of("population", HA), of("population", HUY)["full_name"]) == ({}, "Lê Huy")


def test_what_registers_did_by_a_life_event_of_the_batch_is_put_right_first(
    node: Runtime, tmp_path: Path, clock: SetClock
) -> None:
    couple()
    clock.advance(HOUR)
    batch = bring_death(tmp_path)
    clock.advance(HOUR)
    settle()
    assert stands_in_the_way(batch) == {("undo.followed", "TT/1"), ("undo.followed", HUY)}
    right: list[tuple[str, str, dict[str, Any]]] = [
        ("residence", "TT/1", {"to_date": None}),
        ("population", HUY, {"marital_status": "2", "spouse_number": HA}),
    ]
    for register, key, values in right:
        registers.correct(STEWARD.again(), register=register, key=key, values=values, grounds=WHY, reason="nhập nhầm")
    assert undo(batch) == 1
    assert of("population", HA)["life_status"] == "living"


def test_a_life_event_that_was_taken_back_is_not_followed(node: Runtime, tmp_path: Path, clock: SetClock) -> None:
    couple()
    clock.advance(HOUR)
    assert undo(bring_death(tmp_path)) == 1
    settle()
    assert of("population", HA)["life_status"] == "living"
    assert "to_date" not in of("residence", "TT/1")
    assert of("population", HUY)["marital_status"] == "2"


def test_who_stands_on_a_posted_roll_is_taken_off_first(node: Runtime, tmp_path: Path, clock: SetClock) -> None:
    batch = bring(csv_file(tmp_path / "a.csv", GOOD)).batch
    clock.advance(HOUR)
    roll = api.draw_roll(officer(), roll_kind="deputies", day=date(2027, 2, 28), areas=AREAS)
    assert api.depends(STEWARD, batch=batch) == [], "a draft is drawn up again"
    api.post_roll(officer(), roll=roll)
    assert stands_in_the_way(batch) == {("undo.listed", HA)}
    said = api.object_to_roll(officer(), roll=roll, about="not_entitled", person=HA, said="nhập nhầm người")
    api.decide_objection(officer(), objection=said, accept=True, reason="đúng", ground="twice")
    clock.advance(HOUR)
    assert undo(batch) == 1
    assert api.reproduce_roll(officer(), roll=roll).same


def test_a_later_batch_that_says_the_same_goes_first(node: Runtime, clock: SetClock, tmp_path: Path) -> None:
    first = bring(csv_file(tmp_path / "dau.csv", GOOD)).batch
    clock.advance(HOUR)
    new = ["", "Trần Văn Bình", "1", "01/02/1980", "01", COMMUNE]
    again = bring(csv_file(tmp_path / "sau.csv", GOOD, new)).batch
    with pytest.raises(api.Dependents) as caught:
        undo(first)
    (why,) = caught.value.faults
    assert why.code == "undo.repeated"
    assert "“sau.csv” nhập sau cũng có 1 bản ghi" in why.text
    assert undo(again) == 1
    assert undo(first) == 1
    assert of("population", HA) == {}
