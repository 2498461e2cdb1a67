"""Import of a file through every step a clerk's has, against the floor: ``bulk_load`` of the same rows, ready made.

``python -m bench.bench_import [--rows 100000] [--database postgresql+psycopg://…]``
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from pathlib import Path

from bench.measure import node, timed, write
from lienthong.kernel.actor import system
from lienthong.registers import api as registers
from lienthong.stewardship import api

STEWARD = system("bench", agency="G01")
TITLES = ["Số CCCD", "Họ và tên", "Giới tính", "Ngày sinh", "Dân tộc", "Mã xã"]
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLE = ("Văn", "Thị", "Minh", "Thu", "Đức", "Ngọc", "Quốc", "Hữu", "Thanh", "Kim")
GIVEN = ("An", "Bình", "Châu", "Dũng", "Hà", "Hùng", "Khôi", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quân", "Sơn", "Yến")


def people(count: int) -> list[list[str]]:
    """Return rows as a clerk types them: days as dd/mm/yyyy, sexes in words."""
    chance = random.Random(1)
    rows: list[list[str]] = []
    for at in range(count):
        name = " ".join((chance.choice(FAMILY), chance.choice(MIDDLE), chance.choice(MIDDLE), chance.choice(GIVEN)))
        male = chance.random() < 0.5
        year = chance.randint(1940, 1999)
        day = f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{year}"
        number = f"079{0 if male else 1}{year % 100:02d}{at:06d}"
        rows.append([number, name, "Nam" if male else "Nữ", day, "Kinh", "26929"])
    return rows


def stored(row: list[str]) -> dict[str, str]:
    """Return a row as the register stores it."""
    day, month, year = row[3].split("/")
    names = ("number", "full_name", "sex", "birth_date", "ethnicity", "home_commune")
    return dict(
        zip(
            names, [row[0], row[1], "1" if row[2] == "Nam" else "2", f"{year}-{month}-{day}", "01", row[5]], strict=True
        )
    )


def main() -> None:
    """Measure and write the result."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--database", default="")
    asked = options.parse_args()
    rows = people(asked.rows)
    with node() as running, timed() as floor:
        engine = running.database.engine.dialect.name
        registers.bulk_load(STEWARD, register="population", rows=map(stored, rows))
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder, node(asked.database) as running:
        engine = running.database.engine.dialect.name
        path = Path(folder) / "people.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([TITLES, *rows])
        registers.prepare()
        with timed() as timing:
            done = api.import_file(STEWARD, register="population", path=path, agree=lambda shown: shown.settings)
        with timed() as again:
            same = api.import_file(
                STEWARD.again(), register="population", path=path, reason="again", agree=lambda shown: shown.settings
            )
        # some of them bear one name and birth date by chance: they wait for a person
        assert (done.created + done.review, done.rejected, same.unchanged) == (asked.rows, 0, done.created)
    write(
        f"import_{engine}",
        engine=engine,
        rows=asked.rows,
        waiting=done.review,
        timing=timing,
        floor_rate=asked.rows / floor.seconds,
        floor_cpu_us=round(1e6 * floor.cpu / asked.rows, 1),
        same_file_again_seconds=round(again.seconds, 3),
    )


if __name__ == "__main__":
    main()
