"""Doubles among a million people with a seeded truth: time, memory, precision, recall, what is left to review.

``people_with_errors.py`` has the error model. Floor in the same run: DuckDB reading the same file, folding the names
and joining it with itself by name and year of birth, which is the least that any finder of doubles does.
``--people``: how many (1,000,000).
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections import Counter
from itertools import combinations
from pathlib import Path

import measure
from people_with_errors import FIELDS, people

from lienthong.kernel.columns import folded, workshop
from lienthong.stewardship.domain.matching import MatchRules
from lienthong.stewardship.store.matching import pairing
from lienthong.stewardship.store.matching import people as columns

FLOOR = (
    "SELECT count(*) FROM (SELECT {key} AS k FROM read_csv('{path}', all_varchar=true)) a"
    " JOIN (SELECT {key} AS k FROM read_csv('{path}', all_varchar=true)) b USING (k)"
)


def write(path: Path, count: int) -> list[int]:
    """Write so many people as CSV; answer of whom each row is."""
    truth: list[int] = []
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(FIELDS)
        for at, (person, row) in enumerate(people(count), 1):
            row[0] = str(at)
            out.writerow(row)
            truth.append(person)
    return truth


def main() -> None:
    """Measure and write the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=1_000_000)
    count = parser.parse_args().people
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        path = Path(folder) / "people.csv"
        truth = write(path, count)
        rows = len(truth)
        key = folded("name") + " || left(birth_date, 4)"
        with workshop(Path(folder) / "floor") as shop, measure.timed() as floor:
            shop.rows(FLOOR.format(key=key, path=path))
        with workshop(Path(folder) / "work") as shop, measure.timed() as timing:
            columns.bring_in(
                shop, f"read_csv('{path}', all_varchar=true)", {each: each for each in FIELDS[1:]}, "record_id"
            )
            found = pairing.find_duplicates(
                shop, rows=rows, rules=MatchRules(rows=rows), today=lambda code: (f"0/{code}",)
            )
        report(found, truth, timing, floor)


def report(found: pairing.Found, truth: list[int], timing: measure.Timing, floor: measure.Timing) -> None:
    """Compare with the truth, pair by pair, and write the result."""
    copies = Counter(truth)
    real = sum(number * (number - 1) // 2 for number in copies.values())
    groups: dict[int, list[int]] = {}
    for place, first in found.clusters.of.items():
        groups.setdefault(first, []).append(place)
    sure = right = both = 0
    for members in groups.values():
        for one, other in combinations(members, 2):
            same = truth[one - 1] == truth[other - 1]
            doubtful = {one, other} & found.clusters.doubtful
            both += same
            sure += not doubtful
            right += same and not doubtful
    pairs = Counter(each.verdict for each in found.scores.values())
    reviewed = pairs["review"] + len(found.clusters.parted)
    of_pairs = sum(truth[one - 1] == truth[other - 1] for one, other in found.scores)
    measure.write(
        "matching-duplicates",
        engine="duckdb",
        rows=len(truth),
        timing=timing,
        floor_rate=len(truth) / floor.seconds,
        floor_cpu=round(floor.cpu, 1),
        cpu=round(timing.cpu, 1),
        true_pairs=real,
        compared=found.compared,
        sure_pairs=sure,
        precision_sure=round(right / max(sure, 1), 5),
        recall_sure=round(right / max(real, 1), 4),
        recall_sure_and_review=round(of_pairs / max(real, 1), 4),
        recall_in_clusters=round(both / max(real, 1), 4),
        review_pairs=reviewed,
        review_share=round(reviewed / max(reviewed + sure, 1), 4),
        review_rows_share=round(len(found.clusters.doubtful) / len(truth), 4),
    )


if __name__ == "__main__":
    main()
