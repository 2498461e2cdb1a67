"""The verbs of the registers. Only ``identity`` and ``exchange`` call them (and ``app``, to wire and seed).

Every read of a person takes ``Grounds`` and writes its access entry, with its ledger entry, before it answers.
"""

from lienthong.registers.api.defining import definition, definitions, faults, prepare
from lienthong.registers.api.erasing import erase_proofs
from lienthong.registers.api.landing import Landed, bulk_load
from lienthong.registers.api.logging import accesses, deny, note, require, require_owner, sealed_entries, tell_opened
from lienthong.registers.api.numbering import next_personal_number
from lienthong.registers.api.paging import export_page
from lienthong.registers.api.portions import Portion, Touched, land_portion, readers
from lienthong.registers.api.reaching import people_reached
from lienthong.registers.api.reading import Page, history, read, search, version_of
from lienthong.registers.api.undoing import Dependent, dependents, take_back
from lienthong.registers.api.writing import correct, write
from lienthong.registers.domain import Access, Erased, Grounds, Query, Record, Seal, Version
from lienthong.registers.spec import Register

__all__ = [
    "Access",
    "Dependent",
    "Erased",
    "Grounds",
    "Landed",
    "Page",
    "Portion",
    "Query",
    "Record",
    "Register",
    "Seal",
    "Touched",
    "Version",
    "accesses",
    "bulk_load",
    "correct",
    "definition",
    "definitions",
    "deny",
    "dependents",
    "erase_proofs",
    "export_page",
    "faults",
    "history",
    "land_portion",
    "next_personal_number",
    "note",
    "people_reached",
    "prepare",
    "read",
    "readers",
    "require",
    "require_owner",
    "sealed_entries",
    "search",
    "take_back",
    "tell_opened",
    "version_of",
    "write",
]
