"""Where documents stand in the status lists, and how some of them ended."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, String, func, select
from sqlalchemy.exc import IntegrityError

from lienthong.documents.domain import status_list
from lienthong.kernel import clock, runtime
from lienthong.kernel.database import Scope, table

places = table(
    "document_place",
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("document", String(26), nullable=False, unique=True),
    scope=Scope.PARTICIPANTS,
)
endings = table(
    "document_ending",
    Column("document", String(26), primary_key=True),
    Column("place", BigInteger, nullable=False, unique=True),
    Column("code", Integer, nullable=False),
    Column("reason", String(60), nullable=False),
    Column("basis", String(60), nullable=False),
    Column("replaced_by", String(26), nullable=False),
    Column("agency", String(40), nullable=False),
    Column("officer", String(80), nullable=False),
    Column("at", String(27), nullable=False),
    scope=Scope.PARTICIPANTS,
)
_TRIES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a document ended. reason: id of its type's file. basis: id of the law. officer: staff id."""

    document: str
    code: int
    reason: str
    basis: str
    replaced_by: str
    agency: str
    officer: str
    at: datetime


def give_place(document_id: str, serial: int) -> int:
    """Give a document a random free place in its list and answer it; the place it has when it has one."""
    with runtime.current().database.transaction() as connection:
        kept = select(places.c.place).where(places.c.document == document_id)
        for _ in range(_TRIES):
            if (known := connection.execute(kept).scalar()) is not None:
                return known
            place = status_list.Place(status_list.list_for(serial), secrets.randbelow(status_list.SIZE)).code
            try:
                with connection.begin_nested():
                    connection.execute(places.insert().values(place=place, document=document_id))
            except IntegrityError:
                continue  # somebody stands there, or another process was first
            return place
    message = "no free place in a list that is half empty"
    raise RuntimeError(message)


def lists() -> int:
    """Return how many lists there are."""
    with runtime.current().database.reading() as connection:
        newest = connection.execute(select(func.max(places.c.place))).scalar()
    return status_list.place_of(newest).number if newest else 0


def codes_of(number: int) -> dict[int, int]:
    """Return index → code of every place of a list that is no longer valid."""
    first = number * status_list.SIZE
    query = select(endings.c.place, endings.c.code).where(
        endings.c.place >= first, endings.c.place < first + status_list.SIZE
    )
    with runtime.current().database.reading() as connection:
        return {row.place - first: row.code for row in connection.execute(query)}


def keep_ending(ending: Ending, *, place: int) -> None:
    """Keep how a document ended."""
    row = {
        "document": ending.document,
        "place": place,
        "code": ending.code,
        "reason": ending.reason,
        "basis": ending.basis,
        "replaced_by": ending.replaced_by,
        "agency": ending.agency,
        "officer": ending.officer,
        "at": clock.stamp(ending.at),
    }
    with runtime.current().database.transaction() as connection:
        connection.execute(endings.insert().values(**row))


def ending_of(document_id: str) -> Ending | None:
    """Return how a document ended, None while it is valid."""
    query = select(endings).where(endings.c.document == document_id)
    with runtime.current().database.reading() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return Ending(
        document=row.document,
        code=row.code,
        reason=row.reason,
        basis=row.basis,
        replaced_by=row.replaced_by,
        agency=row.agency,
        officer=row.officer,
        at=clock.moment(row.at),
    )
