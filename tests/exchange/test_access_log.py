"""The citizen's log: who, which fields, why, on what basis, for which dossier, when; "proved" only when it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lienthong.exchange import api
from lienthong.exchange.api import Ask, ProofState
from lienthong.identity import api as identity
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import speaking
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from tests.exchange.people import BIRTH, COMMITTEE, DOSSIER, HA, HUY, INSURER, REGISTRAR, WARD, citizen


def look(who: object = REGISTRAR, number: str = HA) -> None:
    asks = [Ask("x", "population", {"number": number}, ("full_name", "birth_date"))]
    api.fetch(who, asks=asks, grounds=BIRTH, contract="linked-birth")  # pyright: ignore[reportArgumentType]


def newest(number: str = HA) -> api.AccessView:
    return api.access_log(citizen(number), limit=1)[0]


def test_an_entry_says_everything_in_plain_words(family: Runtime) -> None:
    member = identity.Staff(
        subject=REGISTRAR.subject,
        name="Đặng Ngọc Trâm",
        position="Công chức tư pháp – hộ tịch",
        agency=COMMITTEE,
        roles=REGISTRAR.roles,
        units=frozenset({WARD}),
    )
    identity.open_staff(system("seed"), member=member)
    look()
    entry = newest()
    assert entry.who == "Ủy ban nhân dân phường Bình Thạnh"
    assert entry.actor == "Đặng Ngọc Trâm, Công chức tư pháp – hộ tịch"
    assert entry.register == "CSDL Dân cư"
    assert entry.purpose == "Giải quyết hồ sơ khai sinh liên thông"
    assert entry.basis.endswith("(63/2024/NĐ-CP)")
    assert (entry.dossier, entry.at, entry.act, entry.denied, entry.own) == (
        DOSSIER,
        family.clock.now(),
        "read",
        False,
        False,
    )
    assert len(entry.fields) == 2
    assert all(" " in each or each.isalpha() for each in entry.fields)
    with speaking("en"):
        assert newest().purpose == "Deciding a linked birth dossier"


def test_proved_is_said_only_after_the_proof_was_checked(family: Runtime) -> None:
    look()
    assert newest().proof.state is ProofState.WAITING
    ledger.sequence()
    proof = newest().proof
    assert proof.state is ProofState.PROVED
    assert proof.line == proof.size == ledger.checkpoint().size
    assert proof.sealed_at == family.clock.now()


def test_a_changed_entry_is_no_longer_proved(family: Runtime) -> None:
    look()
    ledger.sequence()
    entry = newest()
    with family.database.transaction() as connection:
        connection.exec_driver_sql("UPDATE access SET dossier = 'another' WHERE id = '" + entry.id + "'")  # noqa: S608
    assert newest().proof.state is ProofState.BROKEN


def test_ones_own_reads_and_those_of_the_family_are_told_apart(family: Runtime) -> None:
    api.fetch(
        citizen(),
        asks=[Ask("me", "population", {"number": HA}), Ask("he", "population", {"spouse_number": HA})],
        grounds=BIRTH,
        contract="linked-birth",
    )
    assert (newest().who, newest().own) == ("Chính bạn", True)
    assert newest(HUY).who == "Một người trong gia đình hoặc người được bạn ủy quyền"
    assert newest(HUY).own is False


def test_denials_stand_in_the_log_with_their_reason(family: Runtime) -> None:
    with pytest.raises(Denied):
        api.fetch(INSURER, asks=[Ask("x", "residence", {"number": HA})], grounds=BIRTH, contract="linked-birth")
    look()
    [entry] = api.access_log(citizen(), denied=True)
    assert entry.denied
    assert entry.who == "Bảo hiểm xã hội thành phố Hồ Chí Minh"
    assert entry.reason == "Thỏa thuận không cho vai trò này dùng cơ sở dữ liệu được hỏi."


def test_the_log_is_paged_and_limited_to_a_time(family: Runtime, clock: SetClock) -> None:
    clock.advance(timedelta(days=40))
    for _ in range(5):
        look()
    everything = api.access_log(citizen(), limit=100)
    pages = api.access_log(citizen(), limit=3)
    while page := api.access_log(citizen(), limit=3, after=pages[-1].id):
        pages += page
    assert [each.id for each in pages] == [each.id for each in everything]
    recent = api.access_log(citizen(), limit=100, since=clock.now() - timedelta(days=30))
    assert len(recent) == 5 < len(everything)


def test_the_log_is_for_its_person_alone(family: Runtime) -> None:
    look()
    with pytest.raises(Denied):
        api.access_log(REGISTRAR)
    entry = newest()
    assert api.access_entry(citizen(), entry=entry.id).id == entry.id
    with pytest.raises(NotFound):
        api.access_entry(citizen(HUY), entry=entry.id)


def test_a_person_takes_the_proofs_home_and_checks_them_without_the_node(family: Runtime, tmp_path: Path) -> None:
    look()
    look(number=HUY)
    ledger.sequence()
    look()
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(api.access_proofs(citizen())), encoding="utf-8")
    report = ledger.verify_file(path, key=ledger.public_key())
    sealed = [each for each in api.access_log(citizen(), limit=100) if each.proof.state is ProofState.PROVED]
    assert (report.size, report.faults) == (len(sealed), [])
    assert HUY not in path.read_text().replace(f'"actor": "{HUY}"', "")
    path.write_text(path.read_text().replace(DOSSIER, DOSSIER[:-1] + "2"), encoding="utf-8")
    assert ledger.verify_file(path).faults
