"""The verbs of the exchange: the only door to register data for every room above."""

from lienthong.exchange.api.accesses import (
    AccessGroup,
    AccessSummary,
    AccessView,
    Proof,
    ProofState,
    access_entry,
    access_log,
    access_proofs,
    access_summary,
    access_view,
    grouped,
)
from lienthong.exchange.api.agreeing import Agreement, agreements, consent_declined, consent_given, consent_withdrawn
from lienthong.exchange.api.casework import CaseAnswer, CaseContract, case_contracts, look_up
from lienthong.exchange.api.complaining import (
    Complaint,
    Contested,
    complain,
    complaint,
    complaint_answered,
    complaint_taken,
    contested,
)
from lienthong.exchange.api.describing import ContractView, RegisterView, Sharing, contract, ground, registers_in_force
from lienthong.exchange.api.fetching import Found, fetch, history, own_record, search
from lienthong.exchange.api.kin import Family, Glance, Home, Relative, family, family_glance
from lienthong.exchange.api.matching import Matched, match
from lienthong.exchange.api.noting import note, note_refused
from lienthong.exchange.api.opening import SealedNow, sealed_now
from lienthong.exchange.api.owning import Datum, OwnRecord, OwnRegister, OwnVersion, own_data, own_lookups, own_version
from lienthong.exchange.api.submitting import assign_number, submit
from lienthong.exchange.domain import Ask, Fact, Fetched, Refusal, Value
from lienthong.registers.api import Grounds, Record, Version

__all__ = [
    "AccessGroup",
    "AccessSummary",
    "AccessView",
    "Agreement",
    "Ask",
    "CaseAnswer",
    "CaseContract",
    "Complaint",
    "Contested",
    "ContractView",
    "Datum",
    "Fact",
    "Family",
    "Fetched",
    "Found",
    "Glance",
    "Grounds",
    "Home",
    "Matched",
    "OwnRecord",
    "OwnRegister",
    "OwnVersion",
    "Proof",
    "ProofState",
    "Record",
    "Refusal",
    "RegisterView",
    "Relative",
    "SealedNow",
    "Sharing",
    "Value",
    "Version",
    "access_entry",
    "access_log",
    "access_proofs",
    "access_summary",
    "access_view",
    "agreements",
    "assign_number",
    "case_contracts",
    "complain",
    "complaint",
    "complaint_answered",
    "complaint_taken",
    "consent_declined",
    "consent_given",
    "consent_withdrawn",
    "contested",
    "contract",
    "family",
    "family_glance",
    "fetch",
    "ground",
    "grouped",
    "history",
    "look_up",
    "match",
    "note",
    "note_refused",
    "own_data",
    "own_lookups",
    "own_record",
    "own_version",
    "registers_in_force",
    "sealed_now",
    "search",
    "submit",
]
