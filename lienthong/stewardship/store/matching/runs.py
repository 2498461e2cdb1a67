"""What came of comparing a register with itself or with another: runs, and pairs with what a person decided of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, Index, Integer, String, Text, delete, func, insert, select, update

from lienthong.kernel import driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.stewardship.domain.matching import Evidence, Score

duplicate_run = table(
    "duplicate_run",
    Column("id", String(26), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("register", String(90), nullable=False, index=True),  # "one:other" for links between two
    Column("purpose", String(80), nullable=False),
    Column("basis", String(80), nullable=False),
    Column("state", String(10), nullable=False),  # working, done
    Column("rows", Integer, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("sure", Integer, nullable=False),
    Column("review", Integer, nullable=False),
    Column("entry", String(26), nullable=False),
    Column("done_at", String(27), nullable=False),
    Column("progress", String(40), nullable=True),  # step, done, of how many; while it works
    scope=Scope.OWNER,
)
duplicate_pair = table(
    "duplicate_pair",
    Column("register", String(90), primary_key=True),
    Column("one", String(26), primary_key=True),  # ids of records; of one register the lower first
    Column("other", String(26), primary_key=True),
    Column("run", String(26), nullable=False),
    Column("bits", Integer, nullable=False),  # hundredths
    Column("verdict", String(10), nullable=False),
    Column("held", String(20), nullable=False),
    Column("evidence", Text, nullable=False),  # fields, outcomes and bits; never a value
    Column("decision", String(10), nullable=False),  # "", same, different, unsure
    Column("reason", Text, nullable=False),
    Column("decided_by", String(80), nullable=False),
    Column("decided_at", String(27), nullable=False),
    Index("ix_duplicate_pair_work", "register", "decision", "verdict", "bits"),
    scope=Scope.PERSONAL,
)
_PAIR = tuple(column.name for column in duplicate_pair.columns)
_OPEN, _SETTLED = ("", "unsure"), ("different", "merged")


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison. register: its id, or ``one:other`` for links. sure, review: how many pairs were left as such."""

    id: str
    at: str
    agency: str
    actor: str
    register: str
    purpose: str
    basis: str
    state: str
    rows: int
    compared: int
    sure: int
    review: int
    entry: str
    done_at: str
    progress: str | None = None

    @property
    def step(self) -> tuple[str, int, int]:
        """What is being done (read, block, compare), how far it is, and of how many; ("", 0, 0) when nobody said."""
        name, done, of = self.progress.split() if self.progress else ("", "0", "0")
        return name, int(done), int(of)


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two records with what speaks for one person, and what a person decided. bits: log2 odds."""

    register: str
    one: str
    other: str
    run: str
    bits: float
    verdict: str
    held: str
    evidence: tuple[Evidence, ...]
    decision: str
    reason: str
    decided_by: str
    decided_at: str

    @property
    def probability(self) -> float:
        """Probability, 0 to 1, that both records are of one person."""
        return Score((), self.bits, "no").probability


def add(run: Run) -> None:
    """Keep a new run, in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(insert(duplicate_run).values(**{name: getattr(run, name) for name in Run.__slots__}))


def run_of(run: str) -> Run | None:
    """Return a run."""
    with runtime.current().database.reading() as connection:
        row = connection.execute(select(duplicate_run).where(duplicate_run.c.id == run)).first()
    return Run(*row) if row else None


def runs(register: str, limit: int = 20) -> list[Run]:
    """Return the runs over a register, newest first."""
    own = duplicate_run.c
    query = select(duplicate_run).where(own.register == register).order_by(own.id.desc()).limit(limit)
    with runtime.current().database.reading() as connection:
        return [Run(*row) for row in connection.execute(query)]


def say(run: str, step: str, done: int, of: int) -> None:
    """Note how far a run is."""
    own = duplicate_run.c
    with runtime.current().database.transaction() as connection:
        connection.execute(update(duplicate_run).where(own.id == run).values(progress=f"{step} {done} {of}"))


def finish(run: str, **values: object) -> bool:
    """Note how a run ended, once, in the open transaction; answer whether it was still at work."""
    own = duplicate_run.c
    with runtime.current().database.transaction() as connection:
        return (
            connection.execute(
                update(duplicate_run).where(own.id == run, own.state == "working").values(**values)
            ).rowcount
            > 0
        )


def put(connection: Connection, register: str, run: str, found: Iterable[tuple[str, str, Score]]) -> None:
    """Replace the pairs of a register that nobody has decided on by those found now; decided ones keep their word."""
    own = duplicate_pair.c
    connection.execute(duplicate_pair.delete().where(own.register == register, own.decision == ""))
    kept = select(own.one, own.other).where(own.register == register)
    decided = {(row[0], row[1]) for row in connection.execute(kept)}
    rows = [
        (register, one, other, run, round(100 * score.bits), score.verdict, score.held, _told(score), "", "", "", "")
        for one, other, score in found
        if (one, other) not in decided
    ]
    driver.insert_many(connection, "duplicate_pair", _PAIR, rows)


def different(register: str) -> set[tuple[str, str]]:
    """Return the pairs of records of a register that a person said are two people."""
    own = duplicate_pair.c
    query = select(own.one, own.other).where(own.register == register, own.decision == "different")
    with runtime.current().database.reading() as connection:
        return {(row[0], row[1]) for row in connection.execute(query)}


def pair(connection: Connection, register: str, one: str, other: str) -> PairRow | None:
    """Return one pair."""
    own = duplicate_pair.c
    which = (own.register == register, own.one == one, own.other == other)
    row = connection.execute(select(duplicate_pair).where(*which)).first()
    return _pair(row) if row else None


def one(register: str, first: str, second: str) -> PairRow | None:
    """Return one pair, outside any transaction."""
    with runtime.current().database.reading() as connection:
        return pair(connection, register, first, second)


def pairs(
    register: str, *, verdict: str, decided: bool, limit: int, after: tuple[int, str, str] | None
) -> list[PairRow]:
    """Return pairs of one verdict ("": any), likeliest first; decided: those with a word of a person instead."""
    own = duplicate_pair.c
    which: list[Any] = [own.register == register, own.decision.not_in(_OPEN) if decided else own.decision.in_(_OPEN)]
    which += [own.verdict == verdict] if verdict else []
    if after:
        bits, one, other = after
        later = (own.bits == bits) & ((own.one > one) | ((own.one == one) & (own.other > other)))
        which.append((own.bits < bits) | later)
    query = select(duplicate_pair).where(*which).order_by(own.bits.desc(), own.one, own.other).limit(limit)
    with runtime.current().database.reading() as connection:
        return [_pair(row) for row in connection.execute(query)]


def counts(register: str) -> dict[tuple[str, str], int]:
    """Return how many pairs of a register have each (verdict, decision)."""
    own = duplicate_pair.c
    query = (
        select(own.verdict, own.decision, func.count())
        .where(own.register == register)
        .group_by(own.verdict, own.decision)
    )
    with runtime.current().database.reading() as connection:
        return {(row[0], row[1]): row[2] for row in connection.execute(query)}


def was_compared(register: str) -> bool:
    """Say whether a comparison of a register with itself ever came to its end."""
    own = duplicate_run.c
    query = select(own.id).where(own.register == register, own.state == "done").limit(1)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).first() is not None


def waiting(register: str) -> list[tuple[str, str]]:
    """Return the pairs of records of a register that were neither told apart nor merged yet."""
    own = duplicate_pair.c
    query = select(own.one, own.other).where(own.register == register, own.decision.not_in(_SETTLED))
    with runtime.current().database.reading() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def linked(register: str) -> int:
    """Return how many records of the first register of links have somebody who may be theirs."""
    own = duplicate_pair.c
    query = select(func.count(func.distinct(own.one))).where(own.register == register, own.decision != "different")
    with runtime.current().database.reading() as connection:
        return connection.execute(query).scalar_one()


def decide(connection: Connection, register: str, one: str, other: str, **values: str) -> None:
    """Write a person's word on a pair, in the open transaction; a pair that no run found is noted with it."""
    own = duplicate_pair.c
    which = (own.register == register, own.one == one, own.other == other)
    if not connection.execute(update(duplicate_pair).where(*which).values(**values)).rowcount:
        row = {"register": register, "one": one, "other": other, "run": "", "bits": 0, "verdict": "no", "held": ""}
        connection.execute(insert(duplicate_pair).values(**row, evidence="[]", **values))


def close_open(connection: Connection, register: str, record: str) -> None:
    """Take out the pairs of a record that wait for a word, in the open transaction: it is no more by itself.

    When it stands again the next run finds them again.
    """
    own = duplicate_pair.c
    about = (own.one == record) | (own.other == record)
    connection.execute(delete(duplicate_pair).where(own.register == register, about, own.decision.in_(_OPEN)))


def _told(score: Score) -> str:
    return msgspec.json.encode([[each.field, each.outcome, round(each.weight, 2)] for each in score.evidence]).decode()


def _pair(row: Sequence[Any]) -> PairRow:
    register, one, other, run, bits, verdict, held, evidence, *decided = row
    said = tuple(Evidence(*each) for each in msgspec.json.decode(evidence))
    return PairRow(register, one, other, run, bits / 100, verdict, held, said, *decided)
