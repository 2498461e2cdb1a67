"""The return feed: a subscriber's copy says what the register says of its own people, and nothing else."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from lienthong.exchange import api, cli
from lienthong.exchange.spec.load import check_one
from lienthong.exchange.spec.shape import Contract
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.definitions import BUILT_IN, read
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from tests.exchange.conftest import put
from tests.exchange.people import AN, HA, HUY, OTHER_WARD, WARD, citizen

CITY, HANOI = system("city", agency="H29"), system("hanoi", agency="H26")
WARD_OFFICE = system("ward", agency="H29.26.929")
STEWARD = system("steward", agency="G01")
CONTRACT = "local-feed"
WHY = Grounds(purpose="lookup", basis="L-26-2023")
FIELDS = {
    "number", "full_name", "sex", "birth_date", "home_commune", "home_address",
    "current_commune", "current_address", "life_status", "death_date",
}  # fmt: skip


def start(who: Actor = CITY, contract: str = CONTRACT) -> str:
    """The offset of a snapshot."""
    return api.snapshot(who, contract=contract).offset


def since(offset: str, who: Actor = CITY, contract: str = CONTRACT, **more: Any) -> list[api.Change]:
    return api.changes(who, contract=contract, after=offset, **more).changes


def change(number: str, **values: Any) -> None:
    registers.write(STEWARD.again(), register="population", key=number, values=values, grounds=WHY)


def said(changes: list[api.Change]) -> list[tuple[str, str]]:
    return [(each.what, each.key) for each in changes]


def test_each_agency_sees_its_own_people_and_the_contracts_fields_alone(family: Runtime) -> None:
    city, hanoi = start(), start(HANOI)
    page = api.snapshot(CITY, contract=CONTRACT)
    assert {each.key for each in page.records if each.register == "population"} == {HA, HUY}
    change(HA, current_address="5 Phan Xích Long", religion="02")
    change(HUY, religion="02", phone="0911111111")
    change(AN, home_commune=WARD)
    change(AN, home_commune=OTHER_WARD, home_address="1 Hàng Bông")
    changes = since(city)
    assert said(changes) == [("changed", HA), ("moved-in", AN), ("moved-out", AN)], "Huy's faith is not theirs"
    assert {name for each in changes for name in each.values} <= FIELDS
    assert changes[0].values["current_address"] == "5 Phan Xích Long"
    assert changes[2].values == {}
    assert said(since(hanoi, HANOI)) == [("moved-out", AN), ("moved-in", AN)]
    assert since(changes[0].offset) == changes[1:], "any change is a place to go on from"
    assert since(city) == changes, "read again it is the same"
    (entry, *_) = [each for each in registers.accesses(citizen(AN), subject=AN) if each.contract == CONTRACT]
    assert (entry.act, "religion" in entry.fields) == ("export", False)


def test_pages_end_where_the_next_one_begins(family: Runtime) -> None:
    offset = start()
    rows = [
        {"number": f"0791920{at:05d}", "full_name": "Trần An", "sex": "1", "birth_date": "1980", "home_commune": WARD}
        for at in range(25)
    ]
    registers.bulk_load(STEWARD, register="population", rows=rows, batch=20)
    change(HA, home_address="7")
    found: list[api.Change] = []
    more = True
    while more:
        page = api.changes(CITY, contract=CONTRACT, after=offset, limit=4)
        found, offset, more = [*found, *page.changes], page.offset, page.more
    assert said(found) == [*(("created", row["number"]) for row in rows), ("changed", HA)]
    assert offset == start()


def test_what_was_merged_separated_and_undone_is_told(family: Runtime) -> None:
    offset = start()
    put("population", number="079192990777", full_name="Nguyễn Thị Hà", sex="2", birth_date="1992", home_commune=WARD)
    merge = {"register": "population", "grounds": WHY, "reason": "trùng"}
    registers.merge_records(STEWARD.again(), keep=HA, gone="079192990777", **merge)
    registers.unmerge_records(STEWARD.again(), gone="079192990777", **merge)
    rows = [
        (0, {"number": "079192990888", "full_name": "Lê Ba", "sex": "1", "birth_date": "1990", "home_commune": WARD})
    ]
    landed = registers.land_portion(STEWARD, register="population", rows=rows, grounds=WHY)
    registers.take_back(STEWARD, touched=list(landed.touched.values()), **merge)
    found = since(offset)
    assert [each.what for each in found] == ["created", "merged", "restored", "created", "withdrawn"]
    (kept,) = [each.id for each in api.snapshot(CITY, contract=CONTRACT).records if each.key == HA]
    assert found[1].into == kept
    assert found[2].values == found[0].values


def test_a_reform_of_units_is_told_person_by_person_and_moves_nobody_out(family: Runtime) -> None:
    before, on = "26920", date(2025, 7, 1)
    rows = [
        {"number": f"0791920{at:05d}", "full_name": "Trần An", "sex": "1", "birth_date": "1980", "home_commune": before}
        | {"_valid_from": "2020-01-01"}
        for at in range(9)
    ]
    registers.bulk_load(STEWARD, register="population", rows=rows)
    offset = start()
    mine = [each for each in api.snapshot(CITY, contract=CONTRACT).records if each.values.get("home_commune") == before]
    assert len(mine) == 9, "a former unit is seen by who has its place now"
    how = {"mapping": {before: WARD}, "on": on, "reason": "Nghị quyết 1685", "grounds": WHY, "portion": 4}
    registers.replace_units(STEWARD, register="population", **how)
    found = since(offset)
    assert {(each.what, each.values["home_commune"], each.valid_from) for each in found} == {
        ("changed", WARD, "2025-07-01")
    }
    assert len(found) == 9


def test_a_list_of_people_is_followed_as_they_come_and_go(family: Runtime) -> None:
    insurer = system("insurer", agency="G24")
    offset = start(insurer, "insured-feed")
    change(HA, life_status="missing")
    assert since(offset, insurer, "insured-feed") == [], "nobody has a card yet"
    card = {"number": HA, "full_name": "Nguyễn Thị Thu Hà", "category": "GD", "valid_from": "2026-01-01"}
    put("health_insurance", card_no="GD4790000000001", **card)
    change(HA, life_status="living")
    change(HUY, life_status="missing")
    found = since(offset, insurer, "insured-feed")
    assert [(each.what, each.key) for each in found if each.what != "changed"] == [("moved-in", HA)]
    assert found[-1].values["life_status"] == "living"
    assert {name for each in found for name in each.values} <= {
        "number",
        "full_name",
        "sex",
        "birth_date",
        "life_status",
    }
    registers.correct(
        system("s"),
        register="health_insurance",
        key="GD4790000000001",
        values={"number": HUY},
        grounds=WHY,
        reason="nhầm người",
    )
    assert ("moved-out", HA) in said(since(offset, insurer, "insured-feed"))
    branch = system("branch", agency="G24.79")
    with pytest.raises(Denied):
        start(branch, "insured-feed")


@pytest.mark.parametrize("offset", ["", "x", "1", "1.x", "-1.0", "१.0", "1.0.0", "9" * 40 + ".0"])
def test_what_is_no_offset_is_refused(node: Runtime, offset: str) -> None:
    with pytest.raises(Invalid, match="bản chụp"):
        since(offset)


def test_who_may_not_follow_is_refused(family: Runtime, tmp_path: Path) -> None:
    for who, contract in (
        (citizen(HA), CONTRACT),
        (system("x", agency="DN90"), CONTRACT),
        (CITY, "own-data"),
        (CITY, "no"),
    ):
        with pytest.raises(Denied):
            since("1.0", who, contract)
    with pytest.raises(Denied):
        api.follow_feed(system("x", agency="DN90"), contract=CONTRACT, store=tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    with pytest.raises(Invalid, match="bản chụp"):
        api.snapshot(CITY, contract=CONTRACT, after="1.0|9|x|y")


def test_an_offset_from_before_the_retention_asks_for_a_snapshot(
    family: Runtime, clock: SetClock, tmp_path: Path
) -> None:
    offset = start()
    how = {"contract": CONTRACT, "store": tmp_path / "copy"}
    assert api.follow_feed(CITY, **how).built
    change(HA, home_address="5")
    clock.advance(timedelta(days=91))
    change(HUY, home_address="5")
    assert registers.purge() > 0
    with pytest.raises(Conflict, match="bản chụp"):
        since(offset)
    again = api.follow_feed(CITY, **how)
    assert (again.built, again.records) == (True, 3)
    change(HUY, home_address="6")
    assert api.follow_feed(CITY, **how) == api.Copied(start(), 3, 1, built=False)
    assert api.compare_copy(CITY, **how).differ == []
    assert registers.purge() == 0, "the newest row stays"


def test_a_table_loaded_anew_asks_for_a_snapshot(node: Runtime, tmp_path: Path) -> None:
    offset = start()
    path = tmp_path / "people.csv"
    lines = [f"0791920{at:05d},Trần An,1,1980-01-01,{WARD}" for at in range(8)]
    path.write_text("\n".join(["number,full_name,sex,birth_date,home_commune", *lines]))
    loaded = registers.load_file(STEWARD, register="population", path=path, rejects=tmp_path / "no.csv", portion=4)
    assert loaded.created == 8
    with pytest.raises(Conflict, match="bản chụp"):
        since(offset)
    assert len(api.snapshot(CITY, contract=CONTRACT).records) == 8


def test_after_a_restore_every_copy_begins_anew(family: Runtime, tmp_path: Path) -> None:
    how: dict[str, Any] = {"contract": CONTRACT, "store": tmp_path / "copy"}
    assert [api.follow_feed(CITY, **how).built for _ in range(2)] == [True, False]
    operator = system("restore")
    for _ in range(2):
        api.begin_feeds_anew(operator)
    assert [api.follow_feed(CITY, **how).built for _ in range(2)] == [True, False]
    with pytest.raises(Denied):
        api.begin_feeds_anew(citizen(HA))


def test_a_copy_is_built_kept_and_compared(family: Runtime, tmp_path: Path) -> None:
    how: dict[str, Any] = {"contract": CONTRACT, "store": tmp_path / "copy.sqlite"}
    made = api.follow_feed(CITY, **how, limit=1)
    assert (made.built, made.records, made.taken) == (True, 3, 0)
    change(AN, home_commune=WARD)
    change(HA, home_commune=OTHER_WARD)
    assert api.follow_feed(CITY, **how) == api.Copied(start(), 3, 2, built=False)
    compared = api.compare_copy(CITY, **how)
    assert (compared.differ, compared.same) == ([], 2)
    with closing(sqlite3.connect(how["store"])) as damage, damage:
        damage.execute("UPDATE record SET content = replace(content, 'Huy', 'Hủy')")
    ((register, unit, theirs, own),) = api.compare_copy(CITY, **how).differ
    assert (register, unit, theirs.count, own.count) == ("population", WARD, 2, 2)
    assert api.follow_feed(CITY, **how, again=True).built
    assert api.compare_copy(CITY, **how).differ == []
    assert how["store"].stat().st_mode & 0o077 == 0
    with pytest.raises(Conflict, match="bản sao theo thỏa thuận"):
        api.follow_feed(HANOI, **how)
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    with pytest.raises(Invalid, match="không phải bản sao"):
        api.follow_feed(CITY, contract=CONTRACT, store=other)
    assert other.read_text() == "mine"


def test_a_copy_goes_on_where_it_was_killed(family: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    how: dict[str, Any] = {"contract": CONTRACT, "store": tmp_path / "copy.sqlite", "limit": 1}

    def killed(taken: int) -> None:
        if taken >= 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.follow_feed(CITY, **how, say=killed)
    with pytest.raises(Invalid, match="chưa lập xong"):
        api.compare_copy(CITY, contract=CONTRACT, store=how["store"])
    change(HA, home_address="9")
    assert api.follow_feed(CITY, **how).records == 3
    for at in range(3):
        change(HUY, home_address=str(at))
    with pytest.raises(KeyboardInterrupt):
        api.follow_feed(CITY, **how, say=killed)
    assert api.follow_feed(CITY, **how).taken == 1
    assert api.compare_copy(CITY, contract=CONTRACT, store=how["store"]).differ == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("population:", "people:", "contract.register"),
        ("[number, full_name,", "[pin, full_name,", "contract.field"),
        ("unit: home_commune\n", "unit: home_town\n", "contract.feed_unit"),
        ("birth_date, home_commune,", "birth_date,", "contract.feed_unit"),
        ("        unit: home_commune\n", "", "contract.feed_whose"),
        ("of: unit", "of: owner", "contract.feed_whose"),
        ("unit: home_commune\n", "listed: health_insurance.facility\n", "contract.feed_list"),
        ("ground: public-duty", "ground: public-duty\nsealed: {basis: L-101-2015, days: 5}", "contract.feed_sealed"),
    ],
)
def test_a_fault_of_a_feed_is_found_with_its_line(
    sqlite_node: Runtime, tmp_path: Path, old: str, new: str, code: str
) -> None:
    source = (BUILT_IN / "contracts" / "local-feed.yaml").read_text(encoding="utf-8")
    assert old in source
    path = tmp_path / "contract.yaml"
    path.write_text(source.replace(old, new, 1), encoding="utf-8")
    one, wrong = read(path, Contract)
    assert one is not None, wrong
    found = [each for each in check_one(one) if each.code == code]
    assert found
    assert found[0].at.startswith("contract.yaml:")


def test_the_commands(sqlite_node: Runtime, tmp_path: Path) -> None:
    change_of = {"number": HA, "full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992", "home_commune": WARD}

    def run(*arguments: object, code: int = 0) -> Any:
        how = [*map(str, arguments), "--contract", CONTRACT, "--json"]
        done = CliRunner().invoke(cli.feeding.feed, how if "--as" in how else [*how, "--as", "H29"])
        assert done.exit_code == code, done.output
        return msgspec.json.decode(done.output)

    store = tmp_path / "copy.sqlite"
    offset = run("follow", store)["offset"]
    put("population", **change_of)
    assert run("changes", "--after", offset)["changes"][0]["values"] == change_of
    assert run("follow", store)["taken"] == 1
    assert run("compare", store)["differ"] == []
    with closing(sqlite3.connect(store)) as damage, damage:
        damage.execute("DELETE FROM record")
    assert run("compare", store, code=1)["differ"][0]["unit"] == WARD
    assert "error" in run("follow", store, "--as", "X", code=2)
    assert "error" in run("compare", tmp_path / "no", code=2)
