"""Stored forms as SQL: which values of a column DuckDB may take as they are, and how they are folded.

What SQL is sure of is exactly what the dictionary would store. Everything else is left to the dictionary, row by row:
unsure costs time, never a value.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from lienthong.kernel.errors import Invalid
from lienthong.kernel.text import fold
from lienthong.reference.api import DataTerm
from lienthong.reference.domain.values import LIMITS
from lienthong.registers.api.readers import Reader
from lienthong.registers.store.columnar import Source, literal, named

_FEW = 50_000
"""Different values of a column that are read one by one; a column with more of them is read row by row."""
_UNLIKE = re.compile(r"\\[DWSBb]|\(\?")
"""What a format may not hold for RE2 to accept no more than Python does."""


class Form(NamedTuple):
    """How SQL says a column. sure: it knows the stored form (of a value that is there). value: that form, as text.

    quoted: the form is a text in JSON, not a number or true and false.
    """

    sure: str
    value: str
    quoted: bool = True
    escaped: bool = False


def form(source: Source, column: str, term: DataTerm, reader: Reader) -> Form:
    """Return how the values of a column of ``told`` are taken for a dictionary term.

    Columns of few different values are read here, each value once.
    """
    if not source.is_plain(column):
        return Form("false", named(column))
    return pattern(named(column), term) or _listed(source, column, named(column), reader)


def pattern(raw: str, term: DataTerm) -> Form | None:
    """Return how a term is told by what its texts look like; None when only a list knows its values."""
    whole = "regexp_full_match"
    match term.type:
        case "personal_number":
            return Form(f"{whole}({raw}, '[0-9]{{12}}')", raw)
        case "phone":
            return Form(f"{whole}({raw}, '0[0-9]{{9,10}}')", raw)
        case "person_name":
            one, letter = f"[A-Za-z{letters()}''.-]", f"[A-Za-z{letters()}]"
            return Form(f"{whole}({raw}, '{one}*{letter}{one}*( {one}+)*') AND {_short(term, raw)}", raw)
        case "text" | "address":
            return Form(_text(term, raw), raw, escaped=True)
        case "date" | "partial_date":
            return day(raw, partial=term.type == "partial_date")
        case "integer" | "money" if not term.format and not term.max_length:
            return Form(f"{whole}({raw}, '-?[0-9]{{1,18}}')", f"CAST(TRY_CAST({raw} AS BIGINT) AS VARCHAR)", False)
        case _:
            return None


def day(raw: str, *, partial: bool = False) -> Form:
    """Return how days are taken: ISO ones, and as a person writes them (08/03/1992); partial: months and years too."""
    written = f"regexp_full_match({raw}, '[0-9]{{2}}/[0-9]{{2}}/[0-9]{{4}}')"
    value = f"CASE WHEN {written} THEN {raw}[7:10] || '-' || {raw}[4:5] || '-' || {raw}[1:2] ELSE {raw} END"
    exact = (
        f"regexp_full_match({value}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
        f" AND TRY_CAST({value} AS DATE) BETWEEN DATE '1800-01-01' AND DATE '2200-12-31'"
    )
    part = f"regexp_full_match({raw}, '(1[89][0-9]{{2}}|2[01][0-9]{{2}}|2200)(-(0[1-9]|1[0-2]))?')"
    return Form(f"({exact} OR {part})" if partial else f"({exact})", value)


def folded(value: str) -> str:
    """Return the search key of a text that a form is sure of, as ``kernel.text.fold`` makes it."""
    return f"lower(replace(replace(strip_accents({value}), 'đ', 'd'), 'Đ', 'd'))"


def json_member(name: str, made: Form) -> str:
    """Return a member of a JSON object; NULL when the column is empty."""
    value = made.value
    if made.escaped:
        value = rf"""replace(replace({value}, '\', '\\'), '"', '\"')"""
    return f"""'"{name}":"' || {value} || '"'""" if made.quoted else f"""'"{name}":' || {value}"""


@cache
def letters() -> str:
    """Return the letters that SQL may fold and knows to be in their normal form: Latin ones with marks, đ and Đ."""
    marked = (chr(each) for each in (*range(0xC0, 0x180), *range(0x1A0, 0x1B1), *range(0x1EA0, 0x1EFA)))
    kept = [
        each
        for each in marked
        if each.isalpha() and unicodedata.is_normalized("NFC", each) and len(fold(each)) == 1 and fold(each).isascii()
    ]
    return "".join(each for each in kept if each in "đĐ" or len(unicodedata.normalize("NFD", each)) > 1)


def _text(term: DataTerm, raw: str) -> str:
    one = f"[!-&(-~''{letters()}]"  # what is printed of ASCII, and letters
    parts = [f"regexp_full_match({raw}, '{one}+( {one}+)*')", _short(term, raw)]
    if term.format:
        if _UNLIKE.search(term.format):
            return "false"
        parts.append(f"regexp_full_match({raw}, {literal(term.format)})")
    return " AND ".join(parts)


def _short(term: DataTerm, raw: str) -> str:
    return f"length({raw}) <= {term.max_length or LIMITS[term.type]}"


def _listed(source: Source, column: str, raw: str, reader: Reader) -> Form:
    """Read the different values of a column one by one, each once."""
    values = [
        value
        for (value,) in source.rows(f"SELECT DISTINCT {raw} FROM told WHERE {raw} IS NOT NULL LIMIT {_FEW + 1}")  # noqa: S608
    ]
    if len(values) > _FEW:
        return Form("false", raw)
    read = dict(_read(reader, values))
    kinds = {type(each) for each in read.values()}
    if not kinds <= {str}:
        texts = {each: str(value).lower() for each, value in read.items()}
        return Form(*_mapped(source, column, raw, texts), quoted=False) if kinds <= {int, bool} else Form("false", raw)
    if len(read) == len(values) and all(each == value for each, value in read.items()):
        return Form("true", raw, escaped=True)  # every value there is a stored form
    return Form(*_mapped(source, column, raw, {each: str(value) for each, value in read.items()}), escaped=True)


def _read(reader: Reader, values: Iterable[str]) -> Iterable[tuple[str, object]]:
    for each in values:
        try:
            yield each, reader.read(each)
        except Invalid:
            continue


def _mapped(source: Source, column: str, raw: str, read: dict[str, str]) -> tuple[str, str]:
    """Keep what was read as a map of the engine; return the conditions that it knows a value, and its form."""
    table = named(f"map of {column}")
    source.run(
        f"CREATE OR REPLACE TABLE {table} AS SELECT map(?::VARCHAR[], ?::VARCHAR[]) AS m",
        [list(read), list(read.values())],
    )
    value = f"(SELECT m FROM {table})[{raw}]"  # noqa: S608
    return f"{value} IS NOT NULL", value
