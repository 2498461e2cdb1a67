"""Queries of sessions, their frozen figures, conclusions and papers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Row, and_, func, or_, select, update

from lienthong.kernel import runtime
from lienthong.oversight.store.tables import conclusions, meetings, papers, snapshots


def insert(values: Mapping[str, Any]) -> None:
    """Keep a new session."""
    with runtime.current().database.transaction() as connection:
        connection.execute(meetings.insert().values(**values))


def change(meeting: str, **values: Any) -> None:
    """Change a session."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(meetings).where(meetings.c.id == meeting).values(**values))


def find(meeting: str, *, lock: bool = False) -> Row[Any] | None:
    """Return a session."""
    query = select(meetings).where(meetings.c.id == meeting)
    with runtime.current().database.reading() as connection:
        return connection.execute(query.with_for_update() if lock else query).first()


def listed(*, bodies: Collection[str], units: Collection[str], limit: int = 100) -> list[Row[Any]]:
    """Return sessions, newest first: all of these bodies, the concluded ones of these units ("" is the nation)."""
    seen = or_(
        meetings.c.agency.in_(list(bodies)), and_(meetings.c.state == "concluded", meetings.c.unit.in_(list(units)))
    )
    query = select(meetings).where(seen).order_by(meetings.c.held_on.desc(), meetings.c.id.desc()).limit(limit)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def newest_of(body: str) -> Row[Any] | None:
    """Return the last session of a body."""
    query = select(meetings).where(meetings.c.agency == body).order_by(meetings.c.number.desc()).limit(1)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).first()


def put_snapshot(values: Mapping[str, Any]) -> None:
    """Add a frozen state of figures."""
    with runtime.current().database.transaction() as connection:
        connection.execute(snapshots.insert().values(**values))


def snapshot(meeting: str) -> Row[Any] | None:
    """Return the newest frozen state of figures of a session."""
    query = select(snapshots).where(snapshots.c.meeting == meeting).order_by(snapshots.c.id.desc()).limit(1)
    with runtime.current().database.reading() as connection:
        return connection.execute(query).first()


def put_conclusion(values: Mapping[str, Any]) -> None:
    """Add a conclusion."""
    with runtime.current().database.transaction() as connection:
        connection.execute(conclusions.insert().values(**values))


def conclusions_of(meeting: str) -> list[Row[Any]]:
    """Return the conclusions of a session in their order."""
    query = select(conclusions).where(conclusions.c.meeting == meeting).order_by(conclusions.c.number)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def next_conclusion(meeting: str) -> int:
    """Return the number of a session's next conclusion."""
    query = select(func.max(conclusions.c.number)).where(conclusions.c.meeting == meeting)
    with runtime.current().database.reading() as connection:
        return int(connection.execute(query).scalar() or 0) + 1


def conclusion(conclusion_id: str) -> Row[Any] | None:
    """Return a conclusion."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(conclusions).where(conclusions.c.id == conclusion_id)).first()


def change_conclusion(conclusion_id: str, **values: Any) -> None:
    """Change a conclusion of a session that is still open."""
    with runtime.current().database.transaction() as connection:
        connection.execute(update(conclusions).where(conclusions.c.id == conclusion_id).values(**values))


def remove_conclusion(conclusion_id: str) -> None:
    """Remove a conclusion of a session that is still open."""
    with runtime.current().database.transaction() as connection:
        connection.execute(conclusions.delete().where(conclusions.c.id == conclusion_id))


def put_paper(values: Mapping[str, Any]) -> None:
    """Keep the ask for a signed paper."""
    with runtime.current().database.transaction() as connection:
        connection.execute(papers.insert().values(**values))


def paper(meeting: str, kind: str, snapshot_id: str) -> Row[Any] | None:
    """Return the signed paper of a kind over a state of figures."""
    mine = (papers.c.meeting == meeting, papers.c.kind == kind, papers.c.snapshot == snapshot_id)
    with runtime.current().database.reading() as connection:
        return connection.execute(select(papers).where(*mine)).first()


def paper_by_id(paper_id: str) -> Row[Any] | None:
    """Return a paper."""
    with runtime.current().database.reading() as connection:
        return connection.execute(select(papers).where(papers.c.id == paper_id)).first()


def paper_made(paper_id: str, pdf: str) -> None:
    """Note the signed file of a paper, once."""
    with runtime.current().database.transaction() as connection:
        waiting = (papers.c.id == paper_id, papers.c.pdf == "")
        connection.execute(update(papers).where(*waiting).values(pdf=pdf))
