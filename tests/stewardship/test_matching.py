"""Whether two records are one person's: tables of names, dates and numbers, and what always holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.stewardship.domain.matching import (
    FIELDS,
    OUTCOMES,
    MatchRules,
    Pair,
    Person,
    Standing,
    cluster,
    compare,
    compare_addresses,
    compare_dates,
    compare_names,
    compare_numbers,
    compare_phones,
    compare_places,
    given_of,
)

NAMES = [
    ("Nguyễn Văn An", "Nguyễn Văn An", "same"),
    ("NGUYỄN VĂN AN", "Nguyễn Văn An", "same"),
    ("Nguyễn  Văn   An ", "Nguyễn Văn An", "same"),
    ("Nguyễn Thị Hòa", "Nguyễn Thị Hoà", "same"),
    ("Trần Thúy Kiều", "Trần Thuý Kiều", "same"),
    ("Lê Thị Quỳnh Hoa", "Lê Thị Quỳnh Hoa", "same"),
    ("Ông Nguyễn Văn An", "Nguyễn Văn An", "same"),
    ("Bà Trần Thị Bích", "Trần Thị Bích", "same"),
    ("ông Lê Văn Tám", "Lê Văn Tám", "same"),
    ("Chị Phạm Thu Hà", "Phạm Thu Hà", "same"),
    ("Đỗ Văn Khỏe", "Đỗ Văn Khoẻ", "same"),
    ("Nguyen Van An", "Nguyễn Văn An", "marks"),
    ("nguyen thi hoa", "Nguyễn Thị Hòa", "marks"),
    ("Dang Thi Thu", "Đặng Thị Thu", "marks"),
    ("Nguyễn Van An", "Nguyễn Văn An", "marks"),
    ("Vo Thi Y", "Võ Thị Ý", "marks"),
    ("Bui Duc Anh", "Bùi Đức Anh", "marks"),
    ("Nguyễn Thị Hà", "Nguyễn Thị Hạ", "other_marks"),
    ("Trần Văn Tý", "Trần Văn Tỵ", "other_marks"),
    ("Lê Hồng Ánh", "Lê Hồng Ảnh", "other_marks"),
    ("Phạm Thị Hường", "Phạm Thị Hương", "other_marks"),
    ("An Nguyễn Văn", "Nguyễn Văn An", "order"),
    ("An Nguyen Van", "Nguyễn Văn An", "order"),
    ("Văn An Nguyễn", "Nguyễn Văn An", "order"),
    ("Nguyễn Thu Thị Hà", "Nguyễn Thị Thu Hà", "order"),
    ("Hà Nguyễn Thị Thu", "Nguyễn Thị Thu Hà", "order"),
    ("N.V. An", "Nguyễn Văn An", "initials"),
    ("N. V. An", "Nguyễn Văn An", "initials"),
    ("Nguyễn V. An", "Nguyễn Văn An", "initials"),
    ("Ng V An", "Nguyễn Văn An", "given"),
    ("T.T.T. Hà", "Trần Thị Thu Hà", "initials"),
    ("N T T Hà", "Nguyễn Thị Thu Hà", "initials"),
    ("Đ.V. Lâm", "Đặng Văn Lâm", "initials"),
    ("Nguyễn An", "Nguyễn Văn An", "middle"),
    ("Nguyễn Hà", "Nguyễn Thị Thu Hà", "middle"),
    ("Nguyễn Thị Hà", "Nguyễn Thị Thu Hà", "middle"),
    ("Nguyễn Thu Hà", "Nguyễn Thị Thu Hà", "middle"),
    ("Le Loan", "Lê Thị Loan", "middle"),
    ("Nguyễn Văn Am", "Nguyễn Văn An", "spelling"),
    ("Nguyễn Vân An", "Nguyễn Văn An", "other_marks"),
    ("Nguyễn Vă An", "Nguyễn Văn An", "spelling"),
    ("Nguyễn Văn Ann", "Nguyễn Văn An", "spelling"),
    ("Ngyuễn Văn An", "Nguyễn Văn An", "spelling"),
    ("Trần Thị Thuỷ Tiên", "Trần Thị Thủy Tiên", "same"),
    ("Lý Văn Ky", "Lý Văn Kỳ", "marks"),
    ("Lý Thị Mi", "Lý Thị My", "spelling"),
    ("Ly Van Sỹ", "Li Van Sĩ", "spelling"),
    ("Trần Thị ThuHà", "Trần Thị Thu Hà", "spelling"),
    ("Huỳnh Thị Ngọc", "Hoàng Thị Ngọc", "given"),
    ("Phan Thị Phượnng", "Phan Thị Phượng", "spelling"),
    ("Nguyễn Quang Trường", "Nguyễn Quang Trưòng", "other_marks"),
    ("Nguyễn Văn An", "Nguyễn Đức An", "other_middle"),
    ("Nguyễn Thị Lan", "Nguyễn Ngọc Lan", "other_middle"),
    ("Trần Văn Bình", "Trần Quốc Bình", "other_middle"),
    ("Nguyễn Văn An", "Trần Văn An", "given"),
    ("Lê Thu Hà", "Phạm Thị Hà", "given"),
    ("Nguyễn Văn Tài", "Nguyễn Văn Lộc", "different"),
    ("Nguyễn Thị Hồng", "Nguyễn Thị Cúc", "different"),
    ("Trần Văn Nam", "Lê Thị Mai", "different"),
    ("Y Moan Êban", "Y Moan Êban", "same"),
    ("H'Hen Niê", "H’Hen Niê", "same"),
    ("Giàng A Pháo", "Giang A Phao", "marks"),
    ("Bà Triệu", "Bà Triệu", "same"),
    ("An", "Nguyễn Văn An", "given"),
    ("", "Nguyễn Văn An", None),
    ("Nguyễn Văn An", "  ", None),
]
DATES = [
    ("1955-04-30", "1955-04-30", "equal"),
    ("1955", "1955", "year"),
    ("1955", "1955-04-30", "year"),
    ("1955-01-01", "1955-04-30", "year"),
    ("1955-01-01", "1955-01-01", "equal"),
    ("1955-04-05", "1955-05-04", "swapped"),
    ("1955-04-30", "1956-04-30", "year_off"),
    ("1955-04-30", "1945-04-30", "digit"),
    ("1955-04-30", "1955-04-20", "digit"),
    ("1955-04-13", "1955-04-31", "digit"),
    ("1955-04-30", "1955-11-02", "same_year"),
    ("1955-04-30", "1971-11-02", "different"),
    ("1955", "1971-11-02", "different"),
    ("1955-04", "1955-04-30", "same_year"),
    ("", "1955", None),
]
NUMBERS = [
    ("079192990017", "079192990017", ("", ""), "equal"),
    ("079192990017", "079192990011", ("", ""), "digit"),
    ("079192990017", "079192990071", ("", ""), "digit"),
    ("079192990017", "001090990021", ("", ""), "different"),
    ("079192990017", "024567891", ("", ""), "other_kind"),
    ("079192990017", "024567891", ("024567891", ""), "former"),
    ("079192990017", "", ("024567891", "024567891"), "former"),
    ("079192990017", "", ("", ""), None),
]
PEOPLE = st.builds(
    Person,
    number=st.sampled_from(["", "079192990017", "079192990071", "001090990021"]),
    name=st.sampled_from([each[0] for each in NAMES]),
    birth_date=st.sampled_from([each[0] for each in DATES]),
    sex=st.sampled_from(["", "1", "2"]),
    unit=st.sampled_from(["", "26929", "00166"]),
    phone=st.sampled_from(["", "0901234567", "0901234568"]),
    mother_name=st.sampled_from(["", "Trần Thị Hoa", "Lê Thị Mai"]),
    mother_number=st.sampled_from(["", "079160990001"]),
)
RULES = MatchRules(rows=10_000)


@pytest.mark.parametrize(("one", "other", "likeness"), NAMES)
def test_names(one: str, other: str, likeness: str | None) -> None:
    assert compare_names(one, other) == compare_names(other, one) == likeness


def test_parts() -> None:
    for one, other, expected in DATES:
        assert (one, other, compare_dates(one, other)) == (one, other, expected)
        assert compare_dates(other, one) == expected
    for one, other, former, expected in NUMBERS:
        assert (one, other, compare_numbers(one, other, former)) == (one, other, expected)
        assert compare_numbers(other, one, (former[1], former[0])) == expected
    assert compare_phones("0901234567", "0901234576") == "digit"
    assert compare_places("00166", "00167", ("01/00160",), ("01/00160",)) == "became"
    assert compare_places("00166", "00200", ("01/00166",), ("01/00200",)) == "province"
    assert compare_places("00166", "26929", ("01/00166",), ("79/26929",)) == "different"
    assert compare_addresses("12 Lê Quang Định", "Thôn 3, Đồng Tâm") == "different"
    assert compare_addresses("12 Lê Quang Định, tổ 4", "12 Le Quang Dinh, to 4") == "equal"
    assert given_of("Nguyễn Văn An") == given_of("An Nguyễn") == "an"


@given(PEOPLE, PEOPLE)
@settings(max_examples=100)
def test_it_does_not_matter_who_comes_first(one: Person, other: Person) -> None:
    there, back = compare(one, other, RULES), compare(other, one, RULES)
    assert there == back
    assert 0 <= there.probability <= 1
    for each in there.evidence:
        assert each.field in FIELDS
        assert each.outcome in OUTCOMES


@given(PEOPLE)
@settings(max_examples=50)
def test_a_full_record_is_surely_itself(person: Person) -> None:
    whole = replace(person, number="079192990017", name="Nguyễn Văn An", birth_date="1955-04-30")
    assert compare(whole, whole, RULES).verdict == "sure"


@given(
    PEOPLE, PEOPLE, st.sampled_from(["sex", "unit", "phone", "mother_name", "mother_number", "birth_date", "number"])
)
@settings(max_examples=100)
def test_more_agreement_is_never_less_likely(one: Person, other: Person, field: str) -> None:
    value = getattr(one, field) or getattr(other, field)
    agreed = (replace(each, **{field: value}) for each in (one, other))
    rank = ["no", "review", "sure"].index
    more, less = compare(*agreed, RULES), compare(one, other, RULES)
    if field != "birth_date" or value[4:] not in {"", "-01-01"}:
        assert more.bits >= less.bits - 1e-9
        assert rank(more.verdict) >= rank(less.verdict)


def test_a_rare_name_says_more_than_a_common_one() -> None:
    common = Person(name="Nguyễn Văn An", birth_date="1990-05-04", frequency=(1e-3, 0.0, 0.0))
    rare = replace(common, name="Giàng A Pháo", frequency=(1e-6, 0.0, 0.0))
    assert compare(rare, rare, RULES).bits > compare(common, common, RULES).bits + 9


def test_twins_and_brothers_are_two_people() -> None:
    twin = Person(
        name="Nguyễn Văn Tài",
        birth_date="2015-05-04",
        sex="1",
        unit="26929",
        phone="0901234567",
        mother_name="Trần Thị Hoa",
        father_name="Nguyễn Văn Ba",
        mother_number="079160990001",
        father_number="079060990001",
        address="12 Lê Quang Định",
    )
    assert compare(twin, replace(twin, name="Nguyễn Văn Lộc"), RULES).verdict == "no"
    assert compare(twin, replace(twin, name="Nguyễn Văn Tái"), RULES).verdict == "review"
    assert compare(twin, replace(twin, name="Nguyễn Tài", birth_date="2012-08-21"), RULES).verdict == "no"


def test_contradicting_numbers_are_never_sure_and_one_number_is_never_overlooked() -> None:
    hoa = Person(number="079192990017", name="Nguyễn Thị Hoa", birth_date="1992-03-08", sex="2", unit="26929")
    again = replace(hoa, number="079192993345")
    assert compare(hoa, again, RULES).verdict == "review"
    assert compare(hoa, again, RULES).held == "number"
    other = Person(number="079192990017", name="Trần Văn Nam", birth_date="1961-11-30", sex="1", unit="00166")
    assert compare(hoa, other, RULES).verdict == "review"


def test_a_name_and_a_day_alone_are_never_sure() -> None:
    dat = Person(name="Hoàng Đình Đạt", birth_date="1979-12-17", sex="1")
    one, other = replace(dat, address="12 Lê Lợi", unit="26929"), replace(dat, address="5 Trần Phú", unit="00166")
    for pair in ((dat, dat), (one, other)):
        found = compare(*pair, RULES)
        assert (found.verdict, found.held) == ("review", "birth_date"), "another person of that name, born on that day"
    assert compare(replace(one, phone="0912345678"), replace(other, phone="0912345678"), RULES).verdict == "sure"


def test_a_chain_does_not_glue_two_people() -> None:
    pairs = [Pair(0, 1, 20.0, "sure"), Pair(1, 2, 18.0, "sure"), Pair(3, 2, 2.0, "review")]
    standing = {0: Standing("079192990017"), 2: Standing("001090990021")}
    found = cluster(pairs, standing)
    assert found.of[0] == found.of[1] == 0
    assert found.of[2] != 0 or 2 in found.doubtful
    assert found.parted == {(1, 2)}
    assert 3 in found.doubtful
    kept = cluster([Pair(0, 1, 20.0, "sure")], {}, [(0, 1)])
    assert kept.of.get(0) != kept.of.get(1) or not kept.of
