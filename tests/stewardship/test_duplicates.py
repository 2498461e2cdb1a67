"""The doubles of a register and of a file, links between two registers, and a person's word on them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.sheets import Writer
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api
from lienthong.stewardship.jobs import handlers
from tests.beginnings import Beginnings
from tests.kernel import ugly

STEWARD = system("steward", agency="G01")
INSURER = system("insurer", agency="G24")
WHY = Grounds(purpose="lookup", basis="L-26-2023")
HEALTH = Grounds(purpose="lookup", basis="L-25-2008")
HA, AGAIN, TWIN, HUY = "079192990017", "079192990071", "079192993345", "079090990021"


def put(register: str = "population", **values: Any) -> None:
    registers.write(system("seed"), register=register, values=values, grounds=WHY)


def _people(_node: Runtime) -> None:
    home = {"home_commune": "26929", "phone": "0901234567", "mother_name": "Trần Thị Hoa"}
    put(number=HA, full_name="Nguyễn Thị Thu Hà", sex="2", birth_date="1992-03-08", **home)
    put(number=AGAIN, full_name="Nguyen Thi Thu Ha", sex="2", birth_date="1992-03-08", **home)
    put(number=TWIN, full_name="Nguyễn Thị Thu Hạ", sex="2", birth_date="1992-03-08", **home)
    put(number=HUY, full_name="Lê Quốc Huy", sex="1", birth_date="1990-07-01", home_commune="00166")
    put(full_name="Lê Quốc Huy", sex="1", birth_date="1990-07-01", home_commune="00166", phone="0907654321")
    put(full_name="Trần Văn Nam", sex="1", birth_date="1971-11-30", home_commune="00166")
    card = {"category": "HN", "valid_from": "2025-01-01"}
    registers.write(
        system("seed"),
        register="health_insurance",
        values={
            "card_no": "HN4797900000001",
            "number": HUY,
            "full_name": "Le Quoc Huy",
            "birth_date": "1990-07-01",
            **card,
        },
        grounds=HEALTH,
    )


@pytest.fixture
def people(node: Runtime, beginnings: Beginnings) -> Runtime:
    beginnings.lay(node, _people)
    return node


def lines(path: Path) -> dict[str, tuple[str, str]]:
    with path.open(encoding="utf-8") as file:
        return {row["record_id"]: (row["cluster_id"], row["verdict"]) for row in csv.DictReader(file)}


def test_doubles_wait_for_a_word_with_what_speaks_for_them(people: Runtime, tmp_path: Path) -> None:
    run = api.find_duplicates(STEWARD, register="population", grounds=WHY, rows=tmp_path / "rows.csv")
    assert (run.state, run.rows, run.sure > 0, run.review > 0) == ("done", 6, True, True)
    found = lines(tmp_path / "rows.csv")
    assert found[HA][0] == found[AGAIN][0]
    assert found[TWIN][1] == "review"  # a mark of the name differs, and the number
    assert found[HUY][0] != found[HA][0]
    waiting = api.duplicates(STEWARD, register="population", grounds=WHY)
    assert [each.bits for each in waiting] == sorted((each.bits for each in waiting), reverse=True)
    both = api.compare_pair(STEWARD, register="population", one=waiting[0].one, other=waiting[0].other, grounds=WHY)
    said = [api.in_words(each) for each in both.pair.evidence]
    assert "Ngày sinh: giống nhau" in " ".join(said)
    citizen = Actor(kind=Kind.CITIZEN, subject=HUY, level=2)
    assert [each.act for each in registers.accesses(citizen, subject=HUY) if f"duplicates:{run.id}" in each.reason] == [
        "compare"
    ]


def test_a_word_holds_for_every_later_run(people: Runtime) -> None:
    run = api.start_duplicates(STEWARD, register="population", grounds=WHY)
    jobs.run_all({each.kind: each for each in handlers})
    assert [each.state for each in api.duplicate_runs(STEWARD, register="population", grounds=WHY)] == ["done"]
    pair = api.duplicates(STEWARD, register="population", grounds=WHY, verdict="review")[0]
    which = {"register": "population", "one": pair.other, "other": pair.one, "grounds": WHY}
    for decision, reason in (("maybe", "x"), ("different", " ")):
        with pytest.raises(Invalid):
            api.decide_pair(STEWARD, **which, decision=decision, reason=reason)
    said = api.decide_pair(STEWARD, **which, decision="different", reason="hai chị em")
    assert (said.run, said.decision) == (run.id, "different")
    api.find_duplicates(STEWARD, register="population", grounds=WHY)
    later = api.duplicates(STEWARD, register="population", grounds=WHY)
    assert (pair.one, pair.other) not in {(each.one, each.other) for each in later}
    assert [each.reason for each in api.duplicates(STEWARD, register="population", grounds=WHY, decided=True)] == [
        "hai chị em"
    ]


def test_merging_by_the_owner_only_and_back(people: Runtime) -> None:
    with pytest.raises(Denied):
        api.merge(INSURER, register="population", keep=HA, gone=AGAIN, reason="trùng", grounds=WHY)
    api.find_duplicates(STEWARD, register="population", grounds=WHY)
    who = STEWARD.again()
    made = api.merge(who, register="population", keep=HA, gone=AGAIN, reason="trùng", grounds=WHY)
    assert api.merge(who, register="population", keep=HA, gone=AGAIN, reason="trùng", grounds=WHY) == made
    which = {"register": "population", "one": made.kept, "other": made.gone, "grounds": WHY}
    with pytest.raises(Conflict, match="đã được gộp"):
        api.decide_pair(STEWARD, **which, decision="different", reason="nhầm")
    assert api.duplicate_counts(STEWARD, register="population", grounds=WHY)["sure", "merged"] == 1
    back = api.unmerge(STEWARD.again(), register="population", gone=AGAIN, reason="nhầm", grounds=WHY)
    assert (back.kept, back.gone) == (made.kept, made.gone)
    words = {each.decision for each in api.duplicates(STEWARD, register="population", grounds=WHY, decided=True)}
    assert words == {"different"}


def test_a_file_is_compared_without_being_imported(people: Runtime, tmp_path: Path) -> None:
    spec = registers.definition("population")
    header = ["STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "SĐT", "Họ tên mẹ"]
    rows = [
        ["7", "Nguyễn Thị Thu Hà", "08/03/1992", "Nữ", HA, "0901 234 567", "Trần Thị Hoa"],
        ["8", "Thu Hà Nguyễn Thị", "8/3/1992", "nu", "", "+84901234567", "Tran Thi Hoa"],
        ["9", "Lê Quốc Huy", "1990", "Nam", HUY, "", ""],
    ]
    for name in ("people.xlsx", "people.csv"):
        with Writer(tmp_path / name, header) as out:
            out.add(rows)
        found = api.duplicates_in_file(
            spec=spec, path=tmp_path / name, rows=tmp_path / "rows.csv", pairs=tmp_path / "pairs.csv"
        )
        assert (found.rows, found.sure + found.review, found.clusters) == (3, 1, 1)
        said = lines(tmp_path / "rows.csv")
        assert said["7"][0] == said["8"][0] != said["9"][0]
        assert said["9"][1] == "no"
        assert "name=order" in (tmp_path / "pairs.csv").read_text()
    with Writer(tmp_path / "odd.csv", ["a", "b"]) as out:
        out.add([["1", "2"]])
    with pytest.raises(Invalid, match="Không nhận ra cột họ tên"):
        api.duplicates_in_file(spec=spec, path=tmp_path / "odd.csv", rows=tmp_path / "rows.csv")
    with pytest.raises(Invalid, match="Không có tệp"):
        api.duplicates_in_file(spec=spec, path=tmp_path / "none.csv", rows=tmp_path / "rows.csv")
    assert not [each for each in (people.settings.home / "images").iterdir() if each.name.startswith(".work")]


def test_a_file_in_old_letters_under_titles_is_compared_too(people: Runtime, tmp_path: Path) -> None:
    listed, rows = tmp_path / "viet-hung.csv", tmp_path / "rows.csv"
    ugly.tcvn3_with_titles(listed, 10)
    whole = listed.read_bytes().rstrip()
    again = whole.rsplit(b"\n", 1)[1].replace(b"10;", b"11;", 1)
    listed.write_bytes(whole + b"\r\n" + again + b"\r\n")
    found = api.duplicates_in_file(spec=registers.definition("population"), path=listed, rows=rows)
    assert (found.rows, found.sure, found.clusters) == (11, 1, 1)
    said = lines(rows)
    assert said["10"][0] == said["11"][0] != said["9"][0]


def test_links_between_two_registers(people: Runtime, tmp_path: Path) -> None:
    run = api.find_links(
        INSURER, register="health_insurance", other="population", grounds=HEALTH, rows=tmp_path / "links.csv"
    )
    assert (run.rows, run.sure) == (1, 1)  # the register itself has him twice, once without his number
    with (tmp_path / "links.csv").open() as file:
        first, second = list(csv.DictReader(file))
    assert (first["record_id"], first["other_id"], first["verdict"]) == ("HN4797900000001", HUY, "sure")
    assert (second["other_id"] != HUY, second["verdict"]) == (True, "review"), "a name and a day are not enough"
    assert float(first["probability"]) >= float(second["probability"])
    with pytest.raises(Denied):
        api.find_links(STEWARD, register="health_insurance", other="population", grounds=HEALTH)
    with pytest.raises(Invalid, match="không có họ tên"):
        api.find_duplicates(STEWARD, register="residence", grounds=WHY)
