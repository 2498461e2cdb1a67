"""Invented enterprises, the same on every run: each is represented by somebody whom the demonstration knows by name.

Their codes begin with 99, which no province has, and their names say that they are invented.
"""

from __future__ import annotations

from itertools import cycle, islice

from lienthong.registers.demonstration import named
from lienthong.registers.demonstration.people import TODAY, YEAR_DAYS, Person
from lienthong.registers.demonstration.places import Places
from lienthong.registers.demonstration.rows import Row

REGISTER = "enterprises"
COUNT = 36
_ADULT = 18
_TRADES = ("Nhà nghỉ", "Cửa hàng", "Quán ăn", "Xưởng may", "Vận tải", "Sách thiếu nhi")
_KINDS = {
    "one_member": "Công ty TNHH Một thành viên",
    "private": "Doanh nghiệp tư nhân",
    "limited": "Công ty TNHH",
    "stock": "Công ty cổ phần",
}
"""Kinds in turn, with how names begin."""


def rows(places: Places) -> list[Row]:
    """Return the rows of the business register: the named people's own, one of them with two representatives."""
    known = {each.number: each for village in named.villages(places) for each in village.people}
    father, mother = known[named.NUMBERS["father"]], known[named.NUMBERS["mother"]]
    others = [each for each in known.values() if _is_adult(each) and each not in {father, mother}]
    made = [_row(1, father), _row(2, mother, other=father)]
    return made + [_row(turn, each) for turn, each in enumerate(islice(cycle(others), COUNT - 2), 3)]


def code(turn: int) -> str:
    """Return the code of an enterprise by its place, from 1."""
    return f"99{turn:08d}"


def _row(turn: int, person: Person, *, other: Person | None = None) -> Row:
    kind = "limited" if other else list(_KINDS)[(turn - 1) % len(_KINDS)]
    founded = f"{2012 + turn % 12}-{1 + turn % 12:02d}-{1 + turn % 28:02d}"
    ended = turn % 11 == 0
    row: Row = {
        "_valid_from": founded,
        "code": code(turn),
        "name": f"{_KINDS[kind]} {_TRADES[(turn - 1) % len(_TRADES)]} Minh Họa {turn:02d}",
        "kind": kind,
        "head_commune": person.home.commune.code,
        "head_address": f"{turn} đường Minh Họa",
        "representative_number": person.number,
        "representative_name": person.name,
        "status": "dissolved" if ended else "suspended" if turn % 13 == 0 else "active",
        "founded_on": founded,
    }
    if other is not None:
        row |= {"other_representative_number": other.number, "other_representative_name": other.name}
    return row | ({"dissolved_on": "2026-06-30"} if ended else {})


def _is_adult(person: Person) -> bool:
    return bool(person.number) and not person.died and TODAY - person.born >= _ADULT * YEAR_DAYS
