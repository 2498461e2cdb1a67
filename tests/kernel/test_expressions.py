"""The language of definitions: what it means and what it refuses."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import Invalid
from lienthong.kernel.expressions import Function, Kind, compile_expression, to_sql
from lienthong.kernel.runtime import Runtime

TODAY = date(2026, 11, 21)
NAMES = {
    "birth.date": "partial_date", "submitted": "moment", "filed": "epoch", "home": "unit", "mother.residence": "unit",
    "channel": "code", "count": "integer", "share": "number", "urgent": "boolean", "codes": "list", "codes[]": "code",
    "children": "list", "children[].born": "date", "children[].name": "person_name",
}  # fmt: skip
VALUES: dict[str, Any] = {
    "birth": {"date": "2026-11-14"},
    "submitted": datetime(2026, 11, 21, 0, 30, tzinfo=ZONE),
    "filed": 1795217400,  # 21/11/2026 00:30 in Viet Nam, still the 20th in UTC
    "home": "26929",
    "mother": {"residence": "26929"},
    "channel": "online_full",
    "count": 7,
    "share": 0.25,
    "urgent": False,
    "codes": ["TE", "HN"],
    "children": [{"born": "2020-01-01", "name": "Bé Đậu"}, {"born": "2026-11-14", "name": "Bé Khang"}],
}


def value(text: str, values: dict[str, Any] | None = None) -> Any:
    return compile_expression(text, names=NAMES).evaluate(VALUES if values is None else values, today=TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birth.date <= today()", True),
        ("age(birth.date) < 6", True),
        ("age('2000-02-29', '2018-02-28')", 17),
        ("age('2000-02-29', '2018-03-01')", 18),
        ("age('1955')", 71),
        ("days(birth.date, submitted) <= 60 ? 0 : 8000", 0),
        ("days(birth.date, submitted)", 7),
        ("days('2024-02-28', '2024-03-01')", 2),
        ("date(submitted) == date(filed)", True),
        ("date(filed)", "2026-11-21"),
        ("date('1955')", None),
        ("date('2026-02-30')", None),
        ("year('1955-04')", 1955),
        ("home != mother.residence", False),
        ("channel in ['online_full', 'online_part'] && !urgent", True),
        ("'TE' in codes", True),
        ("children.all(c, age(c.born) < 6)", False),
        ("children.exists(c, fold(c.name) == fold('BE DAU'))", True),
        ("codes.exists(c, starts(c, 'H'))", True),
        ("len(codes) == 2 && len(channel) == 11", True),
        ("-count + 2 * 3 - 10 / 4", -3),
        ("-7 / 2", -3),
        ("count / 2.0 + share", 3.75),
        ("count / 0", None),
        ("'a' + \"b\" == 'ab'", True),
        (r"'it\'s' == " + '"it\'s"', True),
        ("true ? false ? 1 : 2 : 3", 2),
        ("1 + 2 == 3 && (2 > 1 || false)", True),
        ("has(birth.date) && known(home) && !none(home)", True),
    ],
)
def test_what_it_means(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("birth.date == null", True),
        ("home != 'x'", True),
        ("home == mother.residence", True),
        ("count > 3", None),
        ("count > 3 && false", False),
        ("count > 3 || true", True),
        ("!(count > 3)", None),
        ("count + 1", None),
        ("age(birth.date)", None),
        ("home in ['26929']", False),
        ("count > 3 ? 1 : 2", 2),
        ("codes.all(c, c == 'TE')", None),
        ("known(home) || has(home)", False),
        ("none(codes)", True),
    ],
)
def test_what_is_missing_is_null(text: str, expected: object) -> None:
    assert value(text, {}) is expected or value(text, {}) == expected


def test_a_condition_that_is_null_counts_as_false() -> None:
    assert compile_expression("count > 3", names=NAMES, gives=Kind.BOOL).test({}, today=TODAY) is False


def test_today_is_the_node_s_day_when_not_given(sqlite_node: Runtime) -> None:
    expression = compile_expression("today()", names={})
    assert expression.evaluate({}) == sqlite_node.clock.now().date().isoformat()


def test_it_tells_which_names_it_reads() -> None:
    expression = compile_expression("age(birth.date) < 6 && children.all(c, known(c.name))", names=NAMES)
    assert expression.reads == {"birth.date", "children", "children[].name"}


def test_a_room_adds_functions_of_its_own() -> None:
    tariff = Function("tariff", (frozenset({Kind.TEXT}),), Kind.INT, {"civil-status": 8000}.get)
    expression = compile_expression("urgent ? 0 : tariff('civil-status')", names=NAMES, functions=[tariff])
    assert expression.evaluate(VALUES, today=TODAY) == 8000
    with pytest.raises(Invalid, match="ký tự 14"):
        to_sql(expression, dialect="duckdb", columns={"urgent": "urgent"}, today=TODAY)


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "expression.value", 1),
        ("home ==", "expression.value", 8),
        ("home = 'a'", "expression.sign", 6),
        ("nobody == 1", "expression.name", 1),
        ("mother == 'x'", "expression.name", 1),
        ("count > 'a'", "expression.kinds", 9),
        ("urgent && count", "expression.kinds", 11),
        ("urgent < true", "expression.kinds", 10),
        ("home + 1", "expression.kinds", 8),
        ("home * 2", "expression.kinds", 1),
        ("-home", "expression.kinds", 2),
        ("home ? 1 : 2", "expression.kinds", 1),
        ("urgent ? 1 : 'a'", "expression.kinds", 14),
        ("codes == codes", "expression.kinds", 10),
        ("count in codes", "expression.kinds", 1),
        ("count in count", "expression.kinds", 10),
        ("count in [1, 'a']", "expression.items", 14),
        ("count in [null]", "expression.items", 11),
        ("open('x')", "expression.function", 1),
        ("age()", "expression.arguments", 1),
        ("age(count)", "expression.kinds", 5),
        ("home.all(c, true)", "expression.kinds", 1),
        ("codes.map(c, c)", "expression.macro", 7),
        ("codes.all(c, codes.all(d, true))", "expression.macro", 20),
        ("codes.all(c, c.born == 'x')", "expression.name", 14),
        ("(((((((((((((((((((((((((1)))))))))))))))))))))))))", "expression.deep", 25),
        ("!" * 40 + "urgent", "expression.deep", 24),
        ("1 2", "expression.rest", 3),
        ("home == 'a", "expression.sign", 9),
        (r"home == '\d'", "expression.escape", 10),
        ("99999999999999999999 == count", "expression.number", 1),
        ("urgent || (count == 1", "expression.expected", 22),
        ("x" * 2001, "expression.long", 2001),
        ("__import__('os').system('x')", "expression.rest", 17),
        ("home == 'a'; DROP TABLE x", "expression.sign", 12),
    ],
)
def test_faults_are_found_before_it_runs_and_have_a_place(text: str, code: str, place: int) -> None:
    with pytest.raises(Invalid) as refused:
        compile_expression(text, names=NAMES)
    assert refused.value.code == code
    assert [each.at for each in refused.value.faults] == [str(place)]


def test_the_kind_it_must_answer_is_checked() -> None:
    with pytest.raises(Invalid, match="cần bool, đang là int"):
        compile_expression("count + 1", names=NAMES, gives=Kind.BOOL)
    assert compile_expression("count + 1", names=NAMES, gives=Kind.NUMBER).kind is Kind.INT


def test_an_unknown_kind_is_a_fault_of_who_asks() -> None:
    with pytest.raises(Invalid, match="phrase"):
        compile_expression("a", names={"a": "phrase"})
