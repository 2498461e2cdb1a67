"""Mandates and the words said on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import msgspec
from sqlalchemy import Row, or_, select, update

from lienthong.identity.domain.mandates import Kind, Mandate, Standing
from lienthong.identity.store.tables import mandate_words, mandates
from lienthong.kernel import clock, runtime


def add(mandate: Mandate) -> None:
    """Keep a new mandate."""
    row = {
        **asdict(mandate),
        "kind": mandate.kind.value,
        "procedures": msgspec.json.encode(mandate.procedures).decode(),
        "since": mandate.since.isoformat(),
        "until": mandate.until.isoformat(),
        "made_at": clock.stamp(mandate.made_at),
        "standing": mandate.standing.value,
        "standing_at": clock.stamp(mandate.standing_at),
    }
    with runtime.current().database.transaction() as connection:
        connection.execute(mandates.insert().values(**row))


def find(mandate: str, *, lock: bool = False) -> Mandate | None:
    """Return one mandate; locked until the open transaction ends when asked."""
    query = select(mandates).where(mandates.c.id == mandate)
    with runtime.current().database.reading() as connection:
        row = connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _mandate(row)


def of_person(number: str) -> list[Mandate]:
    """Return the mandates in which somebody is the person or the representative, the newest first."""
    mine = or_(mandates.c.person == number, mandates.c.representative == number)
    query = select(mandates).where(mine).order_by(mandates.c.made_at.desc(), mandates.c.id.desc()).limit(100)
    with runtime.current().database.reading() as connection:
        return [_mandate(row) for row in connection.execute(query)]


def change(mandate: str, standing: Standing, at: datetime) -> None:
    """Note how a mandate stands."""
    values = {"standing": standing.value, "standing_at": clock.stamp(at)}
    with runtime.current().database.transaction() as connection:
        connection.execute(update(mandates).where(mandates.c.id == mandate).values(**values))


def say(word: dict[str, Any], salt: bytes) -> None:
    """Keep a word said on a mandate, with the salt its ledger entry commits with."""
    with runtime.current().database.transaction() as connection:
        connection.execute(mandate_words.insert().values(**word, salt=salt))


def words(mandate: str) -> Sequence[Row[Any]]:
    """Return the words said on a mandate, oldest first."""
    query = select(mandate_words).where(mandate_words.c.mandate == mandate)
    with runtime.current().database.reading() as connection:
        return connection.execute(query.order_by(mandate_words.c.at, mandate_words.c.id)).all()


def erase(number: str, *, before: str, today: date) -> int:
    """Erase salts, terms and who spoke of every word from before the stamp on a mandate that no longer holds, in which
    somebody is one of the two; in the open transaction. That there was a mandate between the two stays.
    """
    over = or_(mandates.c.standing.in_([Standing.DECLINED, Standing.ENDED]), mandates.c.until < today.isoformat())
    mine = or_(mandates.c.person == number, mandates.c.representative == number)
    own = mandate_words.c
    which = (own.mandate.in_(select(mandates.c.id).where(mine, over)), own.at < before, own.salt != b"")
    gone = {"by": "", "assisted_by": "", "terms": "{}", "salt": b""}
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(mandate_words).where(*which).values(**gone)).rowcount


def _mandate(row: Row[Any]) -> Mandate:
    return Mandate(
        id=row.id,
        kind=Kind(row.kind),
        person=row.person,
        person_name=row.person_name,
        representative=row.representative,
        representative_name=row.representative_name,
        procedures=tuple(msgspec.json.decode(row.procedures, type=list[str])),
        data=bool(row.data),
        papers=bool(row.papers),
        since=date.fromisoformat(row.since),
        until=date.fromisoformat(row.until),
        ground=row.ground,
        ground_on=row.ground_on,
        made_by=row.made_by,
        agency=row.agency,
        made_at=clock.moment(row.made_at),
        standing=Standing(row.standing),
        standing_at=clock.moment(row.standing_at),
    )
