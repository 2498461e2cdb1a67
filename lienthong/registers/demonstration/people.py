"""Who lives in the invented nation: persons, homes, communes. Days are ordinals (date.toordinal), 0 when never."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

TODAY = date(2026, 11, 20).toordinal()
"""The nation stands still on this day: the same people whenever and wherever it is made."""
OPENED = date(2021, 7, 1).toordinal()
"""The population register opened: what was true then is the first version, what changed since is history."""
MERGED = date(2025, 7, 1).toordinal()
"""63 provinces became 34: births registered from this day bear the code of the new province."""
YEAR_DAYS = 365.25
MALE, FEMALE = "1", "2"


class _Texts(dict[int, str]):
    """ISO texts of days, each made once: the nation has few days and many people."""

    def __missing__(self, day: int) -> str:
        text = self[day] = date.fromordinal(day).isoformat()
        return text


class _Years(dict[int, int]):
    def __missing__(self, day: int) -> int:
        year = self[day] = date.fromordinal(day).year
        return year


ISO = _Texts()
YEAR = _Years()


@dataclass(slots=True, frozen=True, eq=False)
class Commune:
    """A commune in force, with what addresses and numbers need.

    old_province: two-digit code of the province of before 2025-07-01, for numbers given until then.
    """

    code: str
    full_name: str
    province: str
    old_province: str
    urban: bool


@dataclass(slots=True, eq=False, repr=False)  # they know each other: written out, one would be all
class Home:
    """A household: who lives at one address together, with one head."""

    commune: Commune
    address: str
    code: str
    members: list[Person] = field(default_factory=list["Person"])
    head: Person | None = None


@dataclass(slots=True, eq=False, repr=False)
class Person:
    """One invented person. ``family`` is the part of the name that children inherit, "" where a people has none.

    number: "" for a newborn who waits for one. birth_date: what is known of it: the day, the month or only the year.
    before, moved: where the person was registered until that day. stay, stayed: temporary residence since that day.
    """

    sex: str
    born: int
    birth_date: str
    name: str
    family: str
    ethnicity: str
    religion: str
    birthplace: Commune
    home_town: Commune
    home: Home
    number: str
    father: Person | None = None
    mother: Person | None = None
    spouse: Person | None = None
    married: int = 0
    divorced: int = 0
    died: int = 0
    before: Home | None = None
    moved: int = 0
    stay: Home | None = None
    stayed: int = 0
    phone: str = ""

    def move(self, home: Home, day: int) -> None:
        """Register at another home from a day on."""
        if home is not self.home:
            self.home.members.remove(self)
            home.members.append(self)
            self.before, self.home, self.moved = self.home, home, day

    @property
    def widowed(self) -> int:
        """The day the spouse died, 0 when none did or the person died first."""
        spouse = self.spouse
        if spouse is None or not spouse.died or self.divorced or 0 < self.died <= spouse.died:
            return 0
        return spouse.died


@dataclass(slots=True, eq=False, repr=False)
class Birth:
    """A birth told by a hospital. ``child`` is None while the notice waits: nobody has registered the child yet."""

    mother: Person
    day: int
    time: str
    sex: str
    grams: int
    order: int
    commune: Commune
    child: Person | None = None


@dataclass(slots=True, eq=False, repr=False)
class Village:
    """People who belong together: made, written and forgotten as one."""

    people: list[Person] = field(default_factory=list[Person])
    homes: list[Home] = field(default_factory=list[Home])
    births: list[Birth] = field(default_factory=list[Birth])
