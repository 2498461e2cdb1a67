"""Figures that agencies report by hand, the answers to them, and exports: rows that are only ever added."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, Row, String, Text, select

from lienthong.kernel import runtime
from lienthong.kernel.database import Scope, table

reports = table(
    "figure_report",
    Column("id", String(26), primary_key=True),  # also the id of the ledger entry that proves it
    Column("indicator", String(80), nullable=False, index=True),
    Column("unit", String(8), nullable=False, index=True),
    Column("month", String(7), nullable=False),
    Column("part", Integer, nullable=False),
    Column("of", Integer, nullable=False),
    Column("note", Text, nullable=False),
    Column("digest", String(64), nullable=False),  # SHA-256 of the evidence in the store of papers
    Column("name", String(140), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("agency", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", String(27), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.PARTICIPANTS,
)
answers = table(
    "figure_report_answer",
    Column("report", ForeignKey("figure_report.id"), primary_key=True),  # one answer to a report, ever
    Column("id", String(26), nullable=False, unique=True),
    Column("decision", String(10), nullable=False),  # approved, returned
    Column("reason", Text, nullable=False),
    Column("agency", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", String(27), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.PARTICIPANTS,
)
exports = table(
    "figure_export",
    Column("id", String(26), primary_key=True),
    Column("what", Text, nullable=False),  # JSON: indicator, month, place, view, kind, rows
    Column("agency", String(40), nullable=False),
    Column("by", String(80), nullable=False),
    Column("at", String(27), nullable=False),
    Column("salt", LargeBinary(32), nullable=False),
    scope=Scope.OWNER,
)


def add_report(values: Mapping[str, Any], salt: bytes) -> None:
    """Keep a report in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(reports.insert().values(**values, salt=salt))


def add_answer(values: Mapping[str, Any], salt: bytes) -> None:
    """Keep the answer to a report in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(answers.insert().values(**values, salt=salt))


def add_export(values: Mapping[str, Any], salt: bytes) -> None:
    """Keep who exported what in the open transaction."""
    with runtime.current().database.transaction() as connection:
        connection.execute(exports.insert().values(**values, salt=salt))


def report(report_id: str) -> Row[Any] | None:
    """Return one report with its answer."""
    return next(iter(_read(reports.c.id == report_id)), None)


def reports_of(
    *, indicator: str = "", unit: str = "", month: str = "", within: Collection[str] | None = None, limit: int = 200
) -> list[Row[Any]]:
    """Return reports with their answers, newest first, of an indicator, a unit, a month where given.

    within: the units whose reports may be answered; None means every unit.
    """
    asked = ((reports.c.indicator, indicator), (reports.c.unit, unit), (reports.c.month, month))
    conditions = [column == value for column, value in asked if value]
    if within is not None:
        conditions.append(reports.c.unit.in_(sorted(within)))
    return _read(*conditions, limit=limit)


def _read(*conditions: Any, limit: int = 1) -> list[Row[Any]]:
    columns = [each for each in reports.c if each.name != "salt"]
    given = [answers.c[name].label(f"answer_{name}") for name in ("decision", "reason", "by", "at", "agency")]
    query = select(*columns, *given).select_from(reports.outerjoin(answers)).where(*conditions)
    with runtime.current().database.reading() as connection:
        return list(connection.execute(query.order_by(reports.c.id.desc()).limit(limit)))
