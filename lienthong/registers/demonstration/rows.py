"""Writes a village as rows of the five registers, in the form that ``registers.api.bulk_load`` takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from lienthong.registers.demonstration.names import Chance, Weighted, styles
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
from lienthong.registers.demonstration.places import KINH
from lienthong.registers.demonstration.relations import HEAD, relation

Row = dict[str, Any]
REGISTERS = ("population", "residence", "civil_status", "birth_notices", "health_insurance")
_BOOKS = date(2016, 1, 1).toordinal()  # since then births, marriages and deaths are in the electronic books
_CARDS = [  # health-insurance categories by age
    *[Weighted([("TE", 1)])] * 6,
    *[Weighted([("HS", 1)])] * 12,
    *[Weighted([("SV", 45), ("DN", 20), ("GD", 25), ("", 10)])] * 4,
    *[Weighted([("GD", 46), ("DN", 34), ("CH", 9), ("", 11)])] * 38,
    *[Weighted([("HT", 34), ("GD", 60), ("", 6)])] * 20,
    *[Weighted([("BT", 1)])] * 50,
]
_MINORITY_CARDS = Weighted([("HN", 40), ("CN", 20), ("GD", 40)])
_LEVEL = {"TE": 1, "HN": 2, "BT": 2, "HT": 3}


BOOKS = {"birth": "KS", "marriage": "KH", "death": "KT"}
"""Short names of the books of civil status: khai sinh, kết hôn, khai tử."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The agencies that serve a commune, by code. hospital: where its children are born, clinics: first treatment."""

    committee: str
    branch: str
    hospital: str
    hospital_name: str
    clinics: tuple[str, ...]


class Writer:
    """Turns people into rows; draws what only a row needs: telephones, cards, days of registration."""

    def __init__(self, chance: Chance, numbers: Numbers, desk: Callable[[Commune], Desk]) -> None:
        self.chance = chance
        self.numbers = numbers
        self.desk = desk
        self._signers: dict[str, str] = {}

    def rows(self, village: Village) -> dict[str, list[Row]]:
        """Return the village's rows by register; rows of one person in order of time."""
        population: list[Row] = []
        residence: list[Row] = []
        civil_status: list[Row] = []
        cards: list[Row] = []
        for person in village.people:
            self._population(person, population)
            if person.number:
                self._residence(person, residence)
                self._civil_status(person, civil_status)
                if not person.died and (card := self._card(person)):
                    cards.append(card)
        notices = [self._notice(birth) for birth in village.births]
        return dict(zip(REGISTERS, (population, residence, civil_status, notices, cards), strict=True))

    def _population(self, person: Person, rows: list[Row]) -> None:
        born, home = person.born, person.home
        opened = max(born, OPENED)
        moved = person.moved > opened and person.before is not None
        first = person.before if moved and person.before else home
        row: Row = {
            "_valid_from": ISO[opened],
            "number": person.number or None,
            "full_name": person.name,
            "sex": person.sex,
            "birth_date": person.birth_date,
            "birth_place": person.birthplace.full_name,
            "birth_commune": person.birthplace.code,
            "home_town": person.home_town.code,
            "ethnicity": person.ethnicity,
            "religion": person.religion,
            "nationality": "VN",
            "marital_status": "1",
            "home_commune": first.commune.code,
            "home_address": first.address,
            "current_commune": first.commune.code,
            "current_address": first.address,
            "life_status": "living",
        }
        if not person.number:
            row["_id"] = f"{home.code}/{self.numbers.running()}"
        if person.father is not None:
            row["father_number"] = person.father.number
        if person.mother is not None:
            row["mother_number"] = person.mother.number
        self._contacts(person, row)
        rows.append(row)
        if person.died or moved or person.stay or person.widowed or person.divorced or person.married > OPENED:
            self._changes(person, moved, row, rows)
        elif person.spouse:
            row["marital_status"], row["spouse_number"] = "2", person.spouse.number

    def _contacts(self, person: Person, row: Row) -> None:
        turn = self.chance()
        if person.phone:
            row["phone"] = person.phone
        elif TODAY - person.born > 15 * YEAR_DAYS and turn < 0.8:
            row["phone"] = self.numbers.phone()
        if YEAR[person.born] < 2002 and turn > 0.35:
            row["former_number"] = self.numbers.former()

    def _changes(self, person: Person, moved: bool, row: Row, rows: list[Row]) -> None:
        """Put what was true already when the register opened into the first row, and each later change into its own."""
        later: dict[int, Row] = {}
        for day, change in self._events(person, moved):
            if day <= max(OPENED, person.born):
                row.update(change)
            else:
                later.setdefault(day, {}).update(change)
        identity = {name: row[name] for name in ("number", "_id") if row.get(name)}
        rows.extend({**identity, "_valid_from": ISO[day], **later[day]} for day in sorted(later))

    def _events(self, person: Person, moved: bool) -> Iterator[tuple[int, Row]]:
        home, spouse, stay = person.home, person.spouse, person.stay
        if spouse is not None:
            yield person.married, {"marital_status": "2", "spouse_number": spouse.number}
            if person.divorced:
                yield person.divorced, {"marital_status": "3", "spouse_number": None}
            elif person.widowed:
                yield person.widowed, {"marital_status": "4", "spouse_number": None}
        if moved:
            yield person.moved, _place("home", home) | _place("current", home)
        if stay is not None:
            yield person.stayed, _place("current", stay)
        if person.died:
            yield person.died, {"life_status": "deceased", "death_date": ISO[person.died], "spouse_number": None}

    def _residence(self, person: Person, rows: list[Row]) -> None:
        home, before = person.home, person.before
        since = person.moved or (person.born if person.father or not person.married else person.married)
        if before is not None and person.moved > OPENED:
            rows.append(self._entry(person, before, "permanent", person.born, person.moved))
        rows.append(self._entry(person, home, "permanent", since, person.died))
        if person.stay is not None:
            ended = min(person.stayed + 730, person.died or TODAY + 730)
            rows.append(self._entry(person, person.stay, "temporary", person.stayed, ended))

    def _entry(self, person: Person, home: Home, kind: str, since: int, until: int) -> Row:
        head = home.head or person
        code = home.commune.code
        row = {
            "_valid_from": ISO[since],
            "entry_no": f"{code}/{'TT' if kind == 'permanent' else 'TR'}/{self.numbers.running()}",
            "number": person.number,
            "kind": kind,
            "household": home.code,
            "relation": HEAD if head is person else relation(head, person),
            "head_number": head.number,
            "commune": code,
            "address": home.address,
            "from_date": ISO[since],
        }
        if until:
            row["to_date"] = ISO[until]
        return row

    def _civil_status(self, person: Person, rows: list[Row]) -> None:
        if person.born >= _BOOKS and person.mother is not None:
            rows.append(self._birth(person, person.mother))
        if person.married >= _BOOKS and person.sex == MALE and person.spouse is not None:
            rows.append(self._marriage(person, person.spouse))
        if person.died >= _BOOKS:
            rows.append(
                self._book("death", person.home.commune, person.died, 15)
                | {"number": person.number, "person_name": person.name, "sex": person.sex, "nationality": "VN"}
                | {"birth_date": person.birth_date, "ethnicity": person.ethnicity}
            )

    def _birth(self, child: Person, mother: Person) -> Row:
        row = self._book("birth", child.birthplace, child.born, 45) | {
            "number": child.number,
            "person_name": child.name,
            "mother_number": mother.number,
            "mother_name": mother.name,
            "sex": child.sex,
            "birth_date": ISO[child.born],
            "birth_place": self.desk(child.birthplace).hospital_name,
            "home_town": child.home_town.code,
            "ethnicity": child.ethnicity,
            "nationality": "VN",
        }
        if child.father is not None:
            row |= {"father_number": child.father.number, "father_name": child.father.name}
        return row

    def _marriage(self, husband: Person, wife: Person) -> Row:
        place = (wife.before or wife.home).commune if wife.moved == wife.married else wife.home.commune
        return self._book("marriage", place, husband.married, 0) | {
            "number": husband.number,
            "person_name": husband.name,
            "spouse_number": wife.number,
            "nationality": "VN",
        }

    def _book(self, kind: str, commune: Commune, day: int, delay: int) -> Row:
        registered = min(TODAY, day + int(self.chance() * delay))
        year = YEAR[registered]
        series = f"{commune.code}/{BOOKS[kind]}/{year}"
        serial = self.numbers.next(series)
        return {
            "_valid_from": ISO[day],
            "entry_no": f"{series}/{serial:04d}",
            "kind": kind,
            "event_date": ISO[day],
            "registered_on": ISO[registered],
            "commune": commune.code,
            "agency": self.desk(commune).committee,
            "certificate_no": f"{serial}/{year}",
            "signer": self._signer(commune),
        }

    def _signer(self, commune: Commune) -> str:
        if commune.code not in self._signers:
            sex = MALE if self.chance() < 0.6 else FEMALE
            self._signers[commune.code] = styles()[KINH].draw(self.chance, sex, 1976, "")[0]
        return self._signers[commune.code]

    def _notice(self, birth: Birth) -> Row:
        desk = self.desk(birth.commune)
        day = ISO[birth.day]
        serial = self.numbers.next(f"{desk.hospital}/{day[:4]}")
        return {
            "_valid_from": day,
            "notice_no": f"{desk.hospital}/{day[:4]}/{serial:05d}",
            "mother_number": birth.mother.number,
            "mother_name": birth.mother.name,
            "birth_date": day,
            "birth_time": birth.time,
            "sex": birth.sex,
            "weight_grams": birth.grams,
            "birth_order": birth.order,
            "birth_place": desk.hospital_name,
            "facility": desk.hospital,
            "birth_commune": birth.commune.code,
            "status": "used" if birth.child else "waiting",
            "issued_at": f"{ISO[birth.day + 1]}T02:30:00.000000Z",
        }

    def _card(self, person: Person) -> Row | None:
        category = self._category(person)
        if not category:
            return None
        commune = person.home.commune
        desk = self.desk(commune)
        child = category == "TE"
        return {
            "card_no": f"{category}{_LEVEL.get(category, 4)}{commune.province}{self.numbers.insurance()}",
            "number": person.number,
            "full_name": person.name,
            "birth_date": person.birth_date,
            "sex": person.sex,
            "commune": commune.code,
            "category": category,
            "facility": desk.clinics[int(self.chance() * len(desk.clinics))],
            "valid_from": ISO[person.born] if child else "2026-01-01",
            "valid_to": f"{YEAR[person.born] + 6}-09-30" if child else "2026-12-31",
            "branch": desk.branch,
        }

    def _category(self, person: Person) -> str:
        age = (TODAY - person.born) // 365
        if person.ethnicity != KINH and 22 <= age < 80:
            return _MINORITY_CARDS.draw(self.chance)
        return _CARDS[age].draw(self.chance)


def _place(which: str, home: Home) -> Row:
    return {f"{which}_commune": home.commune.code, f"{which}_address": home.address}
