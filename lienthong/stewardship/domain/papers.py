"""What stands on a scanned page: the rows of a ruled table, or the labels of a form with the values behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

import msgspec

from lienthong.kernel.scans import Grid, Word
from lienthong.kernel.text import fold

Shape = Literal["table", "form", ""]
SURE = 90
"""Below so many percent a person is told that a value was read with doubt."""
LEAST_LABELS = 2
_KNOWN = 0.85
_MOST_WORDS = 10
_LEADERS = re.compile(r"[.…_·\-–—]{2,}|^[.…_·]+$")
_ROLES = {"me": "người mẹ", "cha": "người cha", "vo": "vợ", "chong": "chồng"}
_WHOSE = re.compile(r"\b(?:ten|ve|thong tin)\b.*?\b(me|cha|vo|chong)\b|^(?:nguoi |ben )?(me|cha|vo|chong)\b")
Known = Callable[[str], float]
"""Says how well a text names a field that is known, 0 to 1."""
HasInk = Callable[[int, int, int, int], bool]
"""Says whether anything is written in a box of the page (x, y, w, h)."""


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """What was read at one place of a page. confidence: percent, of its least sure word; the box: in pixels."""

    text: str
    confidence: int
    x: int
    y: int
    w: int
    h: int


class ReadPage(msgspec.Struct, frozen=True):
    """What a page says. titles: labels of a form, in the order of the cells of its one row; none for a table."""

    shape: Shape
    titles: list[str]
    rows: list[list[Cell]]


def read_page(words: Sequence[Word], grid: Grid | None, *, known: Known, has_ink: HasInk, width: int) -> ReadPage:
    """Return what the words of a page make: a table where there are ruled lines, else a form, else nothing."""
    if grid is not None:
        return ReadPage("table", [], table_of(words, grid, has_ink=has_ink))
    titles, cells = form_of(words, known=known, width=width)
    named = sum(known(each) >= _KNOWN for each in titles)
    return ReadPage("form", titles, [cells]) if named >= LEAST_LABELS else ReadPage("", [], [])


def table_of(words: Sequence[Word], grid: Grid, *, has_ink: HasInk) -> list[list[Cell]]:
    """Return the cells of a ruled table; an empty cell is sure only where nothing is written."""
    rows: list[list[Cell]] = []
    for top, bottom in zip(grid.across, grid.across[1:], strict=False):
        level = [each for each in words if top <= each.y + each.h / 2 < bottom]
        row: list[Cell] = []
        for left, right in zip(grid.down, grid.down[1:], strict=False):
            inside = [each for each in level if left <= each.x + each.w / 2 < right]
            box = (left, top, right - left, bottom - top)
            text = " ".join(each.text for line in lines_of(inside) for each in line)
            if inside:
                sure = min(each.confidence for each in inside)
            else:
                sure = 0 if has_ink(left + 8, top + 8, right - left - 16, bottom - top - 16) else 100
            row.append(Cell(text, sure, *box))
        rows.append(row)
    return [row for row in rows if any(cell.text for cell in row)]


def lines_of(words: Iterable[Word]) -> list[list[Word]]:
    """Return words line by line as they stand on the paper, each line from left to right."""
    lines: list[list[Word]] = []
    for each in sorted(words, key=lambda one: one.y + one.h / 2):
        line = lines[-1] if lines else []
        middle = sum(one.y + one.h / 2 for one in line) / len(line) if line else 0.0
        if line and abs(each.y + each.h / 2 - middle) < 0.6 * max(each.h, *(one.h for one in line)):
            line.append(each)
        else:
            lines.append([each])
    return [sorted(line, key=lambda one: one.x) for line in lines]


def form_of(words: Sequence[Word], *, known: Known, width: int) -> tuple[list[str], list[Cell]]:
    """Return the labels of a form and what stands behind each; a label that comes again names whose it is."""
    titles: list[str] = []
    cells: list[Cell] = []
    whose = ""
    for line in lines_of(_parted(words)):
        labels = _labels(line, known)
        if not labels:
            if role := _role(" ".join(each.text for each in line)):
                whose = role
            elif cells and _goes_on(line, cells[-1], width):
                cells[-1] = _joined(cells[-1], line)
            continue
        for at, (first, last) in enumerate(labels):
            title = " ".join(each.text for each in line[first : last + 1]).rstrip(" :.")
            end = labels[at + 1][0] if at + 1 < len(labels) else len(line)
            right = line[end].x if end < len(line) else width
            cell = _value(line[last], line[last + 1 : end], right)
            if role := _role(title):
                whose = role
                if not cell.text and not known(title) >= _KNOWN:
                    continue  # a heading over what is said about that person
            elif whose:
                title = f"{title} {whose}"
            titles.append(title)
            cells.append(cell)
    return titles, cells


def _parted(words: Sequence[Word]) -> list[Word]:
    """Return words without leading dots, those that hide a colon in their middle parted behind it."""
    found: list[Word] = []
    for each in words:
        text = _LEADERS.sub("", each.text)
        if not text:
            continue
        before, colon, after = text.partition(":")
        if colon and after and before and not before[-1].isdigit():
            cut = each.x + round(each.w * (len(before) + 1) / len(text))
            left = _part(each, before + ":", each.x, cut - each.x)
            found += [left, _part(each, after, cut, each.x + each.w - cut)]
        else:
            found.append(_part(each, text, each.x, each.w))
    return found


def _part(word: Word, text: str, x: int, w: int) -> Word:
    """Return a part of a word."""
    return Word(text, word.confidence, x, word.y, w, word.h, word.line)


def _labels(line: Sequence[Word], known: Known) -> list[tuple[int, int]]:
    """Return where labels stand in a line: first and last word of each, the last ends with a colon."""
    found: list[tuple[int, int]] = []
    begin = 0
    for at, each in enumerate(line):
        if not each.text.endswith(":"):
            continue
        found.append((_first(line, begin, at, known) if found else _head(line, begin, at, known), at))
        begin = at + 1
    return found


def _head(line: Sequence[Word], begin: int, last: int, known: Known) -> int:
    """Return where the first label of a line begins: its beginning, unless only its end is a label that is known."""
    best = _best(line, begin, last, known)
    return begin if best is None else best


def _first(line: Sequence[Word], begin: int, last: int, known: Known) -> int:
    """Return where a label begins behind the value of another: by its name, else by the widest gap before it."""
    best = _best(line, begin, last, known)
    if best is not None:
        return best
    gaps = {at: line[at].x - line[at - 1].x - line[at - 1].w for at in range(begin + 1, last + 1)}
    if gaps:
        at = max(gaps, key=lambda one: gaps[one])
        if gaps[at] > 1.5 * line[last].h:
            return at
    capital = [at for at in range(begin, last + 1) if line[at].text[:1].isupper()]
    return capital[-1] if capital else last


def _best(line: Sequence[Word], begin: int, last: int, known: Known) -> int | None:
    scores = {
        at: known(" ".join(each.text for each in line[at : last + 1]).rstrip(" :."))
        for at in range(max(begin, last - _MOST_WORDS), last + 1)
    }
    best = max(scores, key=lambda at: (scores[at], -at))
    return best if scores[best] >= _KNOWN else None


def _value(label: Word, words: Sequence[Word], right: int) -> Cell:
    left = label.x + label.w
    top = min([label.y, *(each.y for each in words)])
    bottom = max([label.y + label.h, *(each.y + each.h for each in words)])
    room = round(0.35 * label.h)
    text = " ".join(each.text for each in words).strip(" ;,.")
    sure = min((each.confidence for each in words), default=100)
    return Cell(text, sure, left, max(0, top - room), max(1, right - left), bottom - top + 2 * room)


def _goes_on(line: Sequence[Word], cell: Cell, width: int) -> bool:
    """Say whether a line without a label is the rest of the value above it."""
    close = line[0].y < cell.y + cell.h + 1.2 * line[0].h
    return bool(cell.text) and close and cell.x + cell.w > 0.9 * width and len(" ".join(w.text for w in line)) > 3


def _joined(cell: Cell, line: Sequence[Word]) -> Cell:
    sure = min(cell.confidence, *(each.confidence for each in line))
    left, right = min(cell.x, line[0].x), max(cell.x + cell.w, line[-1].x + line[-1].w)
    bottom = max(each.y + each.h for each in line) + round(0.35 * line[0].h)
    text = f"{cell.text} {' '.join(each.text for each in line)}".strip(" ;,.")
    return Cell(text, sure, left, cell.y, right - left, bottom - cell.y)


def _role(text: str) -> str:
    """Return whose part of a form begins with a text, "" when it says nothing of that kind."""
    found = _WHOSE.search(" ".join(re.findall(r"\w+", fold(text))))
    return _ROLES[found[1] or found[2]] if found and len(text) < 60 else ""
