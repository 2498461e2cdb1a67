"""The history of a task: each moment is only ever added, and an entry of the ledger commits to it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Row

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.ids import new_id
from lienthong.ledger import api as ledger
from lienthong.oversight import store
from lienthong.oversight.api.views import Moment, Product, ProofState
from lienthong.reference import api as reference

_CONTENT = ("id", "task", "at", "kind", "by_kind", "by", "agency", "note")


def add(who: Actor, task: str, kind: str, *, note: str = "", data: Mapping[str, Any] | None = None) -> str:
    """Add a moment in the open transaction, with its ledger entry; answer its id."""
    values = {
        "id": new_id(),
        "task": task,
        "at": clock.stamp(runtime.current().clock.now()),
        "kind": kind,
        "by_kind": str(who.kind),
        "by": who.subject,
        "agency": who.agency,
        "note": note,
    }
    salt, said = secrets.token_bytes(32), dict(data or {})
    store.tasks.tell(values, said, salt)
    ledger.record(entry_id=values["id"], digest=ledger.digest_of({**values, "data": said}, salt))
    return values["id"]


def of(who: Actor, task: str) -> tuple[Moment, ...]:
    """Return a task's history, oldest first, each moment proved against the ledger."""
    rows = store.tasks.history(task)
    names = identity.display(who, subjects={row.by for row in rows})
    proved = proofs({row.id: (_digest(row)) for row in rows})
    products: dict[str, list[Product]] = {}
    for row in store.tasks.products_of(task):
        handed = Product(id=row.id, moment=row.moment, name=row.name, type=row.type, size=row.size, digest=row.digest)
        products.setdefault(row.moment, []).append(handed)
    return tuple(
        Moment(
            id=row.id,
            at=clock.moment(row.at),
            kind=row.kind,
            by=names[row.by].name if row.by in names else "",
            agency_name=agency_name(row.agency),
            note=row.note,
            data=msgspec.json.decode(row.data, type=dict[str, Any]),
            products=tuple(products.get(row.id, ())),
            proof=proved[row.id],
        )
        for row in rows
    )


def proofs(digests: Mapping[str, bytes]) -> dict[str, ProofState]:
    """Say of each entry (id, digest of what is kept) whether the ledger proves it, still waits, or says otherwise."""
    found = ledger.proofs(list(digests))
    key = ledger.public_key()
    states: dict[str, ProofState] = {}
    for entry, digest in digests.items():
        proof = found.get(entry)
        if proof is None:
            states[entry] = "waiting"
        else:
            states[entry] = "proved" if ledger.verify_inclusion(proof, digest, key) else "wrong"
    return states


def agency_name(code: str) -> str:
    """Return an agency's short name in the language being spoken; its code when unknown."""
    found = reference.agency(code)
    return str(found.short) if found else code


def _digest(row: Row[Any]) -> bytes:
    values: dict[str, Any] = {name: getattr(row, name) for name in _CONTENT}
    return ledger.digest_of({**values, "data": msgspec.json.decode(row.data)}, row.salt)


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """Return the short names of agencies by code."""
    return {code: agency_name(code) for code in codes}
