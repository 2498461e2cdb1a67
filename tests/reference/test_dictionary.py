"""Values are read as people write them, kept in one form and shown in Vietnamese or English."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.kernel import i18n
from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.reference import api

AGREED = """
personal_number former_number full_name person_name other_name sex birth_date birth_place birth_commune home_town
ethnicity religion nationality marital_status home_commune home_address current_commune current_address father_number
mother_number spouse_number phone life_status death_date entry_no residence_kind household_code household_relation
head_number commune address from_date to_date event_kind event_date registered_on agency mother_name father_name
birth_time certificate_no signer notice_no weight_grams birth_order facility notice_status issued_at card_no
insurance_category first_facility valid_from valid_to branch child_name
"""


def test_the_dictionary_has_every_term_the_registers_share() -> None:
    assert set(AGREED.split()) <= api.terms().keys()
    assert {term.type for term in api.terms().values()} == {
        "personal_number", "person_name", "partial_date", "date", "time", "text", "code", "unit", "address", "integer",
        "money", "phone", "boolean", "agency", "moment",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("term", "raw", "stored", "shown"),
    [
        ("personal_number", "079 192 990 017", "079192990017", "079192990017"),
        ("full_name", "  Y  Bhăm Niê ", "Y Bhăm Niê", "Y Bhăm Niê"),
        ("full_name", "H'Hen Niê", "H'Hen Niê", "H'Hen Niê"),
        ("birth_date", "1955", "1955", "1955"),
        ("birth_date", "4/1955", "1955-04", "04/1955"),
        ("birth_date", "14/11/2026", "2026-11-14", "14/11/2026"),
        ("birth_date", "2026-11-14", "2026-11-14", "14/11/2026"),
        ("from_date", date(2026, 11, 1), "2026-11-01", "01/11/2026"),
        ("birth_time", "7:05", "07:05", "07:05"),
        ("birth_time", "20h16", "20:16", "20:16"),
        ("issued_at", datetime(2026, 11, 21, 20, 16, tzinfo=ZONE), "2026-11-21T13:16:00.000000Z", "21/11/2026 20:16"),
        ("sex", "nữ", "2", "Nữ"),
        ("sex", 1.0, "1", "Nam"),
        ("ethnicity", "Xơ Đăng", "14", "Xơ-đăng"),
        ("nationality", "Viet Nam", "VN", "Việt Nam"),
        ("residence_kind", "permanent", "permanent", "Thường trú"),
        ("commune", "26929", "26929", "Phường Bình Thạnh, Thành phố Hồ Chí Minh"),
        ("commune", "P.Bình Thạnh, TP.HCM", "26929", "Phường Bình Thạnh, Thành phố Hồ Chí Minh"),
        ("home_town", "00001", "00001", "Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội"),
        ("agency", "H29.26.929", "H29.26.929", "Ủy ban nhân dân phường Bình Thạnh"),
        ("weight_grams", "3.200", 3200, "3.200"),
        ("fee", "115.000 đ", 115_000, "115.000 đ"),
        ("phone", "+84 912.345.678", "0912345678", "0912345678"),
        ("consent", "Đồng ý", True, "có"),
        ("consent", False, False, "không"),
        ("address", "12/3 Nơ Trang Long", "12/3 Nơ Trang Long", "12/3 Nơ Trang Long"),
        ("email", "ha@vidu.vn", "ha@vidu.vn", "ha@vidu.vn"),
    ],
)
def test_a_value_is_read_kept_and_shown(term: str, raw: object, stored: object, shown: str) -> None:
    value = api.parse_value(term, raw)
    assert value == stored
    assert type(value) is type(stored)
    assert api.show_value(term, value) == shown


@pytest.mark.parametrize(
    ("term", "raw", "code"),
    [
        ("personal_number", "07919299001", "value.personal_number"),
        ("full_name", "Nguyễn Văn 4", "value.name"),
        ("full_name", "", "value.empty"),
        ("birth_date", "30/02/2026", "value.date"),
        ("from_date", "2026", "value.date"),
        ("birth_time", "25:00", "value.time"),
        ("issued_at", "hôm qua", "value.moment"),
        ("sex", "3", "value.code"),
        ("commune", "99999", "value.unit"),
        ("commune", "Xã Tân Phú", "value.unit"),
        ("agency", "H99", "value.agency"),
        ("weight_grams", "-5", "value.format"),
        ("fee", "1,5", "value.integer"),
        ("phone", "12345", "value.phone"),
        ("consent", "có lẽ", "value.boolean"),
        ("note", "x" * 1001, "value.long"),
        ("email", "ha@vidu", "value.format"),
    ],
)
def test_a_wrong_value_is_refused_with_one_fault_at_its_term(term: str, raw: object, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        api.parse_value(term, raw)
    (fault,) = refused.value.faults
    assert (fault.at, fault.code) == (term, code)
    with i18n.speaking("en"):
        english = fault.text
    assert english != fault.text


@given(st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_a_shown_date_is_read_back(day: date) -> None:
    stored = api.parse_value("birth_date", day)
    assert api.parse_value("birth_date", api.show_value("birth_date", stored)) == stored


@given(st.integers(0, 10**15))
def test_shown_money_is_read_back(dong: int) -> None:
    assert api.parse_value("fee", api.show_value("fee", dong)) == dong


@settings(deadline=None)  # the first text that may be a unit reads the map of before July 2025
@given(st.sampled_from(sorted(api.terms())), st.text(max_size=40))
def test_no_text_breaks_the_reading(term: str, raw: str) -> None:
    refused = ()
    try:
        api.show_value(term, api.parse_value(term, raw))
    except Invalid as error:
        refused = error.faults
    assert all(each.at == term for each in refused)


def test_every_code_is_read_by_its_code_and_its_name() -> None:
    for term in api.terms().values():
        if term.type == "code":
            for code in api.code_list(term.code_list).codes.values():
                assert api.parse_value(term.id, code.code) == code.code
                assert api.show_value(term.id, code.code) == code.title.vi


def test_names_are_shown_in_english_when_english_is_spoken() -> None:
    with i18n.speaking("en"):
        assert api.show_value("residence_kind", "permanent") == "Permanent residence"
        assert api.show_value("consent", value=True) == "yes"


def test_viet_nam_is_the_first_nationality_and_unknown_things_are_not_found() -> None:
    assert next(iter(api.code_list("nationality").codes)) == "VN"
    for ask in (
        lambda: api.term("x"),
        lambda: api.code_list("x"),
        lambda: api.code("sex", "9"),
        lambda: api.basis("x"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_an_instrument_of_law_knows_when_it_is_in_force() -> None:
    old, new = api.basis("ND-13-2023"), api.basis("ND-356-2025")
    assert old.in_force(date(2025, 12, 31))
    assert not old.in_force(date(2026, 1, 1))
    assert new.in_force(date(2026, 1, 1))
    assert api.basis("ND-63-2024").number == "63/2024/NĐ-CP"


@pytest.mark.parametrize(
    ("number", "birth_date", "sex", "doubts"),
    [
        ("079192990017", "1992-05-01", "2", []),
        ("079192990017", "", "", []),
        ("079326990017", "2026", "2", []),
        ("079192990017", "1993-05-01", "1", ["number.year", "number.sex"]),
        ("999192990017", "1992", "2", ["number.province"]),
    ],
)
def test_an_odd_personal_number_is_doubted_not_refused(
    number: str, birth_date: str, sex: str, doubts: list[str]
) -> None:
    assert [each.code for each in api.number_doubts(number, birth_date=birth_date, sex=sex)] == doubts
