"""What leaves a register comes back in as it is: every register of the demonstration nation, exported and imported."""

from __future__ import annotations

from pathlib import Path

import msgspec

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api
from lienthong.stewardship.api import Imported, Preview, Settings


def steward_of(agency: str) -> Actor:
    """The steward of a register's owner."""
    return Actor(
        kind=Kind.OFFICER, subject="steward", agency=agency, roles=frozenset({api.ROLE}), level=3, request_id=new_id()
    )


def test_every_export_of_the_nation_comes_back_unchanged(demonstration: Runtime, tmp_path: Path) -> None:
    """A short list of few codes does not show its period by itself: the steward says that it is of today."""
    came: dict[str, tuple[int, Imported]] = {}
    held = 0
    for spec in registers.definitions():
        path, who = tmp_path / f"{spec.id}.csv", steward_of(spec.owner)
        rows = api.export(who, register=spec.id, path=path, grounds=Grounds(purpose="export", basis=spec.basis[0]))
        held += bool(rows)
        if rows:
            done = api.import_file(who, register=spec.id, path=path, agree=_of_today)
            if (done.rows, done.unchanged) != (rows, rows):
                came[spec.id] = rows, done
    assert held >= 5
    assert came == {}


def _of_today(shown: Preview) -> Settings:
    return msgspec.structs.replace(shown.settings, units_on=runtime.current().clock.now().date().isoformat())
