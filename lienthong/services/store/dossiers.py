"""Rows of dossiers and of what belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lienthong.kernel import clock, runtime
from lienthong.kernel.ids import new_id
from lienthong.services.spec.form import Known
from lienthong.services.store.tables import counters, dossiers, moments, papers, records, signatures, stops, values

_BY_ID = select(dossiers).where(dossiers.c.id == bindparam("id"))
_BY_CODE = select(dossiers).where(dossiers.c.code == bindparam("code"))
_RECORDS = select(records).where(records.c.dossier == bindparam("id"))
_VALUES = select(values).where(values.c.dossier == bindparam("id"))
_IN_USE = (
    select(records.c.item, records.c.record)
    .join(dossiers, dossiers.c.id == records.c.dossier)
    .where(dossiers.c.applicant == bindparam("person"), dossiers.c.state.in_(["open", "paused"]))
)
_OF_APPLICANT = (
    select(dossiers)
    .where(dossiers.c.applicant == bindparam("person"))
    .order_by(dossiers.c.saved_at.desc(), dossiers.c.id.desc())
    .limit(bindparam("limit"))
)
_STOPS = select(stops).where(stops.c.dossier.in_(bindparam("ids", expanding=True))).order_by(stops.c.number)
_PAPERS = select(papers).where(papers.c.dossier.in_(bindparam("ids", expanding=True))).order_by(papers.c.type)
_SIGNATURES = select(signatures).where(signatures.c.dossier == bindparam("id"))
_SIGNATURES_BY = (
    select(signatures, dossiers.c.state.label("dossier_state"), dossiers.c.code)
    .join(dossiers, dossiers.c.id == signatures.c.dossier)
    .where(signatures.c.person == bindparam("person"))
    .order_by(signatures.c.at.desc())
    .limit(bindparam("limit"))
)
_HISTORY = select(moments).where(moments.c.dossier == bindparam("id")).order_by(moments.c.at, moments.c.id)
_DROP_RECORDS = delete(records).where(records.c.dossier == bindparam("id"))
_ADD_RECORDS, _ADD_MOMENT = records.insert(), moments.insert()


def begin(row: Mapping[str, Any]) -> str:
    """Insert a draft unless its applicant has one of the same procedure; answer the id of the one there is."""
    with runtime.current().database.transaction() as connection:
        new = connection.execute(_statements().begin, dict(row)).scalar()
        if new is not None:
            return str(new)
        same = (dossiers.c.applicant == row["applicant"], dossiers.c.procedure == row["procedure"])
        return str(connection.execute(select(dossiers.c.id).where(*same, dossiers.c.state == "draft")).scalar_one())


def add(row: Mapping[str, Any]) -> Row[Any]:
    """Insert a dossier that never was a draft, in the open transaction, and answer its row."""
    with runtime.current().database.transaction() as connection:
        return connection.execute(dossiers.insert().returning(dossiers), dict(row)).one()


def by_id(dossier: str, *, lock: bool = False) -> Row[Any] | None:
    """Return one dossier's row; locked until the open transaction ends when asked."""
    with runtime.current().database.reading() as connection:
        return connection.execute(_BY_ID.with_for_update() if lock else _BY_ID, {"id": dossier}).first()


def by_ids(ids: Collection[str]) -> list[Row[Any]]:
    """Return the rows of these dossiers that are still there."""
    if not ids:
        return []
    with runtime.current().database.reading() as connection:
        return list(connection.execute(select(dossiers).where(dossiers.c.id.in_(sorted(ids)))))


def draft_of(person: str, procedure: str) -> Row[Any] | None:
    """Return the draft of a procedure that a person has open."""
    chosen = (dossiers.c.applicant == person, dossiers.c.procedure == procedure, dossiers.c.state == "draft")
    with runtime.current().database.reading() as connection:
        return connection.execute(select(dossiers).where(*chosen)).first()


def by_code(code: str, *, lock: bool = False) -> Row[Any] | None:
    """Return one filed dossier's row by its code."""
    with runtime.current().database.reading() as connection:
        return connection.execute(_BY_CODE.with_for_update() if lock else _BY_CODE, {"code": code}).first()


def change(dossier: str, **columns: Any) -> Row[Any]:
    """Change columns of a dossier in the open transaction and answer its row as it is then."""
    with runtime.current().database.transaction() as connection:
        return connection.execute(_change(tuple(sorted(columns))), {"the_dossier": dossier, **columns}).one()


@cache
def _change(columns: tuple[str, ...]) -> Any:
    """The statement that changes these columns; building one takes longer than running it."""
    new = {name: bindparam(name) for name in columns}
    return update(dossiers).where(dossiers.c.id == bindparam("the_dossier")).values(new).returning(dossiers)


def of_applicant(person: str, *, limit: int) -> list[Row[Any]]:
    """Return a person's drafts and dossiers, saved last first."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_OF_APPLICANT, {"person": person, "limit": limit}))


def delete_draft(dossier: str) -> None:
    """Delete one draft with all that belongs to it."""
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(dossiers).where(dossiers.c.id == dossier, dossiers.c.state == "draft"))


def purge_drafts(before: str) -> int:
    """Delete drafts whose time to keep ended before this day; answer how many."""
    with runtime.current().database.transaction() as connection:
        old = delete(dossiers).where(dossiers.c.state == "draft", dossiers.c.keep_until < before)
        return connection.execute(old).rowcount


def filed_at(agency: str, *, first: str, last: str, units: Sequence[str], limit: int) -> list[Row[Any]]:
    """Return the dossiers an agency took in from one stamp up to another, in the order of their codes.

    Codes begin with agency and day, so that the index on them finds the days.
    """
    begins, ends = (clock.moment(each) for each in (first, last))
    query = (
        select(dossiers)
        .where(
            dossiers.c.code >= f"{agency}-{begins:%y%m%d}",
            dossiers.c.code < f"{agency}-{ends:%y%m%d}",
            dossiers.c.agency == agency,
            dossiers.c.unit.in_(units),
        )
        .order_by(dossiers.c.code)
        .limit(limit)
    )
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query))


def records_of(dossier: str) -> list[Known]:
    """Return what was read from registers for a dossier."""
    with runtime.current().database.reading() as connection:
        rows = connection.execute(_RECORDS, {"id": dossier}).all()
    return [
        Known(
            item=row.item,
            register=row.register,
            record=row.record,
            version=row.version,
            at=row.at,
            values=msgspec.json.decode(row.payload),
        )
        for row in rows
    ]


def records_in_use(person: str) -> set[tuple[str, str]]:
    """Return (item, record id) of every record that a person's dossiers in work stand on."""
    with runtime.current().database.reading() as connection:
        return {(row.item, row.record) for row in connection.execute(_IN_USE, {"person": person})}


def put_records(dossier: str, read: Sequence[Known]) -> None:
    """Put what was read in place of what was read before."""
    with runtime.current().database.transaction() as connection:
        connection.execute(_DROP_RECORDS, {"id": dossier})
        if read:
            rows = [
                {
                    "dossier": dossier,
                    "item": each.item,
                    "record": each.record,
                    "register": each.register,
                    "version": each.version,
                    "at": each.at,
                    "payload": msgspec.json.encode(each.values).decode(),
                }
                for each in read
            ]
            connection.execute(_ADD_RECORDS, rows)


def values_of(dossier: str) -> list[Row[Any]]:
    """Return what was declared and what the flow added (columns name, kind, value, at)."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_VALUES, {"id": dossier}))


def put_values(dossier: str, given: Mapping[str, str], *, kind: str, at: str) -> None:
    """Put values by name, each in place of an earlier one."""
    if not given:
        return
    rows = [{"dossier": dossier, "name": n, "kind": kind, "value": v, "at": at} for n, v in given.items()]
    with runtime.current().database.transaction() as connection:
        connection.execute(_statements().put_values, rows)


def next_serial(name: str) -> int:
    """Return the next number of a series, from 1, without gaps among committed transactions."""
    with runtime.current().database.transaction() as connection:
        return int(connection.execute(_statements().next_serial, {"name": name, "value": 1}).scalar_one())


def tell(dossier: str, *, at: str, kind: str, by: tuple[str, str, str], step: str = "", data: str = "") -> None:
    """Add a line to a dossier's history. by: kind, subject and agency of who did it."""
    row = {"id": new_id(), "dossier": dossier, "at": at, "kind": kind, "step": step, "data": data}
    with runtime.current().database.transaction() as connection:
        connection.execute(_ADD_MOMENT, {**row, "by_kind": by[0], "by": by[1], "agency": by[2]})


def history(dossier: str) -> list[Row[Any]]:
    """Return a dossier's history, oldest first."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_HISTORY, {"id": dossier}))


def signatures_of(dossier: str) -> list[Row[Any]]:
    """Return the signatures asked for."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_SIGNATURES, {"id": dossier}))


def signatures_by(person: str, *, limit: int) -> list[Row[Any]]:
    """Return drafts and dossiers on which this person's signature was asked for, newest first."""
    with runtime.current().database.reading() as connection:
        return list(connection.execute(_SIGNATURES_BY, {"person": person, "limit": limit}))


def put_signature(dossier: str, item: str, *, person: str, state: str, digest: str, at: str) -> None:
    """Put a signature in place of the one before."""
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(signatures).where(signatures.c.dossier == dossier, signatures.c.item == item))
        row = {"dossier": dossier, "item": item, "person": person, "state": state, "digest": digest, "at": at}
        connection.execute(signatures.insert(), row)


def stops_of(dossier: str) -> list[Row[Any]]:
    """Return the times a dossier's clock stood still, in order."""
    return stops_of_all([dossier])


def stops_of_all(of: Sequence[str]) -> list[Row[Any]]:
    """Return the times the clocks of several dossiers stood still, in order."""
    return _of_all(_STOPS, of)


def put_stop(row: Mapping[str, Any]) -> None:
    """Stop a dossier's clock."""
    with runtime.current().database.transaction() as connection:
        connection.execute(stops.insert(), dict(row))


def end_stop(dossier: str, number: int, *, at: str) -> None:
    """Let a dossier's clock go on."""
    with runtime.current().database.transaction() as connection:
        chosen = (stops.c.dossier == dossier, stops.c.number == number)
        connection.execute(update(stops).where(*chosen).values(until_at=at))


def papers_of(dossier: str) -> list[Row[Any]]:
    """Return the result documents of a dossier, made and in the making."""
    return papers_of_all([dossier])


def papers_of_all(of: Sequence[str]) -> list[Row[Any]]:
    """Return the result documents of several dossiers."""
    return _of_all(_PAPERS, of)


def put_paper(dossier: str, document_type: str, *, step: str) -> None:
    """Note that a document is to be made."""
    with runtime.current().database.transaction() as connection:
        row = {"dossier": dossier, "type": document_type, "step": step, "document": "", "at": ""}
        connection.execute(papers.insert(), row)


def paper_made(dossier: str, document_type: str, *, document: str, at: str) -> bool:
    """Note that a document was made; False when that was noted before."""
    with runtime.current().database.transaction() as connection:
        waiting = (papers.c.dossier == dossier, papers.c.type == document_type, papers.c.document == "")
        return connection.execute(update(papers).where(*waiting).values(document=document, at=at)).rowcount == 1


def _of_all(query: Any, of: Sequence[str]) -> list[Row[Any]]:
    if not of:
        return []
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query, {"ids": of}))


@dataclass(frozen=True, slots=True)
class _Statements:
    """Inserts that say what to do when the row is there: each database has its own words."""

    begin: Any
    put_values: Any
    next_serial: Any


def _statements() -> _Statements:
    node = runtime.current()
    return node.part("services.statements", lambda each: _make(sqlite if each.database.is_sqlite else postgresql))


def _make(dialect: Any) -> _Statements:
    value, counter = dialect.insert(values), dialect.insert(counters)
    newer = {name: value.excluded[name] for name in ("kind", "value", "at")}
    risen = {"value": counters.c.value + 1}
    return _Statements(
        begin=dialect.insert(dossiers).on_conflict_do_nothing().returning(dossiers.c.id),
        put_values=value.on_conflict_do_update(index_elements=["dossier", "name"], set_=newer),
        next_serial=counter.on_conflict_do_update(index_elements=["name"], set_=risen).returning(counters.c.value),
    )
