"""Findings, counts and measures. A finding says which record breaks which rule, never a value of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Boolean, Column, Index, Integer, String, Text

from lienthong.kernel import driver, runtime
from lienthong.kernel.database import Scope, table
from lienthong.kernel.rows import Row, Rows

_finding = table(
    "quality_finding",
    Column("id", String(26), primary_key=True),
    Column("register", String(40), nullable=False),
    Column("rule", String(40), nullable=False),
    Column("record", String(26), nullable=False),
    Column("version", Integer, nullable=False),  # of the record, when it was found
    Column("unit", String(10), nullable=False),
    Column("province", String(2), nullable=False),
    Column(
        "source", String(40), nullable=False
    ),  # the agency that delivered it, or last changed it; "" when nobody is known
    Column("found_at", String(27), nullable=False),
    Column("cleared_at", String(27), nullable=False),  # "" while it is open
    Column("credited_to", String(40), nullable=False),  # the agency whose change cleared it
    Column("accepted_at", String(27), nullable=False),
    Column("accepted_by", String(120), nullable=False),
    Column("accepted_why", Text, nullable=False),
    Column("digest", String(32), nullable=False),  # of the fields it is about, when it was accepted
    # a work list is paged by id within any of these
    Index("ix_quality_finding_open", "register", "cleared_at", "accepted_at", "id"),
    Index("ix_quality_finding_rule", "register", "rule", "cleared_at", "accepted_at", "id"),
    Index("ix_quality_finding_unit", "register", "unit", "cleared_at", "accepted_at", "id"),
    Index("ix_quality_finding_province", "register", "province", "cleared_at", "accepted_at", "id"),
    Index("ix_quality_finding_source", "register", "source", "cleared_at", "accepted_at", "id"),
    Index("ix_quality_finding_record", "register", "record"),
    scope=Scope.INTERNAL,
)
_count = table(
    "quality_count",
    Column("register", String(40), primary_key=True),
    Column("unit", String(10), primary_key=True),
    Column("source", String(40), primary_key=True),
    Column("month", String(7), primary_key=True),  # in which the records were last told
    Column("records", Integer, nullable=False),
    Column("missing", Text, nullable=False),  # field → records without it, as JSON
    Column(
        "doubled", Integer, nullable=True
    ),  # records in a pair of doubles that waits; null before the first comparison
    scope=Scope.INTERNAL,
)
_run = table(
    "quality_run",
    Column("id", String(26), primary_key=True),
    Column("register", String(40), nullable=False, index=True),
    Column("at", String(27), nullable=False),  # when it began
    Column("whole", Boolean, nullable=False),
    Column("records", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("cleared", Integer, nullable=False),
    scope=Scope.INTERNAL,
)
_told = table(
    "quality_told",
    Column("register", String(40), primary_key=True),
    Column("unit", String(10), primary_key=True),
    Column("rule", String(40), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("counts", Text, nullable=False),
    scope=Scope.INTERNAL,
)
_told_source = table(
    "quality_told_source",
    Column("register", String(40), primary_key=True),
    Column("unit", String(10), primary_key=True),  # a province
    Column("source", String(40), primary_key=True),
    Column("field", String(40), primary_key=True),
    Column("rule", String(40), primary_key=True),
    Column("month", String(7), primary_key=True),
    Column("counts", Text, nullable=False),
    scope=Scope.INTERNAL,
)
_told_fresh = table(
    "quality_told_fresh",
    Column("register", String(40), primary_key=True),
    Column("unit", String(10), primary_key=True),  # of a field: a province
    Column("source", String(40), primary_key=True),
    Column("field", String(40), primary_key=True),  # "" for records as a whole
    Column("month", String(7), primary_key=True),
    Column("counts", Text, nullable=False),
    scope=Scope.INTERNAL,
)
findings, counts, runs, told = Rows(_finding), Rows(_count), Rows(_run), Rows(_told)
told_sources, told_fresh = Rows(_told_source), Rows(_told_fresh)


def alone(register: str) -> None:
    """Let one measure of a register keep its findings at a time, until the open transaction ends."""
    if not runtime.current().database.is_sqlite:  # there, whoever writes is alone
        with runtime.current().database.transaction() as connection:
            driver.rows(connection, "SELECT pg_advisory_xact_lock(hashtext(?))", [f"quality.{register}"])


def open_of(register: str, records: Sequence[str] | None = None) -> list[Row]:
    """Return the open findings of a register, accepted ones too; of some records only when they are named."""
    if records is None:
        return findings.all("WHERE register = ? AND cleared_at = ''", register)
    return [each for each in findings.among("record", records) if each.register == register and not each.cleared_at]


def waiting(register: str, *, unit: str, source: str, rule: str, after: str, limit: int) -> list[Row]:
    """Return a page of the work list, oldest first: open and not accepted. unit: a commune or province.

    source: only records that this agency delivered.
    """
    conditions, values = ["register = ?", "cleared_at = ''", "accepted_at = ''", "id > ?"], [register, after]
    if unit:
        conditions.append("province = ?" if len(unit) == 2 else "unit = ?")
        values.append(unit)
    if source:
        conditions.append("source = ?")
        values.append(source)
    if rule:
        conditions.append("rule = ?")
        values.append(rule)
    return findings.all(f"WHERE {' AND '.join(conditions)} ORDER BY id LIMIT ?", *values, limit)


def by_unit(register: str) -> list[tuple[str, str, int, int]]:
    """Return (unit, rule, open findings, accepted ones) of a register."""
    sql = (
        "SELECT unit, rule, SUM(CASE WHEN accepted_at = '' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN accepted_at = '' THEN 0 ELSE 1 END)"
        " FROM quality_finding WHERE register = ? AND cleared_at = '' GROUP BY unit, rule"
    )
    with runtime.current().database.reading() as connection:
        return [(unit, rule, int(new), int(old)) for unit, rule, new, old in driver.rows(connection, sql, [register])]


def by_source(register: str) -> list[tuple[str, str, str, int, int]]:
    """Return (unit, source, rule, open findings, accepted ones) of a register."""
    sql = (
        "SELECT unit, source, rule, SUM(CASE WHEN accepted_at = '' THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN accepted_at = '' THEN 0 ELSE 1 END) FROM quality_finding"
        " WHERE register = ? AND cleared_at = '' GROUP BY unit, source, rule ORDER BY unit, source, rule"
    )
    with runtime.current().database.reading() as connection:
        return [(*row[:3], int(row[3]), int(row[4])) for row in driver.rows(connection, sql, [register])]


def unsound(register: str) -> dict[str, int]:
    """Return how many records of each unit have an open finding that nobody accepted."""
    sql = (
        "SELECT unit, COUNT(DISTINCT record) FROM quality_finding"
        " WHERE register = ? AND cleared_at = '' AND accepted_at = '' GROUP BY unit"
    )
    with runtime.current().database.reading() as connection:
        return {unit: int(many) for unit, many in driver.rows(connection, sql, [register])}


def credited(register: str, since: str) -> list[tuple[str, str, int]]:
    """Return (agency, unit, findings that its changes cleared since a stamp)."""
    sql = (
        "SELECT credited_to, unit, COUNT(*) FROM quality_finding"
        " WHERE register = ? AND cleared_at > ? AND credited_to <> '' GROUP BY credited_to, unit"
    )
    with runtime.current().database.reading() as connection:
        return [(to, unit, int(many)) for to, unit, many in driver.rows(connection, sql, [register, since])]


def last_run(register: str, *, whole: bool = False) -> Row | None:
    """Return the newest measure of a register; of all of it when asked."""
    condition = " AND whole = ?" if whole else ""
    values = [register, *([True] if whole else [])]
    return runs.one(f"WHERE register = ?{condition} ORDER BY id DESC LIMIT 1", *values)


def replace_counts(register: str, rows: Iterable[dict[str, object]]) -> None:
    """Put new counts in the place of a register's old ones."""
    counts.drop("WHERE register = ?", register)
    counts.put(*rows)


def clear(ids: Sequence[tuple[str, str]], at: str) -> None:
    """Close findings: (id, agency whose change is to be thanked)."""
    with runtime.current().database.transaction() as connection:
        sql = "UPDATE quality_finding SET cleared_at = ?, credited_to = ? WHERE id = ?"
        driver.run_many(connection, sql, [[at, agency, finding] for finding, agency in ids])


def move(findings_now: Sequence[tuple[str, str, str, str]]) -> None:
    """Say of open findings where their records stand now: (id, unit, province, source)."""
    with runtime.current().database.transaction() as connection:
        sql = "UPDATE quality_finding SET unit = ?, province = ?, source = ? WHERE id = ?"
        driver.run_many(connection, sql, [[*place, finding] for finding, *place in findings_now])
