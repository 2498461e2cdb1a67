"""Old Vietnamese encodings: every letter survives, columns are recognised by what they say, doubt is told as doubt."""

from __future__ import annotations

import csv
import random
import unicodedata
from collections.abc import Callable
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viparse.normalize.encodings import get_charmap  # pyright: ignore[reportMissingTypeStubs]
from viparse.normalize.tables import convert  # pyright: ignore[reportMissingTypeStubs]

from lienthong.kernel import legacy
from lienthong.kernel.errors import Invalid
from tests.kernel.ugly import citizens

_TONES = ["", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"]
_SMALL = [*(unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưy" for tone in _TONES), "đ"]
LETTERS = [letter for small in _SMALL for letter in (small, small.upper()) if not letter.isascii()]
VIETNAMESE = [name for name in legacy.ENCODINGS if name != "cp1252"]
DRAWN = random.Random(5)


def surface(text: str, encoding: str) -> str:
    """Return text as a program shows it that takes the bytes for Latin-1."""
    return legacy.encode(text, encoding).decode("latin-1")


@pytest.mark.parametrize("encoding", VIETNAMESE)
def test_every_letter_comes_back(encoding: str) -> None:
    for letter in LETTERS:
        back = legacy.decode(surface(letter, encoding), encoding)
        has_no_capitals = encoding == "tcvn3" and letter.isupper() and letter not in "ĂÂĐÊÔƠƯ"
        assert back == (letter.lower() if has_no_capitals else letter)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "vps"])
def test_our_reading_is_that_of_viparse(encoding: str) -> None:
    charmap = get_charmap(encoding)
    assert charmap
    for each in citizens(50):
        text = surface(each.name, encoding)
        assert legacy.decode(text, encoding) == convert(text, charmap)


def test_windows_1258_is_that_of_python() -> None:
    for each in citizens(50):
        read = legacy.encode(each.name, "cp1258").decode("cp1258")
        assert unicodedata.normalize("NFC", read) == each.name


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        ("NGUYÔN V¡N ¸NH", "NGUYỄN VĂN ÁNH"),
        ("Sè CCCD", "Số CCCD"),
        ("Vâ A", "Võ A"),
        ("‘Th«n §oµi’ – 12", "‘Thôn Đoài’ – 12"),
        ("NguyÔn", "Nguyễn"),
        ("Lê Ánh", None),  # Á is no letter of TCVN3
        ("Nguyễn", None),  # Unicode already
    ],
)
def test_tcvn3_has_no_capitals_with_tones_and_keeps_symbols(text: str, decoded: str | None) -> None:
    assert legacy.decode(text, "tcvn3") == decoded


def names() -> str:
    return DRAWN.choice(PEOPLE).name


def capitals() -> str:
    return names().upper()


def communes() -> str:
    return DRAWN.choice(COMMUNES)


def addresses() -> str:
    village = DRAWN.choice(["thôn Đông", "ấp Thượng", "tổ 3", "khu phố Bình Đáng"])
    return f"Số {DRAWN.randrange(200)}, {village}, {communes()}"


PEOPLE = citizens(300)
_UNITS = files("lienthong.reference") / "data" / "communes.csv"
COMMUNES = [row[1] for row in csv.reader(line for line in _UNITS.read_text("utf-8").splitlines() if line[0] != "#")][1:]


@pytest.mark.parametrize("unicode", [False, True])
@pytest.mark.parametrize("encoding", VIETNAMESE)
@pytest.mark.parametrize("kind", [names, capitals, addresses, communes])
def test_twenty_values_tell_the_encoding_for_certain(kind: Callable[[], str], encoding: str, *, unicode: bool) -> None:
    for _ in range(2):
        found = legacy.guess([surface(kind(), encoding) for _ in range(20)], unicode=unicode)
        assert (found.encoding, found.certain) == (encoding, True)


@pytest.mark.parametrize("encoding", VIETNAMESE)
def test_five_names_are_never_decoded_wrongly_for_certain(encoding: str) -> None:
    right = 0
    for _ in range(15):
        texts = [surface(names(), encoding) for _ in range(5)]
        found = legacy.guess(texts, unicode=False)
        same = [legacy.decode(text, found.encoding) for text in texts] == [
            legacy.decode(text, encoding) for text in texts
        ]
        assert same or not found.certain
        right += same
    assert right >= 14


@pytest.mark.parametrize("kind", [names, capitals, addresses, communes])
@pytest.mark.parametrize("count", [1, 5, 20, 200])
def test_unicode_is_left_alone(kind: Callable[[], str], count: int) -> None:
    for _ in range(5 if count < 200 else 1):
        assert legacy.guess([kind() for _ in range(count)], unicode=True).encoding == ""


def test_plain_letters_need_no_decoding() -> None:
    assert legacy.guess(["An", "079192000001", "", "Nam"], unicode=False) == legacy.Guess("", 1.0)


def test_what_reads_like_nothing_is_doubtful() -> None:
    for unicode in (False, True):
        assert not legacy.guess(["Ü×ß ÷ÿ", "þ¿½ ¼Ð", "ÆÐÞ ØÝ"], unicode=unicode).certain


def test_german_is_not_decoded_for_certain() -> None:
    found = legacy.guess(["Müller", "Schröder", "Größe", "Jäger", "Köhler"], unicode=True)
    assert found.encoding == "" or not found.certain


def test_a_lone_title_leans_on_its_neighbours() -> None:
    text = surface("Ghi chú", "tcvn3")
    assert not legacy.guess([text], unicode=False).certain
    found = legacy.guess([text], unicode=False, leaning={"tcvn3": 500.0})
    assert (found.encoding, found.certain) == ("tcvn3", True)


def test_an_abbreviation_over_digits_is_in_the_letters_of_its_neighbours() -> None:
    text = surface("SĐT", "tcvn3")
    assert legacy.guess([text], unicode=True).encoding == ""
    found = legacy.guess([text], unicode=True, leaning={"tcvn3": 500.0})
    assert (found.encoding, found.certain, legacy.decode(text, "tcvn3")) == ("tcvn3", True, "SĐT")
    many = ["5 m²", "7 m²", "9 m²"]
    assert legacy.guess(many, unicode=True, leaning={"tcvn3": 500.0}).encoding == ""


@pytest.mark.parametrize(("name", "known"), [("TCVN3", "tcvn3"), ("utf8", "utf-8"), ("Windows-1258", "cp1258")])
def test_encodings_go_by_their_usual_names(name: str, known: str) -> None:
    assert legacy.check_encoding(name) == known


def test_an_unknown_encoding_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid) as refused:
        legacy.check_encoding("klingon")
    assert "tcvn3" in refused.value.message


@pytest.mark.parametrize(
    "word", ["nguyễn", "NGUYỄN", "Hòa", "Hoà", "Huỳnh", "Quỳnh", "giếng", "Đắk", "thuở", "khuỷu", "Ý"]
)
def test_vietnamese_syllables_are_plausible(word: str) -> None:
    assert legacy.plausible(word)


@pytest.mark.parametrize("word", ["nguyỄn", "cảc", "bấu«", "trhế", "đđạ", "ướơ", "ngàn\xad", "kửng\ufffd", "tìnhh"])
def test_other_letters_are_not(word: str) -> None:
    assert not legacy.plausible(word)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(max_codepoint=0x180), max_size=30), st.sampled_from(legacy.ENCODINGS))
def test_no_text_is_too_strange_to_look_at(text: str, encoding: str) -> None:
    read = legacy.decode(text, encoding)
    assert read is None or unicodedata.is_normalized("NFC", read) or read == text
    assert 0 <= legacy.guess([text], unicode=len(text) % 2 == 0).confidence <= 1
