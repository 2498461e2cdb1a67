"""What is recorded is in the log once, provable against a signed checkpoint, and tampering is found."""

from __future__ import annotations

import secrets
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api
from lienthong.ledger.domain import tree


def commit(node: Runtime, count: int = 1) -> list[tuple[str, bytes]]:
    made = [(new_id(), secrets.token_bytes(32)) for _ in range(count)]
    with node.database.transaction():
        api.record_many(made)
    return made


def proved(entry: tuple[str, bytes]) -> bool:
    proof = api.proof(entry[0])
    return proof is not None and api.verify_inclusion(proof, entry[1], api.public_key())


def ledger_sql(node: Runtime, statement: str) -> None:
    """Do what an intruder with the database file would do."""
    url = f"sqlite:///{node.settings.home / 'ledger.sqlite'}" if node.database.is_sqlite else node.database.url
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_an_entry_waits_and_then_is_proved(node: Runtime) -> None:
    [entry] = commit(node)
    assert api.proof(entry[0]) is None
    assert api.waiting() == 1
    assert api.sequence() == 1
    assert api.waiting() == 0
    assert proved(entry)
    assert not proved((entry[0], bytes(32)))


def test_a_rolled_back_entry_never_reaches_the_log(node: Runtime) -> None:
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        api.record(entry_id=new_id(), digest=bytes(32))
        raise ZeroDivisionError
    assert api.sequence() == 0
    assert api.checkpoint().size == 0


def test_entries_stay_proved_as_the_log_grows(node: Runtime, clock: SetClock) -> None:
    made = []
    for count in (1, 2, 5, 13):
        made += commit(node, count)
        api.sequence()
        clock.advance(timedelta(seconds=1))
    assert api.checkpoint().size == 21
    assert len(api.proofs([entry for entry, _ in made])) == 21
    assert all(proved(entry) for entry in made)


def test_a_proof_of_another_log_is_refused(node: Runtime) -> None:
    [entry] = commit(node)
    api.sequence()
    proof = api.proof(entry[0])
    assert proof is not None
    assert not api.verify_inclusion(proof, entry[1], bytes(32))
    assert api.InclusionProof.from_dict(proof.as_dict()) == proof


def test_checkpoints_are_consistent_and_only_made_when_the_log_grew(node: Runtime) -> None:
    commit(node, 3)
    api.sequence()
    first = api.checkpoint()
    assert api.checkpoint() == first
    commit(node, 4)
    api.sequence()
    second = api.checkpoint()
    path = api.consistency(old=first.size, new=second.size)
    assert tree.consistent(first.size, first.root, second.size, second.root, path)
    with pytest.raises(Invalid):
        api.consistency(old=3, new=8)


def test_appending_again_changes_nothing_and_an_id_is_never_reused(node: Runtime) -> None:
    entry = (new_id(), bytes(32))
    assert api.append([entry, (new_id(), bytes(32))]) == [0, 1]
    assert api.append([entry]) == [0]
    with pytest.raises(Conflict):
        api.append([(entry[0], bytes([1]) * 32)])
    assert api.checkpoint().size == 2


def test_a_sequencer_killed_between_log_and_database_doubles_nothing(node: Runtime) -> None:
    made = commit(node, 3)
    api.append(made[:2])  # appended, but still waiting: what a kill in the middle leaves
    assert api.sequence() == 3
    assert api.checkpoint().size == 3
    assert api.verify_all().faults == []


def test_a_waiting_entry_with_a_taken_id_is_kept_and_reported(node: Runtime) -> None:
    [entry] = commit(node)
    api.append([(entry[0], bytes(32))])
    assert api.sequence() == 0
    assert api.waiting() == 1
    assert [each.code for each in api.verify_all().faults] == ["ledger.taken"]


def test_callers_at_the_same_time_get_a_place_each(node: Runtime) -> None:
    made = [[(new_id(), secrets.token_bytes(32)) for _ in range(20)] for _ in range(8)]
    places: list[int] = []

    def work(mine: list[tuple[str, bytes]]) -> None:
        for entry in mine:
            places.extend(api.append([entry]))

    threads = [threading.Thread(target=work, args=(mine,)) for mine in made]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(places) == list(range(160))
    report = api.verify_all()
    assert (report.size, report.faults) == (160, [])


@pytest.mark.parametrize(
    ("crime", "code"),
    [
        (
            "UPDATE ledger_entry SET digest = (SELECT hash FROM ledger_node LIMIT 1) WHERE position = 2",
            "ledger.altered",
        ),
        ("DELETE FROM ledger_entry WHERE position = 2", "ledger.gap"),
        ("DELETE FROM ledger_entry WHERE position = 4", "ledger.truncated"),
        ("UPDATE ledger_node SET hash = (SELECT digest FROM ledger_entry LIMIT 1)", "ledger.node"),
        ("UPDATE ledger_checkpoint SET note = replace(note, '5', '4')", "ledger.signature"),
    ],
)
def test_tampering_is_found(node: Runtime, crime: str, code: str) -> None:
    commit(node, 5)
    api.sequence()
    assert api.verify_all().faults == []
    ledger_sql(node, crime)
    assert code in [each.code for each in api.verify_all().faults]


def test_an_export_is_checked_without_the_node(sqlite_node: Runtime, tmp_path: Path) -> None:
    commit(sqlite_node, 5)
    api.sequence()
    commit(sqlite_node, 2)
    api.sequence()
    path = tmp_path / "log.jsonl"
    assert api.export(path) == 7
    report = api.verify_file(path, key=api.public_key())
    assert (report.size, report.checkpoints, report.unsigned, report.faults) == (7, 2, 0, [])
    lines = path.read_text().splitlines(keepends=True)
    without_a_line = path_with(path, lines[:3] + lines[4:])
    assert next(each.code for each in api.verify_file(without_a_line).faults) == "ledger.gap"
    cut_short = path_with(path, [line[:66] for line in lines])
    with pytest.raises(Invalid):
        api.verify_file(cut_short)
    assert [each.code for each in api.verify_file(path_with(path, lines), key=bytes(32)).faults][-1] == "ledger.key"


def path_with(path: Path, lines: list[str]) -> Path:
    path.write_text("".join(lines))
    return path


def test_what_is_not_an_export_is_said_so(tmp_path: Path) -> None:
    for content in ("", "hello", "[]", '{"format": "other"}'):
        with pytest.raises(Invalid):
            api.verify_file(path_with(tmp_path / "file", [content]))
    with pytest.raises(Invalid):
        api.verify_file(tmp_path / "missing")


def test_erasing_the_salt_keeps_proofs_valid_and_the_content_unprovable(node: Runtime, tmp_path: Path) -> None:
    kept = {"subject": "001099000001", "fields": ["full_name"]}
    salts = {new_id(): secrets.token_bytes(32) for _ in range(3)}
    with node.database.transaction():
        for entry_id, salt in salts.items():
            api.record(entry_id=entry_id, digest=api.digest_of({"entry": entry_id, **kept}, salt))
    api.sequence()
    erased, *others = salts
    digest = api.digest_of({"entry": erased, **kept}, salts[erased])
    salts[erased] = bytes(32)  # the person is erased: content and salt are gone, the log knows only the digest
    assert proved((erased, digest)), "the log still proves that something stood there"
    assert not proved((erased, api.digest_of({"entry": erased, **kept}, salts[erased])))
    assert all(proved((each, api.digest_of({"entry": each, **kept}, salts[each]))) for each in others)
    assert api.verify_all().faults == []
    proofs = [({"entry": each, **kept}, salts[each], proof) for each, proof in api.proofs(others).items()]
    path = path_with(tmp_path / "mine.jsonl", list(api.proof_lines(proofs, public_key=api.public_key())))
    assert (api.verify_file(path).size, api.verify_file(path).faults) == (2, [])
    path.write_text(path.read_text().replace("full_name", "marital_status"))
    assert {each.code for each in api.verify_file(path).faults} == {"ledger.unproved"}
