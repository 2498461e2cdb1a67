"""Families with a birth notice waiting, the officers who serve them, and the machine that works after commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

import pytest

from lienthong.identity import api as identity
from lienthong.identity import demonstration as officers
from lienthong.kernel import delivery, jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.services import api
from lienthong.services import jobs as machine
from tests.beginnings import Beginnings

SEED = system("test-seed", agency="G01")
WARD, OTHER = "26929", "26944"
MOTHER_3, FATHER_3 = "079193990613", "051091990614"
GRANDFATHER, DAUGHTER, FAR = "079049990149", "079179990179", "001149990001"


def person(
    number: str, name: str, sex: str, *, home: str = WARD, address: str = "9 Minh Họa", **more: Any
) -> dict[str, Any]:
    row = {
        "number": number,
        "full_name": name,
        "sex": sex,
        "birth_date": "1992-05-12",
        "ethnicity": "01",
        "nationality": "VN",
        "home_town": "21220",
        "home_commune": home,
        "home_address": address,
        "life_status": "living",
    }
    return row | more


def family(
    mother: str, father: str, notice: str, *, his: dict[str, Any] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Rows of a couple of one home, married, with a birth notice waiting; ``his``: what differs for the father."""
    return {
        "population": [
            person(mother, "Nguyễn Thị Thu Hà", "2", spouse_number=father),
            person(father, "Lê Quốc Huy", "1", spouse_number=mother, **(his or {})),
        ],
        "residence": [
            {
                "entry_no": f"{WARD}/permanent/2019/{mother[-6:]}",
                "number": mother,
                "kind": "permanent",
                "household": f"{WARD}{mother[-6:]}",
                "relation": "04",
                "head_number": mother,
                "commune": WARD,
                "address": "9 Minh Họa",
                "from_date": "2019-06-08",
            }
        ],
        "civil_status": [
            {
                "entry_no": f"{WARD}/marriage/2019/{mother[-6:]}",
                "kind": "marriage",
                "number": father,
                "spouse_number": mother,
                "person_name": "Lê Quốc Huy",
                "event_date": "2019-06-08",
                "registered_on": "2019-06-08",
                "commune": WARD,
            }
        ],
        "birth_notices": [
            {
                "notice_no": notice,
                "mother_number": mother,
                "mother_name": "Nguyễn Thị Thu Hà",
                "birth_date": "2026-11-14",
                "birth_time": "06:35",
                "sex": "2",
                "birth_place": "Bệnh viện Phụ sản (minh họa)",
                "birth_commune": WARD,
                "status": "waiting",
            }
        ],
    }


MONDAY = datetime(2026, 11, 16, 9, tzinfo=ZONE)
MOTHER, FATHER = "079192990417", "051090990256"
MOTHER_2, FATHER_2 = "079195990508", "079093990612"


def land(rows: dict[str, list[dict[str, Any]]]) -> None:
    for register, each in rows.items():
        owner = system("test-seed", agency=registers.definition(register).owner)
        landed = registers.bulk_load(owner, register=register, rows=each)
        assert not landed.rejects, landed.rejects


@pytest.fixture
def nation(node: Runtime, beginnings: Beginnings) -> Runtime:
    """A node with two families of one ward, its officers, and an officer of another province."""
    beginnings.lay(node, populate)
    return node


@pytest.fixture
def sqlite_nation(sqlite_node: Runtime, beginnings: Beginnings) -> Runtime:
    """The same on SQLite alone, where the database makes no difference."""
    beginnings.lay(sqlite_node, populate)
    return sqlite_node


def populate(_node: Runtime) -> None:
    officers.seed(SEED, scale=0, say=lambda _line: None)
    land(family(MOTHER, FATHER, "GCS-1"))
    land(family(MOTHER_2, FATHER_2, "GCS-2", his={"home": OTHER, "address": "88/8 Minh Họa", "ethnicity": "02"}))


def citizen(number: str, *, level: int = 2) -> Actor:
    return Actor(kind=Kind.CITIZEN, subject=number, level=level)


def officer(key: str) -> Actor:
    """One of the demonstration officers, in a new request."""
    office = next(each for each in officers.OFFICERS if each.key == key)
    role, _, unit = office.agency.partition("@")
    members = identity.staff(SEED, agency=agency_of(role, unit), role=office.roles[0])
    member = next(each for each in members if each.subject == officers.staff_id(key))
    return Actor(
        kind=Kind.OFFICER,
        subject=member.subject,
        agency=member.agency,
        roles=frozenset(member.roles),
        units=frozenset(member.units),
        level=3,
    )


def agency_of(role: str, unit: str) -> str:
    from lienthong.reference import api as reference

    return reference.competent(role=role, unit=unit).code if unit else role


def work() -> None:
    """Let the machine do everything that waits: its own steps, papers, notices."""
    handlers = {each.kind: each for each in machine.handlers}
    while jobs.run_all(handlers) + delivery.deliver_all(machine.listeners):
        pass


ANSWERS = {"child.full_name": "Lê Nguyễn Minh An", "child.facility": "H29.2.1"}
STEPS = ("residence", "insurance", "card")


def ready(who: Actor, *, steps: Sequence[str] = STEPS, **more: str) -> str:
    """Prepare a draft up to filing and answer its id."""
    draft = api.begin(who, procedure="linked-birth")
    api.fetch_facts(who, draft=draft)
    api.answer(who, draft=draft, values={**ANSWERS, **more}, sharing=steps)
    return draft


def filed(who: Actor, *, steps: Sequence[str] = STEPS, **more: str) -> str:
    """File a dossier and answer its code."""
    return api.file(who, draft=ready(who, steps=steps, **more))


def filed_on_monday(node: Runtime) -> str:
    """File a dossier of the mother on Monday 16/11/2026 at 09:00 and answer its code."""
    cast(SetClock, node.clock).set(MONDAY)
    return filed(citizen(MOTHER))


def decide(key: str, code: str, step: str, verdict: str = "approve", **more: Any) -> None:
    api.decide(officer(key), dossier=code, step=step, verdict=verdict, **more)


def register_birth(code: str) -> None:
    """Take a dossier through reception, registration, signature and the number."""
    decide("commune-officer", code, "receive")
    decide("commune-officer", code, "register")
    decide("commune-chair", code, "register", "sign")
    work()


@pytest.fixture
def unknown(nation: Runtime) -> Actor:
    """A mother whose hospital has not sent the birth notice."""
    rows = family(MOTHER_3, FATHER_3, "GCS-3")
    del rows["birth_notices"]
    land(rows)
    return citizen(MOTHER_3)


@pytest.fixture
def elders(nation: Runtime, beginnings: Beginnings) -> Runtime:
    """An old man of the ward with a daughter, and an old woman of another province."""
    beginnings.lay(nation, settle)
    return nation


def settle(_node: Runtime) -> None:
    rows = [
        person(GRANDFATHER, "Phan Văn Tư", "1", address="6 Minh Họa", birth_date="1949-04-30"),
        person(DAUGHTER, "Phan Thị Ngọc Diệp", "2", birth_date="1979-10-20"),
        person(FAR, "Hoàng Thị Bích", "2", home="00166", birth_date="1949-01-01"),
    ]
    home = {"entry_no": f"{WARD}/permanent/1990/1", "number": GRANDFATHER, "kind": "permanent", "relation": "01"}
    home |= {"household": f"{WARD}1", "head_number": GRANDFATHER, "commune": WARD, "address": "6 Minh Họa"}
    land({"population": rows, "residence": [home | {"from_date": "1990-01-01"}]})
    for number, key in ((DAUGHTER, "daughter"), (MOTHER, "mother"), (FATHER, "father")):
        identity.open_account(SEED, number=number, level=2, demonstration=True)
        identity.name_demonstration_person(SEED, key=key, subject=number, name=key, about="", place=9)
