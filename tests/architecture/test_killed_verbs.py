"""Every public verb that writes is killed in the soak: a new one without a place in a walk fails here."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.verbs import names_imported, writing_verbs

WALKS = Path(__file__).resolve().parents[1] / "proofs" / "walks"
BY_THE_MACHINE = {
    "services.erase_proofs": "app.erasing.erase",
    "registers.erase_proofs": "app.erasing.erase",
    "identity.erase_proofs": "app.erasing.erase",
    "exchange.erase_proofs": "app.erasing.erase",
    "documents.finish": "the job that typesets and signs",
    "documents.issue": "the job that asks for a result",
    "exchange.agrees": "services.answer for an enterprise",
    "exchange.assign_number": "services.run_auto",
    "exchange.claim_answered": "the listener of a decision",
    "exchange.claim_taken": "the listener of a claim",
    "exchange.claim_to_answer": "the listener of a claim",
    "exchange.changes": "exchange.follow_feed",
    "exchange.complaint_answered": "the listener of a decision",
    "exchange.complaint_taken": "the listener of a complaint",
    "exchange.feed_figures": "exchange.compare_copy",
    "exchange.purge": "the daily purge",
    "exchange.snapshot": "exchange.follow_feed",
    "identity.count": "every typed secret",
    "identity.held": "every typed secret",
    "identity.purge": "the daily purge",
    "identity.send_code": "the job behind start_code",
    "identity.serve": "services.serve",
    "identity.serve_about": "services.begin_at_counter",
    "identity.sign_in_demonstration": "everybody who signs in",
    "identity.signed_in": "every page that somebody opens",
    "identity.take_counter_code": "services.serve",
    "identity.counter_code": "services.hand_over",
    "identity.open_slip": "services.follow",
    "identity.take_word": "services.file at a counter",
    "ledger.record": "every entry",
    "ledger.record_many": "every entry",
    "ledger.sequence": "the machine's work",
    "messages.check_code": "messages.confirm_contact",
    "messages.deliver": "the job of a notice",
    "messages.keep_contact": "identity.open_account",
    "messages.purge": "the daily purge",
    "messages.send_code": "the job of a code",
    "messages.send_proof": "the job behind add_contact",
    "oversight.finish_paper": "the job that typesets and signs",
    "registers.changes_after": "exchange.follow_feed",
    "registers.deny": "every refusal",
    "registers.dependents": "stewardship.undo",
    "registers.export_page": "stewardship.export",
    "registers.figures": "exchange.compare_copy",
    "registers.land_portion": "stewardship.run",
    "registers.foresee_move": "stewardship.foresee_move",
    "registers.move": "stewardship.move_household",
    "registers.resembling": "stewardship.run",
    "registers.purge": "the daily purge",
    "registers.snapshot": "exchange.follow_feed",
    "registers.take_back": "stewardship.undo",
    "stewardship.begin": "stewardship.begin_path",
    "stewardship.begin_path": "stewardship.import_file",
    "stewardship.names_of": "stewardship.household",
    "stewardship.go_on": "the job behind stewardship.start",
    "stewardship.go_on_reading": "the job behind stewardship.begin of a scan",
    "stewardship.purge": "the daily purge",
    "stewardship.same_before": "stewardship.import_file",
    "stewardship.settle": "stewardship.import_file",
    "stewardship.told": "stewardship.import_file",
    "stewardship.write_rejects": "stewardship.import_file",
    "registers.people_then": "stewardship.draw_roll",
    "registers.records_of": "stewardship.object_to_roll",
    "registers.records_then": "stewardship.roll_page",
    "registers.people_reached": "exchange.breach_people",
    "registers.next_personal_number": "services.run_auto",
    "registers.note": "exchange.note",
    "registers.every_author": "stewardship.measure_quality",
    "registers.having": "stewardship.resolve",
    "registers.shown": "stewardship.work_list",
    "registers.open_record": "stewardship.person",
    "registers.sweep": "stewardship.measure_quality",
    "registers.try_units": "stewardship.try_units",
    "registers.tell_opened": "the job of the day on which sealed entries open",
    "services.apologise": "the job of an apology",
    "services.purge": "the daily purge",
    "services.run_auto": "the job of the machine's own step",
    "evidence.ingest": "the machine's work",
}
"""Verb → what comes through it in a walk; the soak fails when nothing does."""


def called_in_walks() -> set[str]:
    """Return the verbs that the walks call by name, as ``room.verb``."""
    found: set[str] = set()
    for path in WALKS.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        rooms = {name: where.split(".")[1] for name, where in names_imported(tree) if where.endswith(".api")}
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
                found.add(f"{rooms[node.value.id]}.{node.attr}")
    return found


def test_every_verb_that_writes_is_killed_in_a_walk() -> None:
    unkilled = writing_verbs() - called_in_walks() - BY_THE_MACHINE.keys()
    assert sorted(unkilled) == [], "give each an act in tests/proofs/walks, or say what comes through it"


def test_what_the_machine_comes_through_writes_and_is_not_called_by_name() -> None:
    assert sorted(BY_THE_MACHINE.keys() - writing_verbs()) == []
    assert sorted(BY_THE_MACHINE.keys() & called_in_walks()) == []


def test_what_is_known_to_write_is_found_to_write() -> None:
    found = writing_verbs()
    assert {"services.file", "services.decide", "identity.offer", "oversight.conclude", "messages.send"} <= found
    assert {"stewardship.import_file", "documents.revoke", "exchange.consent_given", "evidence.ingest"} <= found
    assert found.isdisjoint({"reference.units", "services.catalogue", "exchange.grouped", "ledger.verify_inclusion"})
