"""A cell is understood without a silent guess: what is changed is said, what is unclear is asked, the rest refused."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lienthong.kernel import i18n
from lienthong.kernel.sheets import Formula
from lienthong.reference import api as reference
from lienthong.stewardship.domain.understanding import Settings, Understood, proper, understand, understand_column
from lienthong.stewardship.domain.understanding.shapes import Levels

TODAY = Settings(today=date(2026, 11, 28))
BEFORE = Settings(today=date(2026, 11, 28), on=date(2025, 6, 30))


def code_of(found: Understood) -> str:
    """Return the code of the first thing said, "" when nothing is."""
    return next((each.code for each in (*found.faults, *found.notes)), "")


ACCEPTED = [
    ("birth_date", "15/03/1975", "1975-03-15", ""),
    ("birth_date", "5-3-1975", "1975-03-05", ""),
    ("birth_date", "1975-03-15", "1975-03-15", ""),
    ("birth_date", "1975", "1975", ""),
    ("birth_date", 1975, "1975", ""),
    ("birth_date", "03/1975", "1975-03", ""),
    ("birth_date", "tháng 3/1975", "1975-03", ""),
    ("birth_date", "15 tháng 3 năm 1975", "1975-03-15", ""),
    ("birth_date", "Ngày 15 tháng 03 năm 1975", "1975-03-15", ""),
    ("birth_date", "sinh năm 1950", "1950", ""),
    ("birth_date", datetime(1975, 3, 15), "1975-03-15", ""),  # noqa: DTZ001  as a spreadsheet gives it
    ("birth_date", "15/03/1975 00:00:00", "1975-03-15", ""),
    ("birth_date", "15.3.75", "1975-03-15", "date.two_digit_year"),
    ("birth_date", "1/2/26", "2026-02-01", "date.two_digit_year"),
    ("birth_date", "29/11/26", "1926-11-29", "date.two_digit_year"),
    ("birth_date", "12-Mar-75", "1975-03-12", "date.two_digit_year"),
    ("birth_date", 27463, "1975-03-10", "date.serial"),
    ("birth_date", "27463", "1975-03-10", "date.serial"),
    ("birth_date", 27463.0, "1975-03-10", "date.serial"),
    ("birth_date", "15031975", "1975-03-15", "date.run"),
    ("birth_date", "05/13/1975", "1975-05-13", "date.month_first"),
    ("birth_date", "00/00/1950", "1950", "date.incomplete"),
    ("birth_date", "__/__/1950", "1950", "date.incomplete"),
    ("birth_date", "khoảng 1950", "1950", "date.about"),
    ("birth_date", "-", None, "value.nothing"),
    ("valid_to", "31/12/30", "2030-12-31", "date.two_digit_year"),
    ("sex", "Nam", "1", ""),
    ("sex", " NỮ", "2", ""),
    ("sex", "nu", "2", ""),
    ("sex", "Female", "2", ""),
    ("sex", "M", "1", ""),
    ("sex", "1", "1", ""),
    ("personal_number", "079093001234", "079093001234", ""),
    ("personal_number", "079 093 001 234", "079093001234", "number.spaced"),
    ("personal_number", "'079093001234", "079093001234", "number.spaced"),
    ("personal_number", 79093001234, "079093001234", "number.zeros"),
    ("personal_number", 79093001234.0, "079093001234", "number.zeros"),
    ("personal_number", "79093001234", "079093001234", "number.zeros"),
    ("personal_number", "7.9093001234E+10", "079093001234", "number.zeros"),
    ("personal_number", "79095012345.0", "079095012345", "number.zeros"),
    ("personal_number", "079095012345.0", "079095012345", "number.spaced"),
    ("phone", "912345678.0", "0912345678", "phone.zero"),
    ("birth_date", "5 3 1975", "1975-03-05", ""),
    ("birth_date", "'05/03/1975", "1975-03-05", ""),
    ("full_name", "Nguyễn Văn An - Chủ hộ", "Nguyễn Văn An", "name.aside"),
    ("personal_number", 1090012345, "001090012345", "number.zeros"),
    ("personal_number", "999093001234", "999093001234", "number.province"),
    ("phone", "0912345678", "0912345678", ""),
    ("phone", "0912.345.678", "0912345678", ""),
    ("phone", "+84 912 345 678", "0912345678", ""),
    ("phone", "84912345678", "0912345678", ""),
    ("phone", "0084912345678", "0912345678", ""),
    ("phone", "912345678", "0912345678", "phone.zero"),
    ("phone", 912345678, "0912345678", "phone.zero"),
    ("phone", "01682345678", "0382345678", "phone.changed"),
    ("phone", "0511 3 822 123", "02363822123", "phone.changed"),
    ("phone", "024 3825 1234", "02438251234", ""),
    ("full_name", "Nguyễn  Văn An", "Nguyễn Văn An", ""),
    ("full_name", "Nguyễn Văn An", "Nguyễn Văn An", ""),
    ("full_name", "NGUYỄN VĂN AN", "NGUYỄN VĂN AN", "name.capitals"),
    ("full_name", "Nguyễn Văn An (chủ hộ)", "Nguyễn Văn An", "name.aside"),
    ("full_name", "Bà Lê Thị Bình", "Lê Thị Bình", "name.title"),
    ("full_name", "Bá Thị Bình", "Bá Thị Bình", ""),
    ("full_name", "H' Hen Niê", "H' Hen Niê", ""),
    ("full_name", "Nguyễn Thị ỷ Quỳnh", "Nguyễn Thị Ỷ Quỳnh", "name.capital_lost"),
    ("full_name", "ấu Dương Phong", "Ấu Dương Phong", "name.capital_lost"),
    ("full_name", "NGÔ ỵ VĨ", "NGÔ Ỵ VĨ", "name.capital_lost"),
    ("full_name", "Y ngông Niê", "Y ngông Niê", ""),
    ("sex", "N÷", "2", "code.decoded"),
    ("ethnicity", "kinh", "01", ""),
    ("ethnicity", "Dân tộc Kinh", "01", ""),
    ("ethnicity", "Kho me", "05", ""),
    ("ethnicity", "H'Mông", "08", ""),
    ("ethnicity", 1, "01", "code.zeros"),
    ("religion", "Không", "00", ""),
    ("fee", "1.234.567", 1234567, ""),
    ("fee", "1,234,567.00", 1234567, ""),
    ("fee", "1.234.567,00 đ", 1234567, ""),
    ("weight_grams", 3200.0, 3200, ""),
    ("home_commune", "Phường Ba Đình, Hà Nội", "00004", ""),
    ("home_commune", "thôn Đoài, xã Yên Thường, huyện Gia Lâm, Hà Nội", "00541", "unit.converted"),
    ("phone", "0199000417", "0199000417", "phone.withdrawn"),
    ("home_town", "Tỉnh Nghệ An", "40", ""),
    ("birth_time", "20h16", "20:16", ""),
    ("birth_time", 0.5, "12:00", ""),
    ("note", "không", "không", ""),
]
REFUSED = [
    ("birth_date", "30/2/1975", "date.impossible"),
    ("birth_date", "32/1/1975", "date.impossible"),
    ("birth_date", "1/1/2030", "date.future"),
    ("birth_date", "abc", "date.unreadable"),
    ("valid_to", "2030", "date.partial"),
    ("sex", "khác", "code.unknown"),
    ("personal_number", "7.9093E+10", "number.digits_lost"),
    ("personal_number", "3.7E+10", "number.digits_lost"),
    ("personal_number", 79193000000.0, "number.digits_lost"),
    ("personal_number", "07909300123", "number.length"),
    ("personal_number", "000000000000", "number.placeholder"),
    ("personal_number", "0790930012345", "number.length"),
    ("personal_number", "không rõ số", "number.unreadable"),
    ("phone", "123", "phone.unreadable"),
    ("phone", "19001234", "phone.service"),
    ("full_name", "Nguyễn V4n An", "name.digits"),
    ("full_name", "NguyÔn V¨n An", "name.letters"),
    ("ethnicity", "xyzw", "code.unknown"),
    ("home_commune", "xã Yên Thường, huyện Đông Anh, Hà Nội", "unit.chain"),
    ("home_commune", "Tỉnh Nghệ An", "unit.province"),
    ("home_commune", "Hà Nội", "unit.province"),
    ("home_commune", "40", "unit.province"),
    ("current_commune", "Xóm 5, tỉnh Nghệ An", "unit.province"),
    ("birth_commune", "tỉnh Hà Tây", "unit.province"),
    ("stay_commune", Levels("", "", "Nghệ An"), "unit.province"),
    ("fee", "12,5", "number.fraction"),
    ("fee", "nhiều", "number.unreadable"),
    ("full_name", "#REF!", "cell.error"),
    ("full_name", Formula("=A1"), "cell.formula"),
]
ASKED = [
    ("sex", "x", "sex.mark", {"1", "2"}),
    ("sex", 0, "code.column", {"1", "2"}),
    ("sex", "N", "code.column", {"1", "2"}),
    ("personal_number", "O79093001234", "number.letters", {"079093001234"}),
    ("phone", "0912345678 / 0987654321", "phone.several", {"0912345678", "0987654321"}),
    ("birth_date", "1/1/1950 hoặc 2/2/1951", "date.several", {"1950-01-01", "1951-02-02"}),
    ("home_commune", "Phường Cống Vị, quận Ba Đình, Hà Nội", "unit.split", {"00008", "00025"}),
    ("home_commune", "Quảng Bình", "unit.several", {"16543"}),
    ("home_commune", Levels("", "Gia Lâm", "Hà Nội"), "unit.broad", None),
    ("ethnicity", "Kinhh", "code.near", None),
    ("full_name", "Nguyeãn Vaên An", "name.font", {"Nguyễn Văn An", "Nguyeãn Vaên An"}),
]


@pytest.mark.parametrize(("term", "raw", "value", "code"), ACCEPTED)
def test_what_is_clear_is_accepted_and_changes_are_said(term: str, raw: Any, value: Any, code: str) -> None:
    found = understand(term, raw, settings=TODAY)
    assert (found.value, code_of(found), found.status) == (value, code, "accepted")


@pytest.mark.parametrize(("term", "raw", "code"), REFUSED)
def test_what_is_wrong_is_refused_with_what_to_do(term: str, raw: Any, code: str) -> None:
    found = understand(term, raw, settings=TODAY)
    assert (found.value, code_of(found), found.status) == (None, code, "rejected")
    with i18n.speaking("en"):
        assert found.faults[0].text != found.faults[0].message


@pytest.mark.parametrize(("term", "raw", "code", "values"), [case for case in ASKED if case[3]])
def test_what_may_be_two_things_is_asked(term: str, raw: Any, code: str, values: set[str]) -> None:
    found = understand(term, raw, settings=TODAY)
    assert (found.value, code_of(found), found.status) == (None, code, "review")
    assert {each.value for each in found.candidates} == values


def test_an_unknown_code_is_asked_by_closeness() -> None:
    found = understand("ethnicity", "Kinhh", settings=TODAY)
    assert (found.status, found.candidates[0].value, found.candidates[0].title) == ("review", "01", "Kinh")


def test_nine_digits_are_a_former_number_and_go_there() -> None:
    found = understand("personal_number", "012345678", settings=TODAY)
    assert (found.value, dict(found.elsewhere), code_of(found)) == (
        None,
        {"former_number": "012345678"},
        "number.former",
    )
    for exported in (12345678, "12345678.0"):
        zero = understand("personal_number", exported, settings=TODAY)
        assert dict(zero.elsewhere) == {"former_number": "012345678"}
    assert understand("former_number", "12345678.0", settings=TODAY).value == "012345678"
    back = understand("former_number", "079093001234", settings=TODAY)
    assert dict(back.elsewhere) == {"personal_number": "079093001234"}


def test_an_address_is_cut_into_units_and_the_rest() -> None:
    text = "Số 12 ngõ 5, thôn Đoài, xã Yên Thường, huyện Gia Lâm, Hà Nội"
    cut = Settings(today=TODAY.today, split_address=True)
    assert understand("home_address", text, settings=cut).value == "Số 12 ngõ 5, thôn Đoài"
    assert understand("home_address", text, settings=TODAY).value == text
    assert understand("home_address", "12/3 đường Không Rõ", settings=cut).value == "12/3 đường Không Rõ"
    assert understand("home_commune", text, settings=BEFORE).value == "00541"


def test_days_and_months_are_ordered_by_the_whole_column() -> None:
    american = understand_column("birth_date", ["03/04/1975", "05/13/1975", "12/25/1980"], TODAY)
    assert american.values == ["1975-03-04", "1975-05-13", "1980-12-25"]
    usual = understand_column("birth_date", ["03/04/1975", "13/05/1975"], TODAY)
    assert (usual.values, usual.problems) == (["1975-04-03", "1975-05-13"], {})
    mixed = understand_column("birth_date", ["03/04/1975", "05/13/1975", "13/05/1975", "06/06/1980"], TODAY)
    assert mixed.values == [None, "1975-05-13", "1975-05-13", "1980-06-06"]
    assert {each.value for each in mixed.problems[0].candidates} == {"1975-04-03", "1975-03-04"}


def test_days_that_a_spreadsheet_exchanged_with_months_are_asked() -> None:
    """An American Excel turns 03/04/1975 into 4 March and leaves 25/12/1980 as text."""
    cells = [date(1975, 3, 4), date(1980, 5, 6), date(1990, 7, 7), "25/12/1980", "13/05/1975", "30/01/1990"]
    found = understand_column("birth_date", cells, TODAY)
    assert found.values == [None, None, "1990-07-07", "1980-12-25", "1975-05-13", "1990-01-30"]
    assert code_of(found.problems[0]) == "date.swapped"
    assert {each.value for each in found.problems[0].candidates} == {"1975-03-04", "1975-04-03"}


def test_zero_and_one_are_asked_once_for_the_column() -> None:
    asked = understand_column("sex", [0, 1, "1"], TODAY)
    assert asked.values == [None, None, None]
    told = Settings(today=TODAY.today, codes={"0": "1", "1": "2"})
    assert understand_column("sex", [0, 1, "1"], told).values == ["1", "2", "2"]
    assert understand_column("sex", [1, 2, 1], TODAY).values == ["1", "2", "1"]


def test_serials_of_1904() -> None:
    mac = Settings(today=TODAY.today, epoch=1904)
    assert understand("birth_date", 26001, settings=mac).value == "1975-03-10"


def test_a_name_in_capitals_is_shown_otherwise() -> None:
    assert proper("NGUYỄN THỊ THU HÀ") == "Nguyễn Thị Thu Hà"


def test_no_sentence_holds_a_value_of_a_person() -> None:
    secret = "Bí Mật 079093009999"
    for term in ("personal_number", "full_name", "birth_date", "phone", "home_commune", "former_number"):
        found = understand(term, secret, settings=TODAY)
        assert not any("Bí Mật" in each.text or "9999" in each.text for each in (*found.faults, *found.notes))


CELLS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.dates() | st.datetimes()
TERMS = st.sampled_from(sorted(reference.terms()))


@settings(max_examples=150, deadline=None)
@given(TERMS, CELLS)
@example("fee", 10**18)
@example("fee", 10**18 - 1)
def test_no_cell_breaks_the_understanding(term: str, raw: Any) -> None:
    found = understand(term, raw, settings=TODAY)
    assert found.value is None or not (found.faults or found.candidates)
    if found.value is not None:
        assert reference.parse_value(term, found.value) == found.value


@settings(max_examples=50, deadline=None)
@given(TERMS, st.lists(CELLS, max_size=6))
def test_a_column_is_understood_as_its_cells_are(term: str, cells: list[Any]) -> None:
    """Without what cells say about each other, the column's shortcuts change nothing."""
    if term == "sex" or "date" in term:
        return
    found = understand_column(term, cells, TODAY)
    assert found.values == [understand(term, each, settings=TODAY).value for each in cells]


@settings(max_examples=50)
@given(st.dates(date(1900, 1, 1), date(2026, 11, 28)))
def test_a_day_is_read_however_it_is_written(day: date) -> None:
    for text in (
        f"{day:%d/%m/%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.day} tháng {day.month} năm {day.year}",
        day,
    ):
        assert understand("birth_date", text, settings=TODAY).value == day.isoformat()
