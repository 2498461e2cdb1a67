"""Agencies are the tenants: written in the catalogue or made by rule for every unit, unsure codes marked."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from lienthong.kernel.errors import NotFound
from lienthong.reference import api

COMMUNES, PROVINCES = 3_321, 34


def test_every_unit_in_force_has_its_agencies() -> None:
    counted = Counter((each.kind, each.level) for each in api.agencies())
    assert counted["people-committee", "commune"] == counted["police", "commune"] == COMMUNES
    for kind in ("people-committee", "police", "insurance", "service-centre"):
        assert counted[kind, "province"] == PROVINCES
    assert counted["hospital", "province"] == 3 * PROVINCES
    assert counted["ministry", "central"] >= 21


def test_codes_are_unique_and_lead_back_to_their_agency() -> None:
    listed = api.agencies()
    assert len({each.code for each in listed}) == len(listed)
    assert all(api.agency(each.code) == each for each in listed[:: len(listed) // 50])
    assert all(not each.parent or api.agency(each.parent) for each in listed)


@pytest.mark.parametrize(
    ("role", "code", "name"),
    [
        ("civil-status", "H29.26.929", "Ủy ban nhân dân phường Bình Thạnh"),
        ("one-stop", "H29.26.929", "Ủy ban nhân dân phường Bình Thạnh"),
        ("residence", "G01.79.26929", "Công an phường Bình Thạnh"),
        ("insurance", "G24.79", "Bảo hiểm xã hội thành phố Hồ Chí Minh"),
        ("identity", "G01.79", "Công an thành phố Hồ Chí Minh"),
    ],
)
def test_who_is_competent_in_a_commune(role: str, code: str, name: str) -> None:
    agency = api.competent(role=role, unit="26929")
    assert (agency.code, agency.name.vi) == (code, name)


@pytest.mark.parametrize(("role", "unit"), [("residence", "79"), ("unknown", "26929"), ("civil-status", "00001")])
def test_nobody_is_competent_for_an_unknown_role_or_a_former_unit(role: str, unit: str) -> None:
    with pytest.raises(NotFound):
        api.competent(role=role, unit=unit)


def test_only_confirmed_codes_are_free_of_the_demonstration_mark() -> None:
    assert {each.code for each in api.agencies() if not each.demonstration} == {"G14", "G22", "H29", "H49"}


def test_a_ministry_that_ended_names_its_successor() -> None:
    ended = api.agency("G14")
    assert ended is not None
    assert (ended.valid_to, ended.successor) == (date(2025, 2, 28), "G06")


def test_the_agencies_of_one_unit() -> None:
    assert [each.code for each in api.agencies(unit="26929")] == ["G01.79.26929", "H29.26.929"]
    assert [each.code for each in api.agencies(kind="hospital", unit="79")] == ["H29.2.1", "H29.2.2", "H29.2.3"]
