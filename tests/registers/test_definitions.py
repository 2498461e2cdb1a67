"""Definitions: the built-in ones are sound, faults have a file and a line, tables follow the file."""

from __future__ import annotations

import pytest

from lienthong.kernel.runtime import Runtime
from lienthong.registers import api

SIX = ["birth_notices", "civil_status", "enterprises", "health_insurance", "population", "residence"]


def test_the_built_in_registers_are_sound(sqlite_node: Runtime) -> None:
    assert [each.text for each in api.faults()] == []
    assert [each.id for each in api.definitions()] == SIX


@pytest.mark.parametrize("register", SIX)
def test_each_says_who_answers_for_it_and_how_long_it_keeps(sqlite_node: Runtime, register: str) -> None:
    spec = api.definition(register)
    assert spec.owner
    assert spec.basis
    assert spec.retention.why.vi
    assert all(term.classification for term in spec.terms.values())
    assert all(spec.title_of(name).vi for name in spec.fields)
