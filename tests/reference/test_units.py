"""Units are known as they were and as they are; what became of one is said only when the sources are sure."""

from __future__ import annotations

from datetime import date

import pytest

from lienthong.reference import api

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)


@pytest.mark.parametrize(
    ("day", "provinces", "districts", "communes"),
    [(date(2023, 1, 1), 63, 696, 10_035), (BEFORE, 63, 696, 10_035), (AFTER, 34, 0, 3_321), (None, 34, 0, 3_321)],
)
def test_the_country_is_counted_as_it_was_on_a_day(
    day: date | None, provinces: int, districts: int, communes: int
) -> None:
    counted = [len(api.units(level=level, on=day)) for level in ("province", "district", "commune")]
    assert counted == [provinces, districts, communes]


def test_every_commune_in_force_lies_in_a_province_in_force() -> None:
    provinces = {unit.code for unit in api.units(level="province")}
    assert {api.province_of(unit.code) for unit in api.units(level="commune")} == provinces


def test_one_code_names_different_units_at_different_times() -> None:
    old, new = api.unit("00004", on=BEFORE), api.unit("00004")
    assert old is not None
    assert new is not None
    assert (old.full_name, new.full_name) == ("Phường Trúc Bạch", "Phường Ba Đình")
    assert api.place(old) == "Phường Trúc Bạch, Quận Ba Đình, Thành phố Hà Nội"


def test_a_province_keeps_its_versions() -> None:
    named = [api.unit("46", on=day) for day in (date(2024, 12, 31), date(2025, 1, 1))]
    assert [each.full_name for each in named if each] == ["Tỉnh Thừa Thiên Huế", "Thành phố Huế"]
    dong_nai = [api.unit("75", on=day) for day in (date(2026, 4, 29), date(2026, 4, 30))]
    assert [each.type for each in dong_nai if each] == ["tỉnh", "thành phố trực thuộc trung ương"]


def test_ten_communes_of_dong_nai_became_wards() -> None:
    before = {u.code for u in api.units(parent="75", on=date(2026, 4, 29)) if u.type == "phường"}
    after = {u.code for u in api.units(parent="75") if u.type == "phường"}
    assert len(after - before) == 10
    assert before < after


def test_inside_is_told_through_every_level() -> None:
    assert api.is_within("26929", "79")
    assert api.is_within("26929", "26929")
    assert not api.is_within("26929", "01")
    assert api.is_within("00001", "001", on=BEFORE)
    assert api.is_within("00001", "01", on=BEFORE)


@pytest.mark.parametrize(
    ("code", "day", "decision", "reason", "candidates"),
    [
        ("00001", BEFORE, "certain", "merged", ["00097"]),
        ("00007", BEFORE, "ask", "split", ["00008", "00025"]),
        ("318", BEFORE, "certain", "merged", ["11948"]),
        ("77", BEFORE, "certain", "merged", ["79"]),
        ("26116", date(2026, 1, 1), "certain", "merged", ["26116"]),
        ("26929", AFTER, "certain", "same", ["26929"]),
        ("99999", BEFORE, "refuse", "unknown", []),
    ],
)
def test_what_became_of_a_unit(code: str, day: date, decision: str, reason: str, candidates: list[str]) -> None:
    answer = api.successors(code, on=day)
    assert (answer.decision, answer.reason) == (decision, reason)
    assert [unit.code for unit in answer.candidates] == candidates


def test_every_old_commune_leads_to_units_in_force() -> None:
    answers = [api.successors(unit.code, on=BEFORE) for unit in api.units(level="commune", on=BEFORE)]
    assert all(answer.candidates for answer in answers)
    assert all(unit.valid_to is None for answer in answers for unit in answer.candidates)
    assert sum(answer.decision == "ask" for answer in answers) > 400, "split units are never decided for the person"


def test_ba_che_is_understood_under_both_codes() -> None:
    assert api.unit("06970") == api.unit("06978")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Bình Thạnh, Hồ Chí Minh", "26929"),
        ("phuong binh thanh ho chi minh", "26929"),
        ("PHƯỜNG BA ĐÌNH", "00004"),
        ("da nang", "48"),
    ],
)
def test_search_needs_no_marks_and_puts_the_best_first(text: str, first: str) -> None:
    assert api.search_units(text)[0].code == first


def test_an_empty_search_finds_nothing() -> None:
    assert api.search_units("  ") == []
