"""How a room's fact becomes a row of evidence, and what a row may be asked. Pure: no files, no database."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any, get_type_hints

import msgspec

from lienthong.exchange.events import DataFetched, FetchDenied
from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.events import Delivered, Event
from lienthong.kernel.runtime import Runtime, current
from lienthong.reference import api as reference
from lienthong.services.events import (
    DossierApologised,
    DossierFiled,
    DossierFinished,
    DossierLate,
    DossierWithdrawn,
    StepDecided,
    StepLate,
    SupplementAsked,
)
from lienthong.stewardship.events import FreshnessMeasured, QualityMeasured, SourceMeasured

DUCKDB_TYPES: Mapping[object, str] = {str: "VARCHAR", int: "BIGINT", bool: "BOOLEAN", float: "DOUBLE"}


@dataclass(frozen=True)
class FactSet:
    """A set of facts: one row per event of one type.

    name: what indicators call it. of: the event. time: the event's field that dates the row. record: the field that
    names what the row is about (a dossier code). Times become integers of seconds since 1970.
    """

    name: str
    of: type[Event]
    time: str
    record: str

    @cached_property
    def columns(self) -> dict[str, str]:
        """Column name → DuckDB type: the event's fields, then what every row carries."""
        hints = get_type_hints(self.of)
        own = {
            each.name: "BIGINT" if _is_time(each.name) else DUCKDB_TYPES.get(hints[each.name], "VARCHAR")
            for each in fields(self.of)
        }
        return {
            "position": "BIGINT",
            **own,
            "recorded": "BIGINT",
            "day": "VARCHAR",
            "month": "VARCHAR",
            "province": "VARCHAR",
        }

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Column name → kind, as predicates of indicators see it: text, int, bool, epoch."""
        plain = {"VARCHAR": "text", "BIGINT": "int", "BOOLEAN": "bool", "DOUBLE": "number"}
        return {
            name: "epoch" if _is_time(name) or name == "recorded" else plain[kind]
            for name, kind in self.columns.items()
        }

    def row(self, fact: Delivered) -> dict[str, Any]:
        """Return the row of one event."""
        values: dict[str, Any] = {each.name: getattr(fact.event, each.name) for each in fields(fact.event)}
        dated = clock.moment(values[self.time]) if values.get(self.time) else fact.at
        for name, value in values.items():
            if _is_time(name):
                values[name] = int(clock.moment(value).timestamp()) if value else None
            elif isinstance(value, tuple):
                values[name] = ",".join(str(each) for each in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return {
            "position": fact.position,
            **values,
            "recorded": int(fact.at.timestamp()),
            "day": dated.strftime("%Y-%m-%d"),
            "month": dated.strftime("%Y-%m"),
            "province": reference.province_of(str(values.get("unit") or ""), on=dated.date()),
        }


class EveryOtherFact(FactSet):
    """What no set of its own counts yet: kept whole as JSON, so that a later indicator finds it."""

    @cached_property
    def columns(self) -> dict[str, str]:
        """Column name → DuckDB type."""
        text = dict.fromkeys(("event_id", "type", "agency", "payload", "day", "month"), "VARCHAR")
        return {"position": "BIGINT", "recorded": "BIGINT", **text}

    def row(self, fact: Delivered) -> dict[str, Any]:
        """Return the row of one event."""
        return {
            "position": fact.position,
            "recorded": int(fact.at.timestamp()),
            "event_id": fact.id,
            "type": fact.type,
            "agency": fact.agency,
            "payload": msgspec.json.encode(fact.event).decode(),
            "day": fact.at.strftime("%Y-%m-%d"),
            "month": fact.at.strftime("%Y-%m"),
        }


SETS: dict[str, FactSet] = {
    each.name: each
    for each in (
        FactSet("filings", DossierFiled, "filed_at", "dossier"),
        FactSet("outcomes", DossierFinished, "finished_at", "dossier"),
        FactSet("steps", StepDecided, "decided_at", "dossier"),
        FactSet("supplements", SupplementAsked, "at", "dossier"),
        FactSet("apologies", DossierApologised, "at", "dossier"),
        FactSet("withdrawals", DossierWithdrawn, "at", "dossier"),
        FactSet("late_dossiers", DossierLate, "at", "dossier"),
        FactSet("late_steps", StepLate, "at", "dossier"),
        FactSet("accesses", DataFetched, "", "dossier"),
        FactSet("refusals", FetchDenied, "", "dossier"),
        FactSet("quality", QualityMeasured, "", "register"),
        FactSet("quality_sources", SourceMeasured, "", "register"),
        FactSet("freshness", FreshnessMeasured, "", "register"),
        EveryOtherFact("others", Event, "", "event_id"),
    )
}


def count_facts(facts: FactSet) -> FactSet:
    """Count one more set, told by a room above: one line beside the event, in its ``events.py``."""
    SETS[facts.name] = facts
    return facts


def _is_time(name: str) -> bool:
    return name == "at" or name.endswith("_at")


def rows_by_set(facts: Iterable[Delivered]) -> dict[str, list[dict[str, Any]]]:
    """Sort events into rows per set of facts."""
    set_of = {each.of.type: each for each in SETS.values() if each.of is not Event}
    sorted_rows: dict[str, list[dict[str, Any]]] = {}
    for fact in facts:
        facts_set = set_of.get(fact.type, SETS["others"])
        sorted_rows.setdefault(facts_set.name, []).append(facts_set.row(fact))
    return sorted_rows


@dataclass(frozen=True, slots=True)
class Cell:
    """One counted cell: the values it is grouped by, its denominator and its numerator.

    rows: how many records stand behind an amount; None where the denominator counts records itself.
    """

    keys: tuple[str, ...]
    of: int
    part: int
    rows: int | None = None

    def __add__(self, other: Cell) -> Cell:
        rows = None if self.rows is None else self.rows + (other.rows or 0)
        return Cell(self.keys, self.of + other.of, self.part + other.part, rows)


class _Successors:
    """What became of units, per code and month, asked of reference data once."""

    def __init__(self, _node: Runtime) -> None:
        self.known: dict[tuple[str, str], str] = {}


def became(code: str, month: str) -> str:
    """Return the unit in force today that a unit of that month became: "" where no single one is certain.

    A code may have meant another unit before 01/07/2025, hence the month (``2025-06``).
    """
    known = current().part("evidence.successors", _Successors).known
    key = (code, month)
    if key not in known:
        last = month_days(month)[1]
        on = last if reference.unit(code, on=last) else last.replace(day=1)
        found = reference.successors(code, on=on) if code.isdigit() else None
        known[key] = found.candidates[0].code if found and found.decision == "certain" else ""
    return known[key]


def month_days(month: str) -> tuple[date, date]:
    """Return the first and last day of ``2025-06``."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])


def reach(who: Actor) -> frozenset[str] | None:
    """Return the units whose single records the actor may open; None means every unit.

    Records of evidence name dossiers, agencies and times, never a person. The Committee's secretary sees all; a leader
    or officer sees the units of their competence; anyone else none.
    """
    if who.kind is Kind.SYSTEM or who.has("committee-secretary"):
        return None
    return who.units if who.kind is Kind.OFFICER else frozenset()
