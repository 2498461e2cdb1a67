"""What an import is made of: how a file's columns are understood, what becomes of each row, problems by cause."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

import msgspec

from lienthong.kernel import i18n
from lienthong.kernel.errors import Fault
from lienthong.kernel.text import fold

REASON = "Lý do"
"""Title of the column that a file of rejects has besides those of its source."""
FIRST_ROWS = 20
"""So many row numbers are kept with a cause."""
What = Literal["created", "changed", "same", "again", "review", "rejected", "aside"]
"""What became of a row.

Same: the register says all of it; again: an earlier row of the file told of the same record; aside: a total, a
heading or a signature between the rows of data, which is no row of data and is only noted.
"""
Kind = Literal["rejected", "review", "note"]
STATUS: Mapping[What, str] = {
    "created": "accepted",
    "changed": "merged",
    "same": "merged",
    "again": "merged",
    "review": "review",
    "rejected": "rejected",
}
"""What became of a row, in the four words of the file of rows."""


_SETTLED = {"sheet", "header", "first", "days", "units_on", "valid_from", "lands_from", "epoch", "encodings"}


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """One column of a file. fields: what it fills, none when it is left out; encoding: "" for Unicode.

    part: which part of its first field it holds (``family``, ``commune``, ``day`` …), "" for the whole.
    """

    title: str
    fields: tuple[str, ...] = ()
    part: str = ""
    encoding: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """What the values of a column say about each other: order of day and month, exchanged cells, codes to ask about.

    units_on: ISO day by whose map its units were written ("": they do not show it); shown: how many of them show it;
    by_codes: they are codes, all in force.
    """

    order: str = ""
    swapped: bool = False
    ask: tuple[str, ...] = ()
    units_on: str = ""
    shown: int = 0
    by_codes: bool = False


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file is understood, as a person confirmed it.

    header: rows with the titles; first: the first row of data. days: order of day and month (``day_first``,
    ``month_first``), "": as each column's values say (``rules``). units_on: ISO day whose
    names of communes the file uses ("": as each column's values say, else unknown). valid_from: ISO day since when
    changes hold ("": the day of the import). lands_from: percent of confidence from which a row of a
    scan lands without a person (0: none does). epoch: first year of days that stand as numbers, as the file says.
    """

    sheet: str = ""
    header: tuple[int, ...] = (1,)
    first: int = 2
    columns: tuple[Column, ...] = ()
    days: str = ""
    units_on: str = ""
    valid_from: str = ""
    lands_from: int = 0
    epoch: int = 1900
    rules: dict[str, Rule] = {}

    @property
    def titles(self) -> list[str]:
        """Titles of the columns, in order."""
        return [each.title for each in self.columns]

    @property
    def names(self) -> list[str]:
        """What the columns are called by, in order: see ``told_apart``."""
        return told_apart(self.titles)


class Said(msgspec.Struct, frozen=True, array_like=True):
    """A fault, a question or a note about a row, as it is kept."""

    kind: Kind
    at: str
    code: str
    message: str
    data: dict[str, Any]

    @property
    def text(self) -> str:
        """The sentence in the language being spoken."""
        return i18n.gettext(self.message, **self.data)


class Fate(msgspec.Struct, array_like=True):
    """What became of a row: its record and versions before and after (0 before: it is new), and what was said of it."""

    row: int
    what: What
    record: str = ""
    before: int = 0
    after: int = 0
    said: list[Said] = []


class Twin(msgspec.Struct, frozen=True, array_like=True):
    """Somebody whom a row seems to be about under another key: a record of the register, or an earlier row of the file.

    record: its id, "" while that row has not landed; row: of the file, 0 for a record that stood before. bits: log2
    odds of one person. held: why it is not sure all the same. evidence: fields, outcomes and bits, never a value.
    """

    record: str
    row: int
    verdict: Literal["sure", "review"]
    bits: float
    held: str
    evidence: list[tuple[str, str, float]]


class Cause(msgspec.Struct, array_like=True):
    """One kind of problem: how many rows have it, the first of them, the sentence as the first one's data make it."""

    kind: Kind
    at: str
    code: str
    message: str
    data: dict[str, Any]
    count: int
    rows: list[int]

    @property
    def text(self) -> str:
        """The sentence in the language being spoken."""
        return i18n.gettext(self.message, **self.data)


class Sample(msgspec.Struct, array_like=True):
    """What a row would change: field → (before, after)."""

    row: int
    changes: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Counts:
    """How many rows were read, and what became of them."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    same: int = 0
    again: int = 0
    review: int = 0
    rejected: int = 0
    aside: int = 0

    def add(self, fates: Iterable[Fate]) -> None:
        """Count rows; those between the data are counted by themselves."""
        for each in fates:
            self.rows += each.what != "aside"
            setattr(self, each.what, getattr(self, each.what) + 1)

    def move(self, what: What, to: What) -> None:
        """Count a row as something else: a person has decided about it."""
        setattr(self, what, getattr(self, what) - 1)
        setattr(self, to, getattr(self, to) + 1)

    def plus(self, other: Counts) -> Counts:
        """Return the sum of both."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def landed(self) -> int:
        """Rows that made or changed a record."""
        return self.created + self.changed


@dataclass(slots=True)
class Causes:
    """Problems grouped by kind, field and code."""

    found: dict[tuple[str, str, str], Cause] = field(default_factory=dict[tuple[str, str, str], Cause])

    def add(self, fates: Iterable[Fate]) -> None:
        """Take what was said of rows."""
        for fate in fates:
            for each in fate.said:
                cause = self.found.get((each.kind, each.at, each.code))
                if cause is None:
                    cause = Cause(each.kind, each.at, each.code, each.message, each.data, 0, [])
                    self.found[each.kind, each.at, each.code] = cause
                cause.count += 1
                if len(cause.rows) < FIRST_ROWS:
                    cause.rows.append(fate.row)

    def merge(self, others: Iterable[Cause]) -> None:
        """Take causes of a later portion."""
        for each in others:
            known = self.found.get((each.kind, each.at, each.code))
            if known is None:
                self.found[each.kind, each.at, each.code] = each
            else:
                known.count += each.count
                known.rows = [*known.rows, *each.rows][:FIRST_ROWS]

    def listed(self) -> list[Cause]:
        """Return the causes, most frequent first; what keeps rows out before what is only noted."""
        order = {"rejected": 0, "review": 1, "note": 2}
        return sorted(self.found.values(), key=lambda one: (order[one.kind], -one.count, one.at, one.code))


def told_apart(titles: Sequence[str]) -> list[str]:
    """Return a name for each column: its title, numbered from the second of a title on (``Ghi chú (2)``).

    A column without a title is called by its letter.
    """
    given = [title or letter(at) for at, title in enumerate(titles)]
    taken = set(map(fold, given))
    seen: Counter[str] = Counter()
    names: list[str] = []
    for title in given:
        key, name = fold(title), title
        seen[key] += 1
        while seen[key] > 1 and fold(name := f"{title} ({seen[key]})") in taken:
            seen[key] += 1
        taken.add(fold(name))
        names.append(name)
    return names


def letter(at: int) -> str:
    """Return how a spreadsheet calls a column, counted from 0: A, B, … Z, AA."""
    said, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        said = chr(65 + rest) + said
    return said


def overlaid(settings: Settings, given: Mapping[str, Any]) -> Settings:
    """Return settings with what a mapping file says in their place; what it does not name stays as proposed.

    given: whole settings, as a dry run prints them, or column title → field, list of fields, or "" to leave it out,
    by itself or under ``columns``. ``encodings``: column title → encoding. Columns of one title are named as
    ``told_apart`` says. Raises ValueError for anything else.
    """
    plain = dict(given)
    if isinstance(plain.get("columns"), list):
        return msgspec.convert(plain, Settings)
    if not isinstance(plain.get("columns"), dict):
        settled = {name: plain.pop(name) for name in tuple(plain) if name in _SETTLED}
        plain = {**settled, "columns": plain}
    chosen = {fold(str(title)): _fields(wanted) for title, wanted in plain.pop("columns").items()}
    encodings = {fold(str(title)): str(name) for title, name in plain.pop("encodings", {}).items()}
    unknown = (chosen.keys() | encodings.keys()) - set(map(fold, settings.names))
    if unknown:
        raise ValueError(", ".join(sorted(unknown)))
    columns = tuple(
        Column(
            title=each.title,
            fields=chosen.get(fold(name), each.fields),
            part=each.part if chosen.get(fold(name), each.fields) == each.fields else "",
            encoding=encodings.get(fold(name), each.encoding),
        )
        for name, each in zip(settings.names, settings.columns, strict=True)
    )
    return msgspec.convert({**msgspec.structs.asdict(settings), **plain, "columns": columns}, Settings)


def _fields(wanted: Any) -> tuple[str, ...]:
    listed: list[Any] = cast("list[Any]", wanted) if isinstance(wanted, list) else [wanted]
    return tuple(str(each) for each in listed if each not in {None, "", "-"})


def said_of(kind: Kind, faults: Iterable[Fault]) -> list[Said]:
    """Return faults as they are kept with a row."""
    return [Said(kind, each.at, each.code, each.message, _plain(dict(each.data))) for each in faults]


def fingerprint(titles: Sequence[str]) -> str:
    """Return what files with the same titles have in common; a file of rejects counts as its source."""
    plain = [fold(title) for title in titles]
    kept = [title for title in plain if title and title != fold(REASON)]
    return hashlib.sha256("\n".join(kept).encode()).hexdigest()


def _plain(data: dict[str, object]) -> dict[str, Any]:
    return {name: value if isinstance(value, int | str) else str(value) for name, value in data.items()}
