"""Two records become one and two again: what is found, what is remembered, what leads where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.api import Grounds, Query, Record
from lienthong.registers.store import records
from tests.registers.people import GROUNDS, HA, HUY, STEWARD

AGAIN = "079192990555"
CHILD = "079220990001"
WHY = Grounds(purpose="lookup", basis="L-26-2023")


def put(register: str = "population", **values: Any) -> None:
    api.write(STEWARD.again(), register=register, values=values, grounds=GROUNDS)


def found(number: str, **when: Any) -> list[Record]:
    return api.read(STEWARD, queries=[Query("population", key=number, **when)], grounds=WHY)[0]


def by(**keys: str) -> list[Record]:
    return api.read(STEWARD, queries=[Query("population", by=keys)], grounds=WHY)[0]


@pytest.fixture
def two(node: Runtime, clock: SetClock, ha: dict[str, object]) -> Runtime:
    """Hà twice: the second record moved once; a child names it as the mother."""
    put(**ha)
    put(
        number=AGAIN,
        full_name="Nguyen Thi Thu Ha",
        sex="2",
        birth_date="1992-03-08",
        phone="0901234567",
        home_commune="00166",
    )
    put(number=CHILD, full_name="Lê Minh An", sex="1", birth_date="2020-05-01", mother_number=AGAIN)
    clock.advance(timedelta(days=1))
    api.write(STEWARD.again(), register="population", key=AGAIN, values={"home_commune": "26929"}, grounds=GROUNDS)
    clock.advance(timedelta(days=1))
    return node


def merge(**also: Any) -> api.Merged:
    return api.merge_records(
        STEWARD.again(), register="population", keep=HA, gone=AGAIN, grounds=WHY, reason="trùng", **also
    )


def said(number: str, record: str, moments: list[Mapping[str, Any]]) -> list[object]:
    """What is known of a record at several points of both time axes."""
    return [[each.values for each in found(number, **when) if each.id == record] for when in moments]


def test_after_a_merge_the_old_number_leads_to_the_kept_record(two: Runtime, clock: SetClock) -> None:
    before = clock.now()
    clock.advance(timedelta(days=1))
    made = merge(values={"phone": "0901234567"})
    assert (made.kept_key, made.gone_key) == (HA, AGAIN)
    (kept,) = found(AGAIN)
    assert (kept.key, kept.asked_as, kept.values["phone"]) == (HA, AGAIN, "0901234567")
    assert found(HA)[0].asked_as == ""
    assert [each.key for each in by(full_name="Nguyen Thi Thu Ha")] == [HA]
    assert [each.key for each in by(mother_number=HA)] == [CHILD]  # what named the gone record follows
    (then,) = found(AGAIN, known_at=before)
    assert (then.id, then.values["home_commune"]) == (made.gone, "26929")
    (older,) = found(AGAIN, known_at=before, as_of=date(2026, 11, 21))
    assert older.values["home_commune"] == "00166"
    assert len(api.history(STEWARD, register="population", key=made.gone, grounds=WHY)) >= 3


def test_taking_it_back_restores_both_exactly(two: Runtime, clock: SetClock) -> None:
    gone = found(AGAIN)[0].id
    moments = [{}, {"as_of": date(2026, 11, 21)}, {"as_of": date(2000, 1, 1)}, {"as_of": date(2026, 11, 22)}]
    was = said(AGAIN, gone, moments), said(HA, found(HA)[0].id, moments)
    merge(values={"phone": "0901234567"})
    clock.advance(timedelta(hours=1))
    api.unmerge_records(STEWARD.again(), register="population", gone=AGAIN, grounds=WHY, reason="hai người")
    assert (said(AGAIN, gone, moments), said(HA, found(HA)[0].id, moments)) == was
    assert found(AGAIN)[0].asked_as == ""
    assert {each.key for each in by(full_name="Nguyen Thi Thu Ha")} == {HA, AGAIN}
    again = merge()  # and once more, with a life in between
    assert found(AGAIN)[0].id == again.kept
    with pytest.raises(NotFound):
        api.unmerge_records(STEWARD.again(), register="population", gone=HA, grounds=WHY, reason="nhầm")


def test_what_was_changed_since_stays_and_later_merges_come_first(two: Runtime, clock: SetClock) -> None:
    merge(values={"phone": "0901234567"})
    clock.advance(timedelta(days=1))
    put(number=HA, phone="0907654321")
    put(number=HUY, full_name="Nguyễn Thị Thu Hà", sex="2", birth_date="1992-03-08")
    who = STEWARD.again()
    onward = api.merge_records(who, register="population", keep=HUY, gone=HA, grounds=WHY, reason="trùng")
    assert onward == api.merge_records(who, register="population", keep=HUY, gone=HA, grounds=WHY, reason="trùng")
    assert found(AGAIN)[0].key == HUY  # through both
    with pytest.raises(Conflict, match="tách lần gộp sau"):
        api.unmerge_records(STEWARD.again(), register="population", gone=AGAIN, grounds=WHY, reason="nhầm")
    for gone in (HA, AGAIN):
        api.unmerge_records(STEWARD.again(), register="population", gone=gone, grounds=WHY, reason="nhầm")
    assert found(HA)[0].values["phone"] == "0907654321"


def test_a_taken_number_is_not_used_again(two: Runtime) -> None:
    merge()
    with pytest.raises(Conflict, match="đã được gộp"):
        put(number=AGAIN, full_name="Người Khác", sex="1", birth_date="1990-01-01")
    with pytest.raises(Invalid) as refused:
        row = {"number": AGAIN, "full_name": "Người Khác", "sex": "1", "birth_date": "1990-01-01"}
        api.bulk_load(STEWARD, register="population", rows=[row])
    assert refused.value.faults[0].code == "record.merged"
    with two.database.reading() as connection:
        from lienthong.registers.api.defining import layout_of

        layout = layout_of(connection, "population")
        assert records.used_keys(connection, layout, "number", [AGAIN, "079192990777"]) == {AGAIN}


def test_bad_merges_say_why(two: Runtime) -> None:
    for keep, gone, reason, values, sentence in (
        (HA, HA, "trùng", {}, "cùng một bản ghi"),
        (HA, AGAIN, " ", {}, "lý do"),
        (HA, AGAIN, "trùng", {"number": AGAIN}, "Khóa của bản ghi"),
    ):
        with pytest.raises(Invalid, match=sentence):
            api.merge_records(
                STEWARD.again(), register="population", keep=keep, gone=gone, grounds=WHY, reason=reason, values=values
            )
    with pytest.raises(NotFound):
        api.merge_records(
            STEWARD.again(), register="population", keep=HA, gone="079000000000", grounds=WHY, reason="trùng"
        )
    log = api.accesses(STEWARD, subject=AGAIN)
    merge()
    assert len(api.accesses(STEWARD, subject=AGAIN)) == len(log) + 1
    assert api.accesses(STEWARD, subject=HA)[0].act == "write"
