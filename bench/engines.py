"""Both databases for a benchmark: SQLite in its node's folder, PostgreSQL in a database made for the run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import create_engine, text

NAMES = ("sqlite", "postgresql")


@contextmanager
def address(engine: str) -> Iterator[str]:
    """Give the address of an empty database ("": SQLite's own); PostgreSQL's is dropped afterwards."""
    if engine == "sqlite":
        yield ""
        return
    server = os.environ.get("LIENTHONG_TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/postgres")
    server = server.replace("postgresql://", "postgresql+psycopg://")
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    name = f"lienthong_bench_{os.getpid()}"
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    try:
        yield f"{server.rsplit('/', 1)[0]}/{name}"
    finally:
        with admin.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        admin.dispose()
