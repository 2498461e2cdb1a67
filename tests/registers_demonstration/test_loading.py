"""The invented nation arrives in the registers whole, once, with its history; a killed seed goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lienthong.kernel import events
from lienthong.kernel.actor import system
from lienthong.kernel.errors import Denied
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Mode, Settings
from lienthong.registers import api
from lienthong.registers.demonstration import country, enterprises, people, seed, things
from lienthong.registers.demonstration.rows import Row
from tests.registers_demonstration.whole_nation import make

WHO = system("demonstration-seed")
GROUNDS = api.Grounds(purpose="test", basis="L-26-2023")
KEYS = {
    "population": "number",
    "residence": "entry_no",
    "civil_status": "entry_no",
    "birth_notices": "notice_no",
    "health_insurance": "card_no",
}


def stored(register: str, keys: list[str]) -> dict[str, dict[str, Any]]:
    """Return what a register holds now under these keys."""
    found: dict[str, dict[str, Any]] = {}
    for at in range(0, len(keys), 400):
        query = api.Query(register, key=keys[at : at + 400])
        for record in api.read(system("test", agency="G01"), queries=[query], grounds=GROUNDS)[0]:
            assert record.key not in found, "nobody is there twice"
            found[record.key] = record.values
    return found


def expected(register: str, rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Return the newest state of each record with a key, as the generator made it."""
    states: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        if row.get(KEYS[register]):
            states[row[KEYS[register]]].update(row)
    return {
        key: {name: value for name, value in state.items() if value is not None and not name.startswith("_")}
        for key, state in states.items()
    }


def assert_whole(count: int) -> None:
    """Every record that the generator makes is in its register, as made."""
    for register, rows in make(count).rows.items():
        wanted = expected(register, rows)
        assert stored(register, list(wanted)) == wanted


def one(register: str, key: str, as_of: date | None = None) -> dict[str, Any]:
    query = api.Query(register, key=key, as_of=as_of)
    return api.read(system("test", agency="G01"), queries=[query], grounds=GROUNDS)[0][0].values


def told(node: Runtime) -> int:
    """Return how many facts there are."""
    with node.database.reading():
        return len(events.read_after(0, limit=10_000))


def test_everybody_arrives_as_made(node: Runtime) -> None:
    seed(WHO, scale=300, say=lambda _line: None)
    assert_whole(300)


def test_who_is_there_already_is_not_written_twice(node: Runtime) -> None:
    mother = {"number": people()["mother"], "full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992-05-12"}
    api.bulk_load(replace(WHO, agency="G01"), register="population", rows=[{**mother, "_valid_from": "2021-07-01"}])
    seed(WHO, scale=600, say=lambda _line: None)
    assert_whole(600)


def test_a_second_seed_says_so_and_changes_nothing(node: Runtime) -> None:
    seed(WHO, scale=60, say=lambda _line: None)
    before, lines = told(node), list[str]()
    seed(WHO, scale=500, say=lines.append)
    assert lines == ["Đã có 60 người minh họa; không thay đổi gì."]
    assert told(node) == before


def test_a_seed_that_was_interrupted_goes_on_where_it_stopped(node: Runtime) -> None:
    def stop(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seed(WHO, scale=500, say=stop)
    lines = list[str]()
    seed(WHO, scale=70, say=lines.append)
    assert lines[0].startswith("Gieo tiếp từ người thứ ")
    assert lines[-1] == "Đã gieo 500 trong 500 người."
    assert_whole(500)


def test_a_killed_seed_goes_on_after_a_new_start(sqlite_node: Runtime) -> None:
    """The process is really killed, within a portion, at no chosen point."""
    home, url = sqlite_node.settings.home, sqlite_node.database.url
    code = (
        "import sys; from pathlib import Path\n"
        "from lienthong.kernel.runtime import running, start\n"
        "from lienthong.kernel.settings import Settings\n"
        "from lienthong.kernel.actor import system\n"
        "from lienthong.registers.demonstration import seed\n"
        "with running(start(Settings(home=Path(sys.argv[1]), database_url=sys.argv[2]))):\n"
        "    seed(system('demonstration-seed'), scale=900, say=lambda line: print(line, flush=True))\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(home), url],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    lines = [child.stdout.readline() for _ in range(2)]
    child.send_signal(signal.SIGKILL)
    child.stdout.close()
    assert child.wait() == -signal.SIGKILL
    assert all("trong 900 người" in line for line in lines)
    seed(WHO, scale=900, say=lines.append)
    assert lines[2].startswith("Gieo tiếp từ người thứ ")
    assert_whole(900)


def test_the_father_lived_elsewhere_until_he_moved_in(node: Runtime) -> None:
    seed(WHO, scale=40, say=lambda _line: None)
    father, mother = people()["father"], people()["mother"]
    assert one("population", father, date(2026, 10, 29))["home_commune"] == "26911"
    now = one("population", father)
    assert now["home_commune"] == one("population", mother)["home_commune"] == "26929"
    assert [
        version.valid_from
        for version in api.history(system("test", agency="G01"), register="population", key=father, grounds=GROUNDS)
    ] == ["2021-07-01", "2026-10-30"]


def test_every_enterprise_is_represented_by_somebody_who_lives_here(node: Runtime) -> None:
    seed(WHO, scale=40, say=lambda _line: None)
    made = {row["code"]: row for row in enterprises.rows(country.places())}
    assert len(made) == enterprises.COUNT
    found = stored("enterprises", list(made))
    assert found == {code: {n: v for n, v in row.items() if n != "_valid_from"} for code, row in made.items()}
    named = {row["representative_number"]: row["representative_name"] for row in made.values()}
    for number, person in stored("population", list(named)).items():
        assert (person["full_name"], person["life_status"]) == (named.pop(number), "living")
    assert not named
    assert {row["status"] for row in made.values()} == {"active", "suspended", "dissolved"}
    seed(WHO, scale=40, say=lambda _line: None)
    assert {api.version_of("enterprises", code) for code in made} == {1}, "a second seed changes nothing"


def test_every_portion_leaves_an_access_entry(node: Runtime) -> None:
    seed(WHO, scale=40, say=lambda _line: None)
    entries = api.accesses(replace(WHO, agency="G01"), subject="", limit=50)
    assert {entry.register for entry in entries} == {*KEYS, "enterprises", *things.rows(country.places())}
    assert {(entry.act, entry.purpose, entry.actor) for entry in entries} == {
        ("import", "demonstration", "demonstration-seed")
    }


def test_a_production_node_takes_no_invented_people(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'x.sqlite'}", mode=Mode.PRODUCTION)
    with running(start(settings)), pytest.raises(Denied):
        seed(WHO, scale=40, say=lambda _line: None)
