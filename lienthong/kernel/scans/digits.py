"""Numbers of a page are read once more by a reader that was trained on other text: the two err at different places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from PIL import Image

from lienthong.kernel.scans.words import Word, words

READER = "eng"
"""Comes with the program itself; where it is missing, nothing is read twice."""
_AT_LEAST = 3
_AROUND = 0.35
_NUMBER = re.compile(r"[\d/.\-]+")
_APART, _MOST = 50, 99
"""Percent of confidence where the two differ, and at most where they agree."""


def read_twice(page: Image.Image, found: Sequence[Word]) -> list[Word]:
    """Return the words of a page, its numbers surer where both readers agree and doubtful where they differ.

    Where they differ, the second one counts: it is the better reader of digits.
    """
    numbers = [each for each in found if _is_number(each.text)]
    if not numbers:
        return list(found)
    only = Image.new("L", page.size, 255)
    for each in numbers:
        room = round(_AROUND * each.h)
        right, bottom = min(page.width, each.x + each.w + room), min(page.height, each.y + each.h + room)
        box = (max(0, each.x - room), max(0, each.y - room), right, bottom)
        only.paste(page.crop(box), box)
    again = words(only, scattered=True, language=READER)
    return [_beside(each, again) if _is_number(each.text) else each for each in found]


def _is_number(text: str) -> bool:
    digits = sum(map(str.isdigit, text))
    return digits >= _AT_LEAST and 2 * digits > len(text)


def _beside(word: Word, again: Sequence[Word]) -> Word:
    inside = [each for each in again if _holds(word, each)]
    other = "".join(each.text for each in sorted(inside, key=lambda one: one.x))
    if not other:
        return word
    if other == word.text:
        doubt = (100 - word.confidence) * (100 - min(each.confidence for each in inside)) / 100
        return replace(word, confidence=max(word.confidence, min(_MOST, round(100 - doubt))))
    return replace(word, text=other if _NUMBER.fullmatch(other) else word.text, confidence=min(word.confidence, _APART))


def _holds(word: Word, other: Word) -> bool:
    room = round(_AROUND * word.h)
    across = word.x - room <= other.x and other.x + other.w <= word.x + word.w + room
    return across and word.y - room <= other.y + other.h / 2 <= word.y + word.h + room
