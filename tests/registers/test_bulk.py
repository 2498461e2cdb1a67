"""Many rows at once: fast, versions in one call, all or nothing per batch, and the same rows again change nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Query, Record
from lienthong.registers.api.landing import Landing
from lienthong.registers.events import RecordsImported
from tests.registers.people import GROUNDS, HA, OFFICER, STEWARD


def people(count: int) -> list[dict[str, object]]:
    return [
        {"number": f"0791920{at:05d}", "full_name": "Trần Văn An", "sex": "1", "birth_date": "1980-01-01"}
        for at in range(count)
    ]


def find(as_of: date | None = None, **by: str) -> list[Record]:
    return api.read(OFFICER, queries=[Query("population", by=by, as_of=as_of)], grounds=GROUNDS)[0]


def test_rows_land_in_batches_with_one_fact_each(node: Runtime) -> None:
    landed = api.bulk_load(STEWARD, register="population", rows=people(120), batch=50)
    assert (landed.created, landed.changed, landed.unchanged, len(landed.batches)) == (120, 0, 0, 3)
    facts = [fact.event for fact in read_after(0, types=[RecordsImported])]
    assert [(fact.rows, fact.batch) for fact in facts] == list(zip([50, 50, 20], landed.batches, strict=True))  # pyright: ignore[reportAttributeAccessIssue]
    assert find(number="079192000119")[0].values["full_name"] == "Trần Văn An"


def test_the_same_rows_again_change_nothing(node: Runtime) -> None:
    api.bulk_load(STEWARD, register="population", rows=people(30))
    again = api.bulk_load(STEWARD, register="population", rows=people(30))
    assert (again.created, again.changed, again.unchanged) == (0, 0, 30)
    assert len(read_after(0, types=[RecordsImported])) == 1


def test_a_row_that_comes_again_is_a_version_from_its_day(node: Runtime, ha: dict[str, object]) -> None:
    moved = {"number": HA, "home_address": "5 Bạch Đằng", "_valid_from": "2025-05-01"}
    landed = api.bulk_load(STEWARD, register="population", rows=[ha, moved, {**moved, "_valid_from": "2025-06-01"}])
    assert (landed.created, landed.changed) == (1, 0)
    assert find(as_of=date(2025, 4, 30), number=HA)[0].values["home_address"] == "12 Lê Quang Định"
    assert find(number=HA)[0].version == 2


@pytest.mark.parametrize("batch", [1, 10])
def test_rows_without_a_key_are_told_apart_by_their_id(node: Runtime, batch: int) -> None:
    born = {"full_name": "Lê Minh An", "sex": "2", "birth_date": "2026-11-19", "mother_number": HA}
    rows = [{**born, "_id": "a"}, {**born, "_id": "b"}, {"_id": "a", "phone": "0901234567"}, born, born]
    landed = api.bulk_load(STEWARD, register="population", rows=rows, batch=batch)
    assert landed.created == 4
    assert sorted(each.version for each in find(mother_number=HA)) == [1, 1, 1, 2]


def test_values_that_are_not_stored_forms_are_read_by_the_dictionary(node: Runtime, ha: dict[str, object]) -> None:
    row = {**ha, "full_name": "Nguye\u0302\u0303n  Thị Hà", "birth_date": "08/03/1992", "sex": "Nữ", "phone": ""}
    api.bulk_load(STEWARD, register="population", rows=[row])
    values = find(number=HA)[0].values
    assert (values["full_name"], values["birth_date"], values["sex"]) == ("Nguyễn Thị Hà", "1992-03-08", "2")
    assert "phone" not in values


def test_every_fault_is_placed_and_the_batch_does_not_land(node: Runtime) -> None:
    rows = [*people(2), {"number": "12", "full_name": "A1", "sex": "3", "shoe": 1}, {"full_name": ["x"]}]
    with pytest.raises(Invalid) as caught:
        api.bulk_load(STEWARD, register="population", rows=rows)
    assert {each.at for each in caught.value.faults} == {
        *(f"rows[2].{name}" for name in ("number", "full_name", "sex", "shoe")),
        "rows[3].full_name",
    }
    assert find(number="079192000000") == []


def test_a_missing_required_field_stops_the_batch(node: Runtime) -> None:
    with pytest.raises(Invalid) as caught:
        api.bulk_load(STEWARD, register="population", rows=[*people(1), {"number": HA, "full_name": ""}])
    assert [each.at for each in caught.value.faults] == ["rows[1].full_name", "rows[1].sex", "rows[1].birth_date"]
    assert find(number="079192000000") == []


def test_it_joins_the_callers_transaction(node: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        api.bulk_load(STEWARD, register="population", rows=people(10))
        raise ZeroDivisionError
    assert find(number="079192000000") == []


def test_only_the_owner_or_an_agency_below_it_may_load(node: Runtime) -> None:
    with pytest.raises(Denied):
        api.bulk_load(system("steward", agency="G15"), register="population", rows=people(1))
    assert api.bulk_load(system("police", agency="G01.79"), register="population", rows=people(1)).created == 1


def test_a_key_cannot_be_given_to_two_records_in_one_load(node: Runtime) -> None:
    (first, second) = people(2)
    api.bulk_load(STEWARD, register="population", rows=[first])
    named = {**second, "_id": "x"}
    with pytest.raises(Conflict):
        api.bulk_load(
            STEWARD, register="population", rows=[{**named, "number": None}, {"_id": "x", "number": first["number"]}]
        )


ROWS = some.lists(
    some.fixed_dictionaries(
        {},
        optional={
            "_valid_from": some.sampled_from(["2025-01-01", "2025-06-01", "2026-02-01", ""]),
            "_id": some.sampled_from(["a", "b"]),
            "number": some.sampled_from([HA, "079192000001", "079192000002", None, ""]),
            "full_name": some.sampled_from(["Nguyễn Thị Hà", "Trần  Văn An", "Đỗ Hòa", "H' Bia"]),
            "birth_date": some.sampled_from(["1992-03-08", "08/03/1992", "1980"]),
            "sex": some.sampled_from(["1", "Nữ"]),
            "phone": some.sampled_from(["0901234567", "", None]),
            "mother_number": some.sampled_from(["079170000001", "", None]),
        },
    ),
    max_size=8,
)


def held(node: Runtime) -> list[list[Any]]:
    """Return all rows of the population register, without ids and stamps, by the order of ids."""
    with node.database.reading() as connection:
        columns = "version, valid_from, payload, by_number, by_full_name, by_mother_number"
        past = "kind, changes, agency, actor, by_number, by_full_name, by_mother_number"
        return [
            [tuple(row) for row in connection.exec_driver_sql(sql)]
            for sql in (
                f"SELECT {columns} FROM reg_population ORDER BY id",  # noqa: S608
                f"SELECT version, valid_from, {past} FROM reg_population_past ORDER BY id, version",  # noqa: S608
            )
        ]


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=ROWS, complete=some.booleans())
def test_a_load_by_columns_writes_what_one_row_after_the_other_would(
    sqlite_node: Runtime, rows: list[dict[str, Any]], complete: bool
) -> None:
    api.prepare()
    whole = {"full_name": "Lê An", "birth_date": "1980-01-01", "sex": "1"}
    rows = [whole | row for row in rows] if complete else rows
    found: list[Any] = []

    def by_columns() -> None:
        api.bulk_load(STEWARD, register="population", rows=rows)

    def by_rows() -> None:
        landing = Landing(STEWARD, api.definition("population"), GROUNDS)
        landing.land(list(landing.shaped(list(enumerate(rows)))), whole=True)

    for load in (by_columns, by_rows):
        with pytest.raises(ZeroDivisionError), sqlite_node.database.transaction():
            try:
                load()
            except (Invalid, Conflict) as refused:
                found.append([refused.code, str(refused)])
            else:
                found.append(held(sqlite_node))
            raise ZeroDivisionError
    assert found[0] == found[1]
