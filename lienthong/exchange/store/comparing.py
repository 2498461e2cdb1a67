"""Names, days and numbers of a list compared with a register's, in columns: by hash, folded, in any order.

The register's side holds hashes of names, never a name; it is made from the register's image and kept until that
changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from lienthong.kernel.columns import Workshop, folded, quoted, text, words, workshop

CODES = ("match", "wrong_name", "wrong_birth_date", "unknown_number", "deceased", "old_number", "unreadable_row")
_BLANKS = "' \t\u00a0'"
"""What a cell may hold that looks empty, as SQL."""
_SIDE = "packed"
"""Names the shape of the register's side: one of another shape is made anew."""
_FIRST = "1800-01-01"
"""A day before it is read anew, as an import reads it."""


def answers(home: Path, image: Path, fields: Mapping[str, str], led: Iterable[tuple[str, str]]) -> Path:
    """Return the register's side of a comparison in a folder, made anew when its image changed.

    fields: role (number, former_number, name, birth_date, life_status) → column of the image. led: old key → id of the
    record that it leads to.
    """
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = home / f"{image.stem}-{_SIDE}.parquet"
    if made.exists():
        return made
    with workshop(home / f"{image.stem}.work") as shop:
        shop.table("led", "key VARCHAR, record VARCHAR", led)
        said, source = _packed(fields), f"read_parquet({text(str(image))})"
        shop.run(
            f"CREATE TABLE now AS SELECT TRY_CAST({quoted(fields['number'])} AS UBIGINT) AS k, {said} FROM {source}"  # noqa: S608
        )
        olds = [f"SELECT led.key AS old, {said} FROM {source} i JOIN led ON led.record = i.record"]  # noqa: S608
        if "former_number" in fields:
            olds.append(f"SELECT {quoted(fields['former_number'])} AS old, {said} FROM {source}")  # noqa: S608
        shop.run(
            "CREATE TABLE olds AS SELECT TRY_CAST(old AS UBIGINT) AS k,"  # noqa: S608
            " any_value(e) AS e, any_value(f) AS f, any_value(w) AS w, any_value(d) AS d, any_value(b) AS b"
            f" FROM ({' UNION ALL '.join(olds)}) WHERE old IS NOT NULL GROUP BY ALL HAVING count(*) = 1"
        )
        aside = home / f".{image.stem}"
        shop.run(
            "COPY (SELECT * FROM now WHERE k IS NOT NULL UNION ALL"  # noqa: S608
            f" SELECT * REPLACE (b + {_OLD} AS b) FROM olds ANTI JOIN now USING (k) WHERE k IS NOT NULL)"
            f" TO {text(str(aside))} (FORMAT parquet, COMPRESSION zstd)"
        )
    aside.rename(made)
    for each in home.glob("*.parquet"):
        if each != made:
            each.unlink(missing_ok=True)
    return made


_DEAD, _OLD, _FLAGS = 1, 2, 4


def _packed(fields: Mapping[str, str]) -> str:
    """Return SQL for what is known of a person, small enough that ten million stand in memory beside a list.

    e: name as it stands; f: folded; w: its words in any order; d: birth date as it stands; b: the day as an integer,
    times four, with whether the person is dead and whether the number is an old one. Of 32 bits, a name or day that
    differs passes for the same once in four thousand million.
    """
    name, born = quoted(fields["name"]), quoted(fields["birth_date"])
    dead = f"{quoted(fields['life_status'])} = 'deceased'" if "life_status" in fields else "false"
    day = f"greatest(coalesce({_day(born)}, 0), 0)::UBIGINT"
    return (
        f"hash({name}) AS e, {_short(f'hash({folded(name)})')} AS f, {_short(_words_hash(name))} AS w,"
        f" {_short(f'hash({born})')} AS d,"
        f" ({day} * {_FLAGS} + CASE WHEN {dead} THEN {_DEAD} ELSE 0 END)::UINTEGER AS b"
    )


def _short(hashed: str) -> str:
    return f"({hashed} % 4294967296)::UINTEGER"


def compare(shop: Workshop, source: str, known: Path, into: Path, *, told: bool) -> None:
    """Write a code for each row of a list.

    What agrees as it stands is told by hash alone, names are folded and days read only where it does not. That is why
    the conditions are nested: a branch of CASE is worked out for its own rows only.
    """
    also = ", l.sheet, l.source_row, l.problem" if told else ""
    born, blank = _day("l.born"), f"trim(l.name, {_BLANKS}) = ''"
    unreadable, unknown, name, day, old, dead = (
        CODES.index(each)
        for each in ("unreadable_row", "unknown_number", "wrong_name", "wrong_birth_date", "old_number", "deceased")
    )
    found = f"CASE WHEN r.b & {_OLD} <> 0 THEN {old} WHEN r.b & {_DEAD} <> 0 THEN {dead} ELSE 0 END"
    as_it_stands = f"{_short('hash(l.born)')} = r.d"
    named = (
        f"CASE WHEN hash(l.name) = r.e THEN true WHEN {_short('hash(' + folded('l.name') + ')')} = r.f THEN true"
        f" ELSE {_short(_words_hash('l.name'))} = r.w END"
    )
    code = (
        f"CASE WHEN l.k IS NULL OR l.name IS NULL OR l.born IS NULL THEN {unreadable}"
        f" WHEN r.k IS NULL THEN CASE WHEN {born} IS NULL OR {blank} THEN {unreadable} ELSE {unknown} END"
        f" WHEN {named} THEN CASE WHEN {as_it_stands} THEN {found} WHEN {born} IS NULL THEN {unreadable}"
        f" WHEN {_same_day(born, f'nullif(r.b // {_FLAGS}, 0)')} THEN {found} ELSE {day} END"
        f" WHEN {blank} THEN {unreadable} WHEN {as_it_stands} THEN {name}"
        f" WHEN {born} IS NULL THEN {unreadable} ELSE {name} END"
    )
    form = "(FORMAT parquet, PARQUET_VERSION v2)"
    shop.run(
        f"COPY (SELECT l.row_id, CAST({code} AS UTINYINT) AS code, l.place{also} FROM ({source}) l"  # noqa: S608
        f" LEFT JOIN read_parquet({text(str(known))}) r ON l.k = r.k) TO {text(str(into))} {form}"
    )


def _same_day(one: str, other: str) -> str:
    """Return SQL for two days as integers that agree as far as both are known."""
    return (
        f"coalesce({one} = {other}"
        f" OR ({one} // 10000 = {other} // 10000 AND ({one} % 10000 = 0 OR {other} % 10000 = 0))"
        f" OR ({one} // 100 = {other} // 100 AND ({one} % 100 = 0 OR {other} % 100 = 0)), false)"
    )


def odd_number(cell: str) -> str:
    """Return SQL that is true where a number is not digits, or a power of ten that has lost some.

    A power of ten without a point ends in 0, so that most cells are not looked through for an E.
    """
    whole, power = f"TRY_CAST({cell} AS UBIGINT)", f"(contains({cell}, 'E') OR contains({cell}, 'e'))"
    return (
        f"CASE WHEN {whole} IS NULL THEN {cell} <> '' WHEN contains({cell}, '.')"
        f" THEN NOT ends_with({cell}, '.0') OR {power} WHEN {whole} % 10 = 0 THEN {power} ELSE false END"
    )


def odd_day(cell: str, today: date) -> str:
    """Return SQL that is true where a day is in no form that ``_day`` reads, not in the calendar or after today.

    Most are plain, told at a glance.
    """
    within = f"BETWEEN DATE '{_FIRST}' AND DATE '{today}'"
    forms = "['%d/%m/%Y', '%d.%m.%Y', '%d-%m-%Y', '%Y-%m', '%Y']"
    return (
        f"CASE WHEN {cell} = '' THEN false"
        f" WHEN length({cell}) = 10 AND ({cell})[5] = '-'"
        f" THEN NOT coalesce(TRY_CAST({cell} AS DATE) {within}, false)"
        f" ELSE NOT coalesce({_day(cell)} IS NOT NULL AND try_strptime({cell}, {forms})::DATE {within}, false) END"
    )


def _day(column: str) -> str:
    """Return SQL for a date of any precision as an integer: 19550430, 19550400, 19550000; NULL when it is none."""
    return (
        f"CASE WHEN ({column})[5] = '-' THEN CASE length({column})"
        f" WHEN 10 THEN TRY_CAST(replace({column}, '-', '') AS INT)"
        f" WHEN 7 THEN TRY_CAST(replace({column}, '-', '') AS INT) * 100 END"
        f" WHEN length({column}) = 4 THEN TRY_CAST({column} AS INT) * 10000"
        rf" WHEN regexp_full_match({column}, '\d{{1,2}}[/.-]\d{{1,2}}[/.-]\d{{4}}') THEN"
        rf" TRY_CAST(right({column}, 4) || lpad(regexp_extract({column}, '[/.-](\d{{1,2}})[/.-]', 1), 2, '0')"
        rf" || lpad(regexp_extract({column}, '^(\d{{1,2}})', 1), 2, '0') AS INT) END"
    )


def _words_hash(column: str) -> str:
    return f"hash(list_aggregate(list_sort({words(column)}), 'string_agg', ' '))"
