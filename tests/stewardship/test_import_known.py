"""Rows whose person stands already under another number, or none: told, asked, changed or new, and taken back."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lienthong.identity import demonstration as accounts
from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Query, Record
from lienthong.stewardship import api
from lienthong.stewardship.api.importing import running, twins
from tests.beginnings import Beginnings
from tests.browsing import Browser, count_queries
from tests.registers.people import GROUNDS, OFFICER, STEWARD
from tests.stewardship import commands
from tests.stewardship.desk import steward
from tests.stewardship.test_import_batches import ready
from tests.stewardship.test_import_files import csv_file

HEADER = ["number", "full_name", "sex", "birth_date", "home_commune", "mother_number", "former_number", "phone"]
KEY = "079192990017"
HANH: dict[str, Any] = {
    "number": KEY,
    "full_name": "Nguyễn Thị Mỹ Hạnh",
    "sex": "2",
    "birth_date": "1992-03-08",
    "home_commune": "26929",
    "phone": "0901234567",
}
OTHER = "079192990084"
MOTHER = "079165990019"
MAYBE = "row.maybe_known_person"


def row(**said: str) -> list[str]:
    """A row of a file about the same woman, but for what is said."""
    return [str((HANH | said).get(name, "")) for name in HEADER]


def stands(**said: Any) -> Record:
    """Let her stand in the register."""
    return registers.write(system("seed", agency="G01"), register="population", values=HANH | said, grounds=GROUNDS)


def now(number: str) -> list[Record]:
    return registers.read(OFFICER, queries=[Query("population", key=number)], grounds=GROUNDS)[0]


def causes(batch: str, *, trial: bool = False) -> dict[str, list[int]]:
    told = api.progress(STEWARD, batch=batch, trial=trial).causes
    return {each.code: each.rows for each in told if each.kind == "review"}


def brought(path: Path) -> str:
    batch = ready(path)
    api.run(STEWARD, batch=batch)
    return batch


@pytest.mark.parametrize(
    ("said", "there", "code"),
    [
        ({"number": OTHER}, {}, MAYBE),
        ({"number": ""}, {}, "row.known_person"),
        ({}, {"number": None}, "row.known_person"),
        ({"number": OTHER, "full_name": "NGUYEN THI MY HANH"}, {}, MAYBE),
        ({"number": "", "birth_date": "03/08/1992"}, {"birth_date": "1992-08-03"}, "row.known_person"),
        ({"number": "", "birth_date": "1992"}, {}, "row.known_person"),
        ({"number": "", "full_name": "Nguyễn Thị Mỹ Hằnk", "mother_number": MOTHER}, {"mother_number": MOTHER}, MAYBE),
        ({"number": OTHER, "former_number": "023456789"}, {"former_number": "023456789"}, "row.known_person"),
        ({"number": OTHER, "birth_date": "11/11/1971"}, {}, ""),
        ({"number": OTHER, "full_name": "Lê Quốc Sơn", "sex": "1"}, {}, ""),
        ({"phone": "0909999999"}, {}, ""),
    ],
    ids=["number", "none", "gets-one", "marks", "swapped", "year", "letter", "former", "born", "name", "own"],
)
def test_who_is_known_and_who_is_not(
    said: dict[str, str], there: dict[str, Any], code: str, node: Runtime, tmp_path: Path
) -> None:
    stands(**there)
    batch = brought(csv_file(tmp_path / "a.csv", row(**said), header=HEADER))
    assert list(causes(batch)) == ([code] if code else [])


def test_the_clerk_says_it_is_the_same_person_and_it_can_be_taken_back(node: Runtime, tmp_path: Path) -> None:
    hanh = stands()
    batch = brought(csv_file(tmp_path / "a.csv", row(number=OTHER, phone="0907777777"), header=HEADER))
    assert now(OTHER) == [], "nothing lands unasked"
    ((twin, record),) = api.twins_of(STEWARD, batch=batch, row=2)
    assert (twin.record, twin.verdict, twin.held) == (hanh.id, "review", "number")
    assert record
    assert record.key == KEY
    assert ("name", "same") in {(field, outcome) for field, outcome, _ in twin.evidence}
    with pytest.raises(Invalid):
        api.decide(STEWARD.again(), batch=batch, row=2, person="")
    who = STEWARD.again()
    for _ in range(2):  # pressed twice
        done = api.decide(who, batch=batch, row=2, person=hanh.id, reason="hai thẻ, một người")
        assert (done.state, done.person) == ("landed", hanh.id)
    (led,) = now(OTHER)
    assert (led.id, led.asked_as, led.values["phone"]) == (hanh.id, OTHER, "0907777777")
    assert api.progress(STEWARD, batch=batch).counts.changed == 1
    history = registers.history(OFFICER, register="population", key=KEY, grounds=GROUNDS)
    assert "hai thẻ, một người" in history[-1].reason
    assert "dòng 2" in history[-1].reason
    assert api.undo(STEWARD.again(), batch=batch, reason="nhầm") == 2
    assert now(OTHER) == []
    assert now(KEY)[0].values["phone"] == HANH["phone"]


def test_the_clerk_says_it_is_somebody_else(node: Runtime, tmp_path: Path) -> None:
    stands()
    batch = brought(csv_file(tmp_path / "a.csv", row(number=OTHER), header=HEADER))
    assert api.decide(STEWARD.again(), batch=batch, row=2, person="other").person == "other"
    assert [each.asked_as for each in (*now(OTHER), *now(KEY))] == ["", ""]
    again = brought(csv_file(tmp_path / "b.csv", row(number=OTHER), row(phone="0901111111"), header=HEADER))
    assert causes(again) == {}, "whoever has a record is not asked about any more"


def test_a_record_without_a_number_gets_it(node: Runtime, tmp_path: Path) -> None:
    record = stands(number=None)
    batch = brought(csv_file(tmp_path / "a.csv", row(full_name="NGUYEN THI MY HANH"), header=HEADER))
    api.decide(STEWARD.again(), batch=batch, row=2, person=record.id)
    (found,) = now(KEY)
    assert (found.id, found.values["full_name"]) == (record.id, HANH["full_name"]), "a worse writing takes nothing"


def test_a_record_that_was_merged_meanwhile_is_said(node: Runtime, tmp_path: Path) -> None:
    hanh = stands()
    kept = stands(number="079192990103", phone="0905555555")
    batch = brought(csv_file(tmp_path / "a.csv", row(number=OTHER), header=HEADER))
    api.merge(STEWARD.again(), register="population", keep=kept.key, gone=KEY, reason="một người", grounds=GROUNDS)
    with pytest.raises(Conflict):
        api.decide(STEWARD.again(), batch=batch, row=2, person=hanh.id)
    assert api.decide(STEWARD.again(), batch=batch, row=2, person=kept.id).state == "landed"
    assert now(OTHER)[0].id == kept.id


def test_a_number_that_somebody_else_got_meanwhile_merges_nobody(node: Runtime, tmp_path: Path) -> None:
    hanh = stands()
    batch = brought(csv_file(tmp_path / "a.csv", row(number=OTHER), header=HEADER))
    third = stands(number=OTHER, full_name="Trần Thị Sáu", birth_date="1990-01-01", phone="0905555555")
    with pytest.raises(Invalid, match="bản ghi khác"):
        api.decide(STEWARD.again(), batch=batch, row=2, person=hanh.id)
    assert [each.id for each in (*now(KEY), *now(OTHER))] == [hanh.id, third.id]
    assert [each.row for each in api.reviews(STEWARD, batch=batch)] == [2], "the row waits on"


@pytest.mark.parametrize("size", [1, 2, 100])
def test_rows_of_one_file_are_told_alike_in_a_dry_run(
    size: int, node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PORTION", size)
    rows = [row(), row(number=OTHER, phone=""), row(number="079192990103", full_name="Nguyễn Thị Mỹ Hạnh"), row()]
    batch = ready(csv_file(tmp_path / "a.csv", *rows, header=HEADER))
    tried = api.run(STEWARD, batch=batch, trial=True)
    foretold = causes(batch, trial=True)
    done = api.run(STEWARD, batch=batch)
    assert foretold == causes(batch) == {"row.maybe_same_person": [3, 4]}
    assert (tried.counts, done.counts.review, done.counts.created) == (done.counts, 2, 1)
    first = now(KEY)[0]
    for at in (3, 4):
        ((twin, record),) = api.twins_of(STEWARD, batch=batch, row=at)
        assert record
        assert (twin.row, record.id) == (2, first.id)
        api.decide(STEWARD.again(), batch=batch, row=at, person=first.id)
    assert {now(number)[0].id for number in (KEY, OTHER, "079192990103")} == {first.id}


def test_a_row_that_does_not_land_keeps_nobody_waiting(node: Runtime, tmp_path: Path) -> None:
    rows = [row(sex=""), row(number=OTHER), row(number="079192990103")]
    batch = brought(csv_file(tmp_path / "a.csv", *rows, header=HEADER))
    counts = api.progress(STEWARD, batch=batch).counts
    assert (counts.rejected, counts.created, causes(batch)) == (1, 1, {"row.maybe_same_person": [4]})


def test_memory_is_bounded(node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twins, "REMEMBERED", 2)
    others = [row(number=f"07909200{at:04d}", full_name=f"Trần Văn {name}")
              for at, name in enumerate(("Bình", "Dũng", "Khôi"))]  # fmt: skip
    batch = ready(csv_file(tmp_path / "a.csv", row(), *others, row(number=OTHER), header=HEADER))
    api.run(STEWARD, batch=batch, trial=True)
    assert causes(batch, trial=True) == {}, "too far back for a dry run"
    monkeypatch.setattr(running, "PORTION", 2)
    api.run(STEWARD, batch=batch)
    assert causes(batch) == {"row.maybe_known_person": [6]}, "the register knows"


def test_many_sure_ones_are_answered_at_once(node: Runtime, tmp_path: Path) -> None:
    names = ("Trần Thị Bình", "Lê Thị Dung", "Phạm Thị Oanh")
    people = [stands(number=f"07919299{at:04d}", full_name=name) for at, name in enumerate(names)]
    rows = [row(number="", full_name=name) for name in names]
    rows = [[*each[:-1], f"090777777{at}"] for at, each in enumerate(rows)]
    batch = brought(csv_file(tmp_path / "a.csv", *rows, row(number=OTHER), header=HEADER))
    told = causes(batch)
    assert told.pop("row.known_person") == [2, 3, 4], told
    first = api.questions(STEWARD, batch=batch)[0]
    assert (first.first.row, first.count) == (2, 3)
    assert api.decide_alike(STEWARD.again(), batch=batch, row=2, person="same").rows == 3
    assert [now(each.key)[0].values["phone"] for each in people] == ["0907777770", "0907777771", "0907777772"]


def test_whoever_was_compared_finds_it(node: Runtime, tmp_path: Path) -> None:
    stands()
    batch = ready(csv_file(tmp_path / "a.csv", row(number=OTHER), header=HEADER))
    api.run(STEWARD, batch=batch, trial=True)
    seen = registers.accesses(system("log"), subject=KEY)
    assert [each.act for each in seen if each.purpose == "import"] == ["compare"]


def test_a_commune_sees_and_merges_nobody_of_another_unit(node: Runtime, tmp_path: Path) -> None:
    hanh = stands(home_commune="00166")
    batch = brought(csv_file(tmp_path / "a.csv", row(number=OTHER), header=HEADER))
    police = steward("G01.79.26929")
    own = api.begin_path(
        police, register="population", path=csv_file(tmp_path / "b.csv", row(number=OTHER), header=HEADER)
    )
    api.confirm(police, batch=own.id, settings=api.preview(police, batch=own.id).settings)
    api.run(police, batch=own.id)
    ((_, hidden),) = api.twins_of(police, batch=own.id, row=2)
    assert hidden is None
    with pytest.raises(Denied):
        api.decide(police, batch=own.id, row=2, person=hanh.id)
    ((_, shown),) = api.twins_of(STEWARD, batch=batch, row=2)
    assert shown is not None


def test_the_command_line_lets_them_wait(node: Runtime, tmp_path: Path) -> None:
    stands()
    path = csv_file(
        tmp_path / "a.csv", row(number=OTHER), row(number="079192990199", full_name="Lê Thị Dung"), header=HEADER
    )
    rows, report = tmp_path / "rows.csv", tmp_path / "report.json"
    told = commands.run("import", "population", path, "--yes", "--rows", rows, "--report", report)
    assert told.exit_code == 1
    assert "Có thể là một người đã có trong cơ sở dữ liệu" in told.output
    with rows.open(encoding="utf-8-sig", newline="") as file:
        assert [each["status"] for each in csv.DictReader(file)] == ["review", "accepted"]
    said = json.loads(report.read_text(encoding="utf-8"))
    assert (said["review"], said["problems"][0]["code"]) == (1, "row.maybe_known_person")


def _people(_node: Runtime) -> None:
    accounts.seed(system("seed"), scale=1, say=lambda _line: None)
    stands()


def test_the_screen_shows_both_and_takes_the_word(
    sqlite_node: Runtime, browse: Callable[..., Browser], beginnings: Beginnings, tmp_path: Path
) -> None:
    beginnings.lay(sqlite_node, _people)
    batch = brought(csv_file(tmp_path / "a.csv", row(number=OTHER, phone="0907777777"), header=HEADER))
    browser = browse().as_person("data-steward")
    at = f"/steward/batches/{batch}/reviews"
    assert "người đã có, hay một người khác" in browser.get(at).text
    with count_queries() as asked:
        page = browser.get(f"{at}/2").text
    assert len(asked) <= 30
    for seen in ("Bản ghi đã có", "Cần người xem", "0907777777", "Dòng này là ai?"):
        assert seen in page
    unanswered = browser.post(f"{at}/2", verdict="land")
    assert unanswered.status_code == 422
    assert "Chọn: dòng này là người đã có" in unanswered.text
    answer = browser.post(f"{at}/2", follow=False, verdict="land", person=now(KEY)[0].id, reason="hai thẻ")
    assert answer.status_code == 303
    assert now(OTHER)[0].key == KEY
    assert "đã nhập" in browser.get(f"{at}/2").text
