"""How fast a column of a clerk's spreadsheet is understood, in µs a value, and old units into new ones.

Clean: stored forms, passed by whole columns. Dirty: every value needs reading (few repeats). Repeated: few different
values. Floor, in the same run: one look into a dictionary a value (clean, repeated), one regular expression (dirty).
``--values``: how many (100,000). ``units-convert``: a CSV list of ``--lines`` (1,000,000) as `lienthong units convert`
writes it; its floor is the csv module reading the list and writing it again.
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import measure

from lienthong.reference import api as reference
from lienthong.reference.cli.converting import convert_file
from lienthong.stewardship.domain.understanding import Settings, understand_column

SETTINGS = Settings(today=date(2026, 11, 28))
BEFORE = date(2025, 6, 30)
NUMBERS = [f"0{province:02d}" for province in (1, 4, 8, 22, 31, 38, 40, 48, 79, 92)]
SYLLABLES = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Hà",
    "Hải",
    "Hòa",
    "Hùng",
    "Lan",
    "Linh",
    "Mai",
    "Minh",
    "Ngọc",
    "Sơn",
    "Tuấn",
)


def numbers(random: Random, count: int) -> list[str]:
    """Return personal numbers."""

    def one() -> str:
        return f"{random.choice(NUMBERS)}{random.randrange(2)}{random.randrange(100):02d}{random.randrange(10**6):06d}"

    return [one() for _ in range(count)]


def days(random: Random, count: int) -> list[date]:
    """Return days of birth."""
    return [date(1930, 1, 1) + timedelta(days=random.randrange(34_000)) for _ in range(count)]


def names(random: Random, count: int) -> list[str]:
    """Return people's names."""
    return [" ".join(["Nguyễn", *random.choices(SYLLABLES, k=3)]) for _ in range(count)]


def columns(count: int) -> dict[str, tuple[str, list[Any]]]:
    """Return columns by name of the measurement: term and values."""
    random = Random(1)
    people, births, called = numbers(random, count), days(random, count), names(random, count)
    towns = [unit.full_name for unit in reference.units(level="commune", parent="01")]
    old = [reference.place(unit) for unit in reference.units(level="commune", on=BEFORE)][:2000]
    return {
        "clean-numbers": ("personal_number", people),
        "clean-dates": ("birth_date", [day.isoformat() for day in births]),
        "clean-names": ("full_name", called),
        "dirty-numbers": ("personal_number", [int(number) for number in people]),
        "dirty-dates": ("birth_date", [f"{day:%d/%m/%Y}" for day in births]),
        "dirty-names": ("full_name", [name.upper() + " " for name in called]),
        "dirty-phones": ("phone", [f"+84 9{random.randrange(10**8):08d}" for _ in range(count)]),
        "repeated-ethnicity": ("ethnicity", random.choices(["Kinh", "Tày", "H'Mông", "kinh", "Khmer"], k=count)),
        "repeated-communes": ("home_commune", [f"{random.choice(towns)}, Hà Nội" for _ in range(count)]),
        "old-addresses": ("home_commune", [f"Số {at} ngõ 5, {random.choice(old)}" for at in range(count)]),
    }


def floor(name: str, values: Sequence[Any]) -> float:
    """Return values a second of the least that could be done for each."""
    if name.startswith("dirty"):
        matches: Callable[[str], object] = re.compile(r"\s*(\S+?)[ /.](\S+)\s*").match
        texts = list(map(str, values))
        with measure.timed() as timing:
            for text in texts:
                matches(text)
    else:
        known = dict.fromkeys(values, 1)
        with measure.timed() as timing:
            for value in values:
                known.get(value)
    return len(values) / timing.seconds


def convert(lines: int) -> None:
    """Measure a whole list of people in old communes."""
    random = Random(7)
    places = [
        ("Phường Phúc Xá", "Quận Ba Đình", "Thành phố Hà Nội"),
        ("Xã Tân Thạnh Đông", "Huyện Củ Chi", "Thành phố Hồ Chí Minh"),
        ("Xã Hòa Phong", "Huyện Hòa Vang", "Thành phố Đà Nẵng"),
    ]
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as name:
        source, again = Path(name) / "list.csv", Path(name) / "again.csv"
        with source.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(("STT", "Họ tên", "Xã", "Huyện", "Tỉnh", "Địa chỉ"))
            out.writerows((at, "Nguyễn Văn An", *random.choice(places), f"Tổ {at % 500}") for at in range(lines))
        with (
            measure.timed() as floor,
            source.open(encoding="utf-8") as file,
            again.open("w", encoding="utf-8") as other,
        ):
            csv.writer(other).writerows(csv.reader(file))
        with measure.timed() as timing:
            counts = convert_file(source, Path(name) / "new.csv", column="", on=BEFORE).counts
        measure.write(
            "units-convert",
            engine="duckdb",
            rows=lines,
            timing=timing,
            floor_rate=lines / floor.seconds,
            certain=counts["certain"],
        )


def main() -> None:
    """Measure every column and write the results."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--values", type=int, default=100_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    asked = parser.parse_args()
    count = asked.values
    reference.convert_unit("Phường Ba Đình, Hà Nội", on=BEFORE)  # the map is read once a process
    for name, (term, values) in columns(count).items():
        with measure.timed() as timing:
            found = understand_column(term, values, SETTINGS)
        measure.write(
            f"understanding-{name}",
            engine="python",
            rows=count,
            timing=timing,
            floor_rate=floor(name, values),
            told=len(found.problems),
        )
    convert(asked.lines)


if __name__ == "__main__":
    main()
