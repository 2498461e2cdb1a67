"""The people of one source in columns, ready to be compared: read from Parquet or CSV, brought into one form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from lienthong.kernel.columns import Workshop, folded, quoted, words
from lienthong.stewardship.domain.matching.scoring import Person
from lienthong.stewardship.domain.matching.weights import frequency

_FOLDED = folded("{0}")
_DIGITS = "regexp_replace({0}, '[^0-9]', '', 'g')"
_DAY = r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$"
_NUMBER = f"CASE WHEN length({_DIGITS}) BETWEEN 9 AND 12 THEN {_DIGITS} END"
_TEXT = "nullif(trim(nfc_normalize({0})), '')"
_READ = {
    "number": _NUMBER,
    "former_number": _NUMBER,
    "name": _TEXT,
    "birth_date": (
        rf"CASE WHEN regexp_matches({{0}}, '{_DAY}') THEN regexp_extract({{0}}, '{_DAY}', 3) || '-' ||"
        rf" lpad(regexp_extract({{0}}, '{_DAY}', 2), 2, '0') || '-' || lpad(regexp_extract({{0}}, '{_DAY}', 1), 2, '0')"
        r" WHEN regexp_matches({0}, '^\d{4}(-\d{2}(-\d{2})?)?') THEN left({0}, 10) END"
    ),
    "sex": (
        f"CASE WHEN {_FOLDED} IN ('1', 'nam', 'm', 'male', 'trai') THEN '1'"
        f" WHEN {_FOLDED} IN ('2', 'nu', 'f', 'female', 'gai') THEN '2' END"
    ),
    "unit": _TEXT,
    "address": _TEXT,
    "phone": f"CASE WHEN length({_DIGITS}) >= 9 THEN '0' || right({_DIGITS}, 9) END",
    "father_name": _TEXT,
    "mother_name": _TEXT,
    "father_number": _NUMBER,
    "mother_number": _NUMBER,
    "spouse_number": _NUMBER,
}
ROLES = tuple(_READ)
"""What matching looks at, in the order of the columns."""
_NOTHING = "CAST(NULL AS VARCHAR)"
_PERSON = ", ".join(f"coalesce({role}, '')" for role in ROLES)


def bring_in(shop: Workshop, source: str, columns: Mapping[str, str], record_id: str, table: str = "people") -> int:
    """Make a table of the people of a source and answer how many there are.

    source: what SQL reads from, such as ``read_parquet('…')``. columns: role → column of it. record_id: column with the
    record's own id, "" for the number of the row. Values come into stored form; what cannot be read is empty.
    """
    taken = {role: columns.get(role, "") for role in ROLES}
    cells = [f"CAST({quoted(name)} AS VARCHAR) AS {role}" for role, name in taken.items() if name]
    named = f"CAST({quoted(record_id)} AS VARCHAR)" if record_id else "CAST(row_number() OVER () AS VARCHAR)"
    read = [f"{_reader(role) if name else _NOTHING} AS {role}" for role, name in taken.items()]
    shop.run(
        f"CREATE TABLE {table} AS SELECT row_number() OVER () AS place, record, {', '.join(read)}"  # noqa: S608
        f" FROM (SELECT {', '.join([f'{named} AS record', *cells])} FROM {source})"
    )
    return int(shop.rows(f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608


def know_places(
    shop: Workshop, today: Callable[[str], tuple[str, ...]], table: str = "people"
) -> dict[str, tuple[str, ...]]:
    """Return for every unit of the people what it is today, as ``today`` tells, each as ``province/unit``."""
    units = [row[0] for row in shop.rows(f"SELECT DISTINCT unit FROM {table} WHERE unit IS NOT NULL")]  # noqa: S608
    return {each: today(each) for each in units}


def prepare(shop: Workshop, places: Mapping[str, tuple[str, ...]], table: str = "people") -> None:
    """Make the narrow table that blocks are made of: folded words, parts of dates, how frequent each value is."""
    narrow = f"{table}_narrow"
    shop.table("place_now", "unit VARCHAR, unit_now VARCHAR, province VARCHAR", _places(places))
    shop.run(
        f"CREATE TABLE {narrow} AS SELECT place, number, former_number, list_aggregate(list_sort(w), 'string_agg', ' ')"  # noqa: S608
        " AS words, w[1] AS family, w[-1] AS given, birth_date AS born, left(birth_date, 4) AS year,"
        " CASE WHEN length(birth_date) = 10 THEN birth_date[6:] END AS day, sex, p.unit_now, p.province, phone,"
        f" {folded('father_name')} AS father, {folded('mother_name')} AS mother, father_number, mother_number,"
        f" spouse_number FROM (SELECT *, {words('name')} AS w FROM {table}) LEFT JOIN place_now p USING (unit)"
    )
    for name in ("words", "born", "unit_now"):
        shop.run(
            f"CREATE TABLE {table}_often_{name} AS SELECT {name}, count(*) AS often FROM {narrow}"  # noqa: S608
            f" WHERE {name} IS NOT NULL GROUP BY {name}"
        )


def people_at(
    shop: Workshop, picked: str, rows: int, places: Mapping[str, tuple[str, ...]], table: str = "people"
) -> dict[int, Person]:
    """Return the people whose places the table ``picked`` lists, each with how frequent its values are."""
    sql = (
        f"SELECT place, coalesce(w.often, 0), coalesce(b.often, 0), coalesce(u.often, 0), {_PERSON}"  # noqa: S608
        f" FROM {table} JOIN {picked} USING (place) JOIN (SELECT place, words, born, unit_now FROM {table}_narrow) n"
        f" USING (place) LEFT JOIN {table}_often_words w USING (words) LEFT JOIN {table}_often_born b USING (born)"
        f" LEFT JOIN {table}_often_unit_now u USING (unit_now)"
    )
    found: dict[int, Person] = {}
    for portion in shop.portions(sql):
        for place, name, born, unit, *values in portion:
            said = dict(zip(ROLES, values, strict=True))
            often = (frequency("name", name, rows), frequency("birth_date", born, rows), frequency("unit", unit, rows))
            found[place] = Person(**said, unit_now=places.get(said["unit"], ()), frequency=often)
    return found


def _places(places: Mapping[str, tuple[str, ...]]) -> Iterable[tuple[str, str, str]]:
    for unit, now in places.items():
        first = now[0] if now else unit
        yield unit, first, first.partition("/")[0] if now else ""


def rows_of(shop: Workshop, table: str = "people") -> Iterator[list[tuple[int, str]]]:
    """Yield place and record id of all people in their order, in portions."""
    return shop.portions(f"SELECT place, record FROM {table} ORDER BY place")  # noqa: S608


def _reader(role: str) -> str:
    return _READ[role].replace("{0}", role)
