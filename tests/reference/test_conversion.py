"""Old units become units in force: certain when the sources and the words leave one, otherwise asked or refused."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.reference import api

BEFORE = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("given", "on", "decision", "reason", "old", "new"),
    [
        ("00001", BEFORE, "certain", "merged", ["00001"], ["00097"]),
        ("00007", BEFORE, "ask", "split", ["00007"], ["00008", "00025"]),
        ("99999", BEFORE, "refuse", "unknown", [], []),
        ("26929", None, "certain", "same", ["26929"], ["26929"]),
        ("318", BEFORE, "certain", "merged", ["318"], ["11948"]),
        ("Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội", BEFORE, "certain", "merged", ["00001"], ["00097"]),
        ("phuc xa, ba dinh, ha noi", BEFORE, "certain", "merged", ["00001"], ["00097"]),
        ("P.13, Q.Bình Thạnh, Tp.HCM", BEFORE, "certain", "merged", ["26905"], ["26905"]),
        ("P13 Q. Bình Thạnh TP HCM", BEFORE, "certain", "merged", ["26905"], ["26905"]),
        ("F.13 - Q.Bình Thạnh - TPHCM", BEFORE, "certain", "merged", ["26905"], ["26905"]),
        ("TT. Trâu Quỳ, H. Gia Lâm, TP. Hà Nội", BEFORE, "ask", "split", ["00565"], ["00565", "00577"]),
        ("X.Yên Thường, H.Gia Lâm, HN", BEFORE, "certain", "merged", ["00529"], ["00541"]),
        ("xã Yên Thường huyện Gia Lâm Hà Nội", BEFORE, "certain", "merged", ["00529"], ["00541"]),
        ("xã Yên Thường, Hà Nội", BEFORE, "certain", "merged", ["00529"], ["00541"]),
        ("Phường Ba Đình, Hà Nội", BEFORE, "certain", "same", ["00004"], ["00004"]),
        ("Phường Ba Đình, Hà Nội", None, "certain", "same", ["00004"], ["00004"]),
        ("huyện Lý Sơn, Quảng Ngãi", BEFORE, "certain", "merged", ["536"], ["21548"]),
        ("Hà Nội", BEFORE, "certain", "merged", ["01"], ["01"]),
        ("BRVT", BEFORE, "certain", "merged", ["77"], ["79"]),
        ("Hà Tây", BEFORE, "ask", "older", ["01"], ["01"]),
        ("xã Yên Thượng, huyện Gia Lâm, Hà Nội", BEFORE, "ask", "spelling", ["00529"], ["00541"]),
        ("thị trấn Yên Thường, huyện Gia Lâm, Hà Nội", BEFORE, "ask", "type", ["00529"], ["00541"]),
        ("xã Yên Thường, huyện Đông Anh, Hà Nội", BEFORE, "refuse", "chain", [], []),
        ("xã Không Có, huyện Gia Lâm, Hà Nội", BEFORE, "refuse", "chain", [], []),
        ("Bà Rịa - Vũng Tàu", BEFORE, "certain", "merged", ["77"], ["79"]),
        ("xã Phước Hưng, Bà Rịa - Vũng Tàu", BEFORE, "certain", "merged", ["26677"], ["26662"]),
        ("xã Yên Tĩnh, Nghệ An", BEFORE, "certain", "merged", ["16900"], ["16912"]),
        ("Nam Quan - Lộc Bình - Lạng Sơn", BEFORE, "certain", "merged", ["06604"], ["06607"]),
        ("Tịnh Minh - Sơn Tịnh - Quảng Ngãi", BEFORE, "certain", "merged", ["21229"], ["21196"]),
        ("X.Tân Kỳ, H Tứ Kỳ, T.Hải Dương", BEFORE, "certain", "merged", ["11113"], ["11113"]),
        ("X.Tân Kỳ, H Tứ Kỳ, vùng Hải Dương", BEFORE, "refuse", "unknown", [], []),
        ("Thị trấn Thiệu Hóa, Huyện Thiệu Hóa, Tỉnh Bà Rịa - Vũng Tàu", BEFORE, "refuse", "chain", [], []),
        ("Phường Nam Hòa, Thị xã Quảng Yên, Tỉnh Thanh Hóa", BEFORE, "refuse", "chain", [], []),
        (
            "Xa Nga Thanh, Huyen Nga Son, Tinh Thanh Hoa",
            BEFORE,
            "ask",
            "several",
            ["16123", "16141"],
            ["16093", "16138"],
        ),
        ("Xã Nga Thanh, Huyện Nga Sơn, Tỉnh Thanh Hóa", BEFORE, "certain", "merged", ["16123"], ["16093"]),
        ("Đặc khu Cát Hải, Thành phố Hải Phòng", BEFORE, "certain", "same", ["11917", "11914"], ["11914"]),
        ("Xã Lấp Vò, Tỉnh Đồng Tháp", BEFORE, "certain", "same", ["30169"], ["30169"]),
        ("tỉnh Bắc Cạn", BEFORE, "certain", "merged", ["06"], ["19"]),
        ("đâu đó", BEFORE, "refuse", "unknown", [], []),
        ("", BEFORE, "refuse", "empty", [], []),
    ],
)
def test_what_a_clerk_wrote_is_converted(
    given: str, on: date | None, decision: str, reason: str, old: list[str], new: list[str]
) -> None:
    found = api.convert_unit(given, on=on)
    assert (found.decision, found.reason) == (decision, reason)
    assert [list(found.old_codes), list(found.new_codes)] == [old, new]
    assert found.why


def test_a_street_before_the_units_is_kept_apart() -> None:
    text = "Số 12 ngõ 5, thôn Đoài, xã Yên Thường, huyện Gia Lâm, Hà Nội"
    assert api.convert_unit(text, on=BEFORE).rest == "Số 12 ngõ 5, thôn Đoài"
    again = api.convert_unit("Tổ 3; " + text, on=BEFORE)
    assert (again.rest, again.new_codes) == ("Tổ 3; Số 12 ngõ 5, thôn Đoài", ("00541",))
    assert api.convert_unit(text, on=BEFORE, whole=True).decision == "refuse"


def test_a_district_alone_leaves_its_communes_to_choose_from() -> None:
    found = api.convert_unit("huyện Gia Lâm, Hà Nội", on=BEFORE)
    assert (found.decision, found.reason) == ("ask", "broad")
    assert "00541" in found.new_codes


@pytest.mark.parametrize(
    ("levels", "decision", "old"),
    [
        (("Phúc Xá", "Ba Đình", "Hà Nội"), "certain", "00001"),
        (("00001", "", ""), "certain", "00001"),
        (("1", "1", "1"), "certain", "00001"),
        (("13", "Bình Thạnh", "HCM"), "certain", "26905"),
        (("13", "Bình Thạnh", "79"), "certain", "26905"),
        (("00001", "Gia Lâm", "01"), "refuse", ""),
        (("Không Có", "Gia Lâm", "01"), "refuse", ""),
        (("", "", "Hà Nam"), "certain", "35"),
        (("Tuệ Tĩnh", "Cẩm Giàng", "Hải Dương"), "refuse", ""),
        (("Bắc Hà", "Hà Tĩnh", "Hà Tĩnh"), "certain", "18077"),
        (("22", "", ""), "ask", "2695600022"),
    ],
)
def test_levels_in_columns_of_their_own(levels: tuple[str, str, str], decision: str, old: str) -> None:
    commune, district, province = levels
    found = api.convert_unit(on=BEFORE, commune=commune, district=district, province=province)
    assert (found.decision, "".join(found.old_codes)) == (decision, old)


def test_one_name_in_many_places_needs_the_chain() -> None:
    assert api.convert_unit("Xã Tân Thành", on=BEFORE).reason == "several"
    assert api.convert_unit("Xã Tân Thành, huyện Kim Sơn, Ninh Bình", on=BEFORE).decision == "certain"


def test_every_old_commune_is_converted_and_the_sums_are_exact() -> None:
    """One successor on which the sources agree is certain, anything else is asked; the name says what the code says."""
    communes = api.units(level="commune", on=BEFORE)
    answers = {unit.code: api.convert_unit(unit.code, on=BEFORE) for unit in communes}
    assert Counter(each.decision for each in answers.values()) == {"certain": 9_560, "ask": 475}
    assert Counter(each.reason for each in answers.values()) == {"merged": 9_560, "split": 473, "doubtful": 2}
    for code, answer in answers.items():
        assert answer == api.successors(code, on=BEFORE) or answer.old_codes == (code,)
        assert (len(answer.candidates) == 1) == (answer.reason != "split")
    assert {code for each in answers.values() for code in each.new_codes} <= {
        u.code for u in api.units(level="commune")
    }


def test_the_name_of_an_old_commune_says_what_its_code_says() -> None:
    for unit in api.units(level="commune", on=BEFORE)[::10]:
        by_name, by_code = api.convert_unit(api.place(unit), on=BEFORE), api.convert_unit(unit.code, on=BEFORE)
        assert by_name == by_code


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_conversion(text: str) -> None:
    found = api.convert_unit(text, on=BEFORE)
    assert (found.decision == "refuse") == (not found.candidates)
