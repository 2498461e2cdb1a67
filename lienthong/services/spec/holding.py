"""A register in force as a procedure sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lienthong.exchange import api as exchange
from lienthong.kernel import clock, definitions, runtime
from lienthong.kernel.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A register's fields (name → dictionary term) and the fields one can ask by.

    subject: the field with the personal number of the person a record is about, "" for none. key: names a record.
    """

    register: str
    title: Bilingual
    owner: str
    key: str
    subject: str
    fields: Mapping[str, str]
    lookups: frozenset[str]


Holdings = Mapping[str, Holding]


def holdings() -> Holdings:
    """Return the registers in force today, by id: definitions only, nobody's data."""
    node = runtime.current()
    return definitions.once(("services.holdings", clock.today(node.clock)), _read)


def _read() -> Holdings:
    return {
        each.id: Holding(
            register=each.id,
            title=each.short,
            owner=each.owner,
            key=each.key,
            subject=each.subject,
            fields=each.fields,
            lookups=each.lookups,
        )
        for each in exchange.registers_in_force()
    }
