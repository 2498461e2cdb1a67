"""The language of definitions: SQL of three engines and a CEL engine answer what Python answers."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from typing import Any

import cel
import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.kernel.errors import Invalid
from lienthong.kernel.expressions import compile_expression, to_sql
from lienthong.kernel.runtime import Runtime

TODAY = date(2026, 11, 21)
COLUMNS = {"a": "int", "b": "int", "x": "number", "s": "text", "t": "text", "d": "date", "e": "date", "f": "epoch",
           "m": "moment", "p": "bool", "q": "bool"}  # fmt: skip
TYPES = {"int": "BIGINT", "epoch": "BIGINT", "number": "DOUBLE PRECISION", "bool": "BOOLEAN"}
DATES = st.sampled_from(["1955", "1955-04", "1955-04-30", "2000-02-29", "2024-12-31", "2026-11-21", "2027-03-01"])
MOMENTS = st.sampled_from(["2026-11-20T17:30:00.000000Z", "2026-11-21T16:59:59.999999Z", "1999-12-31T17:00:00.000000Z"])
ROWS = st.fixed_dictionaries(
    {
        "a": st.none() | st.integers(-50, 50), "b": st.none() | st.integers(-3, 3),
        "x": st.none() | st.sampled_from([-1.5, 0.0, 0.25, 2.0]),
        "s": st.none() | st.sampled_from(["", "a", "Đậu", "z"]),
        "t": st.none() | st.sampled_from(["a", "Đ", "it's", "%s?"]), "d": st.none() | DATES, "e": st.none() | DATES,
        "f": st.none() | st.integers(-10**9, 2 * 10**9), "m": st.none() | MOMENTS,
        "p": st.none() | st.booleans(), "q": st.none() | st.booleans(),
    }
)  # fmt: skip


def expressions(kind: str, depth: int) -> st.SearchStrategy[str]:
    """Random expressions of a kind."""
    leaves: dict[str, list[str]] = {
        "int": ["a", "b", "0", "7", "len(s)", "year(d)", "age(d)", "age(d, e)", "days(d, f)", "days(m, e)"],
        "number": ["x", "a", "0.5"],
        "text": ["s", "t", "'a'", "'it\\'s'", "'%s ?'"],
        "bool": ["p", "q", "true", "has(a)", "known(s)", "none(t)", "s in ['a', 'Đậu']", "a in [1, 2, 7]", "d < e",
                 "starts(s, 'Đ')", "date(m) == date(f)", "d >= '1955-04'", "date(d) <= today()", "m > '2026'"],
    }  # fmt: skip
    leaf = st.sampled_from(leaves[kind]).map("({})".format)
    if depth == 0:
        return leaf
    ints, numbers, texts, bools = (expressions(each, depth - 1) for each in ("int", "number", "text", "bool"))
    sign = st.sampled_from(["+", "-", "*", "/"])
    order = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
    same = st.sampled_from(["==", "!="])
    grown = {
        "int": st.one_of(
            st.builds("({} {} {})".format, ints, sign, ints),
            st.builds("(-{})".format, ints),
            st.builds("({} ? {} : {})".format, bools, ints, ints),
        ),
        "number": st.builds("({} {} {})".format, numbers, st.sampled_from(["+", "-"]), numbers),
        "text": st.builds("({} + {})".format, texts, texts) | st.builds("({} ? {} : {})".format, bools, texts, texts),
        "bool": st.one_of(
            st.builds("({} {} {})".format, bools, st.sampled_from(["&&", "||", "==", "!="]), bools),
            st.builds("(!{})".format, bools),
            st.builds("({} {} {})".format, ints, order, ints),
            st.builds("({} {} {})".format, numbers, order, ints),
            st.builds("({} {} {})".format, texts, order, texts),
            st.builds("(d {} {})".format, same, texts),
        ),
    }
    return leaf | grown[kind]


ANY = st.one_of(*(expressions(kind, 3) for kind in ("int", "number", "text", "bool")))
AGREE = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def create(kinds: dict[str, str]) -> str:
    columns = ", ".join(f"{name} {TYPES.get(kind, 'TEXT')}" for name, kind in kinds.items())
    return f"CREATE TEMPORARY TABLE r ({columns})"


@pytest.fixture(scope="module")
def engines() -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(":memory:")) as lite, closing(duckdb.connect(":memory:")) as duck:
        lite.execute(create(COLUMNS))
        duck.execute(create(COLUMNS))
        yield {"sqlite": lite, "duckdb": duck}


@AGREE
@given(ANY, ROWS)
def test_sql_answers_what_python_answers(engines: dict[str, Any], text: str, row: dict[str, Any]) -> None:
    expression = compile_expression(text, names=COLUMNS)
    expected = expression.evaluate(row, today=TODAY)
    for dialect, engine in engines.items():
        engine.execute("DELETE FROM r")
        engine.execute("INSERT INTO r VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [row[name] for name in COLUMNS])
        sql, parameters = to_sql(expression, dialect=dialect, columns={name: name for name in COLUMNS}, today=TODAY)
        [answer] = engine.execute(f"SELECT {sql} FROM r", parameters).fetchone()  # noqa: S608
        if isinstance(expected, bool) and answer is not None:
            answer = bool(answer)
        assert answer == expected, f"{dialect}: {sql}"


@settings(AGREE, max_examples=60)
@given(ANY, ROWS)
def test_postgresql_answers_what_python_answers(postgresql_rows: Any, text: str, row: dict[str, Any]) -> None:
    expression = compile_expression(text, names=COLUMNS)
    sql, parameters = to_sql(expression, dialect="postgresql", columns={name: name for name in COLUMNS}, today=TODAY)
    postgresql_rows.execute("DELETE FROM r")
    postgresql_rows.execute(
        "INSERT INTO r VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", [row[name] for name in COLUMNS]
    )
    [answer] = postgresql_rows.execute(f"SELECT {sql} FROM r", parameters).fetchone()  # noqa: S608
    assert answer == expression.evaluate(row, today=TODAY), sql


@pytest.fixture
def postgresql_rows(postgresql_node: Runtime) -> Iterator[Any]:
    with postgresql_node.database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.autocommit = True
        raw.execute(create(COLUMNS))
        yield raw
        raw.autocommit = False


def test_folded_text_uses_the_column_of_keys() -> None:
    expression = compile_expression("fold(s) == fold('ĐẬU')", names=COLUMNS)
    assert to_sql(expression, dialect="sqlite", columns={"fold(s)": "s_key"}, today=TODAY) == ("(s_key IS ?)", ["dau"])
    with pytest.raises(Invalid, match="fold"):
        to_sql(expression, dialect="sqlite", columns={"s": "s"}, today=TODAY)


@pytest.mark.parametrize("text", ["codes.exists(c, c == 'a')", "'a' in codes", "date(t) == d", "fold(s + t) == 'a'"])
def test_what_sql_cannot_do_is_said(text: str) -> None:
    expression = compile_expression(text, names={**COLUMNS, "codes": "list", "codes[]": "text"})
    with pytest.raises(Invalid, match="từng bản ghi"):
        to_sql(expression, dialect="duckdb", columns={name: name for name in COLUMNS}, today=TODAY)


SHARED = st.recursive(
    st.sampled_from(["a > 3", "a + b == 7", "s == 'x'", "s in ['x', 'y']", "p", "true", "a * 2 <= b - 1", "a / 3 >= b",
                     "(p ? a : b) < 5",
 "-a < b", "s + 'z' == 'xz'", "has(r.k)", "l.all(e, e > a)", "l.exists(e, e == b)"]),
    lambda inner: st.builds("(({}) {} ({}))".format, inner, st.sampled_from(["&&", "||", "=="]), inner)
    | st.builds("!({})".format, inner),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(
    SHARED, st.integers(-9, 9), st.integers(-9, 9), st.sampled_from("xyz"), st.booleans(), st.lists(st.integers(-9, 9))
)
def test_a_cel_engine_agrees_on_the_shared_subset(text: str, a: int, b: int, s: str, p: bool, l: list[int]) -> None:  # noqa: E741
    values: dict[str, Any] = {"a": a, "b": b, "s": s, "p": p, "l": l, "r": {"k": 1} if p else {}}
    names = {"a": "int", "b": "int", "s": "text", "p": "bool", "l": "list", "l[]": "int", "r.k": "int"}
    assert compile_expression(text, names=names).evaluate(values, today=TODAY) == cel.evaluate(text, values)
