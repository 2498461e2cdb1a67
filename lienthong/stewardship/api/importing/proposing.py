"""What a file's columns are taken for, for a person to confirm: titles, content, encodings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lienthong.kernel.legacy import CERTAIN
from lienthong.kernel.sheets import TextGuess
from lienthong.kernel.text import fold
from lienthong.registers.api import Register
from lienthong.stewardship.api.cells import as_text
from lienthong.stewardship.api.importing.opening import Numbered
from lienthong.stewardship.domain.headers import Header, find_header
from lienthong.stewardship.domain.importing import REASON, Column, Settings
from lienthong.stewardship.domain.mapping import Proposal, end_with_units, propose

SURE = 0.75
_APART = 0.1
_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """How one column would be understood. sure: nobody needs to look; why: what it was recognised by, a sentence.

    others: further fields it may be. samples: some of its cells, decoded. encoded: cells in an old encoding as they
    stand in the file, and decoded. certainty: of that encoding, 0 to 1.
    """

    column: Column
    sure: bool
    why: str
    others: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    encoded: tuple[tuple[str, str], ...] = ()
    certainty: float = 1.0


def columns(
    spec: Register,
    top: Sequence[Numbered],
    guess: TextGuess,
    encodings: Mapping[int, str],
    *,
    plain: Sequence[Numbered] = (),
    header_row: int = 0,
    is_unicode: bool,
) -> tuple[list[Proposed], Header]:
    """Return a proposal for each column and where the header was found.

    plain: the same rows before they were decoded. header_row: its number when a person has said it, 0: to be found.
    is_unicode: the file says that it is.
    """
    header = _header_at(top, header_row) or find_header(top)
    data = [cells for number, cells in top if header.first_data_row and number >= header.first_data_row]
    width = max([len(header.titles), *(len(cells) for cells in data[:200])], default=0)
    cells = [[row[at] for row in data if at < len(row)] for at in range(width)]
    titles = [*header.titles, *[""] * (width - len(header.titles))]
    while titles and not titles[-1] and (header.found or not _filled(cells[len(titles) - 1])):
        if 2 * _filled(cells[len(titles) - 1]) >= len(data) > 0:
            break  # a column that nobody has titled; what stands there in few rows is a cell too many
        titles.pop()
    own = {name: str(each.title.vi) for name, each in spec.fields.items() if each.title}
    found = propose(titles, cells[: len(titles)], spec.terms, field_titles=own)
    exact = _exact(spec, titles)
    guesses = {each.column: each for each in guess.columns}
    proposed: list[Proposed] = []
    for title, each in zip(titles, found, strict=True):
        at = each.column
        known = guesses.get(at)
        old = known is not None and (known.encoding or not is_unicode)
        doubtful = bool(known and old and known.confidence < CERTAIN)
        mine = {exact[at]} if at in exact else set[str]()
        wide = (each.field, *each.also)
        if mine and not _is_two_fields(spec, exact[at], each, cells[at]):
            wide = (exact[at],)
        fields = tuple(name for name in wide if name and (name in mine or name not in exact.values()))
        fields = () if fold(title) == fold(REASON) and not mine else fields
        proposed.append(
            Proposed(
                column=Column(
                    title=title, fields=fields, part="" if at in exact else each.part, encoding=encodings.get(at, "")
                ),
                sure=not doubtful and (not fields or at in exact or (_is_sure(each) and header.found)),
                why=each.why,
                others=tuple(other.field for other in each.others),
                samples=tuple(dict.fromkeys(as_text(cell) for cell in cells[at] if cell not in {None, ""}))[:_SAMPLES],
                encoded=_beside(plain, top, at, header.first_data_row) if at in encodings else (),
                certainty=known.confidence if known and old else 1.0,
            )
        )
    return proposed, header


def _header_at(top: Sequence[Numbered], row: int) -> Header | None:
    """Return the header that a person has pointed at; None when nothing stands there or under it."""
    below = [(number, cells) for number, cells in top if number >= row > 0]
    if len(below) < 2 or below[0][0] != row:
        return None
    return Header((row,), tuple(as_text(cell).strip() for cell in below[0][1]), below[1][0], 1.0)


def _beside(plain: Sequence[Numbered], top: Sequence[Numbered], at: int, first: int) -> tuple[tuple[str, str], ...]:
    """Return some cells of a column before and after they were decoded, those that have become another text."""
    decoded = {number: cells for number, cells in top if number >= first}
    found: dict[tuple[str, str], None] = {}
    for number, cells in plain:
        after = decoded.get(number, [])
        if at < min(len(cells), len(after)) and str(cells[at]) != str(after[at]):
            found[str(cells[at]), str(after[at])] = None
            if len(found) == _SAMPLES:
                break
    return tuple(found)


def as_chosen(proposed: Sequence[Proposed], settings: Settings) -> tuple[Proposed, ...]:
    """Return the columns as a person has confirmed them."""
    shown = dict(enumerate(proposed))
    empty = Proposed(column=Column(title=""), sure=True, why="")
    return tuple(
        Proposed(
            column=column,
            sure=True,
            why="",
            others=shown.get(at, empty).others,
            samples=shown.get(at, empty).samples,
            encoded=shown.get(at, empty).encoded,
            certainty=shown.get(at, empty).certainty,
        )
        for at, column in enumerate(settings.columns)
    )


def _exact(spec: Register, titles: Sequence[str]) -> dict[int, str]:
    """Return the columns that are titled as this register's template titles them, or by the name of a field."""
    known: dict[str, str] = {}
    for name in spec.fields:
        title = spec.title_of(name)
        for text in (title.vi, title.en):
            known.setdefault(fold(text), name)
            known[fold(f"{text} ({name})")] = name
    known.update({fold(name): name for name in spec.fields})
    found: dict[int, str] = {}
    for at, title in enumerate(titles):
        name = known.get(fold(title), "")
        if name and name not in found.values():
            found[at] = name
    return found


def _is_two_fields(spec: Register, name: str, found: Proposal, cells: Sequence[object]) -> bool:
    """Say whether a column of this field's own title fills two: a commune whose street is kept, an address that ends
    with its commune."""
    if spec.terms[name].type == "unit":
        return name in found.also
    return name == found.field and spec.terms[name].type == "address" and end_with_units(cells)


def _filled(column: Sequence[object]) -> int:
    return sum(1 for cell in column if str(cell or "").strip())


def _is_sure(one: Proposal) -> bool:
    return one.score >= SURE and not any(one.score - other.score < _APART for other in one.others)
