"""Personal numbers given out by this node, noted in the transaction that uses them."""

from __future__ import annotations

from sqlalchemy import Column, Connection, String

from lienthong.kernel import driver
from lienthong.kernel.database import Scope, table

personal_number = table(
    "personal_number",
    Column("number", String(12), primary_key=True),
    Column("at", String(27), nullable=False),
    Column("agency", String(40), nullable=False),
    scope=Scope.PERSONAL,
)


def taken(connection: Connection, numbers: list[str]) -> set[str]:
    """Return those of the numbers that were given out."""
    condition, values = driver.one_of("number", numbers)
    sql = f"SELECT number FROM personal_number WHERE {condition}"  # noqa: S608
    return {row[0] for row in driver.rows(connection, sql, values)}


def reserve(connection: Connection, number: str, at: str, agency: str) -> bool:
    """Note a number as given out; False when another one was faster."""
    sql = "INSERT INTO personal_number (number, at, agency) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    return driver.run(connection, sql, [number, at, agency]) == 1
