"""Built-in tables of an older program: what only adds is added once, whatever happens; the rest is refused."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, MetaData, String, Table, Text, inspect, text
from sqlalchemy.schema import SchemaItem, UniqueConstraint

from lienthong.app import node as app_node
from lienthong.kernel import database as kernel_database
from lienthong.kernel import schema
from lienthong.kernel.database import Database
from lienthong.kernel.errors import Invalid
from lienthong.kernel.runtime import Runtime, running, start

Change = Callable[[], MetaData]


def declared(*more: SchemaItem, title: Column[str] | None = None, **indexes: tuple[str, ...]) -> MetaData:
    """A little house: letters in boxes, with what a newer program adds to the letters."""
    made = MetaData()
    Table("box", made, Column("id", String(26), primary_key=True))
    columns = (Column("id", String(26), primary_key=True), title if title is not None else title_of(40))
    letter = Table("letter", made, *columns, *more)
    for name, of in indexes.items():
        Index(name, *(letter.c[each] for each in of))
    return made


def title_of(length: int) -> Column[str]:
    return Column("title", String(length), nullable=False)


def old(node: Runtime) -> Database:
    """The tables of the older program, with a letter."""
    with node.database.transaction() as connection:
        schema.bring_up(connection, declared())
        connection.execute(text("INSERT INTO letter (id, title) VALUES ('1', 'Giấy mời')"))
    return node.database


def bring_up(database: Database, wanted: MetaData) -> list[str]:
    with database.transaction() as connection:
        return schema.bring_up(connection, wanted)


ADDED = {
    "an empty column": (lambda: declared(Column("note", Text)), 1),
    "a column with a default": (lambda: declared(Column("sent", Integer, nullable=False, server_default=text("0"))), 1),
    "a switch": (lambda: declared(Column("urgent", Boolean)), 1),
    "a column that points at a row": (
        lambda: declared(Column("box", ForeignKey("box.id", ondelete="CASCADE"), nullable=True)),
        1,
    ),
    "an index": (lambda: declared(by_title=("title",)), 1),
    "a column and its index": (lambda: declared(Column("note", String(20), index=True)), 2),
}


@pytest.mark.parametrize("change", ADDED)
def test_an_addition_is_made_once_and_loses_nothing(node: Runtime, change: str) -> None:
    wanted, statements = ADDED[change]
    database = old(node)
    assert len(bring_up(database, wanted())) == statements
    assert bring_up(database, wanted()) == []
    with database.reading() as connection:
        assert connection.execute(text("SELECT id, title FROM letter")).all() == [("1", "Giấy mời")]


def test_a_longer_text_fits_afterwards(node: Runtime) -> None:
    database = old(node)
    bring_up(database, declared(title=title_of(400)))
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO letter (id, title) VALUES ('2', :long)"), {"long": "x" * 300})
    assert bring_up(database, declared(title=title_of(400))) == []


REFUSED: dict[str, tuple[Change, str]] = {
    "a column that must be filled": (lambda: declared(Column("note", Text, nullable=False)), "schema.needed"),
    "another type": (lambda: declared(title=Column("title", Integer, nullable=False)), "schema.type"),
    "a text that may be empty": (lambda: declared(title=Column("title", String(40))), "schema.empty"),
    "another key": (lambda: declared(title=Column("title", String(40), primary_key=True)), "schema.key"),
    "nothing twice": (lambda: declared(UniqueConstraint("title")), "schema.unique"),
    "a column that nobody fills": (lambda: declared(title=Column("name", String(40))), "schema.gone"),
}


@pytest.mark.parametrize("change", REFUSED)
def test_anything_else_is_refused_and_changes_nothing(node: Runtime, change: str) -> None:
    wanted, code = REFUSED[change]
    database = old(node)
    more = wanted()
    Table("another", more, Column("id", Integer, primary_key=True))
    with pytest.raises(Invalid) as refused:
        bring_up(database, more)
    assert code in {each.code for each in refused.value.faults}
    assert "letter" in str(refused.value)
    assert not inspect(database.engine).has_table("another")
    assert bring_up(database, declared()) == []


def test_an_index_over_double_rows_is_refused_with_its_table(node: Runtime) -> None:
    database = old(node)
    with database.transaction() as connection:
        connection.execute(text("INSERT INTO letter (id, title) VALUES ('2', 'Giấy mời')"))
    wanted = declared(Column("note", Text))
    Index("one_title", wanted.tables["letter"].c.title, unique=True)
    with pytest.raises(Invalid) as refused:
        bring_up(database, wanted)
    assert [(each.at, each.code) for each in refused.value.faults] == [("letter", "schema.double")]
    assert bring_up(database, declared()) == []


def test_two_starts_at_once_add_once(node: Runtime) -> None:
    database = old(node)
    gate = Barrier(2)

    def begin(_which: int) -> list[str]:
        own = Database(node.settings.database_url)
        try:
            gate.wait()
            return bring_up(own, declared(Column("note", Text), by_title=("title",)))
        finally:
            own.close()

    with ThreadPoolExecutor(2) as pool:
        done = sorted(pool.map(begin, range(2)), key=len)
    assert [len(each) for each in done] == [0, 2]
    assert bring_up(database, declared(Column("note", Text), by_title=("title",))) == []


def die_half_way(url: str) -> None:
    """Add the column and be killed before anything else."""
    from sqlalchemy import Engine, event

    @event.listens_for(Engine, "after_cursor_execute")
    def killed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.startswith("ALTER TABLE"):
            os.kill(os.getpid(), 9)

    bring_up(Database(url), declared(Column("note", Text), by_title=("title",)))


def test_a_start_killed_half_way_has_changed_nothing_and_the_next_one_does_it(node: Runtime) -> None:
    database = old(node)
    process = multiprocessing.get_context("spawn").Process(target=die_half_way, args=(node.settings.database_url,))
    process.start()
    process.join()
    assert process.exitcode == -9
    assert {each["name"] for each in inspect(database.engine).get_columns("letter")} == {"id", "title"}
    assert len(bring_up(database, declared(Column("note", Text), by_title=("title",)))) == 2


def test_every_table_of_the_house_stands_as_declared(node: Runtime) -> None:
    """A column that the comparison misreads would be told here, before it refuses somebody's start."""
    assert node.database.create_tables() == []


def test_a_start_over_older_tables_adds_and_notes_it(node: Runtime) -> None:
    with running(start(node.settings, clock=node.clock)):
        app_node.prepare()
    with node.database.transaction() as connection:
        connection.execute(text("ALTER TABLE job DROP COLUMN error"))
        connection.execute(text("DROP INDEX ix_job_run_at"))
        connection.execute(text("UPDATE node_fact SET value = 'older' WHERE name = 'tables'"))
    error = kernel_database.metadata.tables["job"].c.error
    error.nullable = True
    try:
        with running(start(node.settings, clock=node.clock)):
            app_node.prepare()
            app_node.prepare()
    finally:
        error.nullable = False
    with node.database.reading() as connection:
        (noted,) = connection.execute(text("SELECT statements FROM schema_change ORDER BY id")).scalars()
    assert "ALTER TABLE job ADD COLUMN error TEXT" in noted
    assert "CREATE INDEX ix_job_run_at" in noted
