"""Issuing: asked in a transaction, done after it, once."""

from __future__ import annotations

from lienthong.documents import api
from tests.documents.conftest import CHILD, FATHER, MOTHER, agency_code, ask, citizen, open_chair, run_jobs


def test_a_certificate_lands_in_three_wallets(node):
    open_chair(agency_code())
    document = ask()
    assert not document.ready
    assert api.wallet(citizen(MOTHER)) == []
    assert run_jobs() == 1
    for each in (CHILD, MOTHER, FATHER):
        (held,) = api.wallet(citizen(each))
        assert held.id == document.id
        assert held.ready
    assert api.pdf(citizen(MOTHER), document.id).startswith(b"%PDF-1.7")
