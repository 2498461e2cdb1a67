"""The commands: a verdict with an honest exit code, the keys of a verifier."""

from __future__ import annotations

import json

from click.testing import CliRunner

from lienthong.documents import api, store
from lienthong.documents.cli import documents
from tests.documents.conftest import MOTHER


def test_a_document_is_checked_from_the_shell(issued_on_sqlite: api.Document) -> None:
    text = store.credential(issued_on_sqlite.id, MOTHER) or ""
    good = CliRunner().invoke(documents, ["verify"], input=text)
    assert good.exit_code == 0
    assert "Giấy tờ thật\nGiấy khai sinh · Ủy ban nhân dân phường Bình Thạnh · 21/11/2026" in good.output
    bad = CliRunner().invoke(documents, ["verify", "LT1:ABC", "--json"])
    assert bad.exit_code == 1
    assert json.loads(bad.output)["state"] == "unreadable"


def test_keys_for_a_verifier(issued_on_sqlite: api.Document) -> None:
    shown = json.loads(CliRunner().invoke(documents, ["keys", "--json"]).output)
    assert [set(each) for each in shown["keys"]] == [{"kid", "crv", "kty", "x", "y"}]
