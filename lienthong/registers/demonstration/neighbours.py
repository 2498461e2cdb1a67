"""Young families of three wards, each with a birth notice waiting: so that desks of a demonstration have work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from lienthong.kernel.actor import Actor
from lienthong.registers import api
from lienthong.registers.demonstration.names import styles
from lienthong.registers.demonstration.people import FEMALE, MALE

WARDS = (("26929", 28), ("26944", 6), ("00166", 6))
"""Commune and number of families: the ward of the first mother, one beside it, one in another province."""
_KINH = "01"


@dataclass(frozen=True, slots=True)
class Family:
    """A couple of one home whose newborn nobody has registered yet."""

    commune: str
    mother: str
    mother_name: str
    father: str
    father_name: str
    child_name: str
    number: int


def families() -> list[Family]:
    """Return the families, the same on every run; their serials 9903xx are nobody else's."""
    chance = Random(19).random  # noqa: S311  invented people, no secret
    found: list[Family] = []
    for commune, count in WARDS:
        province = "001" if commune.startswith("00") else "079"
        for _ in range(count):
            n = len(found)
            father, family = styles()[_KINH].draw(chance, MALE, 1996, "")
            mother, _own = styles()[_KINH].draw(chance, FEMALE, 1997, "")
            child, _same = styles()[_KINH].draw(chance, FEMALE if n % 2 else MALE, 2026, family)
            found.append(
                Family(commune, f"{province}1979903{n:02d}", mother, f"{province}0969903{n:02d}", father, child, n)
            )
    return found


def load_families(who: Actor) -> list[Family]:
    """Write the families into four registers unless they are there, and answer them."""
    found = families()
    for register, rows in _rows(found).items():
        definition = api.definition(register)
        grounds = api.Grounds(purpose="demonstration", basis=definition.basis[0])
        api.bulk_load(replace(who, agency=definition.owner), register=register, rows=rows, grounds=grounds)
    return found


def _rows(found: list[Family]) -> dict[str, list[dict[str, Any]]]:
    return {
        "population": [row for each in found for row in _couple(each)],
        "residence": [_home(each) for each in found],
        "civil_status": [_marriage(each) for each in found],
        "birth_notices": [_notice(each) for each in found],
    }


def _couple(family: Family) -> Iterator[dict[str, Any]]:
    common = {
        "ethnicity": _KINH,
        "nationality": "VN",
        "home_town": family.commune,
        "home_commune": family.commune,
        "home_address": _address(family),
        "marital_status": "2",
        "life_status": "living",
    }
    yield {
        "number": family.mother,
        "full_name": family.mother_name,
        "sex": FEMALE,
        "birth_date": "1997-04-18",
        "spouse_number": family.father,
        **common,
    }
    yield {
        "number": family.father,
        "full_name": family.father_name,
        "sex": MALE,
        "birth_date": "1996-08-02",
        "spouse_number": family.mother,
        **common,
    }


def _home(family: Family) -> dict[str, Any]:
    return {
        "entry_no": f"{family.commune}/permanent/2022/9903{family.number:02d}",
        "number": family.mother,
        "kind": "permanent",
        "household": f"{family.commune}9903{family.number:02d}",
        "relation": "02",
        "head_number": family.father,
        "commune": family.commune,
        "address": _address(family),
        "from_date": "2022-05-20",
    }


def _marriage(family: Family) -> dict[str, Any]:
    return {
        "entry_no": f"{family.commune}/marriage/2022/9903{family.number:02d}",
        "kind": "marriage",
        "number": family.father,
        "spouse_number": family.mother,
        "person_name": family.father_name,
        "event_date": "2022-05-14",
        "registered_on": "2022-05-14",
        "commune": family.commune,
    }


def _notice(family: Family) -> dict[str, Any]:
    return {
        "notice_no": f"GCS-9903{family.number:02d}",
        "mother_number": family.mother,
        "mother_name": family.mother_name,
        "birth_date": f"2026-10-{5 + family.number % 20:02d}",
        "birth_time": f"{family.number % 24:02d}:15",
        "sex": FEMALE if family.number % 2 else MALE,
        "birth_place": "Bệnh viện (minh họa)",
        "birth_commune": family.commune,
        "status": "waiting",
    }


def _address(family: Family) -> str:
    return f"{family.number + 1}/7 đường Minh Họa"
