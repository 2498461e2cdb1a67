"""Accounts, the staff's offices, and the demonstration people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row, select, update

from lienthong.identity.domain import Account, Staff
from lienthong.identity.store.tables import accounts, demonstration, staff
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Kind


def find(subject: str) -> Account | None:
    """Return the account of a personal number or staff id."""
    with runtime.current().database.reading() as connection:
        row = connection.execute(select(accounts).where(accounts.c.subject == subject)).first()
    return None if row is None else _account(row)


def add(account: Account) -> None:
    """Keep a new account."""
    node = runtime.current()
    with node.database.transaction() as connection:
        connection.execute(
            accounts.insert().values(
                subject=account.subject,
                id=account.id,
                kind=account.kind.value,
                level=account.level,
                phone=account.phone,
                handle=account.handle,
                demonstration=account.demonstration,
                open=account.open,
                opened_at=clock.stamp(node.clock.now()),
            )
        )


def change(subject: str, **values: object) -> None:
    """Change columns of an account."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(accounts).where(accounts.c.subject == subject).values(**values))


def any_demonstration() -> bool:
    """True when an account was made for demonstration."""
    with runtime.current().database.reading() as connection:
        query = select(accounts.c.subject).where(accounts.c.demonstration.is_(True)).limit(1)
        return connection.execute(query).first() is not None


def put_staff(member: Staff) -> None:
    """Keep an officer's office: agency, roles, units, position."""
    values = {
        "agency": member.agency,
        "name": member.name,
        "position": member.position,
        "roles": msgspec.json.encode(sorted(member.roles)).decode(),
        "units": msgspec.json.encode(sorted(member.units)).decode(),
    }
    with runtime.current().database.transaction() as connection:
        changed = connection.execute(update(staff).where(staff.c.subject == member.subject).values(**values))
        if not changed.rowcount:
            connection.execute(staff.insert().values(subject=member.subject, **values))


def staff_of(subjects: Iterable[str]) -> list[Staff]:
    """Return the officers among the subjects, in one query."""
    wanted = sorted(set(subjects))
    if not wanted:
        return []
    with runtime.current().database.reading() as connection:
        rows = connection.execute(select(staff).where(staff.c.subject.in_(wanted))).all()
    return [member(row) for row in rows]


def staff_at(agency: str) -> list[Staff]:
    """Return the officers of an agency whose account is open, by staff id."""
    query = select(staff).join(accounts).where(staff.c.agency == agency, accounts.c.open.is_(True))
    with runtime.current().database.reading() as connection:
        return [member(row) for row in connection.execute(query.order_by(staff.c.subject))]


def put_demonstration(*, key: str, subject: str, name: str, about: str, place: int) -> None:
    """Show this account as a person one can be with one click."""
    values = {"subject": subject, "name": name, "about": about, "place": place}
    with runtime.current().database.transaction() as connection:
        changed = connection.execute(update(demonstration).where(demonstration.c.key == key).values(**values))
        if not changed.rowcount:
            connection.execute(demonstration.insert().values(key=key, **values))


def demonstration_rows(key: str = "") -> Sequence[Row[Any]]:
    """Return the demonstration people (one when ``key`` is given) in their order, with agency and position."""
    query = (
        select(demonstration, accounts.c.kind, staff.c.agency, staff.c.position)
        .join(accounts, accounts.c.subject == demonstration.c.subject)
        .join(staff, staff.c.subject == demonstration.c.subject, isouter=True)
        .order_by(demonstration.c.place)
    )
    if key:
        query = query.where(demonstration.c.key == key)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).all()


def member(row: Row[Any]) -> Staff:
    """Return the officer of a row that has the staff columns."""
    return Staff(
        subject=row.subject,
        name=row.name,
        position=row.position,
        agency=row.agency,
        roles=frozenset(msgspec.json.decode(row.roles, type=list[str])),
        units=frozenset(msgspec.json.decode(row.units, type=list[str])),
    )


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        subject=row.subject,
        kind=Kind(row.kind),
        level=row.level,
        phone=row.phone,
        handle=row.handle,
        demonstration=bool(row.demonstration),
        open=bool(row.open),
    )
