"""Services at the counter and codes on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from lienthong.identity.store.tables import paper_codes, services
from lienthong.kernel import clock, runtime


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code on paper, without the code. thing: the draft it is for; service: the counter service that printed it."""

    id: str
    purpose: str
    subject: str
    thing: str
    service: str
    until: datetime


def begin(row: dict[str, str]) -> None:
    """Keep a new service."""
    with runtime.current().database.transaction() as connection:
        connection.execute(services.insert().values(**row))


def service(service: str) -> Row[Any] | None:
    """Return one service."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(services).where(services.c.id == service)).first()


def of_person(person: str) -> list[Row[Any]]:
    """Return the services of a person, the newest first."""
    query = select(services).where(services.c.person == person).order_by(services.c.began_at.desc()).limit(50)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def about(service: str, thing: str) -> None:
    """Note the draft a service is about, on its slip too."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(services).where(services.c.id == service).values(thing=thing))
        connection.execute(update(paper_codes).where(paper_codes.c.service == service).values(thing=thing))


def end(service: str, now: datetime) -> bool:
    """Note that a service ended; False when it had ended before."""
    living = (services.c.id == service, services.c.ended_at == "")
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(services).where(*living).values(ended_at=clock.stamp(now))).rowcount == 1


def add_code(code: Code, *, digest: str, now: datetime) -> None:
    """Keep a new code; earlier ones of the same purpose for the same service or draft open nothing any more."""
    of_service = (paper_codes.c.service == code.service) & (paper_codes.c.service != "")
    same = of_service | ((paper_codes.c.thing == code.thing) & (paper_codes.c.thing != ""))
    older = (paper_codes.c.purpose == code.purpose, paper_codes.c.subject == code.subject, same)
    with runtime.current().database.transaction() as connection:
        connection.execute(
            update(paper_codes).where(*older, paper_codes.c.ended_at == "").values(ended_at=clock.stamp(now))
        )
        connection.execute(
            paper_codes.insert().values(
                id=code.id,
                digest=digest,
                purpose=code.purpose,
                subject=code.subject,
                thing=code.thing,
                service=code.service,
                made_at=clock.stamp(now),
                until=clock.stamp(code.until),
                ended_at="",
            )
        )


def find_code(digest: str, *, purpose: str, now: datetime) -> Code | None:
    """Return the living code with this digest."""
    living = (paper_codes.c.ended_at == "", paper_codes.c.until > clock.stamp(now))
    query = select(paper_codes).where(paper_codes.c.digest == digest, paper_codes.c.purpose == purpose, *living)
    with runtime.current().database.reading() as connection:
        row = connection.execute(query).first()
    return _code(row) if row is not None else None


def living(person: str, *, purpose: str, now: datetime) -> list[Code]:
    """Return a person's codes that still open a draft, the newest first."""
    good = (paper_codes.c.ended_at == "", paper_codes.c.until > clock.stamp(now), paper_codes.c.thing != "")
    query = select(paper_codes).where(paper_codes.c.subject == person, paper_codes.c.purpose == purpose, *good)
    with runtime.current().database.reading() as connection:
        return [_code(row) for row in connection.execute(query.order_by(paper_codes.c.made_at.desc()))]


def _code(row: Row[Any]) -> Code:
    return Code(
        id=row.id,
        purpose=row.purpose,
        subject=row.subject,
        thing=row.thing,
        service=row.service,
        until=clock.moment(row.until),
    )


def slip_until(service: str, now: datetime) -> datetime | None:
    """Return until when the slip of a service is good; None when none was printed or it is too old."""
    living = (paper_codes.c.ended_at == "", paper_codes.c.until > clock.stamp(now))
    query = select(paper_codes.c.until).where(paper_codes.c.service == service, *living)
    with runtime.current().database.reading() as connection:
        found = connection.execute(query).scalar()
    return clock.moment(found) if found else None


def use_code(code: str, now: datetime) -> bool:
    """Use a code up; False when somebody did so before."""
    living = (paper_codes.c.id == code, paper_codes.c.ended_at == "")
    with runtime.current().database.transaction() as connection:
        return connection.execute(update(paper_codes).where(*living).values(ended_at=clock.stamp(now))).rowcount == 1
