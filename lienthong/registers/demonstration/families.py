"""Makes villages: couples, their children, the children's marriages, who lives with whom, who moved, who died."""

from __future__ import annotations

from datetime import date
from random import Random

from lienthong.registers.demonstration import odds
from lienthong.registers.demonstration.names import styles
from lienthong.registers.demonstration.numbers import Numbers
from lienthong.registers.demonstration.people import (
    FEMALE,
    ISO,
    MALE,
    OPENED,
    TODAY,
    YEAR,
    YEAR_DAYS,
    Birth,
    Commune,
    Home,
    Person,
    Village,
)
from lienthong.registers.demonstration.places import Places

_LARGEST_CLAN, _LARGEST_FAMILY = 45, 8
_FOLLOW = 3  # people whom one who waits for a spouse brings: the spouse and children
_YEAR_ONE = [date(year, 1, 1).toordinal() for year in range(1900, 2030)]
_MALE_MAJORITY = int(20 * YEAR_DAYS) + 1  # men may marry from then on
_RECORDED = date(2015, 1, 1).toordinal()  # deaths before this day are in no register
_NOTICES = date(2025, 1, 1).toordinal()  # since then hospitals send birth notices


class Families:
    """Makes one village after the other from one stream of chance."""

    def __init__(self, random: Random, places: Places, numbers: Numbers) -> None:
        self.chance = random.random
        self.places = places
        self.numbers = numbers
        self.styles = styles()
        self._village = Village()
        self._commune = places.communes[0]
        self._unmarried: dict[str, list[tuple[Person, int]]] = {MALE: [], FEMALE: []}

    def village(self, commune: Commune, people: int, *, exact: bool = False) -> Village:
        """Return a village of about that many people, at least as many; exactly as many when asked."""
        village = self._village = Village()
        self._commune = commune
        while len(village.people) + _FOLLOW * self._waiting < people - (_LARGEST_CLAN if exact else 0):
            self._clan()
        self._marry_the_rest(people - _LARGEST_CLAN // 2 if exact else people + _LARGEST_CLAN)
        while exact and len(village.people) < people - _LARGEST_FAMILY:
            self._young_family()
        while len(village.people) < people:
            self._single()
        for home in village.homes:
            home.head = _head(home)
        return village

    @property
    def _waiting(self) -> int:
        return len(self._unmarried[MALE]) + len(self._unmarried[FEMALE])

    def _clan(self) -> None:
        year = odds.FOUNDERS.draw(self.chance)
        self._founders(year + int(self.chance() * 5))

    def _young_family(self) -> None:
        self._founders(1988 + int(self.chance() * 8))

    def _founders(self, year: int) -> None:
        chance, commune = self.chance, self._commune
        people = self.places.people(commune, chance)
        religion = self._religion(people)
        home = self._home(commune)
        wife = self._person(FEMALE, self._day_of(year), people, religion, home)
        husband = self._person(MALE, self._day_of(year - int(chance() * 7) + 1), people, religion, home)
        day = min(wife.born + self._marrying_age(FEMALE, year), TODAY - 400)
        self._couple(husband, wife, max(day, husband.born + _MALE_MAJORITY))

    def _single(self) -> None:
        year = 1950 + int(self.chance() * 50)
        people = self.places.people(self._commune, self.chance)
        sex = MALE if self.chance() < 0.5 else FEMALE
        self._person(sex, self._day_of(year), people, self._religion(people), self._home(self._commune))

    def _couple(self, husband: Person, wife: Person, day: int) -> None:
        husband.spouse, wife.spouse = wife, husband
        husband.married = wife.married = day
        children, last = self._children(husband, wife, day)
        last = max(last, wife.moved, husband.moved)
        self._die(husband, last)
        self._die(wife, last)
        if not (husband.died or wife.died) and last < TODAY - 400 and self.chance() < 0.04:
            self._divorce(husband, wife, children, last)
        for child in children:
            self._grow(child)

    def _children(self, husband: Person, wife: Person, day: int) -> tuple[list[Person], int]:
        """Return the registered children of a couple married on the day, and the day of the last birth."""
        chance = self.chance
        children: list[Person] = []
        last = day
        born = day + 240 + int(chance() * 900)
        for order in range(1, odds.children(YEAR[wife.born]).draw(chance) + 1):
            if born > TODAY or born - wife.born > 43 * YEAR_DAYS:
                break
            child = self._child(husband, wife, born, order)
            if child is not None:
                children.append(child)
            last = born
            born += 450 + int(chance() * 1_700)
        return children, last

    def _child(self, father: Person, mother: Person, born: int, order: int) -> Person | None:
        """Return a registered child; None when only the hospital's notice knows it."""
        chance = self.chance
        sex = MALE if chance() < (odds.MALE_BIRTHS if YEAR[born] > 2005 else 0.51) else FEMALE
        before = mother.before if born < mother.moved else None
        place = before.commune if before else mother.home.commune
        age = TODAY - born
        child = None
        if age > 60 or chance() > 0.9 - age / 80:
            child = self._register(father, mother, sex, born, place)
            if before:
                child.before, child.moved = before, mother.moved
            if age < 30 and chance() < 0.5:
                child.number = ""
        if born >= _NOTICES:
            minute = int(chance() * 1_440)
            time = f"{minute // 60:02d}:{minute % 60:02d}"
            grams = 2_500 + int(chance() * 30) * 50
            self._village.births.append(Birth(mother, born, time, sex, grams, order, place, child))
        return child

    def _register(self, father: Person, mother: Person, sex: str, born: int, place: Commune) -> Person:
        people = father.ethnicity if father.ethnicity == mother.ethnicity or self.chance() < 0.75 else mother.ethnicity
        first, second = (mother, father) if self.styles[people].by_mother else (father, mother)
        child = self._person(sex, born, people, father.religion, mother.home, first.family or second.family, place)
        child.father, child.mother, child.home_town = father, mother, father.home_town
        return child

    def _grow(self, person: Person) -> None:
        """Decide what became of a child: a marriage, a life alone, an early death."""
        age = TODAY - person.born
        if age < 17 * YEAR_DAYS:
            self._die(person, max(person.born, person.moved) + 1)
            return
        day = person.born + self._marrying_age(person.sex, YEAR[person.born])
        if day < TODAY - 60 and self.chance() < 0.91:
            self._seek(person, day)
        else:
            self._live_alone(person, age)

    def _live_alone(self, person: Person, age: int) -> None:
        turn = self.chance()
        if turn < 0.2:
            person.stay = self._home(self.places.draw(self.chance), person)
            person.stayed = TODAY - 30 - int(self.chance() * 600)
        elif turn < 0.32 and age > 26 * YEAR_DAYS:
            self._leave([person], person.born + int(24 * YEAR_DAYS))
        self._die(person, max(person.moved, person.stayed, person.born + int(17 * YEAR_DAYS)))

    def _seek(self, person: Person, day: int) -> None:
        """Marry someone of another family who waits, or wait."""
        waiting = self._unmarried[FEMALE if person.sex == MALE else MALE]
        for place, (other, other_day) in enumerate(waiting):
            husband, wife = (person, other) if person.sex == MALE else (other, person)
            if -900 < wife.born - husband.born < 3_300 and _strangers(person, other):
                del waiting[place]
                self._wed(husband, wife, max(day, other_day))
                return
        self._unmarried[person.sex].append((person, day))

    def _marry_the_rest(self, most: int) -> None:
        """Find those who still wait a spouse from elsewhere, whose parents the register does not know."""
        while waiting := self._unmarried[MALE] or self._unmarried[FEMALE]:
            person, day = waiting.pop()
            if len(self._village.people) >= most:
                self._live_alone(person, TODAY - person.born)
                continue
            other = self._stranger(person, day)
            husband, wife = (person, other) if person.sex == MALE else (other, person)
            self._wed(husband, wife, day)

    def _stranger(self, person: Person, day: int) -> Person:
        gap = int((self.chance() * 6 - 1) * YEAR_DAYS)
        sex, born = (FEMALE, person.born + gap) if person.sex == MALE else (MALE, person.born - gap)
        born = min(born, day - int((18 if sex == FEMALE else 20) * YEAR_DAYS) - 10)
        if day < OPENED:  # where this one lived before is older than the register
            return self._person(sex, born, person.ethnicity, person.religion, person.home)
        home = self._home(self.places.draw(self.chance))
        return self._person(sex, born, person.ethnicity, person.religion, home, place=home.commune)

    def _wed(self, husband: Person, wife: Person, day: int) -> None:
        turn = self.chance()
        if turn < 0.38 and husband.father is not None and _has_room(husband.home):
            wife.move(husband.home, day)
        elif turn < 0.45 and wife.father is not None and _has_room(wife.home):
            husband.move(wife.home, day)
        elif turn < 0.82:
            home = self._home(self._commune)
            husband.move(home, day)
            wife.move(home, day)
        else:
            self._leave([husband, wife], day)
        self._couple(husband, wife, day)

    def _leave(self, people: list[Person], earliest: int) -> None:
        """Move people to a new home somewhere in the country, some day since the earliest."""
        home = self._home(self.places.draw(self.chance))
        day = earliest + int(self.chance() * (TODAY - earliest))
        for each in people:
            each.move(home, day)

    def _divorce(self, husband: Person, wife: Person, children: list[Person], last: int) -> None:
        day = last + 300 + int(self.chance() * (TODAY - last - 300))
        husband.divorced = wife.divorced = day
        home = self._home(wife.home.commune)
        leaving = [wife, *children] if husband.father in husband.home.members else [husband]
        for each in leaving:
            each.move(home, day)

    def _die(self, person: Person, earliest: int) -> None:
        """Let some die, the old more often, on a day since the earliest one that the rest of the story allows."""
        likely = odds.DEATHS[YEAR[TODAY] - YEAR[person.born]]
        likely *= 1.3 if person.sex == MALE else 0.7
        if self.chance() < likely and earliest < TODAY:
            earliest = max(earliest + 1, _RECORDED)
            person.died = earliest + int(self.chance() * (TODAY - earliest))

    def _person(
        self,
        sex: str,
        born: int,
        people: str,
        religion: str,
        home: Home,
        family: str = "",
        place: Commune | None = None,
    ) -> Person:
        chance = self.chance
        place = place or (self._commune if chance() < 0.85 else self.places.draw(chance))
        year = YEAR[born]
        name, family = self.styles[people].draw(chance, sex, year, family)
        number = self.numbers.personal(place, sex, born)
        known = ISO[born]
        if year < 1970 and chance() < (1972 - year) / 90:
            known = known[:4] if chance() < 0.85 else known[:7]
        person = Person(sex, born, known, name, family, people, religion, place, place, home, number)
        home.members.append(person)
        self._village.people.append(person)
        return person

    def _home(self, commune: Commune, tenant: Person | None = None) -> Home:
        home = self.places.home(commune, self.chance, self.numbers)
        if tenant is None:
            self._village.homes.append(home)
        else:
            home.head = tenant
        return home

    def _religion(self, people: str) -> str:
        return odds.religions(people).draw(self.chance)

    def _day_of(self, year: int) -> int:
        return _YEAR_ONE[year - 1900] + int(self.chance() * 365)

    def _marrying_age(self, sex: str, year: int) -> int:
        late = 2 if year < 1970 else 4 if year < 1990 else 6
        years = (18.2 if sex == FEMALE else 20.2) + (self.chance() + self.chance()) * (2.5 + late / 2)
        return int(years * YEAR_DAYS)


def _strangers(one: Person, other: Person) -> bool:
    return one.father is not other.father and (one.home is not other.home)


def _has_room(home: Home) -> bool:
    """True when no young couple lives with the parents yet."""
    return sum(1 for each in home.members if each.married) <= 2


def _head(home: Home) -> Person | None:
    """Return who answers for the home: the eldest living person under 85, else the eldest."""
    living = [each for each in home.members if not each.died] or home.members
    able = [each for each in living if TODAY - each.born < 85 * YEAR_DAYS] or living
    return min(able, key=lambda each: each.born, default=None)
