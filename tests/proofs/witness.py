"""Sees every statement that reaches the database driver, and whether each look at a person left its entry.

Nothing of the house is trusted here: statements are traced inside SQLite itself, with their values. At every commit
the questions that were asked of a register are asked once more, to learn whom their answers were about; the same
transaction must hold an access entry about each of these people in that register.
"""

from __future__ import annotations

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import Pool

from lienthong.registers import api as registers

QUESTION = re.compile(r"\bFROM\s+\"?reg_(?!\w+_words\b)(\w+?)(?:_past)?\"?(?![\w])", re.IGNORECASE)
# tables of words hold names by word, and nobody whose they are
CHANGE = re.compile(
    r"^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+\"?reg_(?!\w+_words\b)(\w+?)(?:_past)?\"?(?![\w])", re.IGNORECASE
)
KEYED = "by_"
STANDS = re.compile(r"SELECT version FROM reg_enterprises WHERE by_code\b")
"""Whether a representative's right stands: which version the record of an enterprise has, nothing of it."""
SAME = re.compile(r"SELECT id FROM reg_\w+ WHERE by_\w+ = '[^']*' LIMIT 1$")
"""Which record is of the person that is asked for already, so that they stand on a roll once; nothing of the record."""
CHANGES = {"write", "import"}
MANY = {"import", "export", "compare many"}
"""Acts whose one entry stands for many people at once; who is compared and nobody is told of is only counted."""


@dataclass
class Passage:
    """What one transaction asked of the registers, and changed in them, so far."""

    questions: dict[str, str] = field(default_factory=dict[str, str])  # statement → register
    changes: set[str] = field(default_factory=set[str])


@dataclass
class Witness:
    """What was seen. looks: how many questions to registers; people: how many people the answers were about.

    unlogged: what left no entry, in words.
    """

    looks: int = 0
    people: set[str] = field(default_factory=set[str])
    unlogged: list[str] = field(default_factory=list[str])
    _open: dict[int, Passage] = field(default_factory=dict[int, Passage])
    _entries: dict[int, int] = field(default_factory=dict[int, int])
    _resting: bool = False

    def _statement(self, connection: int, statement: str) -> None:
        if self._resting or "reg_" not in statement:
            return
        passage = self._open.setdefault(connection, Passage())
        if changed := CHANGE.search(statement):
            passage.changes.add(changed[1])
        elif (asked := QUESTION.search(statement)) and not (STANDS.match(statement) or SAME.match(statement)):
            passage.questions[statement] = asked[1]

    def _committing(self, connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        passage = self._open.pop(id(driver), None)
        if passage is None:
            return
        self._resting = True
        try:
            self._judge(driver, passage)
        finally:
            self._resting = False

    def _rolled_back(self, connection: Connection) -> None:
        """Read and rolled back: no entry stayed, so nobody may have got anything of it either."""
        passage = self._open.pop(id(connection.connection.dbapi_connection), None)
        if passage is not None and passage.questions:
            self.looks += len(passage.questions)
            self.unlogged += [f"rolled back: {each[:200]}" for each in passage.questions]

    def _judge(self, driver: Any, passage: Passage) -> None:
        entries = self._new_entries(driver)
        self.looks += len(passage.questions)
        for register in passage.changes:
            if not any(act in CHANGES for name, _, act in entries if name == register):
                self.unlogged.append(f"changed without an entry: {register}")
        for statement, register in passage.questions.items():
            acts = {act for name, _, act in entries if name == register}
            logged = {subject for name, subject, _ in entries if name == register}
            answered = self._answered(driver, statement, register)
            if not acts and (answered or KEYED in statement):  # asked about somebody, found or not
                self.unlogged.append(f"no entry at all: {statement[:200]}")
            for person, names in answered.items():
                self.people.add(person)
                if not acts & MANY and not logged & names:
                    self.unlogged.append(f"no entry about {person} in {register}: {statement[:200]}")

    def _new_entries(self, driver: Any) -> list[tuple[str, str, str]]:
        """Return (register, subject, act) of the entries that this transaction wrote; writers never overlap.

        Whom an entry about many people covers is in it by name.
        """
        path = file_of(driver)
        known = self._entries.get(path, 0)
        act = "CASE WHEN act = 'compare' AND subject = '' AND people > 1 THEN 'compare many' ELSE act END"
        rows = driver.execute(
            f"SELECT rowid, register, subject, {act} FROM access WHERE rowid > ?",  # noqa: S608
            [known],
        ).fetchall()
        covered = driver.execute(
            "SELECT a.register, p.subject, a.act FROM access a JOIN access_person p ON p.access = a.id"
            " WHERE a.rowid > ?",
            [known],
        ).fetchall()
        self._entries[path] = max([known, *(row[0] for row in rows)])
        return [*(tuple(row[1:]) for row in rows), *covered]

    def _opened(self, driver: Any, _record: Any) -> None:
        """Begin to watch a connection; the entries that are there already count for nothing."""
        there = driver.execute("SELECT 1 FROM sqlite_master WHERE name = 'access'").fetchone()
        before = driver.execute("SELECT max(rowid) FROM access").fetchone()[0] if there else 0
        self._entries.setdefault(file_of(driver), before or 0)
        driver.set_trace_callback(partial(self._statement, id(driver)))

    def _answered(self, driver: Any, statement: str, register: str) -> dict[str, set[str]]:
        """Return whom the answer to a question was about: a person's number (or record) → what an entry may call it."""
        about = registers.definition(register).subject
        found: dict[str, set[str]] = {}
        cursor = driver.execute(statement)
        columns = [each[0] for each in cursor.description]
        for row in cursor.fetchall():
            told = dict(zip(columns, row, strict=True))
            record, payload = told.get("id"), told.get("payload")
            if payload is None and record is not None:
                query = f"SELECT payload FROM reg_{register} WHERE id = ?"  # noqa: S608
                payload = next(iter(driver.execute(query, [record]).fetchone() or ()), None)
            number = msgspec.json.decode(payload).get(about) if payload else None
            names = {each for each in (record, number) if each}
            if names:
                found[number or record] = names
        return found


def file_of(driver: Any) -> str:
    """Return which database a connection is open on."""
    return next(row[2] for row in driver.execute("PRAGMA database_list") if row[1] == "main")


@contextmanager
def watching() -> Generator[Witness]:
    """Watch every database that is opened inside the block."""
    witness = Witness()
    listened = (
        (Pool, "connect", witness._opened),
        (Engine, "commit", witness._committing),
        (Engine, "rollback", witness._rolled_back),
    )
    for target, name, heard in listened:
        event.listen(target, name, heard)
    try:
        yield witness
    finally:
        for target, name, heard in listened:
            event.remove(target, name, heard)
