"""Which names the records of a register bear, by word: where a search that forgives mistakes begins.

One table for each folded lookup field: ``reg_REGISTER_FIELD_words`` holds every name once for each of its words. Names
are few where people are many, and nothing is ever taken out: a name that nobody bears any more finds nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from lienthong.kernel import driver, runtime
from lienthong.kernel.runtime import Runtime
from lienthong.registers.store.layout import Layout, words_table

PORTION = 20_000
_REMEMBERED = 200_000
_FRESH = timedelta(minutes=5)
"""How long the words of a register are believed to be all."""
_COMMON = 20_000


@dataclass
class _Known:
    """What this process knows of a table of words: names that stand in it, its words, how common each is."""

    names: set[str] = field(default_factory=set[str])
    words: list[str] = field(default_factory=list[str])
    read_at: datetime | None = None
    common: dict[str, int] = field(default_factory=dict[str, int])


def note(connection: Connection, layout: Layout, keys: Iterable[Sequence[str | None]]) -> None:
    """Note the names among these lookup keys (in the order of the layout), in the open transaction."""
    places = [(at, name) for at, (name, kind) in enumerate(layout.lookups.items()) if kind == "folded"]
    if not places:
        return
    listed = list(keys)
    for at, name in places:
        table = words_table(layout, name)
        known = _known(table)
        fresh = sorted({key for row in listed if (key := row[at])} - known.names)
        if fresh:
            _insert(connection, table, fresh)
            runtime.current().database.after_commit(lambda known=known, fresh=fresh: _remember(known, fresh))


def note_all(connection: Connection, layout: Layout, name: str) -> None:
    """Note every name that stands in the register's table already, in the open transaction: after it was made."""
    after: str | None = ""
    while after is not None:
        after = _note_portion(connection, layout, name, layout.current, after)


def note_table(layout: Layout, name: str, table: str) -> None:
    """Note every name of another table with the register's columns, in a transaction for each portion.

    No row of it may be new to anybody yet: whoever is killed in between begins again, and what is noted does no harm.
    """
    after: str | None = ""
    while after is not None:
        with runtime.current().database.transaction() as connection:
            after = _note_portion(connection, layout, name, table, after)


def _note_portion(connection: Connection, layout: Layout, name: str, table: str, after: str) -> str | None:
    sql = (
        f"SELECT DISTINCT by_{name} FROM {table} WHERE by_{name} > ?"  # noqa: S608
        f" ORDER BY by_{name} LIMIT {PORTION}"
    )
    found = [row[0] for row in driver.rows(connection, sql, [after])]
    _insert(connection, words_table(layout, name), found)
    return found[-1] if found else None


def vocabulary(connection: Connection, layout: Layout, name: str) -> Sequence[str]:
    """Return every word that names of the register are made of, in order; at most some minutes old."""
    table = words_table(layout, name)
    known = _known(table)
    now = runtime.current().clock.now()
    if not known.words or known.read_at is None or not timedelta() <= now - known.read_at < _FRESH:
        # one step of an index for each word, however many names bear it
        sql = (
            f"WITH RECURSIVE w(word) AS (SELECT min(word) FROM {table} UNION ALL"  # noqa: S608
            f" SELECT (SELECT min(t.word) FROM {table} t WHERE t.word > w.word) FROM w WHERE w.word IS NOT NULL)"
            f" SELECT word FROM w WHERE word IS NOT NULL"
        )
        known.words = [row[0] for row in driver.rows(connection, sql)]
        known.read_at = now
        known.common.clear()
    return known.words


def how_common(connection: Connection, layout: Layout, name: str, word: str) -> int:
    """Return how many different names bear the word; counted to 20,000 and no further."""
    table = words_table(layout, name)
    known = _known(table)
    if word not in known.common:
        sql = f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE word = ? LIMIT {_COMMON}) found"  # noqa: S608
        known.common[word] = driver.rows(connection, sql, [word])[0][0]
    return known.common[word]


def names_with(
    connection: Connection, layout: Layout, name: str, words: Sequence[str], also: str = "", *, limit: int
) -> list[str]:
    """Return names that bear one of the words; also: a further word that stands in them."""
    condition, parameters = driver.one_of("word", words)
    if also:
        condition += " AND (' ' || said || ' ') LIKE ?"
        parameters = [*parameters, f"% {also} %"]
    sql = f"SELECT DISTINCT said FROM {words_table(layout, name)} WHERE {condition} LIMIT {limit}"  # noqa: S608
    return [row[0] for row in driver.rows(connection, sql, parameters)]


def names_from(connection: Connection, layout: Layout, name: str, beginning: str, *, limit: int) -> list[str]:
    """Return names that begin with a text, in order; its first word must be whole."""
    sql = (
        f"SELECT said FROM {words_table(layout, name)}"  # noqa: S608
        f" WHERE word = ? AND said >= ? AND said < ? ORDER BY said LIMIT {limit}"
    )
    parameters = [beginning.split(maxsplit=1)[0], beginning, beginning + "\U0010ffff"]
    return [row[0] for row in driver.rows(connection, sql, parameters)]


def _insert(connection: Connection, table: str, names: Sequence[str]) -> None:
    pairs = [(word, said) for said in names for word in sorted(set(said.split()))]
    if runtime.current().database.is_sqlite:
        driver.run_many(connection, f"INSERT OR IGNORE INTO {table} (word, said) VALUES (?, ?)", pairs)  # noqa: S608
        return
    # one statement, in one order: two writers of the same names wait for each other and never both
    sql = (
        f"INSERT INTO {table} (word, said)"  # noqa: S608
        " SELECT * FROM unnest(CAST(? AS text[]), CAST(? AS text[])) ON CONFLICT DO NOTHING"
    )
    pairs.sort()
    driver.run(connection, sql, [[word for word, _ in pairs], [said for _, said in pairs]])


def _known(table: str) -> _Known:
    def make(_node: Runtime) -> dict[str, _Known]:
        return {}

    return runtime.current().part("registers.words", make).setdefault(table, _Known())


def _remember(known: _Known, names: Sequence[str]) -> None:
    if len(known.names) + len(names) > _REMEMBERED:
        known.names.clear()
    known.names.update(names)
