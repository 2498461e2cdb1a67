"""Numbers of invented people: recognisably synthetic, unique, the same on every run."""

from __future__ import annotations

from collections import defaultdict
from itertools import count

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.registers.demonstration.people import FEMALE, MALE, MERGED, YEAR, Commune

_FIRST, _CELL, _STEP = 991_000, 9_000, 7_919  # the step is prime to the cell: it visits every serial once
_RUNNING = 10_000_000
_MIDDLE = {  # century and sex, then the year, as the fourth to sixth digit say them
    sex: {year: f"{(year // 100 - 19) * 2 + (sex == FEMALE)}{year % 100:02d}" for year in range(1900, 2100)}
    for sex in (MALE, FEMALE)
}


class Numbers:
    """Gives every kind of number that a register keys its records by."""

    def __init__(self) -> None:
        self._given: defaultdict[str, int] = defaultdict(int)
        self._running = count(_RUNNING)

    def personal(self, commune: Commune, sex: str, born: int) -> str:
        """Return a new personal number: province of registration, century and sex, year, serial 99xxxx.

        Serials 990xxx stay free for named people. Raises Invalid when a province has used up one year and sex.
        """
        province = commune.province if born >= MERGED else commune.old_province
        cell = f"0{province}{_MIDDLE[sex][YEAR[born]]}"
        place = self._given[cell] = self._given[cell] + 1
        if place > _CELL:
            raise Invalid(
                "demonstration.numbers",
                N_("Hết số định danh minh họa cho nhóm %(cell)s; hãy gieo ít người hơn."),
                cell=cell,
            )
        return f"{cell}{_FIRST + place * _STEP % _CELL}"

    def former(self) -> str:
        """Return a nine-digit number of the identity cards that ended in 2024; no province code begins with 99."""
        return f"99{1_000_000 + next(self._running) * 7_654_321 % 9_000_000}"

    def insurance(self) -> str:
        """Return a ten-digit social-insurance number beginning with 99, which no real one does."""
        return f"99{next(self._running)}"

    def phone(self) -> str:
        """Return a telephone number that nobody has: prefix 0199 was withdrawn in 2018."""
        return f"0199{100_000 + next(self._running) * 654_323 % 900_000}"

    def running(self) -> int:
        """Return an eight-digit number never returned before."""
        return next(self._running)

    def next(self, series: str) -> int:
        """Return the next count of a series, from 1."""
        place = self._given[series] = self._given[series] + 1
        return place
