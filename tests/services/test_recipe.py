"""The recipe in the documentation works as it is written: one file, and people can use the procedure."""

from __future__ import annotations

import re
from pathlib import Path

from lienthong.kernel.runtime import Runtime
from lienthong.services import api, spec
from tests.services.conftest import MOTHER, citizen, decide, officer, populate
from tests.services.procedures import put

RECIPE = Path(__file__).resolve().parents[2] / "docs" / "recipes" / "add-a-procedure.md"


def test_a_procedure_is_one_file(sqlite_node: Runtime) -> None:
    written = re.search(r"```yaml\n(.*?)```", RECIPE.read_text(encoding="utf-8"), re.DOTALL)
    assert written is not None
    put(sqlite_node, written[1], name="residence-confirmation")
    populate(sqlite_node)
    assert spec.check() == []
    assert [each.id for each in api.catalogue()] == [
        "linked-birth",
        "lodging-notice",
        "social-pension",
        "residence-confirmation",
    ]

    who = citizen(MOTHER)
    draft = api.begin(who, procedure="residence-confirmation")
    api.fetch_facts(who, draft=draft)
    assert api.draft(who, draft=draft).asked == 1
    api.answer(who, draft=draft, values={"request.purpose": "Nhập học cho con"})
    code = api.file(who, draft=draft)
    assert [row.dossier for row in api.queue(officer("police-officer")).rows] == [code]
    seen = api.dossier(officer("police-officer"), code=code)
    assert (seen.role, seen.compared) == ("lead", ()), "the contract opens nothing to the officer, and nothing is read"
    decide("police-officer", code, "confirm")
    assert api.dossier(who, code=code).outcome == "granted"
    assert set(api.schema(procedure="residence-confirmation")["properties"]) == {"request.purpose"}
