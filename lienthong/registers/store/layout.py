"""Makes and widens the tables of each register from its definition: additive, and recorded.

``reg_NAME`` holds each record once, as it is now; ``reg_NAME_past`` one row for each version of a record that ever
changed; ``reg_NAME_FIELD_words`` the names of a folded field by word (``store/words.py``). Lookup fields are columns
``by_FIELD`` with folded or exact keys, all values are one JSON payload.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, MetaData, String, Table, Text, inspect, select
from sqlalchemy.schema import CreateColumn, CreateIndex, CreateTable

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.database import Database, Scope, table
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.text import fold
from lienthong.registers.domain import Assertion, overruled
from lienthong.registers.spec import Register

register_layout = table(
    "register_layout",
    Column("id", String(26), primary_key=True),
    Column("register", String(40), nullable=False, index=True),
    Column("at", String(27), nullable=False),
    Column("version", Integer, nullable=False),
    Column("shape", Text, nullable=False),
    Column("statements", Text, nullable=False),
    scope=Scope.INTERNAL,
)
CURRENT = ("id", "version", "valid_from", "known_from", "payload")
PAST = (
    "id",
    "version",
    "valid_from",
    "known_from",
    "kind",
    "changes",
    "agency",
    "actor",
    "reason",
    "basis",
    "dossier",
)
_key = String().with_variant(String(collation="C"), "postgresql")  # byte order: prefixes are ranges
_REFILL = 2000


@dataclass(frozen=True, slots=True)
class Shape:
    """What the tables of a register were made for: its key, lookup fields with their kind, what is indexed together.

    words: folded fields whose names are kept by word.
    """

    key: str
    lookups: dict[str, str]
    indexes: list[tuple[str, ...]]
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    """The tables of one register. lookups: field → ``exact`` or ``folded``."""

    register: str
    current: str
    past: str
    lookups: dict[str, str]

    @property
    def lookup_columns(self) -> tuple[str, ...]:
        """Names of the lookup columns, in the order of ``keys``."""
        return tuple(f"by_{name}" for name in self.lookups)

    def keys(self, values: dict[str, Any]) -> list[str | None]:
        """Return the lookup keys of a record's values; None where a field is empty."""
        found: list[str | None] = []
        for name, kind in self.lookups.items():
            value = values.get(name)
            if value is not None and (type(value) is not str or kind != "exact"):
                value = lookup_key(kind, value)
            found.append(value or None)
        return found


def words_table(layout: Layout, name: str) -> str:
    """Return the name of the table with the words of a folded lookup field."""
    return f"{layout.current}_{name}_words"


def lookup_key(kind: str, value: Any) -> str | None:
    """Return how a value is written in its lookup column; None when it is empty."""
    if value is None or value == "":
        return None
    return fold(str(value)) if kind == "folded" else str(value)


class Layouts:
    """The layouts of a node's registers, each made ready in the database when it is first used."""

    def __init__(self) -> None:
        self._ready: dict[str, Layout] = {}

    def of(self, connection: Connection, versions: Sequence[Register]) -> Layout:
        """Return a register's layout; make or widen its tables in the open transaction when they are not there."""
        name = versions[-1].id
        if name in self._ready:
            return self._ready[name]
        shape = shape_of(versions)
        layout = Layout(name, f"reg_{name}", f"reg_{name}_past", shape.lookups)
        _make(connection, layout, shape, versions[-1].version)
        runtime.current().database.after_commit(lambda: self._ready.__setitem__(name, layout))
        return layout


def layouts() -> Layouts:
    """Return the layouts of the running node."""

    def make(_node: Runtime) -> Layouts:
        return Layouts()

    return runtime.current().part("registers.layouts", make)


def shape_of(versions: Sequence[Register]) -> Shape:
    """Return what the tables of a register are made for: of all versions of its definition, the newest last."""
    lookups: dict[str, str] = {}
    indexes: dict[tuple[str, ...], None] = {}
    for each in versions:  # records of every version of the definition keep being found
        lookups.update(each.lookups)
        indexes.update(dict.fromkeys(each.indexes))
    folded = tuple(name for name, kind in lookups.items() if kind == "folded")
    return Shape(versions[-1].key, lookups, list(indexes), folded)


def current_table(name: str, shape: Shape, *, keyed: bool = True) -> Table:
    """Return the table of current records under a name; keyed: with its keys and indexes, which a load adds after."""
    current = table(
        name,
        Column("id", String(26), primary_key=keyed, nullable=False),
        Column("version", Integer, nullable=False),
        Column("valid_from", String(10), nullable=False),
        Column("known_from", String(27), nullable=False),
        Column("payload", Text, nullable=False),
        *(Column(f"by_{field}", _key) for field in shape.lookups),
        scope=Scope.PERSONAL,
        into=MetaData(),
    )
    for fields in shape.indexes if keyed else ():
        index_on(current, fields, index_name(name, fields), unique=fields == (shape.key,))
    return current


def _past_table(name: str, shape: Shape) -> Table:
    past = Table(
        name,
        MetaData(),
        Column("id", String(26), primary_key=True),
        Column("version", Integer, primary_key=True),
        Column("valid_from", String(10), nullable=False),
        Column("known_from", String(27), nullable=False),
        Column("kind", String(10), nullable=False),
        Column("changes", Text, nullable=False),
        *(Column(each, Text, nullable=False) for each in ("agency", "actor", "reason", "basis", "dossier")),
        *(Column(f"by_{field}", _key) for field in shape.lookups),
        info={"scope": Scope.PERSONAL},
        sqlite_with_rowid=False,
    )
    for field in shape.lookups:
        index_on(past, (field,), index_name(name, (field,)))
    return past


def _words_tables(layout: Layout, shape: Shape) -> list[Table]:
    home = MetaData()
    return [
        Table(
            words_table(layout, field),
            home,
            Column("word", _key, primary_key=True),
            Column("said", _key, primary_key=True),
            info={"scope": Scope.PERSONAL},
            sqlite_with_rowid=False,
        )
        for field in shape.words
    ]


def index_name(table_name: str, fields: tuple[str, ...]) -> str:
    """Return the name of the index on lookup fields."""
    return f"ix_{table_name}_{'_'.join(fields)}"[:60]


def index_on(on: Table, fields: tuple[str, ...], name: str, *, unique: bool = False) -> Index:
    """Return an index on lookup fields; rows without the first of them are not in it."""
    columns = [on.c[f"by_{field}"] for field in fields]
    filled = columns[0].is_not(None)
    return Index(name, *columns, unique=unique, sqlite_where=filled, postgresql_where=filled)


def _make(connection: Connection, layout: Layout, shape: Shape, version: int) -> None:
    database = runtime.current().database
    if not database.is_sqlite:  # two processes that start at once must not both make them
        driver.rows(connection, "SELECT pg_advisory_xact_lock(hashtext(?))", [layout.current])
    recorded = _recorded(connection, layout.register)
    if recorded == shape:
        return
    if recorded and recorded.key != shape.key:
        raise Conflict(
            "register.key_changed",
            N_("Không đổi được khóa của %(register)s từ “%(old)s” sang “%(new)s” khi đã có bảng; dùng mã khác."),
            register=layout.register,
            old=recorded.key,
            new=shape.key,
        )
    tables = (current_table(layout.current, shape), _past_table(layout.past, shape), *_words_tables(layout, shape))
    statements = _statements(connection, database, tables)
    for each in statements:
        connection.exec_driver_sql(each)
    changed = [name for name, kind in shape.lookups.items() if recorded and recorded.lookups.get(name) != kind]
    if changed:
        _refill(connection, layout, changed)
    _keep_words(connection, layout, [name for name in shape.words if recorded and name not in recorded.words])
    connection.execute(
        register_layout.insert().values(
            id=new_id(),
            register=layout.register,
            at=clock.stamp(runtime.current().clock.now()),
            version=version,
            shape=msgspec.json.encode(shape).decode(),
            statements="\n".join(statements),
        )
    )


def _recorded(connection: Connection, register: str) -> Shape | None:
    query = (
        select(register_layout.c.shape)
        .where(register_layout.c.register == register)
        .order_by(register_layout.c.id.desc())
        .limit(1)
    )
    found = connection.execute(query).scalar()
    return msgspec.json.decode(found, type=Shape) if found else None


def _statements(connection: Connection, database: Database, tables: Sequence[Table]) -> list[str]:
    dialect = database.engine.dialect
    inspector = inspect(connection)
    made: list[str] = []
    for each in tables:
        if inspector.has_table(each.name):
            there = {column["name"] for column in inspector.get_columns(each.name)}
            # by what they are on: those of a table that a load made bear names of their own
            indexes = {tuple(index["column_names"]) for index in inspector.get_indexes(each.name)}
            made.extend(
                f"ALTER TABLE {each.name} ADD COLUMN {CreateColumn(column).compile(dialect=dialect)}"
                for column in each.columns
                if column.name not in there
            )
        else:
            indexes = set[tuple[str | None, ...]]()
            made.append(str(CreateTable(each).compile(dialect=dialect)).strip())
        made.extend(
            str(CreateIndex(index).compile(dialect=dialect))
            for index in sorted(each.indexes, key=lambda one: str(one.name))
            if tuple(index.columns.keys()) not in indexes
        )
    return made


def _refill(connection: Connection, layout: Layout, fields: Sequence[str]) -> None:
    """Fill lookup columns that are new, or whose kind changed, from the payloads."""
    sets = ", ".join(f"by_{name} = ?" for name in fields)
    kinds = [(name, layout.lookups[name]) for name in fields]
    after = ""
    while page := driver.rows(
        connection,
        f"SELECT id, payload FROM {layout.current} WHERE id > ? ORDER BY id LIMIT {_REFILL}",  # noqa: S608
        [after],
    ):
        changes: list[list[Any]] = []
        for record, payload in page:
            values: dict[str, Any] = msgspec.json.decode(payload)
            changes.append([*(lookup_key(kind, values.get(name)) for name, kind in kinds), record])
        driver.run_many(connection, f"UPDATE {layout.current} SET {sets} WHERE id = ?", changes)  # noqa: S608
        _refill_past(connection, layout, kinds, [record for record, _ in page])
        after = page[-1][0]


def _keep_words(connection: Connection, layout: Layout, fields: Sequence[str]) -> None:
    """Fill the tables of words that are new, from the records that are there."""
    from lienthong.registers.store.words import note_all

    for name in fields:
        note_all(connection, layout, name)


def _refill_past(connection: Connection, layout: Layout, kinds: list[tuple[str, str]], records: list[str]) -> None:
    from lienthong.registers.store.records import assertions

    sets = ", ".join(f"by_{name} = ?" for name, _ in kinds)
    changes: list[list[Any]] = []
    for record, said in assertions(connection, layout, records).items():
        changes.extend(
            [*(past_key(kind, said, each, name) for name, kind in kinds), record, each.version] for each in said[1:]
        )
    driver.run_many(connection, f"UPDATE {layout.past} SET {sets} WHERE id = ? AND version = ?", changes)  # noqa: S608


def past_key(kind: str, earlier: Sequence[Assertion], made: Assertion, name: str) -> str | None:
    """Return the lookup key that a history row keeps: the value the current row lost, or never took over."""
    if name not in made.after:
        return None
    kept = made.after if overruled(earlier, made, name) else made.before
    return lookup_key(kind, kept.get(name))
