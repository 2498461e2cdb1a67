"""Files as communes send them, made by seed: old fonts, titles above headers, old districts, lost zeros, doubles."""

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from lienthong.kernel import legacy
from lienthong.registers.demonstration.names import styles
from tests.kernel import workbooks

HEADER = ("STT", "Họ và tên", "Ngày sinh", "Giới tính", "Số CCCD", "Số ĐT", "Địa chỉ thường trú")
OLD_HEADER = ("STT", "Họ, chữ đệm và tên", "Năm sinh", "GT", "CMND/CCCD", "SĐT", "Ấp/Thôn", "Xã", "Huyện", "Tỉnh")
_PLACES = (
    ("Phường Phúc Xá", "Quận Ba Đình", "Thành phố Hà Nội"),
    ("Xã Tân Thạnh Đông", "Huyện Củ Chi", "Thành phố Hồ Chí Minh"),
    ("Xã Hòa Phong", "Huyện Hòa Vang", "Thành phố Đà Nẵng"),
)
"""Commune, district and province as they were until 30/06/2025."""


@dataclass(frozen=True, slots=True)
class Citizen:
    """One invented person. sex: Nam or Nữ. number: 12 digits. phone: 10 digits. place: commune, district, province."""

    name: str
    born: date
    sex: str
    number: str
    phone: str
    place: tuple[str, str, str]


def citizens(count: int, seed: int = 1) -> list[Citizen]:
    """Return invented people, a thousand at most; the same seed gives the same ones."""
    chance = random.Random(seed)
    style = styles()["01"]
    found: list[Citizen] = []
    for at in range(count):
        sex = chance.choice("MF")
        born = date(1940, 1, 1) + timedelta(days=chance.randrange(28_000))
        century = (0 if born.year < 2000 else 2) + (sex == "F")
        serial = (seed * 1000 + at) % 990_000  # people of another seed are others; from 990000 on is the demonstration
        number = f"{chance.choice(('001', '079', '048'))}{century}{born.year % 100:02d}{serial:06d}"
        name, _family = style.draw(chance.random, _sex(sex), born.year, "")
        phone = f"09{chance.randrange(10**8):08d}"
        found.append(Citizen(name, born, "Nữ" if sex == "F" else "Nam", number, phone, chance.choice(_PLACES)))
    return found


def _sex(letter: str) -> str:
    from lienthong.registers.demonstration.people import FEMALE, MALE

    return FEMALE if letter == "F" else MALE


def tcvn3_with_titles(path: Path, count: int = 30, seed: int = 1, *, encoding: str = "tcvn3") -> list[Citizen]:
    """Write a CSV in TCVN3 whose header stands on row 5, under two title rows and two empty ones."""
    people = citizens(count, seed)
    rows = [
        ["ỦY BAN NHÂN DÂN XÃ VIỆT HƯNG"],
        ["Danh sách công dân năm 2024"],
        [],
        [],
        list(HEADER),
        *(
            [
                str(at),
                each.name,
                f"{each.born:%d/%m/%Y}",
                each.sex,
                each.number,
                each.phone,
                ", ".join(("Thôn Đoài", *each.place)),
            ]
            for at, each in enumerate(people, 1)
        ),
    ]
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    path.write_bytes(legacy.encode(text.getvalue(), encoding))
    return people


def merged_with_old_districts(path: Path, count: int = 30, seed: int = 2) -> list[Citizen]:
    """Write an XLSX with merged titles, columns of the old districts, and numbers that lost zeros or became 3.7E+10.

    Every third number is a number without its zeros, every tenth shows as 1.92E+09; phones have lost theirs.
    """
    people = citizens(count, seed)
    rows: list[list[object]] = [
        ["DANH SÁCH NHÂN KHẨU THƯỜNG TRÚ"],
        ["(Kèm theo Công văn số 12/UBND ngày 01/3/2025)"],
        [],
        list(OLD_HEADER),
        *(
            [at, each.name, each.born.year, each.sex, _lost(each.number, at), int(each.phone), "Ấp 3", *each.place]
            for at, each in enumerate(people, 1)
        ),
    ]
    workbooks.xlsx(path, {"Danh sách": rows, "Ghi chú": [["Bản nháp"]]}, merged=("A1:J1", "A2:J2"))
    return people


def _lost(number: str, at: int) -> object:
    if at % 10 == 0:
        return f"{int(number):.2E}"
    return int(number) if at % 3 == 0 else number


def with_doubles(path: Path, count: int = 1_000, doubles: int = 1_000, seed: int = 3) -> list[tuple[int, int]]:
    """Write an XLSX or CSV of ``count`` people and ``doubles`` rows that repeat one of them, some with an error.

    Return the pairs (row of the person, row of the double). A double is the same row, one without diacritics, one with
    a changed birth date, or one without the number.
    """
    chance = random.Random(seed)
    people = citizens(count, seed)
    lines = [(at, _line(each)) for at, each in enumerate(people)]
    for _ in range(doubles):
        at = chance.randrange(count)
        lines.append((at, _blurred(people[at], chance)))
    chance.shuffle(lines)
    first: dict[int, int] = {}
    pairs: list[tuple[int, int]] = []
    for row, (at, _cells) in enumerate(lines, 2):
        if first.setdefault(at, row) != row:
            pairs.append((first[at], row))
    rows = [list(HEADER), *([str(n), *cells] for n, (_at, cells) in enumerate(lines, 1))]
    if path.suffix == ".xlsx":
        workbooks.xlsx(path, {"Sheet1": rows})
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
    return pairs


def _line(each: Citizen) -> list[str]:
    return [each.name, f"{each.born:%d/%m/%Y}", each.sex, each.number, each.phone, ", ".join(each.place)]


def _blurred(each: Citizen, chance: random.Random) -> list[str]:
    from lienthong.kernel.text import fold

    cells = _line(each)
    match chance.randrange(4):
        case 1:
            cells[0] = fold(each.name).upper()
        case 2:
            cells[1] = f"{each.born.replace(day=1):%d/%m/%Y}"
        case 3:
            cells[3] = ""
        case _:
            pass
    return cells
