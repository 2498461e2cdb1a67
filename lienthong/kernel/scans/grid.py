"""The ruled lines of a table on a page: where they run, and the page without them."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from lienthong.kernel.scans.pixels import dark, resized

_RUN = 40
"""Pixels in a row that are all dark: longer than any stroke of a letter."""
_LONG = 0.25
_WHOLE = 0.6
_ALIKE = 0.04
_LEAST_GAP = 24
_DRIFT = 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table. across: heights of its horizontal lines; down: places of its vertical ones, in pixels."""

    across: tuple[int, ...]
    down: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    at: int
    first: int
    last: int


def find_grid(page: Image.Image) -> Grid | None:
    """Return the ruled table of a page that lies straight; None when it has none of two rows and two columns."""
    inked = dark(page, below=150)
    level = _lines(inked, _LONG)
    level = _alike(level, page.width)
    if len(level) < 3:
        return None
    top, bottom = level[0].at, level[-1].at
    turned = inked.crop((0, top, page.width, bottom)).transpose(Image.Transpose.TRANSPOSE)
    upright = _lines(turned, _WHOLE)
    across, down = _apart([each.at for each in level]), _apart([each.at for each in upright])
    return Grid(across, down) if len(across) >= 3 and len(down) >= 3 else None


def without_lines(page: Image.Image, grid: Grid) -> Image.Image:
    """Return the page with the lines of the table wiped off: recognition takes a ruled table for a drawing."""
    plain = page.copy()
    pen = ImageDraw.Draw(plain)
    left, right, top, bottom = grid.down[0], grid.down[-1], grid.across[0], grid.across[-1]
    for at in grid.across:
        pen.rectangle((left - 6, at - 5, right + 6, at + 5), fill=255)
    for at in grid.down:
        pen.rectangle((at - 5, top - 6, at + 5, bottom + 6), fill=255)
    return plain


def _lines(inked: Image.Image, share: float) -> list[_Line]:
    """Return horizontal lines that are dark over a share of the width."""
    pieces = max(1, inked.width // _RUN)
    runs = resized(inked, pieces, inked.height, mean=True).tobytes()
    is_dark = bytes(each > 170 for each in range(256))
    flags = runs.translate(is_dark)
    rows = [flags[at * pieces : (at + 1) * pieces] for at in range(inked.height)]
    masks = [int.from_bytes(row, "little") if 1 in row else 0 for row in rows]
    found: list[_Line] = []
    group: list[int] = []
    whole = 0
    for at in range(len(masks) + 1):
        near = 0
        for other in masks[max(0, at - _DRIFT) : at + _DRIFT + 1] if at < len(masks) else ():
            near |= other
        if near.bit_count() >= share * pieces:
            group.append(at)
            whole |= near
        elif group:
            first = ((whole & -whole).bit_length() - 1) // 8
            found.append(_Line((group[0] + group[-1]) // 2, first * _RUN, ((whole.bit_length() - 1) // 8 + 1) * _RUN))
            group, whole = [], 0
    return found


def _alike(lines: list[_Line], width: int) -> list[_Line]:
    """Return the lines that begin and end where most of them do: those of one table."""
    room = _ALIKE * width

    def near(one: _Line) -> list[_Line]:
        return [each for each in lines if abs(each.first - one.first) <= room and abs(each.last - one.last) <= room]

    return max((near(each) for each in lines), key=len) if lines else []


def _apart(places: list[int]) -> tuple[int, ...]:
    kept: list[int] = []
    for at in places:
        if not kept or at - kept[-1] >= _LEAST_GAP:
            kept.append(at)
    return tuple(kept)
