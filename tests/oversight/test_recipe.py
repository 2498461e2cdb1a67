"""The recipe in the documentation works as it is written."""

from __future__ import annotations

import re
from pathlib import Path

from lienthong.evidence import api as evidence
from lienthong.kernel import clock, events
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api, spec
from lienthong.services.events import StepDecided

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "add-an-indicator.md"


def test_an_indicator_is_one_file(sqlite_node: Runtime) -> None:
    written = re.search(r"```yaml\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    assert written is not None
    folder = sqlite_node.settings.home / "catalogue" / "indicators"
    folder.mkdir(parents=True)
    (folder / "step-on-time-share.yaml").write_text(written[1], encoding="utf-8")
    assert spec.check() == []

    at = clock.stamp(sqlite_node.clock.now())
    with sqlite_node.database.transaction():
        for step, on_time in (("receive", True), ("register", True), ("residence", False)):
            decided = {"decision": "approved", "decided_at": at, "due_at": at, "on_time": on_time}
            events.publish(
                system("test"), StepDecided(dossier="A-1", step=step, agency="H29.26.929", unit="26929", **decided)
            )
    evidence.ingest()

    secretary = Actor(kind=Kind.OFFICER, subject="s0", roles=frozenset({"committee-secretary"}))
    board = api.dashboard(secretary, chosen="step-on-time-share", place="79")
    assert (board.rows[0].unit, board.rows[0].figure.part, board.rows[0].figure.of) == ("26929", 2, 3)
    gap = api.drill(secretary, indicator="step-on-time-share", unit="26929", side="gap")
    assert [row["step"] for row in gap.rows] == ["residence"]
