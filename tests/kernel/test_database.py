"""What PostgreSQL is asked when a transaction begins, and what happens when a connection has ended meanwhile."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from lienthong.kernel.runtime import Runtime

MINE = "SELECT pg_backend_pid()"
END = "SELECT pg_terminate_backend(%s, 5000)"
HOW = "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"


def test_a_reading_is_one_view_that_cannot_write_and_a_transaction_can(postgresql_node: Runtime) -> None:
    database = postgresql_node.database
    for _again in range(2):  # on the same connection, one after the other
        with database.reading() as connection:
            assert tuple(connection.exec_driver_sql(HOW).one()) == ("repeatable read", "on")
            with pytest.raises(DBAPIError, match="read-only"):
                connection.exec_driver_sql("DELETE FROM job")
        with database.transaction() as connection:
            assert tuple(connection.exec_driver_sql(HOW).one()) == ("read committed", "off")


def test_a_connection_that_the_server_ended_is_replaced_before_anybody_notices(postgresql_node: Runtime) -> None:
    database = postgresql_node.database
    with database.engine.connect() as idle:
        ended = idle.exec_driver_sql(MINE).scalar_one()
        with database.engine.connect() as other:
            idle.close()
            assert other.exec_driver_sql(END, (ended,)).scalar_one()
            with database.reading() as connection:
                assert connection.exec_driver_sql(MINE).scalar_one() != ended


def test_no_question_is_compiled_before_it_is_answered(postgresql_node: Runtime) -> None:
    with postgresql_node.database.reading() as connection:
        assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
    with postgresql_node.database.transaction() as connection:
        assert connection.exec_driver_sql("SHOW jit").scalar_one() == "off"
