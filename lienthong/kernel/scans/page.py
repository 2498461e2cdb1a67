"""One page from picture to words: straight, upright, with the lines of a table wiped off before reading."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PIL import Image

from lienthong.kernel.scans.digits import read_twice
from lienthong.kernel.scans.drawing import straightened
from lienthong.kernel.scans.grid import Grid, find_grid, without_lines
from lienthong.kernel.scans.words import Word, is_doubtful, turned, words


@dataclass(frozen=True, slots=True)
class Page:
    """What was read. picture: the page as it was read, upright; places of words and lines are pixels of it."""

    picture: Image.Image
    words: list[Word]
    grid: Grid | None


def read(picture: Image.Image) -> Page:
    """Read a page. One that lies on its head or side is turned, numbers are read twice.

    Raises Invalid when the program takes too long.
    """
    found = _read(straightened(picture))
    if is_doubtful(found.words) and (upright := turned(found.picture)):
        again = _read(straightened(upright))
        if sum(each.confidence for each in again.words) > sum(each.confidence for each in found.words):
            found = again
    plain = without_lines(found.picture, found.grid) if found.grid else found.picture
    return replace(found, words=read_twice(plain, found.words))


def _read(picture: Image.Image) -> Page:
    grid = find_grid(picture)
    if grid is None:
        return Page(picture, words(picture), None)
    return Page(picture, words(without_lines(picture, grid), scattered=True), grid)
