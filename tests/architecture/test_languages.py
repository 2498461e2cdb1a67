"""Every sentence a person may read has English in its room's ``translations/en.po``, and nothing else stands there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.architecture.source import HOUSE, ROOT

ROOMS = sorted(path.name for path in HOUSE.iterdir() if (path / "__init__.py").exists())
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
OPTIONS = {
    "encoding": "utf-8",
    "extensions": "jinja2.ext.i18n,jinja2.ext.do",
    "newstyle_gettext": "true",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
PLACE = re.compile(r"%\((\w+)\)s")


def sentences(room: str) -> dict[str, str]:
    """Return every marked sentence of a room and where it stands first (a plural by its singular)."""
    found: dict[str, str] = {}
    for path in sorted((HOUSE / room).rglob("*")):
        method = {".py": "python", ".html": "jinja2.ext:babel_extract"}.get(path.suffix)
        if method:
            with path.open("rb") as file:
                for line, message, _comments, _context in extract(method, file, keywords=KEYWORDS, options=OPTIONS):
                    one = message if isinstance(message, str) else message[0]
                    found.setdefault(one, f"{path.relative_to(ROOT)}:{line}")
    return found


def english(path: Path) -> dict[str, str]:
    """Return the English of every sentence of a catalogue (of a plural: its last form)."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        entries = [each for each in read_po(file, locale="en") if each.id]
    ids = [each.id if isinstance(each.id, str) else each.id[0] for each in entries]
    texts = [each.string if isinstance(each.string, str) else each.string[-1] for each in entries]
    return dict(zip(ids, texts, strict=True))


@pytest.mark.parametrize("room", ROOMS)
def test_every_sentence_has_english_and_none_is_stale(room: str) -> None:
    said, known = sentences(room), english(HOUSE / room / "translations" / "en.po")
    missing = [f"{place}: {sentence}" for sentence, place in said.items() if not known.get(sentence)]
    assert missing == []
    assert [sentence for sentence in known if sentence not in said] == []


@pytest.mark.parametrize("room", ROOMS)
def test_places_are_the_same_in_both_languages_or_left_out_on_purpose(room: str) -> None:
    known = english(HOUSE / room / "translations" / "en.po")
    invented = [vi for vi, en in known.items() if set(PLACE.findall(en)) - set(PLACE.findall(vi))]
    assert invented == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_stands_twice_in_a_catalogue(room: str) -> None:
    path = HOUSE / room / "translations" / "en.po"
    text = path.read_text() if path.exists() else ""
    ids = re.findall(r'^msgid (".*"(?:\n".*")*)', text, re.MULTILINE)
    assert sorted(each for each in ids if ids.count(each) > 1) == []
