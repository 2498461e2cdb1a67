"""Whoever opens a paper that is not theirs leaves an entry in the log of everybody concerned; its holder does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lienthong.documents import api
from lienthong.exchange import api as exchange
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import speaking
from tests.documents.conftest import CHILD, DOSSIER, FATHER, HOLDERS, MOTHER, agency_code, citizen, officer

NEIGHBOUR = "079188999955"


def log(number: str) -> list[exchange.AccessView]:
    return exchange.access_log(citizen(number))


def test_an_officer_who_opens_a_paper_is_in_the_log(issued: api.Document) -> None:
    assert not any(log(each) for each in HOLDERS)
    api.document(officer(agency_code()), issued.id)
    for each in HOLDERS:
        (entry,) = log(each)
        assert (entry.register, entry.act, entry.denied) == ("Giấy tờ đã cấp", "read", False)
        assert entry.who == "Ủy ban nhân dân phường Bình Thạnh"
        assert entry.actor.startswith("Trần Văn Khải")
        assert entry.purpose == "Mở giấy tờ đã cấp"
        assert entry.dossier == DOSSIER
        assert "Họ, chữ đệm và tên khai sinh" in entry.fields
        assert "Luật Hộ tịch" in entry.basis
    with speaking("en"):
        assert log(MOTHER)[0].register == "Issued documents"
    api.pdf(officer(agency_code()), issued.id)
    api.of_dossier(officer(agency_code()), dossier=DOSSIER)
    assert len(log(CHILD)) == 3


def test_the_holder_s_own_opening_needs_none(issued: api.Document) -> None:
    for who in (citizen(MOTHER), citizen(FATHER), citizen(MOTHER, for_person=CHILD)):
        api.document(who, issued.id)
        api.pdf(who, issued.id)
        api.present(who, issued.id, show="all")
    assert not any(log(each) for each in HOLDERS)


def test_somebody_who_acts_for_the_holder_or_sits_beside_them_does(issued: api.Document) -> None:
    api.document(citizen(NEIGHBOUR, for_person=CHILD), issued.id)
    assert [each.who for each in log(CHILD)] == ["Một người trong gia đình hoặc người được bạn ủy quyền"]
    api.document(replace(citizen(MOTHER), assisted_by="clerk-1"), issued.id)
    assert len(log(CHILD)) == 2


def test_an_officer_of_another_agency_is_refused_in_the_log(issued: api.Document) -> None:
    with pytest.raises(NotFound):
        api.pdf(officer("H29.26.944", "clerk-9"), issued.id)
    for each in HOLDERS:
        (entry,) = log(each)
        assert entry.denied
        assert entry.reason == "Chỉ người giữ và cơ quan đã cấp mới mở được giấy tờ này."
    with pytest.raises(NotFound):
        api.document(officer("H29.26.944"), "0" * 26)
    assert len(log(MOTHER)) == 1
