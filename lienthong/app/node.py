"""Opens a node: one serving process per home, one mode per home, tables at the version of this program."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Column, Connection, String, Text, inspect, select

from lienthong import __version__
from lienthong.app import rooms
from lienthong.kernel import clock, runtime
from lienthong.kernel.database import Scope, metadata, table
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.settings import Mode, Settings

facts = table(
    "node_fact",
    Column("name", String(40), primary_key=True),
    Column("value", String(200), nullable=False),
    scope=Scope.INTERNAL,
)
changes = table(
    "schema_change",
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("program", String(40), nullable=False),
    Column("statements", Text, nullable=False),
    scope=Scope.INTERNAL,
)
SCHEMA_VERSION = 1
"""Rises only with a change that is more than an addition; a program refuses tables of a higher one."""


def fact(name: str) -> str:
    """Return what the node remembers about itself: mode, schema, program, seeded; "" when not yet known."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar() or ""


def remember(name: str, value: str) -> None:
    """Write down a fact about the node."""
    with runtime.current().database.transaction() as connection:
        connection.execute(facts.delete().where(facts.c.name == name))
        connection.execute(facts.insert().values(name=name, value=value))


def prepare() -> None:
    """Bring the tables to this program's version and make sure that the home belongs to this mode.

    Tables, columns and indexes that are missing are added, in one transaction, and noted. Raises Invalid when modes
    would mix or the tables need more than additions, Conflict when a newer program wrote them.
    """
    running = runtime.current()
    rooms.load_tables()
    _one_mode(running.settings)
    known = _facts()
    if int(known.get("schema", "0")) > SCHEMA_VERSION:
        raise Conflict(
            "schema.newer",
            N_("Cơ sở dữ liệu do bản mới hơn tạo (lược đồ %(known)s, bản này là %(own)s); hãy dùng bản mới."),
            known=known["schema"],
            own=SCHEMA_VERSION,
        )
    mode = running.settings.mode.value
    if known.get("mode", mode) != mode:
        raise _mixed(known["mode"], running.settings.mode)
    wanted = {"schema": str(SCHEMA_VERSION), "program": __version__, "mode": mode, "tables": _shape()}
    if any(known.get(name) != value for name, value in wanted.items()):
        with running.database.transaction():
            add_missing_tables()
            for name, value in wanted.items():
                remember(name, value)
    if not running.settings.is_demo:
        for _room, refuse in rooms.verbs("api", "refuse_demonstration"):
            refuse()


def add_missing_tables() -> None:
    """Add what this program's tables lack, and note it. Raises Invalid when more than additions are needed."""
    database = runtime.current().database
    with database.transaction() as connection:
        _note_change(connection, database.create_tables())


def _facts() -> dict[str, str]:
    with runtime.current().database.reading() as connection:
        if not inspect(connection).has_table(facts.name):
            return {}
        return {row.name: row.value for row in connection.execute(select(facts))}


def _shape() -> str:
    """Return a digest of all tables, columns and indexes: it tells when a start has to look what is missing."""
    parts: list[str] = []
    for each in metadata.sorted_tables:
        parts += [f"{each.name}.{column.name} {column.type!r} {column.nullable}" for column in each.columns]
        parts += [f"{each.name} {index.name} {index.columns.keys()} {index.unique}" for index in each.indexes]
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


def _note_change(connection: Connection, statements: list[str]) -> None:
    if statements:
        at = clock.stamp(runtime.current().clock.now())
        row = {"id": new_id(), "at": at, "program": __version__, "statements": ";\n".join(statements)}
        connection.execute(changes.insert().values(**row))


@contextmanager
def only_one(settings: Settings) -> Generator[None]:
    """Hold the home while serving. Raises Conflict when another process serves it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    path = settings.home / "serving.lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            raise _already(settings, lock.read()) from None
        lock.truncate(0)
        lock.write(json.dumps({"process": os.getpid(), "origin": settings.origin}))
        lock.flush()
        yield
        lock.truncate(0)


def serving_elsewhere(settings: Settings) -> bool:
    """True when a process serves this home just now."""
    try:
        with only_one(settings):
            return False
    except Conflict:
        return True


def _already(settings: Settings, told: str) -> Conflict:
    other = json.loads(told) if told else {"process": "?", "origin": "?"}
    return Conflict(
        "home.busy",
        N_(
            "Thư mục %(home)s đang được tiến trình %(process)s phục vụ tại %(origin)s; "
            "dừng nó trước, hoặc đặt LIENTHONG_HOME sang thư mục khác."
        ),
        home=str(settings.home),
        process=other["process"],
        origin=other["origin"],
    )


def _one_mode(settings: Settings) -> None:
    """Keep demonstration keys out of production, and production keys out of a demonstration: a file in the home."""
    folder = settings.home / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "mode"
    if not path.exists():
        path.write_text(settings.mode.value)
    elif (known := path.read_text().strip()) != settings.mode:
        raise _mixed(known, settings.mode)


def _mixed(known: str, asked: Mode) -> Invalid:
    return Invalid(
        "home.mode",
        N_("Dữ liệu và khóa ở đây thuộc chế độ %(known)s, không chạy được ở chế độ %(asked)s; hãy dùng thư mục khác."),
        known=known,
        asked=asked.value,
    )


def open_node(settings: Settings) -> Runtime:
    """Return a node over the settings, with the engine's driver present. Raises Invalid without it."""
    try:
        return runtime.start(settings)
    except ModuleNotFoundError as missing:
        raise Invalid(
            "settings.driver",
            N_("Thiếu gói %(name)s để nối PostgreSQL; cài bằng: pip install 'lienthong[postgresql]'."),
            name=missing.name or "psycopg",
        ) from None
