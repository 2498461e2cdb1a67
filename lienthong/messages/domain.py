"""Notices and one-time codes as plain values."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from lienthong.kernel.i18n import Bilingual

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
CODES_AN_HOUR = 10
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a notice in both languages, with ``%(name)s`` places for the data it names."""

    id: str
    title: Bilingual
    body: Bilingual
    data: frozenset[str]

    def filled(self, data: Mapping[str, object]) -> tuple[Bilingual, Bilingual]:
        """Return title and body with the places filled. Raises KeyError for a place without data."""
        said = {language: {name: _said(value, language) for name, value in data.items()} for language in ("vi", "en")}
        title = Bilingual(self.title.vi % said["vi"], self.title.en % said["en"])
        return title, Bilingual(self.body.vi % said["vi"], self.body.en % said["en"])


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as its reader sees it. to: personal number or staff id. title, body: in the language being spoken."""

    id: str
    to: str
    at: datetime
    template: str
    title: str
    body: str
    dossier: str
    read: bool


def places(text: str) -> set[str]:
    """Return the names of the places in a text."""
    return set(_PLACE.findall(text))


def code_digest(key: bytes, row: str, code: str) -> str:
    """Return what is stored of a one-time code: a keyed hash bound to its row, useless without the node's key."""
    return hmac.new(key, f"{row}:{code}".encode(), hashlib.sha256).hexdigest()


def _said(value: object, language: str) -> str:
    if isinstance(value, Bilingual):
        return value.en if language == "en" else value.vi
    return str(value)
