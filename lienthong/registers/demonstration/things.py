"""What the named people have beside their families, in the registers that only they are in: licences, vehicles,
telephones, school, insurance, a notice of death. The same on every run; numbers and plates are nobody's.

A few telephones stand under a wrong owner, as they do: the work list of the register shows them.
"""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.registers.demonstration import named
from lienthong.registers.demonstration.country import Desks
from lienthong.registers.demonstration.people import ISO, MALE, TODAY, YEAR_DAYS, Person
from lienthong.registers.demonstration.places import Places
from lienthong.registers.demonstration.rows import Row

_OPERATORS = ("viettel", "vnpt", "mobifone")
_MAKES = (("Honda", "Wave"), ("Yamaha", "Sirius"), ("Honda", "Vision"))
_ASSISTED = "079153990153"
_SINCE = "2019-05-20"
_SCHOOL_YEAR = "2026-2027"


def rows(places: Places) -> dict[str, list[Row]]:
    """Return the rows of each register, in the order they are written."""
    people = [each for village in named.villages(places) for each in village.people if each.number]
    living = [each for each in people if not each.died]
    adults = [each for each in living if _age(each) >= 18]
    desks = Desks()
    return {
        "driving_licences": [_licence(turn, each) for turn, each in enumerate(adults, 1) if _age(each) < 70],
        "vehicles": [_vehicle(turn, each) for turn, each in enumerate(adults, 1) if _age(each) < 70],
        "phone_subscribers": [*_phones(adults), *_wrong_phones(people)],
        "pupils": [_pupil(turn, each) for turn, each in enumerate(living, 1) if 3 <= _age(each) < 18],
        "social_insurance": [
            _insurance(turn, each, desks(each.home.commune).branch)
            for turn, each in enumerate(adults, 1)
            if _age(each) < 70
        ],
        "social_assistance": [_assistance(each) for each in living if each.number == _ASSISTED],
        "death_notices": [_notice(turn, each, desks) for turn, each in enumerate(people, 1) if each.died],
    }


def _age(person: Person) -> int:
    return int((TODAY - person.born) / YEAR_DAYS)


def _who(person: Person) -> Row:
    return {"number": person.number, "full_name": person.name, "birth_date": person.birth_date, "sex": person.sex}


def _licence(turn: int, person: Person) -> Row:
    car = turn % 2 == 0
    return _who(person) | {
        "licence_no": f"79{turn:010d}",
        "nationality": "VN",
        "commune": person.home.commune.code,
        "address": person.home.address,
        "licence_class": "B" if car else "A1",
        "licence_issued_on": _SINCE,
        **({"licence_expires_on": "2029-05-20"} if car else {}),
        "status": "valid",
        "points": 12 - turn % 3,
    }


def _vehicle(turn: int, person: Person) -> Row:
    make, model = _MAKES[turn % len(_MAKES)]
    return {
        "chassis_no": f"MINHHOA99{turn:08d}",
        "engine_no": f"MH99{turn:06d}",
        "plate_no": f"99Z9-{turn:05d}",
        "kind": "motorcycle",
        "make": make,
        "model": model,
        "colour": "Đỏ" if turn % 2 else "Đen",
        "year": 2018,
        "owner_number": person.number,
        "owner_name": person.name,
        "commune": person.home.commune.code,
        "address": person.home.address,
        "registered_on": _SINCE,
        "status": "in_use",
    }


def _phones(adults: list[Person]) -> Iterator[Row]:
    for turn, person in enumerate(adults):
        if person.phone:
            yield _phone(turn, person.phone, person) | {"number": person.number}


def _wrong_phones(people: list[Person]) -> Iterator[Row]:
    """One still under somebody deceased, one under an old paper, one under a number that nobody has."""
    dead = next(each for each in people if each.died)
    old = next(each for each in people if _age(each) >= 60 and not each.died)
    yield _phone(0, "0199000901", dead) | {"number": dead.number}
    yield _phone(1, "0199000902", old) | {"paper_kind": "old_id", "paper_no": "990000902"}
    yield _phone(2, "0199000903", old) | {"number": "079990990903", "notified_on": "2026-11-01"}


def _phone(turn: int, subscription: str, person: Person) -> Row:
    return {
        "subscription": subscription,
        "operator": _OPERATORS[turn % len(_OPERATORS)],
        "subscriber_kind": "self",
        "full_name": person.name,
        "birth_date": person.birth_date,
        "nationality": "VN",
        "paper_kind": "id_card",
        "commune": person.home.commune.code,
        "address": person.home.address,
        "subscribed_on": "2018-03-01",
        "status": "active",
    }


def _pupil(turn: int, person: Person) -> Row:
    age = _age(person)
    level = "preschool" if age < 6 else "primary" if age < 11 else "lower_secondary" if age < 15 else "upper_secondary"
    grade = max(0, age - 5)
    return _who(person) | {
        "enrolment_no": f"MH99{turn:04d}/{_SCHOOL_YEAR[:4]}",
        "pupil_code": f"MH99{turn:04d}",
        "ethnicity": person.ethnicity,
        **({"father_name": person.father.name} if person.father else {}),
        **({"mother_name": person.mother.name} if person.mother else {}),
        "school_code": f"MN-{person.home.commune.code}",
        "school_name": "Trường Minh Họa",
        "school_commune": person.home.commune.code,
        "school_level": level,
        "school_year": _SCHOOL_YEAR,
        "grade": grade,
        "class_name": f"{grade or 'Lá'}A",
        "status": "studying",
        "enrolled_on": "2026-09-05",
    }


def _insurance(turn: int, person: Person, branch: str) -> Row:
    retired = _age(person) >= (61 if person.sex == MALE else 57)
    row = _who(person) | {
        "insurance_no": f"99{turn:08d}",
        "commune": person.home.commune.code,
        "kind": "compulsory",
        "status": "drawing" if retired else "paying",
        "insured_since": ISO[int(person.born + 24 * YEAR_DAYS)],
        "months_paid": 300 if retired else 60 + turn,
        "branch": branch,
    }
    if retired:
        drawn = {"pension_kind": "retirement", "pension_amount": 5_200_000 + 100_000 * turn, "pay_channel": "account"}
        row |= drawn | {"pension_from": ISO[min(TODAY - 30, int(person.born + 61 * YEAR_DAYS))]}
    return row


def _assistance(person: Person) -> Row:
    return _who(person) | {
        "assistance_no": "99/QĐ-UBND/2025",
        "commune": person.home.commune.code,
        "address": person.home.address,
        "regime": "elderly_poor",
        "coefficient": "1.5",
        "amount": 750_000,
        "assistance_from": "2025-07-01",
        "status": "paid",
        "pay_channel": "cash",
    }


def _notice(turn: int, person: Person, desks: Desks) -> Row:
    desk = desks(person.home.commune)
    day = ISO[person.died]
    return {
        "death_notice_no": f"{desk.clinics[0]}/{day[:4]}/99{turn:03d}",
        "number": person.number,
        "deceased_name": person.name,
        "sex": person.sex,
        "birth_date": person.birth_date,
        "death_day": day,
        "death_place": "Bệnh viện (minh họa)",
        "facility": desk.clinics[0],
        "death_commune": person.home.commune.code,
        "status": "used",
        "issued_at": f"{day}T02:30:00.000000Z",
    }
