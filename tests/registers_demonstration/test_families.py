"""The invented nation is a plausible one: families, homes, ages, peoples, places."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from lienthong.registers.demonstration.people import FEMALE, MALE, TODAY, YEAR, YEAR_DAYS, Person
from lienthong.registers.demonstration.relations import HEAD, OTHER, relation
from tests.registers_demonstration.whole_nation import PEOPLE, Nation

PYRAMID = {0: 23.5, 15: 20.4, 30: 23.5, 45: 18.2, 60: 8.5, 70: 5.9}
"""Percent of the living from that age on, as in the mid-term census of 2024 (rounded)."""


def everybody(whole: Nation) -> list[Person]:
    return [person for village in whole.villages for person in village.people]


def living(whole: Nation) -> list[Person]:
    return [person for person in everybody(whole) if not person.died]


def test_there_are_as_many_people_as_asked_for(whole: Nation) -> None:
    assert len(everybody(whole)) == PEOPLE
    assert len(whole.people) == PEOPLE


def test_children_are_younger_than_their_parents_by_15_years_or_more(whole: Nation) -> None:
    children = [person for person in everybody(whole) if person.father and person.mother]
    assert len(children) > PEOPLE / 2
    for child in children:
        for parent in (child.father, child.mother):
            assert parent is not None
            assert child.born - parent.born > 15 * YEAR_DAYS
            assert not 0 < parent.died < child.born


def test_spouses_are_mutual_adult_and_of_other_families(whole: Nation) -> None:
    married = [person for person in everybody(whole) if person.spouse]
    assert len(married) > PEOPLE / 2
    for person in married:
        spouse = person.spouse
        assert spouse is not None
        assert spouse.spouse is person
        assert {person.sex, spouse.sex} == {MALE, FEMALE}
        assert person.father is None or person.father is not spouse.father
        assert person.married == spouse.married
        assert person.married - person.born > (20 if person.sex == MALE else 18) * YEAR_DAYS - 1


def test_a_life_goes_forward(whole: Nation) -> None:
    for person in everybody(whole):
        days = [person.born, person.married, person.divorced, person.moved, person.stayed, person.died]
        assert all(person.born <= day <= TODAY for day in days if day)
        assert not person.divorced or person.divorced > person.married
        assert not person.died or person.died >= max(days), "nothing happens to the dead"


def test_every_home_where_somebody_lives_has_one_head_who_lives_there(whole: Nation) -> None:
    for village in whole.villages:
        for home in village.homes:
            alive = [person for person in home.members if not person.died]
            if alive:
                assert home.head in alive
                assert [relation(home.head, person) for person in alive].count(HEAD) == 1


def test_most_members_are_near_family_and_three_generations_live_together(whole: Nation) -> None:
    found = Counter(
        relation(home.head, person)
        for village in whole.villages
        for home in village.homes
        for person in home.members
        if home.head
    )
    assert found[OTHER] / found.total() < 0.005
    assert {"02", "03", "04", "06", "07", "20", "21"} <= set(found)


def test_ages_come_near_the_census(whole: Nation) -> None:
    ages = [(TODAY - person.born) / YEAR_DAYS for person in living(whole)]
    edges = [*PYRAMID, 120]
    for least, most in pairwise(edges):
        share = 100 * sum(least <= age < most for age in ages) / len(ages)
        assert abs(share - PYRAMID[least]) < max(2.5, PYRAMID[least] / 7), (least, share)


def test_women_are_nearly_half(whole: Nation) -> None:
    alive = living(whole)
    assert 0.47 < sum(person.sex == FEMALE for person in alive) / len(alive) < 0.52


def test_every_province_has_its_share(whole: Nation) -> None:
    alive = living(whole)
    shares = Counter(person.home.commune.province for person in alive)
    assert len(shares) == 34
    assert 0.10 < shares["79"] / len(alive) < 0.15
    assert 0.06 < shares["01"] / len(alive) < 0.10
    assert shares["12"] / len(alive) < 0.012


def test_peoples_live_where_they_live(whole: Nation) -> None:
    alive = living(whole)
    peoples = Counter(person.ethnicity for person in alive)
    assert 0.82 < peoples["01"] / len(alive) < 0.90
    assert len(peoples) > 25
    khmer = Counter(person.home.commune.province for person in alive if person.ethnicity == "05")
    assert sum(khmer[code] for code in ("86", "91", "92", "96")) / khmer.total() > 0.6


def test_names_are_built_as_each_people_builds_them(whole: Nation) -> None:
    kinh = [person for person in everybody(whole) if person.ethnicity == "01"]
    families = Counter(person.family for person in kinh)
    assert 0.28 < families["Nguyễn"] / len(kinh) < 0.42
    assert all(2 <= len(person.name.split()) <= 5 for person in kinh)
    old = [person for person in kinh if person.sex == FEMALE and YEAR[person.born] < 1960]
    young = [person for person in kinh if person.sex == FEMALE and YEAR[person.born] > 2010]
    simple = [sum(f"{each.family} Thị " in each.name for each in some) / len(some) for some in (old, young)]
    assert simple[0] > 0.5 > simple[1]
    ede = [person for person in everybody(whole) if person.ethnicity == "12"]
    assert all(person.name.startswith("Y " if person.sex == MALE else "H'") for person in ede)
    assert all(each.family == each.mother.family for each in ede if each.mother and each.mother.ethnicity == "12")
    assert all(each.family == each.father.family for each in kinh if each.father and each.father.ethnicity == "01")


def test_some_of_everything_that_happens_in_a_register(whole: Nation) -> None:
    people = everybody(whole)
    share = {
        "deceased": (sum(1 for each in people if each.died), 0.02, 0.05),
        "year only": (sum(1 for each in people if len(each.birth_date) == 4), 0.01, 0.05),
        "staying elsewhere": (sum(1 for each in people if each.stay), 0.01, 0.05),
        "divorced": (sum(1 for each in people if each.divorced), 0.01, 0.04),
        "widowed": (sum(1 for each in people if each.widowed), 0.01, 0.05),
        "moved": (sum(1 for each in people if each.moved and each.before), 0.15, 0.6),
    }
    for what, (count, least, most) in share.items():
        assert least < count / len(people) < most, what
