"""Reading many records for a steward's check: one entry says how many; no person is told a value of them.

What a person is then shown of single records goes through ``shown``, whose entry covers each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.domain import Grounds, Record
from lienthong.registers.spec.words import compiled
from lienthong.registers.store import accesses, records, sweeping
from lienthong.registers.store.layout import lookup_key
from lienthong.registers.store.sweeping import Swept

_PAGE = 20_000
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def sweep(
    who: Actor, *, register: str, grounds: Grounds, fields: Sequence[str], since: str = ""
) -> Iterator[list[Swept]]:
    """Yield the register's records in pages: id, version, since when known, payload as JSON.

    fields: what is looked at, for the entry. since: only records written at or after this stamp.
    """
    require(who, grounds)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        people = sweeping.count(connection, layout, since)
        _note(who, register, people, fields, grounds)
    yield from sweeping.pages(layout, since, _PAGE)


def having(
    who: Actor,
    *,
    register: str,
    grounds: Grounds,
    fields: Sequence[str],
    by: str,
    values: Sequence[str],
    where: str = "",
) -> list[Swept]:
    """Return the records whose lookup field ``by`` ("" for their ids) has one of the values; in no order.

    where: an expression of a quality rule that must be true of them.
    """
    require(who, grounds)
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        wanted = list(values)
        if by:
            kind = layout.lookups[by]
            wanted = [key for each in values if (key := lookup_key(kind, each))]
        found = sweeping.having(connection, layout, f"by_{by}" if by else "id", list(dict.fromkeys(wanted)))
        _note(who, register, len(wanted), fields, grounds)
    if where:
        condition, today = compiled(where, spec.types), runtime.current().clock.now().date()
        found = [each for each in found if condition.test(_decode(each[3]), today=today)]
    return found


def shown(who: Actor, *, register: str, grounds: Grounds, fields: Sequence[str], ids: Sequence[str]) -> list[Record]:
    """Return records by their ids with the wanted fields, for a person to look at; one entry covers all of them."""
    require(who, grounds)
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        rows = records.by_ids(connection, layout_of(connection, register), list(ids))
        found = [records.record_of(register, spec.key, row, ()) for row in rows]
        (entry,) = accesses.add(
            connection,
            who,
            act="search",
            register=register,
            subjects=[""],
            fields=list(fields),
            grounds=grounds,
            people=len(found),
        )
        accesses.cover(connection, entry, [str(each.values.get(spec.subject) or each.id) for each in found])
    return [
        Record(each.register, each.id, each.key, each.version, each.valid_from, each.known_from, kept)
        for each in found
        for kept in [records.pick(each.values, fields)]
    ]


def authors(register: str, ids: Sequence[str]) -> dict[str, str]:
    """Return the agency that last changed each record, of those that ever changed: no word of what they say."""
    with runtime.current().database.reading() as connection:
        return sweeping.authors(connection, layout_of(connection, register), list(ids))


def every_author(register: str) -> Iterator[list[tuple[str, str]]]:
    """Yield (record, agency that last changed it) for all records that ever changed."""
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
    yield from sweeping.every_author(layout, _PAGE)


def _note(who: Actor, register: str, people: int, fields: Sequence[str], grounds: Grounds) -> None:
    with runtime.current().database.transaction() as connection:
        accesses.add(
            connection,
            who,
            act="compare",
            register=register,
            subjects=[""],
            fields=list(fields),
            grounds=grounds,
            people=people,
        )
