"""Codes of a list by code, title, synonym, without marks; an unknown one is asked by closeness, never guessed."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process

from lienthong.kernel import legacy
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.reference import api as reference
from lienthong.reference.api import CodeList, DataTerm
from lienthong.stewardship.domain.understanding.cells import unquoted
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Settings,
    Understood,
    asked,
    refused,
    told,
)

_CLOSE = 72
_MOST = 5
_OLD = ("tcvn3", "vni", "viscii", "cp1258")
_NOT_A_WORD = re.compile(r"[^\w+]+")
_PREFIX = re.compile(r"^(?:dan toc|ton giao|dao|nguoi|quoc tich|nhom mau|nhom) ")


@dataclass(frozen=True)
class _Index:
    by_key: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    width: int


def key_of(text: str) -> str:
    """Return a text as codes are looked up: folded, marks between words gone (``Khơ-me`` and ``Khơ me`` alike)."""
    return _NOT_A_WORD.sub(" ", fold(text).replace("'", "")).strip()


@lru_cache(maxsize=200)
def _index_of(made: _Listed) -> _Index:
    found: dict[str, list[str]] = defaultdict(list)
    for code in made.list.codes.values():
        for name in (code.code, code.title.vi, code.title.en, *code.also):
            for key in {key_of(name), key_of(name).replace(" ", "")}:
                if key and code.code not in found[key]:
                    found[key].append(code.code)
    widths = {len(code) for code in made.list.codes if code.isdigit()}
    width = widths.pop() if len(widths) == 1 and all(map(str.isdigit, made.list.codes)) else 0
    return _Index(
        {key: tuple(codes) for key, codes in found.items()},
        {code.code: code.title.vi for code in made.list.codes.values()},
        width,
    )


class _Listed:
    """A code list as a key: two reads of the catalogue make two."""

    __slots__ = ("list",)

    def __init__(self, found: CodeList) -> None:
        self.list = found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Listed) and other.list is self.list

    def __hash__(self) -> int:
        return id(self.list)


def understand_code(term: DataTerm, _raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a value of the term's code list."""
    at, known = term.id, reference.code_list(term.code_list)
    index = _index_of(_Listed(known))
    key = key_of(unquoted(text))
    if key in settings.codes:
        return told(at, settings.codes[key])
    if key in settings.ask:
        return asked(at, "code.column", _COLUMN, _choices(index, tuple(index.titles)), value=text)
    if text in known.codes:
        return told(at, text)
    found = index.by_key.get(key) or index.by_key.get(_PREFIX.sub("", key)) or index.by_key.get(key.replace(" ", ""))
    if not found and index.width and key.isdigit() and key.zfill(index.width) in known.codes:
        found = (key.zfill(index.width),)
        message = N_("Mã bị mất số 0 ở đầu; đã bù lại.")
        return told(at, found[0], ("code.zeros", message))
    if found and len(found) == 1:
        return told(at, found[0])
    if found:
        return asked(
            at, "code.several", N_("“%(value)s” có nhiều nghĩa; chọn một."), _choices(index, found), value=text
        )
    if len(old := _decoded(text, index)) == 1:
        return told(at, old[0], ("code.decoded", N_("Chữ theo phông chữ cũ; đã đọc lại.")))
    return _near(at, key, text, index, known)


_COLUMN = N_("Chưa biết “%(value)s” trong cột này nghĩa là gì; chọn một lần cho cả cột.")


def _choices(index: _Index, codes: tuple[str, ...]) -> tuple[Candidate, ...]:
    return tuple(Candidate(code, index.titles[code]) for code in codes)


def _decoded(text: str, index: _Index) -> tuple[str, ...]:
    """Return the codes that a text means in an old encoding: too few letters to tell the column's (``N÷`` is Nữ)."""
    if text.isascii() or not legacy.is_surface(text):
        return ()
    found = {code for name in _OLD for code in index.by_key.get(key_of(legacy.decode(text, name) or ""), ())}
    return tuple(found)


def _near(at: str, key: str, text: str, index: _Index, known: CodeList) -> Understood:
    matches = process.extract(key, index.by_key.keys(), scorer=fuzz.WRatio, score_cutoff=_CLOSE, limit=3 * _MOST)
    codes = list(dict.fromkeys(code for each, _, _ in matches if len(each) > 1 for code in index.by_key[each]))[:_MOST]
    if codes and len(key) > 1:
        message = N_("“%(value)s” không có trong danh mục %(list)s; chọn giá trị gần đúng hoặc sửa lại.")
        return asked(at, "code.near", message, _choices(index, tuple(codes)), value=text, list=str(known.title))
    message = N_("“%(value)s” không có trong danh mục %(list)s; sửa theo danh mục.")
    return refused(at, "code.unknown", message, value=text, list=str(known.title))


def understand_sex(term: DataTerm, raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a sex. 0 has no agreed meaning, and beside it neither has 1: both are asked once for the column."""
    key = key_of(unquoted(text))
    if key not in settings.codes and key not in settings.ask:
        if key in {"x", "v"}:
            message = N_("Ô chỉ có dấu x; cho biết cột này là cột Nam hay cột Nữ.")
            return asked(term.id, "sex.mark", message, _both())
        if key in {"0", "n"} and text.isascii():
            return asked(term.id, "code.column", _COLUMN, _both(), value=text)
    return understand_code(term, raw, text, settings)


def _both() -> tuple[Candidate, ...]:
    codes = reference.code_list("sex").codes
    return tuple(Candidate(code, str(each.title)) for code, each in codes.items())
