"""Invents plausible people straight into a Parquet file, 10,000,000 in about a minute: always the same ones.

Names follow the weights of the demonstration nation, units are those in force (or those until 30/06/2025); no family
is consistent beyond the numbers of parents, who are other people of the file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from lienthong.reference import api as reference
from lienthong.registers.demonstration import names

_SLOTS = 1000
_PRIMES = {1_000_003: 618_047, 10_000_019: 6_180_353, 100_000_007: 61_803_391}
STREETS = ("Lê Lợi", "Nguyễn Huệ", "Trần Hưng Đạo", "Hai Bà Trưng", "Quang Trung", "Điện Biên Phủ", "Hùng Vương")
_COLUMNS = """
    number(j) AS number,
    pick('family', i, 1) || ' ' || CASE WHEN male(j) THEN
        if(draw(i, 2, 100) < 40, 'Văn', pick('middle_m', i, 3)) || ' ' || pick('given_m', i, 4) ELSE
        if(draw(i, 2, 100) < 40, 'Thị', pick('middle_f', i, 3)) || ' ' || pick('given_f', i, 4) END AS full_name,
    if(male(j), '1', '2') AS sex,
    strftime(born(j), '%Y-%m-%d') AS birth_date,
    if(draw(i, 5, 100) < 85, '01', pick_people(i)) AS ethnicity,
    'VN' AS nationality,
    if(born(j) < DATE '2000-01-01', '2', '1') AS marital_status,
    home(i) AS home_commune,
    (1 + draw(i, 8, 300)) || ' ' || streets()[1 + draw(i, 9, len(streets()))] AS home_address,
    if(born(j) > DATE '1960-01-01' AND draw(i, 10, 100) < 60 AND i > 2000, number(mix(i - 1 - draw(i, 11, 2000))), NULL)
        AS father_number,
    if(born(j) > DATE '1960-01-01' AND draw(i, 10, 100) < 65 AND i > 2000, number(mix(i - 1 - draw(i, 12, 2000))), NULL)
        AS mother_number,
    if(born(j) < DATE '2010-01-01', '09' || lpad(draw(i, 13, 100000000)::VARCHAR, 8, '0'), NULL) AS phone,
    'living' AS life_status
"""


def write(people: int, path: Path, *, on: date | None = None) -> None:
    """Write a Parquet file of people in the fields of the population register. on: whose units; today's when None."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "600MB"}) as engine:
        engine.execute("SET preserve_insertion_order = true")
        prime = next(each for each in _PRIMES if each > people)
        units = [unit.code for unit in reference.units(level="commune", on=on)]
        for name, listed in _weighted().items():
            engine.execute(f"CREATE TABLE slots_{name} AS SELECT ?::VARCHAR[] AS v", [listed])
        engine.execute("CREATE TABLE units AS SELECT ?::VARCHAR[] AS v", [units])
        peoples = sorted(set(reference.code_list("ethnicity").codes) - {"01"})
        engine.execute("CREATE TABLE peoples AS SELECT ?::VARCHAR[] AS v", [peoples])
        for statement in (
            "draw(i, salt, below) AS (hash(i, salt) % below)::INTEGER",
            f"mix(i) AS (i::BIGINT * {_PRIMES[prime]} + 12345) % {prime}",
            "male(j) AS j % 2 = 0",
            "born(j) AS DATE '1936-01-01' + ((j // 2) % 90)::INTEGER * 365 + draw(j, 20, 365)",
            "number(j) AS '0' || lpad(((j // 180) % 96)::VARCHAR, 2, '0')"
            " || CASE WHEN (j // 2) % 90 < 64 THEN if(male(j), '0', '1') ELSE if(male(j), '2', '3') END"
            " || lpad(((36 + (j // 2) % 90) % 100)::VARCHAR, 2, '0') || lpad((j // 17280)::VARCHAR, 6, '0')",
            f"streets() AS {list(STREETS)!r}",
            *(
                f"pick_{name}(i, salt) AS (SELECT v FROM slots_{name})[1 + draw(i, salt, {_SLOTS})]"  # noqa: S608
                for name in _weighted()
            ),
            "home(i) AS (SELECT v FROM units)[1 + draw(i, 7, (SELECT len(v) FROM units))]",
            "pick_people(i) AS (SELECT v FROM peoples)[1 + draw(i, 6, (SELECT len(v) FROM peoples))]",
        ):
            engine.execute(f"CREATE MACRO {statement}")
        columns = _COLUMNS
        for name in _weighted():
            columns = columns.replace(f"pick('{name}', ", f"pick_{name}(")
        engine.execute(
            f"COPY (SELECT {columns} FROM (SELECT i, mix(i) AS j FROM range({people}) AS t(i)))"  # noqa: S608
            f" TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 100000)"
        )


def _weighted() -> dict[str, list[str]]:
    """Return the names of each kind, laid out over equal slots by their weight."""
    found: dict[str, list[str]] = {}
    for kind in ("family", "middle_m", "middle_f", "given_m", "given_f"):
        listed = [(each["value"], float(each["weight"])) for each in names.rows("names_vn.csv") if each["kind"] == kind]
        whole = sum(weight for _, weight in listed)
        slots = [name for name, weight in listed for _ in range(round(_SLOTS * weight / whole))]
        found[kind] = (slots + slots)[:_SLOTS]
    return found
