"""Lists that were compared with a register, row by row: what was asked, how far it is, and the work in columns.

Files stand below ``reconciliations/`` in the node's home: the list, what was answered of each portion, the result.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Column, Integer, String, Text, func, insert, select, update

from lienthong.exchange.store.comparing import CODES, compare
from lienthong.kernel import runtime
from lienthong.kernel.columns import quoted, text, workshop
from lienthong.kernel.database import Scope, table

reconciliation = table(
    "reconciliation",
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False, index=True),
    Column("agency", String(40), nullable=False, index=True),
    Column("actor", String(80), nullable=False),
    Column("contract", String(80), nullable=False),
    Column("register", String(40), nullable=False),
    Column("basis", String(80), nullable=False),
    Column("state", String(10), nullable=False),  # working, done, cancelled, purged
    Column("rows", Integer, nullable=False),
    Column("portions", Integer, nullable=False),
    Column("portions_done", Integer, nullable=False),
    Column("columns", Text, nullable=False),
    Column("source_digest", String(64), nullable=False),
    Column("result_digest", String(64), nullable=False),
    Column("codes", Text, nullable=False),
    Column("entry", String(26), nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    scope=Scope.OWNER,
)
PORTION = 10_000_000
"""Rows of a list answered at once: each portion reads the register's side anew, which costs as much as they do."""
_LEAST, _MOST = 10**6, 10**12 - 1
"""Numbers as integers, old ones of nine digits too: a spreadsheet that drops zeros changes nothing."""
CROWD_ROWS = 10_000
READABLE = 1_000_000
"""Rows of a result that is put in order: as many as a spreadsheet opens."""
PARTS = "part-*.parquet"
"""What was answered, portion by portion: ids of rows and codes."""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """One list. codes: code → how many rows, once it is done. entry: the one access entry about everybody in it.

    name: of the file as it was handed in.
    """

    id: str
    at: str
    agency: str
    contract: str
    register: str
    basis: str
    state: str
    rows: int
    portions: int
    portions_done: int
    columns: Mapping[str, str]
    source_digest: str
    result_digest: str
    codes: Mapping[str, int]
    entry: str
    name: str = ""


def folder(made: str) -> Path:
    """Return where the files of one stand."""
    return runtime.current().settings.home / "reconciliations" / made


def add(made: Reconciliation, actor: str) -> None:
    """Keep a new one, in the open transaction."""
    content = {name: getattr(made, name) for name in Reconciliation.__slots__}
    for name in ("columns", "codes"):
        content[name] = msgspec.json.encode(content[name]).decode()
    with runtime.current().database.transaction() as connection:
        connection.execute(insert(reconciliation).values(actor=actor, **content))


def change(made: str, *, only_if: str = "working", **values: object) -> bool:
    """Write values of one that is still in this state; answer whether it was."""
    codes = values.pop("codes", None)
    if codes is not None:
        values["codes"] = msgspec.json.encode(codes).decode()
    own = reconciliation.c
    with runtime.current().database.transaction() as connection:
        done = connection.execute(update(reconciliation).where(own.id == made, own.state == only_if).values(**values))
        return done.rowcount > 0


def of_agency(agency: str, *, made: str = "", before: str = "", limit: int = 50) -> list[Reconciliation]:
    """Return an agency's, newest first; only the one named when one is, only those made before one."""
    own = reconciliation.c
    which = [own.agency == agency, *([own.id == made] if made else []), *([own.id < before] if before else [])]
    with runtime.current().database.reading() as connection:
        found = connection.execute(select(reconciliation).where(*which).order_by(own.id.desc()).limit(limit))
        return [_reconciliation(row._mapping) for row in found]


def since(agency: str, contract: str, at: str) -> tuple[int, list[str]]:
    """Return how many rows an agency had compared under a contract since a stamp, and the ids."""
    own = reconciliation.c
    which = (own.agency == agency, own.contract == contract, own.at >= at)
    with runtime.current().database.reading() as connection:
        ids = list(connection.execute(select(own.id).where(*which)).scalars())
        total = connection.execute(select(func.coalesce(func.sum(own.rows), 0)).where(*which)).scalar_one()
    return int(total), ids


def made_before(at: str, *states: str) -> list[str]:
    """Return the ids of those in one of these states that were made before a stamp."""
    own = reconciliation.c
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(own.id).where(own.at < at, own.state.in_(states))).scalars())


def _reconciliation(row: Any) -> Reconciliation:
    said = {name: row[name] for name in Reconciliation.__slots__}
    for name in ("columns", "codes"):
        said[name] = msgspec.json.decode(str(said[name]))
    return Reconciliation(**said)


def portions_of(rows: int) -> int:
    """Return in how many portions so many rows are answered."""
    return max(1, ceil(rows / PORTION))


def asked(made: str, columns: Mapping[str, str], rows_most: int) -> list[int]:
    """Write the numbers asked for, sorted; answer those asked more often, each time with other data.

    Sorted they are found by looking a few rows back, and the file is at once that of everybody in the list.
    """
    home = folder(made)
    with workshop(home / "asked.work") as shop:
        source = _source(home, columns)
        shop.run(
            f"COPY (SELECT number, '' AS other FROM (SELECT k AS number FROM ({source})"  # noqa: S608
            f" WHERE k IS NOT NULL ORDER BY k)) TO {_at(home, 'asked')}"
            f" (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE {CROWD_ROWS})"
        )
        back = f"SELECT number, lag(number, {rows_most}) OVER () AS before FROM {_read(home, 'asked')}"  # noqa: S608
        often = f"SELECT DISTINCT number AS k FROM ({back}) WHERE number = before"  # noqa: S608
        if not shop.rows(f"{often} LIMIT 1"):
            return []
        return [
            row[0]
            for row in shop.rows(
                f"SELECT k FROM ({source}) SEMI JOIN ({often}) USING (k) GROUP BY k"  # noqa: S608
                f" HAVING count(DISTINCT (name, born)) > {rows_most} ORDER BY k LIMIT 1000"
            )
        ]


def asked_too_often(ids: Sequence[str], most: int) -> list[int]:
    """Return numbers that these lists together asked for more often than so."""
    paths = [folder(each) / "asked.parquet" for each in ids]
    listed = [text(str(each)) for each in paths if each.exists()]
    if len(listed) < 2:
        return []
    with workshop(folder(ids[0]) / "often.work") as shop:
        sql = (
            f"SELECT number FROM read_parquet([{', '.join(listed)}]) GROUP BY number HAVING count(*) > {most}"  # noqa: S608
            " ORDER BY number LIMIT 1000"
        )
        return [row[0] for row in shop.rows(sql)]


def people_asked(made: str) -> Path:
    """Return the sorted file of everybody that a list asks for."""
    return folder(made) / "asked.parquet"


def answer(made: Reconciliation, portion: int, known: Path) -> None:
    """Write what is answered of one portion; whole or not at all."""
    home = folder(made.id)
    rows = (portion * PORTION, (portion + 1) * PORTION)
    name = f"part-{portion:04d}"
    aside = home / f".{name}"
    with workshop(home / f"{name}.work") as shop:
        compare(shop, _source(home, made.columns, rows), known, aside, told="problem" in made.columns)
    aside.rename(home / f"{name}.parquet")


def finish(made: Reconciliation) -> dict[str, int]:
    """Count what was answered, code by code, over all portions."""
    with workshop(folder(made.id) / "count.work") as shop:
        found = shop.rows(f"SELECT code, count(*) FROM {_parts(folder(made.id))} GROUP BY code ORDER BY code")  # noqa: S608
    return {CODES[code]: many for code, many in found}


def result(made: Reconciliation, into: Path, unread: str) -> None:
    """Write the result as CSV or Parquet: the list's own row ids, each with its code and place in the file.

    What a person may read stands in the order of the list; of longer ones any order, to be joined by their row ids.
    unread: what to say of a row that cannot be read where nothing better is known.
    """
    told = "problem" in made.columns
    why = f"coalesce(nullif(problem, ''), {text(unread)})" if told else text(unread)
    said = f"CASE WHEN code = {CODES.index('unreadable_row')} THEN {why} END"
    sheet = "nullif(sheet, '')" if told else "CAST(NULL AS VARCHAR)"
    source_row = "source_row" if told else f"place + {int(made.columns.get('first', '2'))} AS source_row"
    order = "ORDER BY place" if made.rows <= READABLE else ""
    listed = ", ".join(text(each) for each in CODES)
    kind = "FORMAT parquet" if into.suffix == ".parquet" else "FORMAT csv, HEADER"
    with workshop(folder(made.id) / "result.work") as shop:
        shop.run(
            f"COPY (SELECT row_id, ([{listed}])[code + 1] AS code, {sheet} AS sheet, {source_row},"  # noqa: S608
            f" {said} AS problem FROM {_parts(folder(made.id))} {order})"
            f" TO {text(str(into))} ({kind})"
        )


def forget(made: str, *, keep: str = "") -> None:
    """Delete the files of one, but for how often each number was asked. keep: a pattern of others that stay."""
    for each in folder(made).glob("*"):
        if each.name != "asked.parquet" and not (keep and each.match(keep)):
            shutil.rmtree(each) if each.is_dir() else each.unlink(missing_ok=True)


def forget_people(made: str) -> None:
    """Delete the file of everybody that a list asked for: it is counted for a day."""
    people_asked(made).unlink(missing_ok=True)


def _parts(home: Path) -> str:
    return f"read_parquet({text(str(home / PARTS))})"


def _read(home: Path, name: str) -> str:
    return f"read_parquet({_at(home, name)})"


def _at(home: Path, name: str) -> str:
    return text(str(home / f"{name}.parquet"))


def _source(home: Path, columns: Mapping[str, str], rows: tuple[int, int] | None = None) -> str:
    """Return the list as SQL: row_id, place (from 0), k (number as an integer), name and day as written.

    A list that was read row by row also has sheet, source_row and problem.
    """
    number, name, born = (f"CAST({quoted(columns[each])} AS VARCHAR)" for each in ("number", "name", "birth_date"))
    row_id = quoted(columns["row_id"]) if columns.get("row_id") else "file_row_number + 1"
    told = "sheet, source_row, problem, " if "problem" in columns else ""  # a plain list has neither, and is faster
    among = f" WHERE file_row_number >= {rows[0]} AND file_row_number < {rows[1]}" if rows else ""
    whole = f"TRY_CAST({number} AS UBIGINT)"
    key = f"CASE WHEN {whole} BETWEEN {_LEAST} AND {_MOST} THEN {whole} END"
    return (
        f"SELECT {row_id} AS row_id, file_row_number AS place, {told}{key} AS k,"  # noqa: S608
        f" nullif({name}, '') AS name, nullif({born}, '') AS born"
        f" FROM read_parquet({_at(home, 'list')}, file_row_number=true){among}"
    )
