"""Tables follow the file: a new register is one file, a widened one keeps what it has, and each step is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.registers import api
from lienthong.registers.api import Query, Record
from lienthong.registers.store.layout import register_layout
from tests.registers.people import GROUNDS, HA, OFFICER

HEAD = """
register: boats
version: 1
valid: [2026-01-01, null]
title: {vi: Phương tiện, en: Vehicles}
short: {vi: Phương tiện, en: Vehicles}
owner: G01
basis: [L-26-2023]
retention: {keep: 10 years, why: {vi: Theo vòng đời xe, en: The life of a vehicle}}
key: card_no
subject: number
"""
BEFORE = "{card_no: {required: true}, number: {is: personal_number}, person_name: {}, commune: {}}"
AFTER = (
    "{card_no: {required: true}, number: {is: personal_number}, phone: {},"
    " person_name: {lookup: folded, with: [commune]}, commune: {lookup: exact}}"
)
Define = Callable[[str], Path]


@pytest.fixture
def define(node: Runtime) -> Define:
    """Write the definition into the node's own catalogue."""
    folder = node.settings.home / "catalogue" / "registers"
    folder.mkdir(parents=True)

    def write(text: str) -> Path:
        path = folder / "boats.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@contextmanager
def restarted(node: Runtime, clock: SetClock) -> Iterator[None]:
    with running(start(node.settings, clock=clock)):
        yield


def put(valid_from: date | None = None, **values: object) -> Record:
    return api.write(OFFICER.again(), register="boats", values=values, grounds=GROUNDS, valid_from=valid_from)


def find(as_of: date | None = None, **by: str) -> list[str]:
    (found,) = api.read(OFFICER, queries=[Query("boats", by=by, as_of=as_of)], grounds=GROUNDS)
    return [each.key for each in found]


def test_a_new_register_is_one_file(node: Runtime, define: Define) -> None:
    define(f"{HEAD}fields: {BEFORE}\n")
    put(card_no="A1234567890", number=HA, person_name="Nguyễn Thị Thu Hà")
    assert find(number=HA) == ["A1234567890"]


def test_a_field_that_becomes_a_lookup_finds_old_records_and_what_they_were(
    node: Runtime, clock: SetClock, define: Define
) -> None:
    define(f"{HEAD}fields: {BEFORE}\n")
    put(date(2026, 1, 1), card_no="A1234567890", person_name="Nguyễn Thị Thu Hà", commune="26929")
    put(card_no="B1234567890", person_name="Lê Quốc Huy", commune="26929")
    put(card_no="A1234567890", commune="26740", valid_from=date(2026, 10, 1))
    define(f"{HEAD}fields: {AFTER}\n")
    with restarted(node, clock):
        put(card_no="C1234567890", person_name="Nguyễn Thị Thu Hà", phone="0901234567")
        assert find(person_name="nguyen thi thu ha") == ["A1234567890", "C1234567890"]
        assert find(commune="26929") == ["B1234567890"]
        assert find(as_of=date(2026, 9, 30), commune="26929") == ["A1234567890"], "B is known since today"
        assert find(as_of=date(2026, 11, 21), commune="26740") == ["A1234567890"]
        with node.database.reading() as connection:
            steps = connection.execute(select(register_layout).where(register_layout.c.register == "boats")).all()
        assert len(steps) == 2
        assert "CREATE TABLE reg_boats" in steps[0].statements
        assert "ADD COLUMN by_person_name" in steps[1].statements


def test_the_same_file_again_alters_nothing(node: Runtime, clock: SetClock, define: Define) -> None:
    define(f"{HEAD}fields: {BEFORE}\n")
    put(card_no="A1234567890")
    with restarted(node, clock):
        api.prepare()
        with node.database.reading() as connection:
            query = select(register_layout.c.id).where(register_layout.c.register == "boats")
            assert len(connection.execute(query).all()) == 1


def test_the_key_of_a_register_with_tables_cannot_change(node: Runtime, clock: SetClock, define: Define) -> None:
    define(f"{HEAD}fields: {BEFORE}\n")
    put(card_no="A1234567890")
    define(f"{HEAD}fields: {BEFORE}\n".replace("key: card_no", "key: number"))
    with restarted(node, clock), pytest.raises(Conflict, match=r"register\.key_changed"):
        find(number=HA)


def test_tables_made_in_a_change_that_is_rolled_back_are_made_again(node: Runtime, define: Define) -> None:
    define(f"{HEAD}fields: {BEFORE}\n")
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        put(card_no="A1234567890")
        raise ZeroDivisionError
    put(card_no="B1234567890")
    assert find(card_no="A1234567890") == []
    assert find(card_no="B1234567890") == ["B1234567890"]


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        (("key: card_no", "key: plate"), 11, "plate"),
        (("subject: number", "subject: person_name"), 12, "số định danh"),
        (("owner: G01", "owner: X9"), 7, "X9"),
        (("[L-26-2023]", "[L-1-1900]"), 9, "L-1-1900"),
        (("commune: {}", "hull_no: {}"), 13, "hull_no"),
        (("person_name: {}", "person_name: {colour: red}"), 13, "colour"),
        (("10 years", "a while"), 10, "permanent"),
        (("[2026-01-01, null]", "[2026-01-01, 2025-01-01]"), 4, "Ngày hết hiệu lực"),
        (("register: boats", "register: Xe cộ"), 2, "a-z"),
        (("title: {vi", "title: {vi: {vi"), 13, "YAML"),
    ],
)
def test_every_fault_has_a_file_a_line_and_a_reason(
    sqlite_node: Runtime, wrong: tuple[str, str], line: int, says: str
) -> None:
    folder = sqlite_node.settings.home / "catalogue" / "registers"
    folder.mkdir(parents=True)
    text = f"{HEAD}fields: {BEFORE}\n"
    assert wrong[0] in text
    (folder / "boats.yaml").write_text(text.replace(*wrong), encoding="utf-8")
    (found,) = api.faults()
    assert found.at.split(":")[0] == "boats.yaml"
    assert says in found.text
    assert "boats" not in {each.id for each in api.definitions()}


def test_two_versions_in_force_on_one_day_are_a_fault(sqlite_node: Runtime) -> None:
    folder = sqlite_node.settings.home / "catalogue" / "registers"
    folder.mkdir(parents=True)
    text = f"{HEAD}fields: {BEFORE}\n"
    (folder / "v1.yaml").write_text(text.replace("[2026-01-01, null]", "[2026-01-01, 2026-06-30]"), encoding="utf-8")
    later = text.replace("version: 1", "version: 2").replace("2026-01-01", "2026-07-01")
    (folder / "v2.yaml").write_text(later, encoding="utf-8")
    assert api.faults() == []
    assert api.definition("boats", on=date(2026, 3, 1)).version == 1
    assert api.definition("boats").version == 2


def test_versions_that_overlap_are_a_fault(sqlite_node: Runtime) -> None:
    folder = sqlite_node.settings.home / "catalogue" / "registers"
    folder.mkdir(parents=True)
    text = f"{HEAD}fields: {BEFORE}\n"
    (folder / "v1.yaml").write_text(text, encoding="utf-8")
    (folder / "v2.yaml").write_text(text.replace("version: 1", "version: 2"), encoding="utf-8")
    (found,) = api.faults()
    assert found.code == "register.overlap"
