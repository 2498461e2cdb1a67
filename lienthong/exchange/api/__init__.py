"""The verbs of the exchange: the only door to register data for every room above."""

from lienthong.exchange.api.accesses import (
    AccessSummary,
    AccessView,
    Proof,
    ProofState,
    access_entry,
    access_log,
    access_proofs,
    access_summary,
)
from lienthong.exchange.api.agreeing import Agreement, agreements, consent_given, consent_withdrawn
from lienthong.exchange.api.describing import ContractView, RegisterView, Sharing, contract, registers_in_force
from lienthong.exchange.api.fetching import Found, fetch, history, own_record, search
from lienthong.exchange.api.noting import note, note_refused
from lienthong.exchange.api.submitting import assign_number, submit
from lienthong.exchange.domain import Ask, Fact, Fetched, Refusal, Value
from lienthong.registers.api import Grounds, Record, Version

__all__ = [
    "AccessSummary",
    "AccessView",
    "Agreement",
    "Ask",
    "ContractView",
    "Fact",
    "Fetched",
    "Found",
    "Grounds",
    "Proof",
    "ProofState",
    "Record",
    "Refusal",
    "RegisterView",
    "Sharing",
    "Value",
    "Version",
    "access_entry",
    "access_log",
    "access_proofs",
    "access_summary",
    "agreements",
    "assign_number",
    "consent_given",
    "consent_withdrawn",
    "contract",
    "fetch",
    "history",
    "note",
    "note_refused",
    "own_record",
    "registers_in_force",
    "search",
    "submit",
]
