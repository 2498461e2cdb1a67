"""Who is worth comparing: pairs that share a block and could still reach review; everybody else is never looked at.

Each pass joins the people with themselves by one key. A pair is kept when the most that its columns can say, in the
bits of ``domain.matching.weights``, reaches the floor; what it really says is then worked out by the domain. Keys are
taken in portions by their hash, so that memory grows with the pairs of a portion and not with the input.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log2

from lienthong.kernel.columns import Workshop
from lienthong.stewardship.domain.matching.weights import AGREE, BITS, FREQUENT, RAREST, USUAL

LARGEST = 300
"""Records of one block beyond which it says too little to compare all with all; other passes find those people."""
PORTION = 1_500_000
_RARER = 4.0  # bits that a value rarer than most says more
_N, _D, _P = BITS["number"], BITS["birth_date"], BITS["phone"]


@dataclass(frozen=True, slots=True)
class Pass:
    """One way to share a block: key, an SQL expression on the narrow table; NULL keeps a record out."""

    name: str
    key: str


PASSES = (
    Pass("number", "number"),
    Pass("former number", "coalesce(former_number, CASE WHEN length(number) = 9 THEN number END)"),
    Pass("name and year", "words || year"),
    Pass("name and day", "words || day"),
    Pass("day of birth and given name", "CASE WHEN day <> '01-01' THEN born || given END"),
    Pass("day of birth and family name and unit", "born || family || unit_now"),
    Pass("year, given name, unit", "year || given || unit_now"),
    Pass("year, family name, unit", "year || family || unit_now"),
    Pass("end of the number and given name", "right(number, 6) || given"),
    Pass("start of the number and day of birth", "CASE WHEN length(number) = 12 THEN left(number, 9) || born END"),
    Pass("phone and given name", "phone || given"),
    Pass("phone and day of birth", "phone || born"),
    Pass("name and mother", "words || coalesce(mother_number, mother)"),
    Pass("mother and day of birth", "coalesce(mother_number, mother) || born"),
    Pass("name and unit", "words || unit_now"),
)


def find_pairs(
    shop: Workshop,
    *,
    rows: int,
    start: float,
    floor: float,
    left: str = "people",
    right: str = "",
    largest: int = LARGEST,
) -> int:
    """Make the table ``pair`` (one, other) of all that is worth comparing; answer how many pairs.

    start: log2 odds before anything is compared. floor: log2 odds of the least that a person looks at. right: another
    table to compare ``left`` with, instead of with itself.
    """
    shop.run("CREATE TABLE pair (one BIGINT, other BIGINT)")
    parts = max(1, ceil(rows / PORTION))
    for each in PASSES:
        for part in range(parts):
            mine = _keyed(f"{left}_narrow", each.key, part, parts)
            theirs = _keyed(f"{right}_narrow", each.key, part, parts) if right else ""
            shop.run(_join(mine, theirs, left, rows, floor - start, largest))
    shop.run("CREATE TABLE worth AS SELECT DISTINCT one, other FROM pair")
    shop.run("DROP TABLE pair")
    return int(shop.rows("SELECT count(*) FROM worth")[0][0])


def _keyed(narrow: str, key: str, part: int, parts: int) -> str:
    among = f" AND k % {parts} = {part}" if parts > 1 else ""
    keyed = f"SELECT *, CASE WHEN {key} IS NOT NULL THEN hash({key}) END AS k FROM {narrow}"  # noqa: S608
    return f"SELECT * FROM ({keyed}) WHERE k IS NOT NULL{among}"  # noqa: S608


def _join(mine: str, theirs: str, left: str, rows: int, least: float, largest: int) -> str:
    if theirs:
        wanted = f"SELECT k FROM theirs GROUP BY k HAVING count(*) <= {largest}"  # noqa: S608
        sides = f"mine AS MATERIALIZED ({mine}), theirs AS MATERIALIZED ({theirs})"
        both, order = "mine a JOIN wanted USING (k) JOIN theirs b USING (k)", "true"
    else:
        wanted = f"SELECT k FROM mine GROUP BY k HAVING count(*) BETWEEN 2 AND {largest}"  # noqa: S608
        sides = f"mine AS MATERIALIZED ({mine})"
        both, order = "chosen a JOIN chosen b USING (k)", "a.place < b.place"
        wanted = f"{wanted}), chosen AS MATERIALIZED (SELECT mine.* FROM mine SEMI JOIN wanted USING (k)"  # noqa: S608
    most = _could(rows, least)
    return (
        f"INSERT INTO pair WITH {sides}, wanted AS ({wanted})"  # noqa: S608
        f" SELECT a.place, b.place FROM {both} LEFT JOIN {left}_often_words w ON w.words = a.words"
        f" WHERE {order} AND {most}"
    )


def _could(rows: int, least: float) -> str:
    """Return, as SQL, whether the most that a pair says reaches so many bits, or it has one number."""
    usual = USUAL * FREQUENT["name"]
    often = f"(greatest(coalesce(w.often, 1) - 2, 0) + {usual}) / {rows + USUAL}.0"
    rarity = f"log2({AGREE['name']} / greatest({often}, {RAREST}))"
    born, unit = (-log2(FREQUENT[each]) + _RARER for each in ("birth_date", "unit"))
    name = (
        f"CASE WHEN a.words IS NULL OR b.words IS NULL THEN 0 WHEN a.words = b.words THEN {rarity}"
        f" WHEN a.given = b.given AND a.family = b.family THEN greatest({rarity} - 3, 9)"
        f" WHEN damerau_levenshtein(a.words, b.words) <= 2 THEN {rarity} - 3"
        " WHEN a.given = b.given OR a.family = b.given OR a.given = b.family THEN 5 ELSE -7 END"
    )
    date = (
        f"CASE WHEN a.born IS NULL OR b.born IS NULL THEN 0 WHEN a.born = b.born THEN {born}"
        f" WHEN a.day = b.day THEN {_D['year_off']}"
        " WHEN a.year = b.year AND (a.day IS NULL OR b.day IS NULL OR a.day = '01-01' OR b.day = '01-01')"
        f" THEN {_D['year']}"
        f" WHEN a.year = b.year AND a.day = right(b.day, 2) || '-' || left(b.day, 2) THEN {_D['swapped']}"
        f" WHEN damerau_levenshtein(a.born, b.born) <= 1 THEN {_D['digit']} ELSE {_D['same_year']} END"
    )
    number = (
        f"CASE WHEN a.number = b.number THEN {_N['equal']}"
        f" WHEN a.former_number = b.number OR a.number = b.former_number OR a.former_number = b.former_number"
        f" THEN {_N['former']} WHEN a.number IS NULL OR b.number IS NULL OR length(a.number) <> length(b.number) THEN 0"
        f" WHEN damerau_levenshtein(a.number, b.number) <= 1 THEN {_N['digit']} ELSE {_N['different']} END"
    )
    home = (
        f"CASE WHEN a.unit_now = b.unit_now THEN {unit} WHEN a.unit_now IS NULL OR b.unit_now IS NULL THEN 0"
        f" WHEN a.province = b.province THEN 1 ELSE 0 END"
        f" + CASE WHEN a.phone = b.phone THEN {_P['equal']} ELSE 0 END"
        " + CASE WHEN a.father = b.father THEN 8 ELSE 0 END + CASE WHEN a.mother = b.mother THEN 8 ELSE 0 END"
        " + CASE WHEN a.father_number = b.father_number THEN 10 ELSE 0 END"
        " + CASE WHEN a.mother_number = b.mother_number THEN 10 ELSE 0 END"
        " + CASE WHEN a.spouse_number = b.spouse_number THEN 10 ELSE 0 END"
    )
    most_at_home = log2(max(rows, 32) / 2)
    sex = f"CASE WHEN a.sex = b.sex THEN 1 WHEN a.sex <> b.sex THEN {BITS['sex']['different']} ELSE 0 END"
    said = f"({name}) + ({date}) + ({number}) + least({home} + 4, {most_at_home}) + ({sex})"
    return f"(a.number = b.number OR {said} >= {least})"
