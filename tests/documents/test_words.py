"""Days in words, as birth certificates write them."""

from __future__ import annotations

import pytest

from lienthong.documents.domain.words import day_in_words, number_in_words


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("2026-11-14", "ngày mười bốn tháng mười một năm hai nghìn không trăm hai mươi sáu"),
        ("2024-02-21", "ngày hai mươi mốt tháng hai năm hai nghìn không trăm hai mươi tư"),
        ("2005-04-05", "ngày mồng năm tháng tư năm hai nghìn không trăm lẻ năm"),
        ("1990-01-15", "ngày mười lăm tháng một năm một nghìn chín trăm chín mươi"),
        ("2000-10-31", "ngày ba mươi mốt tháng mười năm hai nghìn"),
        ("1955-04", "tháng tư năm một nghìn chín trăm năm mươi lăm"),
        ("1955", "năm một nghìn chín trăm năm mươi lăm"),
    ],
)
def test_a_day_is_said_as_clerks_say_it(stored: str, said: str) -> None:
    assert day_in_words(stored) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "không"),
        (4, "bốn"),
        (14, "mười bốn"),
        (24, "hai mươi tư"),
        (105, "một trăm lẻ năm"),
        (111, "một trăm mười một"),
    ],
)
def test_small_numbers(number: int, said: str) -> None:
    assert number_in_words(number) == said


def test_numbers_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="10000"):
        number_in_words(10000)
