"""The people of the demonstration: officers of real agencies, one click each, nowhere in production."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienthong.identity import api, demonstration
from lienthong.kernel.actor import ANONYMOUS, Actor, system
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.settings import Mode
from lienthong.reference import api as reference
from lienthong.registers import demonstration as registers_demonstration

SEED = system("seed")


def seed() -> list[str]:
    said: list[str] = []
    demonstration.seed(SEED, scale=1, say=said.append)
    return said


def nation() -> None:
    """The smallest nation: its named families are always there."""
    registers_demonstration.seed(SEED, scale=100, say=lambda _said: None)


def enter(key: str) -> Actor:
    return api.sign_in_demonstration(ANONYMOUS, key=key, loopback=True).actor


def test_every_person_is_one_click_away_and_seeding_again_changes_nothing(node: Runtime) -> None:
    seed()
    people = api.demonstration_people()
    seed()
    assert api.demonstration_people() == people
    for each in people:
        assert enter(each.key).subject == each.subject
    assert {
        "commune-officer",
        "commune-chair",
        "police-officer",
        "identity-officer",
        "insurance-officer",
        "hospital-clerk",
        "data-steward",
        "provincial-chairman",
        "committee-secretary",
        "commune-officer-2",
    } <= {each.key for each in people}


def test_officers_sit_where_the_mother_s_ward_is_served(sqlite_node: Runtime) -> None:
    seed()
    for key, role, competent in (
        ("commune-officer", "civil-status-officer", "civil-status"),
        ("commune-chair", "commune-chair", "civil-status"),
        ("police-officer", "residence-officer", "residence"),
        ("identity-officer", "identity-officer", "identity"),
        ("insurance-officer", "insurance-officer", "insurance"),
    ):
        officer = enter(key)
        assert officer.has(role)
        assert officer.agency == reference.competent(role=competent, unit=demonstration.WARD).code
        assert officer.level == 3
    assert enter("commune-officer-2").units == {demonstration.OTHER_WARD}
    hospital = reference.agency(enter("hospital-clerk").agency)
    assert hospital is not None
    assert hospital.kind == "hospital"


def test_the_named_families_have_accounts_under_the_register_s_names(sqlite_node: Runtime) -> None:
    nation()
    seed()
    named = registers_demonstration.people()
    shown = {each.key: each for each in api.demonstration_people() if each.subject in named.values()}
    assert list(shown) == ["mother", "father", "mother-2", "father-2", "mother-3", "father-3", "daughter"]
    assert shown["mother"].name == "Nguyễn Thị Thu Hà"
    mother = enter("mother")
    assert (mother.subject, mother.level) == (named["mother"], 2)
    assert [each.number for each in api.children(mother)] == [named["child"]]


def test_chairs_are_found_and_shown_in_one_query(node: Runtime) -> None:
    seed()
    clerk = enter("commune-officer")
    (chair,) = api.staff(clerk, agency=clerk.agency, role="commune-chair")
    shown = api.display(clerk, subjects=[chair.subject, clerk.subject, "079192990417", "nobody"])
    assert set(shown) == {chair.subject, clerk.subject}
    assert shown[chair.subject].name == "Phạm Hoàng Long"
    with pytest.raises(Denied):
        api.display(ANONYMOUS, subjects=[chair.subject])


def test_production_has_none_of_them(sqlite_node: Runtime) -> None:
    api.refuse_demonstration()
    seed()
    sqlite_node.settings = replace(sqlite_node.settings, mode=Mode.PRODUCTION)
    with pytest.raises(Denied):
        seed()
    with pytest.raises(Denied):
        enter("commune-officer")
    with pytest.raises(Invalid):
        api.refuse_demonstration()
