"""People of a steward's desk: two records of one woman, two of one man, one with something to put right."""

from __future__ import annotations

from datetime import date
from typing import Any

from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api

WHY = Grounds(purpose="matching", basis="L-26-2023")
HANH, HANH_AGAIN, SON, CHILD = "079192990017", "079192990071", "079090990021", "079320990055"
HOME = {"home_commune": "26929", "phone": "0901234567", "mother_name": "Trần Thị Hoa"}
PEOPLE: tuple[dict[str, Any], ...] = (
    {"number": HANH, "full_name": "Nguyễn Thị Mỹ Hạnh", "sex": "2", "birth_date": "1992-03-08", **HOME},
    {"number": HANH_AGAIN, "full_name": "Nguyen Thi My Hanh", "sex": "2", "birth_date": "1992-03-08", **HOME},
    {"number": SON, "full_name": "Lê Quốc Sơn", "sex": "2", "birth_date": "1990-07-01", "home_commune": "26929"},
    {
        "full_name": "Lê Quốc Sơn",
        "sex": "1",
        "birth_date": "1990-07-01",
        "home_commune": "26929",
        "phone": "0907654321",
    },
    {"number": CHILD, "full_name": "Lê Gia Bảo", "sex": "1", "birth_date": "2020-05-05", "home_commune": "00166"}
    | {"mother_number": HANH, "father_number": SON},
)


def machine() -> Actor:
    """The steward's machine."""
    return system("seed", agency="G01")


def steward(agency: str = "G01") -> Actor:
    """An officer who keeps data, of the owner or of an agency below it."""
    roles = frozenset({"data-steward"})
    return Actor(kind=Kind.OFFICER, subject="steward", agency=agency, roles=roles, level=3)


def record(number: str) -> str:
    """Return the id of a person's record."""
    return registers.read(machine(), queries=[Query("population", key=number)], grounds=WHY)[0][0].id


def settle(node: Runtime) -> None:
    """Lay the people into the demonstration nation."""
    settle_alone(node)


def settle_alone(_node: Runtime) -> None:
    """Write the people into a register without anybody else (a beginning is known by its maker: each has its own).

    One of them moved and a word was put right; doubles, and what breaks rules, were looked for.
    """
    for each in PEOPLE:
        registers.write(machine(), register="population", values=each, grounds=WHY)
    moved = {"register": "population", "key": HANH, "grounds": WHY}
    registers.write(
        machine(),
        **moved,
        values={"home_address": "15 Nơ Trang Long"},
        valid_from=date(2026, 3, 1),
        reason="chuyển nhà",
    )
    registers.correct(machine(), **moved, values={"ethnicity": "01"}, reason="thiếu khi nhập sổ cũ")
    api.find_duplicates(machine(), register="population", grounds=WHY)
    api.measure_quality(machine(), register="population")
