"""Two languages: Vietnamese sentences stand in code and templates, English in each room's ``translations/en.po``."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LANGUAGES = ("vi", "en")
_language: ContextVar[str] = ContextVar("language", default="vi")


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of a definition in both languages."""

    vi: str
    en: str

    def __str__(self) -> str:
        return self.said(language())

    def said(self, code: str) -> str:
        """Return the text in the language ``code``; an unknown one falls back to Vietnamese."""
        return self.en if code == "en" else self.vi


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "a message, translated later"
    """Mark a Vietnamese sentence for the catalogues and return it unchanged."""
    return message


def language() -> str:
    """Return the language being spoken: ``vi`` or ``en``."""
    return _language.get()


@contextmanager
def speaking(code: str) -> Generator[None]:
    """Speak another language inside the block; an unknown one falls back to Vietnamese."""
    token = _language.set(code if code in LANGUAGES else "vi")
    try:
        yield
    finally:
        _language.reset(token)


def set_language(code: str) -> None:
    """Speak this language from here on in this task (one request is one task)."""
    _language.set(code if code in LANGUAGES else "vi")


def gettext(message: str, /, **values: object) -> str:
    """Return the sentence in the language being spoken, its ``%(name)s`` places filled."""
    return say(language(), message, **values)


def ngettext(singular: str, plural_form: str, n: int, /, **values: object) -> str:
    """Return the sentence for ``n`` things, its places filled; Vietnamese does not change a noun for number."""
    chosen = plural(singular, plural_form, n)
    return chosen % {"n": n, **values} if "%" in chosen else chosen


def plural(singular: str, plural_form: str, n: int) -> str:
    """Return the sentence for ``n`` things with its places still open (templates fill them)."""
    forms = english().get(singular) if language() == "en" else None
    if isinstance(forms, tuple):
        return forms[0] if n == 1 else forms[-1]
    return forms or (singular if n == 1 else plural_form)


def say(code: str, message: str, /, **values: object) -> str:
    """Return the sentence in the given language, filled; a sentence without English stays Vietnamese."""
    text = message
    if code == "en":
        found = english().get(message)
        text = found[0] if isinstance(found, tuple) else (found or message)
    return text % values if values else text


@cache
def english() -> dict[str, str | tuple[str, ...]]:
    """Return the English sentences of every room, read from ``lienthong/*/translations/en.po``."""
    sentences: dict[str, str | tuple[str, ...]] = {}
    for path in sorted(Path(__file__).resolve().parents[1].glob("*/translations/en.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="en")
        for entry in catalogue:
            if not entry.id or entry.fuzzy:
                continue
            if isinstance(entry.id, tuple | list):
                forms = tuple(str(each) for each in entry.string or ())
                if all(forms):
                    sentences[str(entry.id[0])] = forms
            elif entry.string:
                sentences[str(entry.id)] = str(entry.string)
    return sentences
