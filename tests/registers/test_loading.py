"""A whole file at once: columns checked by DuckDB, doubts row by row; killed anywhere, it goes on where it was."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.registers import api
from lienthong.registers.api import Loaded, Query, Record, stored
from lienthong.registers.events import RecordsImported
from lienthong.registers.store.columnar import literal
from lienthong.registers.store.staging import Staging
from tests.registers.people import GROUNDS, HA, OFFICER, STEWARD

BASE = {"full_name": "Trần Văn Đạt", "sex": "1", "birth_date": "1980-01-01"}


def number(at: int) -> str:
    return f"0790800{at:05d}"


def people(count: int) -> list[dict[str, Any]]:
    return [{"number": number(at), **BASE, "home_address": f'{at} Lê "Lợi" \\ 2'} for at in range(count)]


def file_of(folder: Path, rows: list[dict[str, Any]], name: str = "people.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer = csv.DictWriter(out, names)
        writer.writeheader()
        writer.writerows(rows)
    if path.suffix == ".parquet":
        text = path.rename(path.with_suffix(".txt"))
        told = f"SELECT * FROM read_csv('{text}', all_varchar = true)"  # noqa: S608
        duckdb.connect().sql(told).write_parquet(str(path))
    return path


def load(path: Path, **more: Any) -> Loaded:
    return api.load_file(STEWARD, register="population", path=path, rejects=path.with_name("no.csv"), **more)


def find(as_of: date | None = None, **by: str) -> list[Record]:
    return api.read(OFFICER, queries=[Query("population", by=by, as_of=as_of)], grounds=GROUNDS)[0]


def held(node: Runtime, register: str = "population") -> list[tuple[Any, ...]]:
    """Return what the register says, without ids and stamps."""
    api.prepare()
    columns = "version, valid_from, payload, by_number, by_full_name, by_birth_date, by_mother_number"
    with node.database.reading() as connection:
        rows = connection.exec_driver_sql(f"SELECT {columns} FROM reg_{register} ORDER BY by_number, id")  # noqa: S608
        return [tuple(row) for row in rows]


def refused(path: Path) -> list[list[str]]:
    with path.with_name("no.csv").open(encoding="utf-8-sig") as lines:
        return list(csv.reader(lines))[1:]


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_lands_as_a_bulk_load_of_its_rows_would(node: Runtime, tmp_path: Path, suffix: str) -> None:
    rows = people(30)
    told: list[tuple[int, int]] = []
    done = load(file_of(tmp_path, rows, f"p[1].{suffix}"), portion=7, tell=lambda at, of: told.append((at, of)))
    assert done == Loaded(rows=30, created=30, changed=0, unchanged=0, rejected=0, rejects="")
    assert told[0] == (7, 30)
    assert told[-1] == (30, 30)
    facts: list[Any] = [fact.event for fact in read_after(0, types=[RecordsImported])]
    assert [fact.rows for fact in facts] == [7, 7, 7, 7, 2]
    loaded = held(node)
    with pytest.raises(ZeroDivisionError), node.database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM reg_population")
        api.bulk_load(STEWARD, register="population", rows=rows)
        assert held(node) == loaded
        raise ZeroDivisionError
    assert find(full_name="tran van dat")[0].values["home_address"] == '0 Lê "Lợi" \\ 2'


def test_the_table_put_in_place_has_every_index_and_is_widened_like_any(node: Runtime, tmp_path: Path) -> None:
    api.prepare()

    def indexes() -> set[tuple[Any, ...]]:
        from sqlalchemy import inspect

        with node.database.reading() as connection:
            return {
                (tuple(e["column_names"]), bool(e["unique"])) for e in inspect(connection).get_indexes("reg_population")
            }

    before = indexes()
    for turn in range(2):  # the second finds the names that the first gave
        path = file_of(
            tmp_path, [{**row, "number": f"{turn}{row['number'][1:]}"} for row in people(30 * (1 + 20 * turn))]
        )
        assert load(path, portion=10).created == 30 * (1 + 20 * turn)
        assert indexes() - {(("id",), True)} == before
    api.write(OFFICER, register="population", values={"number": HA, **BASE}, grounds=GROUNDS)
    with pytest.raises(Conflict):
        api.write(
            OFFICER, register="population", values={"number": HA, **BASE, "sex": "2"}, grounds=GROUNDS, create=True
        )


def test_the_same_file_again_changes_nothing(node: Runtime, tmp_path: Path) -> None:
    path = file_of(tmp_path, [*people(25), {**BASE, "mother_number": HA}])
    assert load(path, portion=10).created == 26
    assert load(path, portion=10) == Loaded(rows=26, created=0, changed=0, unchanged=26, rejected=0, rejects="")


def test_who_is_there_changes_and_who_is_new_is_added(node: Runtime, tmp_path: Path) -> None:
    load(file_of(tmp_path, people(30)), portion=10)
    rows = [{**row, "full_name": "Trần Đạt"} for row in people(33)[28:]]
    done = load(file_of(tmp_path, rows), portion=2, valid_from=date(2026, 11, 1), reason="rà soát")
    assert (done.created, done.changed) == (3, 2)
    assert find(number=number(28))[0].values["full_name"] == "Trần Đạt"
    assert find(date(2026, 10, 31), number=number(28))[0].values["full_name"] == "Trần Văn Đạt"
    assert api.history(OFFICER, register="population", key=number(29), grounds=GROUNDS)[1].reason == "rà soát"


def test_values_that_sql_is_not_sure_of_are_read_by_the_dictionary(node: Runtime, tmp_path: Path) -> None:
    odd = {"full_name": "Nguye\u0302\u0303n  Thị H’ Bia", "birth_date": "8/3/1992", "sex": "Nữ"}
    path = file_of(
        tmp_path,
        [*people(25), {"number": "079.192.990.017", **odd}, {"number": number(90), **BASE, "birth_date": "05/06/1990"}],
    )
    assert load(path, portion=10).created == 27
    values = find(number=HA)[0].values
    assert (values["full_name"], values["birth_date"], values["sex"]) == ("Nguyễn Thị H’ Bia", "1992-03-08", "2")
    assert find(full_name="nguyen thi h' bia")
    assert find(number=number(90))[0].valid_from == "1990-06-05"


def test_rows_that_cannot_land_are_listed_with_every_reason(node: Runtime, tmp_path: Path) -> None:
    bad = [
        {"number": "79192990017", **BASE},
        {"number": number(91), **BASE, "birth_date": "1980-02-30", "sex": "7"},
        {"number": number(92), "sex": "1"},
        {"number": number(3), **BASE, "full_name": "Khác"},
    ]
    path = file_of(tmp_path, [*people(25), *bad])
    done = load(path, portion=10)
    assert (done.created, done.rejected, done.rejects) == (25, 4, str(path.with_name("no.csv")))
    found = refused(path)
    assert [line[0] for line in found] == ["27", "28", "28", "29", "29", "30"]
    assert "dòng 5" in found[-1][3]
    assert not list((node.settings.home / "loading").iterdir()), "nothing of the file stays behind"


@pytest.mark.parametrize("phase", ["staging", "growing"])
def test_what_a_rule_refuses_is_not_let_in_by_columns_either(node: Runtime, tmp_path: Path, phase: str) -> None:
    bad: dict[str, dict[str, Any]] = {
        "rule.born_in_past": {"birth_date": "2026-11-22"},
        "rule.death_after_birth": {"death_date": "1979"},
        "rule.not_own_kin": {"mother_number": number(92)},
        "rule.parents_differ": {"father_number": HA, "mother_number": HA},
    }
    rules = api.definition("population").rules
    rows = [{"number": number(90 + at), **BASE, **more} for at, more in enumerate(bad.values())]
    path = file_of(tmp_path, [*people(25), *rows, {"number": number(99), **BASE, "birth_date": "2026-11-21"}])
    done = load(path, portion=10 if phase == "staging" else 100)
    assert (done.created, done.rejected) == (26, 4)
    for (_, _, _, why), rule in zip(refused(path), bad, strict=True):
        assert why.startswith(str(rules[rule.removeprefix("rule.")].title))


def test_a_rule_that_sql_cannot_judge_is_judged_row_by_row(
    sqlite_node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = api.definition("population").rules["number_place"]
    monkeypatch.setitem(rule.__dict__, "severity", "refuse")
    rows = [*people(25), {**BASE, "number": "999080000001"}]
    done = load(file_of(tmp_path, rows), portion=10)
    assert (done.created, done.rejected) == (25, 1)


@pytest.mark.parametrize("portion", [10, 100])
def test_a_key_that_a_merge_took_away_is_not_given_to_a_new_record(node: Runtime, tmp_path: Path, portion: int) -> None:
    for each in people(2):
        api.write(OFFICER.again(), register="population", values=each, grounds=GROUNDS)
    api.merge_records(STEWARD, register="population", keep=number(0), gone=number(1), grounds=GROUNDS, reason="trùng")
    path = file_of(tmp_path, people(30))
    done = load(path, portion=portion)
    assert (done.created, done.rejected) == (28, 1)
    assert [line[0] for line in refused(path)] == ["3"]
    assert "đã được gộp" in refused(path)[0][3]


def test_a_key_that_comes_again_is_a_version_when_rows_say_since_when(node: Runtime, tmp_path: Path) -> None:
    moved = [
        {"number": number(3), "home_address": "5 Bạch Đằng", "_valid_from": "2025-05-01"},
        {"number": number(95), **BASE, "_valid_from": "2030-01-01"},
    ]
    done = load(file_of(tmp_path, [*[{**row, "_valid_from": "2020-01-01"} for row in people(25)], *moved]), portion=10)
    assert (done.created, done.rejected) == (25, 1)
    assert find(date(2025, 4, 30), number=number(3))[0].values["home_address"].startswith("3 Lê")
    assert find(number=number(3))[0].values["home_address"] == "5 Bạch Đằng"
    assert find(number=number(4))[0].valid_from == "2020-01-01"


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("at", range(1, 25, 3))
def test_a_load_killed_anywhere_goes_on_and_nothing_is_there_twice(
    sqlite_node: Runtime, tmp_path: Path, at: int
) -> None:
    bad, newborn, again = {"number": "1", **BASE}, {**BASE, "mother_number": HA}, {"number": number(5), **BASE}
    rows = [*people(20), bad, newborn, again, bad, again]
    path, left = file_of(tmp_path, rows), iter(range(at))
    api.prepare()
    real = sqlite_node.database.engine

    def counted(_connection: Any) -> None:
        if next(left, None) is None:
            raise Killed

    from sqlalchemy import event

    event.listen(real, "commit", counted)
    try:
        with pytest.raises(Killed):
            load(path, portion=3)
    finally:
        event.remove(real, "commit", counted)
    done = load(path, portion=3)
    assert (done.rows, done.created, done.rejected) == (25, 21, 4)
    facts: list[Any] = [fact.event for fact in read_after(0, types=[RecordsImported])]
    assert sum(fact.rows for fact in facts) == 21
    assert len(held(sqlite_node)) == 21
    assert [line[0] for line in refused(path)] == ["22", "24", "25", "26"]


def test_what_others_write_while_a_load_fills_its_table_stays(
    node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.prepare()
    real = Staging.build_indexes

    def meanwhile(self: Staging) -> None:
        real(self)
        values = {"number": number(7), **BASE, "full_name": "Lê Văn Bảy"}
        api.write(OFFICER, register="population", values=values, grounds=GROUNDS)
        api.write(OFFICER.again(), register="population", values={"number": HA, **BASE}, grounds=GROUNDS)

    monkeypatch.setattr(Staging, "build_indexes", meanwhile)
    done = load(file_of(tmp_path, people(30)), portion=10)
    assert (done.created, done.changed) == (29, 1)
    assert find(number=HA)
    assert [each.kind for each in api.history(OFFICER, register="population", key=number(7), grounds=GROUNDS)] == [
        "created",
        "changed",
    ]


def test_another_file_takes_the_place_of_one_that_was_given_up(
    sqlite_node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(Staging, "build_indexes", lambda _self: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            load(file_of(tmp_path, people(30)), portion=10)
    assert find(number=number(1)) == []
    assert load(file_of(tmp_path, people(60)[30:]), portion=10).created == 30
    assert find(number=number(1)) == []


def test_only_the_owner_loads_and_only_files_that_can_be_read(sqlite_node: Runtime, tmp_path: Path) -> None:
    path = file_of(tmp_path, people(1))
    with pytest.raises(Denied):
        api.load_file(system("steward", agency="G15"), register="population", path=path, rejects=tmp_path / "no.csv")
    for name, content, code in (
        ("a.xlsx", b"x", "load.kind"),
        ("a.parquet", b"PAR1 broken", "load.unreadable"),
        ("a.csv", b"number,shoe\n1,2\n", "sheet.columns"),
        ("b.csv", "number,full_name\n1,Tr\xe0n\n".encode("latin-1"), "load.unreadable"),
    ):
        wrong = tmp_path / name
        wrong.write_bytes(content)
        with pytest.raises(Invalid) as caught:
            load(wrong)
        assert caught.value.code == code
    duckdb.connect().execute(f"COPY (SELECT [1] AS number) TO '{tmp_path / 'n.parquet'}' (FORMAT parquet)").fetchall()
    with pytest.raises(Invalid, match="chứa danh sách"):
        load(tmp_path / "n.parquet")


@pytest.fixture(scope="module")
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB to ask for single values."""
    with duckdb.connect(config={"threads": 1}) as one:
        yield one


VALUES = some.text(
    some.sampled_from("0123456789")
    | some.sampled_from(" -./'’\"|\\")
    | some.sampled_from("aĐđứỄÅıßøŉǰẞ中́\u200d\x00\n\t"),
    max_size=13,
)
FORMS = some.sampled_from(
    [
        "08/03/1992",
        "1992-03-08",
        "2023-02-30",
        "1992-13",
        "1992",
        "1799",
        "079192990017",
        "0901234567",
        "Hòa Hoà",
        "A  b",
        " a",
        "-0",
        "007",
    ]
)


TERMS = ("personal_number", "phone", "person_name", "birth_date", "home_address", "birth_place", "former_number")


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=some.lists(VALUES | FORMS, min_size=1, max_size=30))
def test_what_sql_is_sure_of_is_what_the_dictionary_stores(
    sqlite_node: Runtime, engine: duckdb.DuckDBPyConnection, values: list[str]
) -> None:
    forms = [(name, stored.pattern("x", reference.term(name))) for name in TERMS]
    columns = ", ".join(f"coalesce({f.sure}, false), {f.value}, {stored.folded(f.value)}" for _, f in forms if f)
    told = [value for value in values if value]
    for raw, *said in engine.execute(f"SELECT x, {columns} FROM (SELECT unnest(?::VARCHAR[]) AS x)", [told]).fetchall():  # noqa: S608
        for at, name in enumerate(TERMS):
            sure, value, key = said[3 * at : 3 * at + 3]
            if sure:
                assert reference.parse_value(name, raw) == value, (name, raw)
                assert fold(value) == key, (name, raw)


def test_every_letter_that_sql_folds_is_folded_alike(engine: duckdb.DuckDBPyConnection) -> None:
    for letter in stored.letters():
        sql = f"SELECT {stored.folded(literal(letter))}"
        assert engine.execute(sql).fetchone() == (fold(letter),)


def test_plain_vietnamese_is_sure(sqlite_node: Runtime, engine: duckdb.DuckDBPyConnection) -> None:
    for name, value in (
        ("person_name", "Nguyễn Thị Ngọc Ước"),
        ("person_name", "H' Đrông Niê"),
        ("home_address", "12/4 đường Lý Thường Kiệt, tổ 5"),
    ):
        form = stored.pattern("x", reference.term(name))
        assert form is not None
        assert engine.execute(f"SELECT {form.sure} FROM (SELECT ? AS x)", [value]).fetchone() == (True,)  # noqa: S608
