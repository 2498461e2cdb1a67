"""A person across all registers: every record that is about them, and what happened to it, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers.api.defining import definitions, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import log_history, versions_of
from lienthong.registers.domain import Grounds, Record, Version
from lienthong.registers.store import records

MOST = 200


@dataclass(frozen=True, slots=True)
class Happening:
    """One version of a record that is about a person. day: ISO day since when it holds."""

    day: str
    record: Record
    version: Version


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that registers hold about a person: the records as they are now, and what happened, newest first."""

    records: list[Record]
    happenings: list[Happening]


def life(who: Actor, *, number: str, grounds: Grounds, registers: Sequence[str] = ()) -> Life:
    """Return the records about a person and their versions. registers: which ones; all with a subject when empty.

    Each register read leaves an entry in the person's log, also when it holds nothing. Raises Invalid without a number.
    """
    require(who, grounds)
    wanted = clean(number)
    if not wanted:
        raise Invalid("life.number", N_("Cần số định danh của người cần xem."))
    found: list[Record] = []
    happenings: list[Happening] = []
    with runtime.current().database.transaction() as connection:
        for spec in definitions():
            if not spec.subject or (registers and spec.id not in registers):
                continue
            layout = layout_of(connection, spec.id)
            rows = records.find(connection, layout, {spec.subject: [wanted]}, MOST)
            log_history(who, connection, spec, wanted, grounds)
            for row in rows:
                record = records.record_of(spec.id, spec.key, row, ())
                found.append(record)
                happenings += [
                    Happening(each.valid_from, record, each) for each in versions_of(connection, layout, record)
                ]
    happenings.sort(key=lambda each: (each.day, each.version.known_from), reverse=True)
    return Life(found, happenings)
