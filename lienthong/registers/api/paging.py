"""Walking through a whole register, page by page: for exports, each page with its access entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.domain import Grounds, Record
from lienthong.registers.store import accesses, records

_PAGE = 5000


class Walked(NamedTuple):
    """One page of a register. after: give it back for the next page."""

    records: list[Record]
    after: str


def export_page(
    who: Actor,
    *,
    register: str,
    fields: Sequence[str],
    grounds: Grounds,
    units: Collection[str] = (),
    after: str = "",
) -> Walked | None:
    """Return the next page of a register in order of id, with its access entry written; None after the last.

    fields: what the caller will show. units: only records of these. Everyone on the page finds the entry in their log.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    with runtime.current().database.transaction() as connection:
        rows = records.page(connection, layout_of(connection, register), after, _PAGE)
        if not rows and after:
            return None
        found = [records.record_of(register, spec.key, row, ()) for row in rows]
        shown = [each for each in found if not units or each.values.get(spec.unit) in units]
        if shown or not after:
            (entry,) = accesses.add(
                connection,
                who,
                act="export",
                register=register,
                subjects=[""],
                fields=fields,
                grounds=grounds,
                people=len(shown),
            )
            accesses.cover(connection, entry, [str(each.values.get(spec.subject) or each.id) for each in shown])
    return Walked(shown, rows[-1][0]) if rows else None
