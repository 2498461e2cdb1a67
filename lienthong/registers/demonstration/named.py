"""The people whom demonstrations, journeys and tests know by name. They live in every nation, whatever its size."""

from __future__ import annotations

from datetime import date

from lienthong.registers.demonstration.people import FEMALE, MALE, Birth, Commune, Home, Person, Village
from lienthong.registers.demonstration.places import KINH, Places

NUMBERS = {
    "mother": "079192990417",
    "father": "051090990256",
    "child": "079221990031",
    "grandmother": "079155990071",
    "mother-2": "079195990508",
    "father-2": "079093990612",
    "mother-3": "001194990733",
    "father-3": "001092990745",
    "grandfather": "079049990149",
    "daughter": "079179990179",
}
"""Personal numbers by key; the general people never get serials 990xxx."""
_TAY = "02"
_BINH_THANH, _BINH_QUOI, _GIA_DINH = "26929", "26911", "26944"
_CAU_GIAY = "00166"
_SON_TINH = "21220"
_DONG_KINH = "05977"
_NO_RELIGION, _BUDDHIST, _CATHOLIC = "00", "01", "02"


def villages(places: Places) -> list[Village]:
    """Return the named families, each as a village of its own."""
    return [_mother(places), _second_mother(places), _third_mother(places), _elder(places)]


def _mother(places: Places) -> Village:
    """Three generations under one roof, and the father's parents in Quảng Ngãi."""
    ward, town = places.commune(_BINH_THANH), places.commune(_SON_TINH)
    lang_son = places.commune(_DONG_KINH)
    home = Home(ward, "999/9 đường Minh Họa", f"{ward.code}990001")
    parents = Home(town, "Số 99, Thôn Minh Họa", f"{town.code}990001")
    room = Home(places.commune(_BINH_QUOI), "99/9 đường Minh Họa", f"{_BINH_QUOI}990001")
    grandfather = _person("Nguyễn Văn Thái", MALE, "1951-05-19", "020051990019", home, lang_son, people=_TAY)
    grandmother = _person("Phạm Thị Nga", FEMALE, "1955", NUMBERS["grandmother"], home, ward, religion=_BUDDHIST)
    _marry(grandfather, grandmother, "1978-02-11")
    grandfather.died = _day("2019-09-02")
    mother = _child("Nguyễn Thị Thu Hà", FEMALE, "1992-05-12", NUMBERS["mother"], grandfather, grandmother, ward)
    mother.phone = "0199000417"
    quy = _person("Lê Văn Quý", MALE, "1961-09-09", "051061990061", parents, town)
    le = _person("Trần Thị Mỹ Lệ", FEMALE, "1964-04-20", "051164990064", parents, town)
    _marry(quy, le, "1987-01-15")
    father = _child("Lê Quốc Huy", MALE, "1990-07-25", NUMBERS["father"], quy, le, town)
    father.phone = "0199000256"
    father.move(room, _day("2014-03-10"))
    _marry(father, mother, "2019-06-08")
    father.move(home, _day("2026-10-30"))
    child = _child("Lê Gia Khang", MALE, "2021-03-18", NUMBERS["child"], father, mother, ward)
    birth = Birth(mother, _day("2026-11-14"), "06:35", FEMALE, 3_150, 2, ward)
    home.head, parents.head = grandmother, quy
    return Village([grandfather, grandmother, quy, le, father, mother, child], [home, parents, room], [birth])


def _second_mother(places: Places) -> Village:
    """The same ward; the father is registered elsewhere, so he has to agree where the child is registered."""
    ward, other = places.commune(_BINH_THANH), places.commune(_GIA_DINH)
    home = Home(ward, "888/8 đường Minh Họa", f"{ward.code}990002")
    his = Home(other, "88/8 đường Minh Họa", f"{other.code}990001")
    loc = _person("Trần Văn Lộc", MALE, "1966-12-01", "079066990066", home, ward)
    dung = _person("Võ Thị Kim Dung", FEMALE, "1968-08-17", "079168990068", home, ward)
    _marry(loc, dung, "1993-11-20")
    mother = _child("Trần Thị Mai Phương", FEMALE, "1995-02-28", NUMBERS["mother-2"], loc, dung, ward)
    mother.phone = "0199000508"
    father = _person("Nguyễn Đức Anh", MALE, "1993-10-05", NUMBERS["father-2"], his, other)
    father.phone = "0199000612"
    _marry(father, mother, "2023-12-16")
    birth = Birth(mother, _day("2026-11-11"), "22:10", MALE, 3_300, 1, ward)
    home.head, his.head = loc, father
    return Village([loc, dung, mother, father], [home, his], [birth])


def _third_mother(places: Places) -> Village:
    """Another commune, in another province: nobody in the ward may see anything of her."""
    ward = places.commune(_CAU_GIAY)
    home = Home(ward, "777/7 đường Minh Họa", f"{ward.code}990001")
    mother = _person("Hoàng Thị Bích Ngọc", FEMALE, "1994-09-02", NUMBERS["mother-3"], home, ward, religion=_CATHOLIC)
    father = _person("Vũ Minh Quân", MALE, "1992-01-30", NUMBERS["father-3"], home, ward, religion=_CATHOLIC)
    mother.phone, father.phone = "0199000733", "0199000745"
    _marry(father, mother, "2022-10-22")
    birth = Birth(mother, _day("2026-11-09"), "14:20", FEMALE, 2_950, 1, ward)
    home.head = father
    return Village([mother, father], [home], [birth])


def _elder(places: Places) -> Village:
    """The same ward as the first family: an old man without telephone, and his daughter, who lives elsewhere."""
    ward, other = places.commune(_BINH_THANH), places.commune(_BINH_QUOI)
    home = Home(ward, "666/6 đường Minh Họa", f"{ward.code}990003")
    hers = Home(other, "66/6 đường Minh Họa", f"{other.code}990002")
    grandfather = _person("Phan Văn Tư", MALE, "1949-04-30", NUMBERS["grandfather"], home, ward, religion=_BUDDHIST)
    grandmother = _person("Lê Thị Sáu", FEMALE, "1953-08-12", "079153990153", home, ward, religion=_BUDDHIST)
    _marry(grandfather, grandmother, "1974-12-24")
    daughter = _child("Phan Thị Ngọc Diệp", FEMALE, "1979-10-20", NUMBERS["daughter"], grandfather, grandmother, ward)
    daughter.phone = "0199000179"
    daughter.move(hers, _day("2008-06-01"))
    home.head, hers.head = grandfather, daughter
    return Village([grandfather, grandmother, daughter], [home, hers], [])


def _person(  # each argument is a fact of one person
    name: str,
    sex: str,
    born: str,
    number: str,
    home: Home,
    town: Commune,
    *,
    people: str = KINH,
    religion: str = _NO_RELIGION,
) -> Person:
    person = Person(sex, _day(born), born, name, name.split(maxsplit=1)[0], people, religion, town, town, home, number)
    home.members.append(person)
    return person


def _child(name: str, sex: str, born: str, number: str, father: Person, mother: Person, place: Commune) -> Person:
    child = _person(name, sex, born, number, mother.home, place, people=father.ethnicity, religion=father.religion)
    child.father, child.mother, child.home_town = father, mother, father.home_town
    return child


def _marry(husband: Person, wife: Person, day: str) -> None:
    husband.spouse, wife.spouse = wife, husband
    husband.married = wife.married = _day(day)


def _day(text: str) -> int:
    """Return the ordinal of an ISO date; of a year alone its middle, which no row shows."""
    return date.fromisoformat(text if len(text) == 10 else f"{text}-07-01").toordinal()
