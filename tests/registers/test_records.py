"""Records on two time axes: created, changed from a day on, corrected; found by what they are and by what they were."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.events import read_after
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Query, Record
from lienthong.registers.events import RecordWritten
from tests.registers.people import GROUNDS, HA, HUY, OFFICER, STEWARD

POPULATION = "population"


def put(values: dict[str, object], **how: object) -> Record:
    return api.write(OFFICER.again(), register=POPULATION, values=values, grounds=GROUNDS, **how)  # pyright: ignore[reportArgumentType]


def get(as_of: date | None = None, known_at: datetime | None = None, **by: str) -> list[Record]:
    query = Query(POPULATION, by=by, as_of=as_of, known_at=known_at)
    return api.read(OFFICER, queries=[query], grounds=GROUNDS)[0]


def test_a_record_is_found_by_each_of_its_lookup_fields(node: Runtime, ha: dict[str, object]) -> None:
    made = put(ha)
    assert made.version == 1
    assert made.key == HA
    assert made.valid_from == "1992-03-08", "a person is a person since birth"
    for by in ({"number": HA}, {"spouse_number": HUY}, {"full_name": "NGUYEN thi thu  ha"}):
        assert [each.values for each in get(**by)] == [ha]
    assert get(number="079192990018") == []


def test_many_keys_and_registers_in_one_call(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    put({**ha, "number": HUY, "spouse_number": HA, "full_name": "Lê Quốc Huy", "sex": "1"})
    people, homes = api.read(
        OFFICER,
        queries=[
            Query(POPULATION, key=[HA, HUY], fields=["full_name"]),
            Query("residence", by={"number": HA}),
        ],
        grounds=GROUNDS,
    )
    assert {each.values["full_name"] for each in people} == {"Nguyễn Thị Thu Hà", "Lê Quốc Huy"}
    assert all(list(each.values) == ["full_name"] for each in people)
    assert homes == []


def test_a_change_holds_from_its_day_and_the_state_before_stays_readable(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    moved = put({"number": HA, "home_address": "5 Bạch Đằng"}, valid_from=date(2025, 5, 1))
    assert moved.version == 2
    assert moved.values["home_address"] == "5 Bạch Đằng"
    assert moved.values["full_name"] == "Nguyễn Thị Thu Hà", "fields that are not named stay"
    assert get(as_of=date(2025, 4, 30), number=HA)[0].values["home_address"] == "12 Lê Quang Định"
    assert get(as_of=date(2025, 5, 1), number=HA)[0].values["home_address"] == "5 Bạch Đằng"
    assert get(as_of=date(1992, 3, 7), number=HA) == [], "not born yet"


def test_what_was_known_earlier_stays_readable(node: Runtime, clock: SetClock, ha: dict[str, object]) -> None:
    put(ha)
    before = clock.now()
    clock.advance(timedelta(days=1))
    put({"number": HA, "marital_status": "2"}, valid_from=date(2015, 1, 1))
    assert "marital_status" not in get(known_at=before, number=HA)[0].values
    assert get(as_of=date(2016, 1, 1), number=HA)[0].values["marital_status"] == "2"
    assert get(known_at=before - timedelta(seconds=1), number=HA) == []


def test_a_late_report_does_not_undo_what_came_after_it(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    put({"number": HA, "home_address": "B"}, valid_from=date(2020, 1, 1))
    late = put({"number": HA, "home_address": "A", "phone": "0901234567"}, valid_from=date(2010, 1, 1))
    assert late.values["home_address"] == "B"
    assert late.values["phone"] == "0901234567"
    assert get(as_of=date(2015, 1, 1), number=HA)[0].values["home_address"] == "A"
    assert get(as_of=date(2021, 1, 1), number=HA)[0].values["home_address"] == "B"
    assert get(as_of=date(2009, 1, 1), number=HA)[0].values["home_address"] == "12 Lê Quang Định"


def test_people_are_found_by_what_they_were(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    put({"number": HA, "home_commune": "26740"}, valid_from=date(2025, 7, 1))
    old = str(ha["home_commune"])
    assert get(home_commune=old) == []
    assert [each.key for each in get(as_of=date(2025, 6, 30), home_commune=old)] == [HA]
    assert get(as_of=date(2025, 7, 1), home_commune=old) == []
    assert [each.key for each in get(as_of=date(2025, 7, 1), home_commune="26740")] == [HA]


def test_a_correction_replaces_from_the_day_the_error_began(
    node: Runtime, clock: SetClock, ha: dict[str, object]
) -> None:
    put({**ha, "full_name": "Nguyễn Thị Thu Hạ"})
    before = clock.now()
    clock.advance(timedelta(hours=1))
    put({"number": HA, "home_address": "5 Bạch Đằng"}, valid_from=date(2025, 5, 1))
    corrected = api.correct(
        OFFICER,
        register=POPULATION,
        key=HA,
        values={"full_name": "Nguyễn Thị Thu Hà", "home_address": "5B Bạch Đằng"},
        grounds=GROUNDS,
        reason="Sai dấu khi nhập",
    )
    assert corrected.values["full_name"] == "Nguyễn Thị Thu Hà"
    assert corrected.values["home_address"] == "5B Bạch Đằng"
    assert get(as_of=date(2000, 1, 1), number=HA)[0].values["full_name"] == "Nguyễn Thị Thu Hà"
    assert get(as_of=date(2000, 1, 1), known_at=before, number=HA)[0].values["full_name"] == "Nguyễn Thị Thu Hạ"
    assert get(as_of=date(2024, 1, 1), number=HA)[0].values["home_address"] == "12 Lê Quang Định"


def test_history_tells_every_version_with_its_author(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    put({"number": HA, "home_address": "5 Bạch Đằng"}, valid_from=date(2025, 5, 1), reason="Chuyển nhà")
    first, second = api.history(OFFICER, register=POPULATION, key=HA, grounds=GROUNDS)
    assert first.kind == "created"
    assert first.changes["home_address"] == (None, "12 Lê Quang Định")
    assert (first.agency, first.actor, first.reason) == ("", "", ""), "who made a change is not who began the record"
    assert second.kind == "changed"
    assert second.changes == {"home_address": ("12 Lê Quang Định", "5 Bạch Đằng")}
    assert (second.agency, second.reason, second.basis) == ("G15", "Chuyển nhà", "ND-63-2024")
    with pytest.raises(NotFound):
        api.history(OFFICER, register=POPULATION, key="079192990099", grounds=GROUNDS)


def test_writing_what_is_there_already_changes_nothing(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    again = put(ha)
    assert again.version == 1
    facts = [fact.event for fact in read_after(0, types=[RecordWritten])]
    assert [(fact.kind, fact.version, fact.unit) for fact in facts] == [("created", 1, ha["home_commune"])]  # pyright: ignore[reportAttributeAccessIssue]


def test_what_must_be_new_is_refused_when_its_key_says_other_things(node: Runtime, ha: dict[str, object]) -> None:
    put(ha, create=True)
    assert put(ha, create=True).version == 1, "a retry of the same record is harmless"
    with pytest.raises(Conflict):
        put({**ha, "full_name": "Nguyễn Thị Thu Hằng"}, create=True)


def test_a_newborn_without_a_number_is_written_once_per_request_and_gets_its_number_later(
    node: Runtime, ha: dict[str, object]
) -> None:
    child = {"full_name": "Lê Minh An", "sex": "2", "birth_date": "2026-11-19", "mother_number": HA}
    who = OFFICER.again()
    first = api.write(who, register=POPULATION, values=child, grounds=GROUNDS)
    assert api.write(who, register=POPULATION, values=child, grounds=GROUNDS).id == first.id
    assert put(child).id != first.id, "another request: a twin"
    number = api.next_personal_number(OFFICER, commune="26929", birth_date="2026-11-19", sex="2")
    named = put({"number": number}, key=first.id)
    assert (named.id, named.key, named.version) == (first.id, number, 2)
    assert [each.id for each in get(number=number)] == [first.id]


def test_two_people_never_share_a_number(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    child = put({"full_name": "Lê Minh An", "sex": "2", "birth_date": "2026-11-19"})
    with pytest.raises(Conflict):
        put({"number": HA}, key=child.id)


def test_a_day_to_come_cannot_be_written(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    with pytest.raises(Invalid) as caught:
        put({"number": HA, "home_address": "X"}, valid_from=date(2027, 1, 1))
    assert caught.value.code == "record.future"


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ({"full_name": "An", "sex": "2", "birth_date": "2026", "shoe_size": "38"}, ["shoe_size"]),
        ({"full_name": "An", "sex": "9", "birth_date": "31/02/2026"}, ["sex", "birth_date"]),
        ({"full_name": "An", "sex": "1", "birth_date": "2026", "number": "79192990017"}, ["number"]),
        ({"full_name": None, "sex": "1"}, ["full_name", "birth_date"]),
        ({"full_name": ["An"], "sex": "1", "birth_date": "2026"}, ["full_name"]),
    ],
)
def test_every_fault_of_bad_values_is_named(node: Runtime, values: dict[str, object], places: list[str]) -> None:
    with pytest.raises(Invalid) as caught:
        put(values)
    assert [each.at for each in caught.value.faults] == places
    assert all(each.text for each in caught.value.faults)


def test_text_is_stored_in_one_form(node: Runtime) -> None:
    made = put({"full_name": "Le\u0302  Minh\x00 An", "sex": "1", "birth_date": "1955"})
    assert made.values["full_name"] == "Lê Minh An"
    assert made.valid_from == "1955-01-01", "only the year of birth is known"
    assert [each.id for each in get(full_name="lê minh\x00an")] == [made.id]


def test_as_of_a_past_moment_before_it_was_written(node: Runtime, ha: dict[str, object]) -> None:
    put(ha)
    assert get(known_at=datetime(2026, 1, 1, tzinfo=ZONE), number=HA) == []


def test_only_lookup_fields_can_be_asked(node: Runtime) -> None:
    with pytest.raises(Invalid, match=r"query\.lookup"):
        get(religion="01")
    with pytest.raises(Invalid, match=r"query\.fields"):
        api.read(OFFICER, queries=[Query(POPULATION, key=HA, fields=["shoe_size"])], grounds=GROUNDS)
    with pytest.raises(NotFound):
        api.read(OFFICER, queries=[Query("nothing", key=HA)], grounds=GROUNDS)


def test_more_answers_than_asked_for_are_refused_but_as_many_keys_as_wanted_may_be_asked(node: Runtime) -> None:
    rows = [
        {"number": f"0791920{at:05d}", "full_name": "Trần Văn An", "sex": "1", "birth_date": "1980-01-01"}
        for at in range(12)
    ]
    api.bulk_load(STEWARD, register=POPULATION, rows=rows)
    numbers = [str(row["number"]) for row in rows]
    (found,) = api.read(OFFICER, queries=[Query(POPULATION, key=numbers, limit=5)], grounds=GROUNDS)
    assert [each.key for each in found] == numbers
    with pytest.raises(Invalid, match=r"query\.too_broad"):
        api.read(OFFICER, queries=[Query(POPULATION, by={"full_name": "tran van an"}, limit=5)], grounds=GROUNDS)


def test_as_of_by_name_and_birth_date_finds_one_among_many_of_the_name(node: Runtime, ha: dict[str, object]) -> None:
    many = [{**ha, "number": f"0791920{at:05d}", "birth_date": f"1990-01-{at + 1:02d}"} for at in range(9)]
    api.bulk_load(STEWARD, register=POPULATION, rows=many)
    wrong = {"number": "079192000003", "full_name": "Nguyễn Thu Hà"}
    api.write(OFFICER, register=POPULATION, values=wrong, grounds=GROUNDS, valid_from=date(2024, 1, 1))
    api.correct(
        OFFICER.again(),
        register=POPULATION,
        key="079192000003",
        values={"birth_date": "1991-01-04"},
        grounds=GROUNDS,
        reason="khai sai",
    )

    def keys(day: date, birth_date: str, name: str = "nguyen thi thu ha") -> list[str]:
        asked = Query(POPULATION, by={"full_name": name, "birth_date": birth_date}, as_of=day, limit=3)
        return [each.key for each in api.read(OFFICER.again(), queries=[asked], grounds=GROUNDS)[0]]

    assert keys(date(2023, 1, 1), "1990-01-08") == ["079192000007"]
    assert keys(date(2023, 1, 1), "1991-01-04") == ["079192000003"], "the name then, the birth date put right since"
    assert keys(date(2025, 1, 1), "1991-01-04", "nguyen thu ha") == ["079192000003"]
    assert keys(date(2025, 1, 1), "1991-01-04") == []
