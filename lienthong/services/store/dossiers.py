"""Rows of dossiers and of what belongs to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.ids import new_id
from lienthong.kernel.rows import Row, Rows
from lienthong.services.spec.form import Known
from lienthong.services.store import tables

_DOSSIERS, _RECORDS, _VALUES = Rows(tables.dossiers), Rows(tables.records), Rows(tables.values)
_HISTORY, _SIGNATURES = Rows(tables.moments), Rows(tables.signatures)
_STOPS, _PAPERS = Rows(tables.stops), Rows(tables.papers)
_IN_USE = (
    "SELECT r.item, r.record FROM dossier_record r JOIN dossier d ON d.id = r.dossier"
    " WHERE d.applicant = ? AND d.state IN ('open', 'paused')"
)
_NEXT = (
    "INSERT INTO counter (name, value) VALUES (?, 1)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)


def begin(row: Mapping[str, Any]) -> Row:
    """Insert a draft unless its applicant has one of the same procedure; answer the draft there is."""
    with runtime.current().database.transaction():
        found = _DOSSIERS.begin(row) or draft_of(row["applicant"], row["procedure"])
    assert found is not None  # noqa: S101  nothing but such a draft stands in the way of a new one
    return found


def add(row: Mapping[str, Any]) -> Row:
    """Insert a dossier that never was a draft, in the open transaction, and answer its row."""
    with runtime.current().database.transaction():
        _DOSSIERS.add(row)
        return _DOSSIERS.all("WHERE id = ?", row["id"])[0]


def by_id(dossier: str, *, lock: bool = False) -> Row | None:
    """Return one dossier's row; locked until the open transaction ends when asked."""
    return _DOSSIERS.one("WHERE id = ?", dossier, lock=lock)


def by_ids(ids: Collection[str]) -> list[Row]:
    """Return the rows of these dossiers that are still there."""
    return _DOSSIERS.among("id", sorted(ids))


def draft_of(person: str, procedure: str) -> Row | None:
    """Return the draft of a procedure that a person has open."""
    return _DOSSIERS.one("WHERE applicant = ? AND procedure = ? AND state = 'draft'", person, procedure)


def by_code(code: str, *, lock: bool = False) -> Row | None:
    """Return one filed dossier's row by its code."""
    return _DOSSIERS.one("WHERE code = ?", code, lock=lock)


def change(dossier: str, **columns: Any) -> Row:
    """Change columns of a dossier in the open transaction and answer its row as it is then."""
    return _DOSSIERS.change(columns, "WHERE id = ?", dossier)[0]


def of_applicant(person: str, *, limit: int) -> list[Row]:
    """Return a person's drafts and dossiers, saved last first."""
    return _DOSSIERS.all("WHERE applicant = ? ORDER BY saved_at DESC, id DESC LIMIT ?", person, limit)


def delete_draft(dossier: str) -> None:
    """Delete one draft with all that belongs to it."""
    _DOSSIERS.drop("WHERE id = ? AND state = 'draft'", dossier)


def purge_drafts(before: str) -> int:
    """Delete drafts whose time to keep ended before this day; answer how many."""
    return _DOSSIERS.drop("WHERE state = 'draft' AND keep_until < ?", before)


def filed_at(agency: str, *, first: str, last: str, units: Sequence[str], limit: int) -> list[Row]:
    """Return the dossiers an agency took in from one stamp up to another, in the order of their codes.

    Codes begin with agency and day, so that the index on them finds the days.
    """
    begins, ends = (f"{agency}-{clock.moment(each):%y%m%d}" for each in (first, last))
    served, parameters = driver.one_of("unit", units)
    return _DOSSIERS.all(
        f"WHERE code >= ? AND code < ? AND agency = ? AND {served} ORDER BY code LIMIT ?",
        *(begins, ends, agency, *parameters, limit),
    )


def records_of(dossier: str) -> list[Known]:
    """Return what was read from registers for a dossier."""
    return [
        Known(
            item=row.item,
            register=row.register,
            record=row.record,
            version=row.version,
            at=row.at,
            values=msgspec.json.decode(row.payload),
        )
        for row in _RECORDS.all("WHERE dossier = ?", dossier)
    ]


def records_in_use(person: str) -> set[tuple[str, str]]:
    """Return (item, record id) of every record that a person's dossiers in work stand on."""
    with runtime.current().database.reading() as connection:
        return {(item, record) for item, record in driver.rows(connection, _IN_USE, [person])}


def put_records(dossier: str, read: Sequence[Known]) -> None:
    """Put what was read in place of what was read before."""
    with runtime.current().database.transaction():
        _RECORDS.drop("WHERE dossier = ?", dossier)
        _RECORDS.add(
            *(
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
            )
        )


def values_of(dossier: str) -> list[Row]:
    """Return what was declared and what the flow added (columns name, kind, value, at)."""
    return _VALUES.all("WHERE dossier = ?", dossier)


def put_values(dossier: str, given: Mapping[str, str], *, kind: str, at: str) -> None:
    """Put values by name, each in place of an earlier one."""
    _VALUES.put(*({"dossier": dossier, "name": n, "kind": kind, "value": v, "at": at} for n, v in given.items()))


def next_serial(name: str) -> int:
    """Return the next number of a series, from 1, without gaps among committed transactions."""
    with runtime.current().database.transaction() as connection:
        return int(driver.rows(connection, _NEXT, [name])[0][0])


def tell(dossier: str, *, at: str, kind: str, by: tuple[str, str, str], step: str = "", data: str = "") -> None:
    """Add a line to a dossier's history. by: kind, subject and agency of who did it."""
    row = {"id": new_id(), "dossier": dossier, "at": at, "kind": kind, "step": step, "data": data}
    _HISTORY.add({**row, "by_kind": by[0], "by": by[1], "agency": by[2]})


def history(dossier: str) -> list[Row]:
    """Return a dossier's history, oldest first."""
    return _HISTORY.all("WHERE dossier = ? ORDER BY at, id", dossier)


def signatures_of(dossier: str) -> list[Row]:
    """Return the signatures asked for."""
    return _SIGNATURES.all("WHERE dossier = ?", dossier)


def signatures_by(person: str, *, limit: int) -> list[Row]:
    """Return the signatures asked of this person, newest first."""
    return _SIGNATURES.all("WHERE person = ? ORDER BY at DESC LIMIT ?", person, limit)


def put_signature(dossier: str, item: str, *, person: str, state: str, digest: str, at: str) -> None:
    """Put a signature in place of the one before."""
    _SIGNATURES.put({"dossier": dossier, "item": item, "person": person, "state": state, "digest": digest, "at": at})


def stops_of(dossier: str) -> list[Row]:
    """Return the times a dossier's clock stood still, in order."""
    return stops_of_all([dossier])


def stops_of_all(of: Sequence[str]) -> list[Row]:
    """Return the times the clocks of several dossiers stood still, in order."""
    return _STOPS.among("dossier", of, "ORDER BY number")


def put_stop(row: Mapping[str, Any]) -> None:
    """Stop a dossier's clock."""
    _STOPS.add(row)


def end_stop(dossier: str, number: int, *, at: str) -> None:
    """Let a dossier's clock go on."""
    _STOPS.change({"until_at": at}, "WHERE dossier = ? AND number = ?", dossier, number)


def papers_of(dossier: str) -> list[Row]:
    """Return the result documents of a dossier, made and in the making."""
    return papers_of_all([dossier])


def papers_of_all(of: Sequence[str]) -> list[Row]:
    """Return the result documents of several dossiers."""
    return _PAPERS.among("dossier", of, "ORDER BY type")


def put_paper(dossier: str, document_type: str, *, step: str) -> None:
    """Note that a document is to be made."""
    _PAPERS.add({"dossier": dossier, "type": document_type, "step": step, "document": "", "at": ""})


def paper_made(dossier: str, document_type: str, *, document: str, at: str) -> bool:
    """Note that a document was made; False when that was noted before."""
    waiting = "WHERE dossier = ? AND type = ? AND document = ''"
    return bool(_PAPERS.change({"document": document, "at": at}, waiting, dossier, document_type))
