"""How the members of a home are related to its head, as form CT01 names it (codes of household_relationships)."""

from __future__ import annotations

from lienthong.registers.demonstration.people import FEMALE, MALE, Person

HEAD, OTHER = "01", "99"
_SPOUSE = {FEMALE: "02", MALE: "03"}
_CHILD = "04"
_CHILD_IN_LAW = {FEMALE: "06", MALE: "07"}
_PARENT = {MALE: "08", FEMALE: "09"}
_PARENT_IN_LAW = {MALE: {MALE: "14", FEMALE: "15"}, FEMALE: {MALE: "12", FEMALE: "13"}}
_GRANDPARENT = {MALE: {MALE: "16", FEMALE: "17"}, FEMALE: {MALE: "18", FEMALE: "19"}}
_ELDER_SIBLING = {MALE: "22", FEMALE: "23"}
_YOUNGER_SIBLING = "24"
_ELDER_SIBLING_IN_LAW = {MALE: "25", FEMALE: "26"}
_YOUNGER_SIBLING_IN_LAW = {MALE: "27", FEMALE: "28"}
_NEPHEW = "29"


def relation(head: Person, person: Person) -> str:
    """Return the code of what ``person`` is to the head of the household."""
    if person is head:
        return HEAD
    if person.father is head or person.mother is head:
        return _CHILD
    spouse = person.spouse
    if spouse is head:
        return _SPOUSE[person.sex]
    if spouse is not None and (spouse.father is head or spouse.mother is head):
        return _CHILD_IN_LAW[person.sex]
    return _grandchild(head, person) or _elder(head, person) or _beside(head, person) or OTHER


def _grandchild(head: Person, person: Person) -> str:
    father, mother = person.father, person.mother
    if father is not None and (father.father is head or father.mother is head):
        return "20"
    if mother is not None and (mother.father is head or mother.mother is head):
        return "21"
    return ""


def _elder(head: Person, person: Person) -> str:
    if person is head.father or person is head.mother:
        return _PARENT[person.sex]
    spouse = head.spouse
    if spouse is not None and (person is spouse.father or person is spouse.mother):
        return _PARENT_IN_LAW[head.sex][person.sex]
    for parent in (head.father, head.mother):
        if parent is not None and (person is parent.father or person is parent.mother):
            return _GRANDPARENT[parent.sex][person.sex]
    return ""


def _beside(head: Person, person: Person) -> str:
    if _siblings(head, person):
        return _ELDER_SIBLING[person.sex] if person.born < head.born else _YOUNGER_SIBLING
    spouse = person.spouse
    if spouse is not None and _siblings(head, spouse):
        codes = _ELDER_SIBLING_IN_LAW if spouse.born < head.born else _YOUNGER_SIBLING_IN_LAW
        return codes[person.sex]
    if any(parent is not None and _siblings(head, parent) for parent in (person.father, person.mother)):
        return _NEPHEW
    return ""


def _siblings(one: Person, other: Person) -> bool:
    return one.father is not None and one.father is other.father
