"""What the named people have in the other registers is sound, but for the telephones under a wrong owner."""

from __future__ import annotations

from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.registers.demonstration import country, seed, things
from lienthong.stewardship import api as stewardship

WRONG = {"phone_subscribers": {"subscriber_lives": 1, "old_paper": 1, "number_fits": 1, "person_exists": 1}}


def test_they_break_no_rule_but_the_telephones_of_wrong_owners(sqlite_node: Runtime) -> None:
    seed(system("seed"), scale=20, say=lambda _: None)
    written = things.rows(country.places())
    found: dict[str, dict[str, int]] = {}
    for register, rows in written.items():
        owner = system("steward", agency=api.definition(register).owner)
        done = stewardship.measure_quality(owner, register=register)
        assert done.records == len(rows) > 0
        if done.broken:
            found[register] = done.broken
    assert found == WRONG
