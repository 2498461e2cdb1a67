"""The verbs of the registers. Only ``identity`` and ``exchange`` call them (and ``app``, to wire and seed).

Every read of a person takes ``Grounds`` and writes its access entry, with its ledger entry, before it answers.
"""

from lienthong.registers.api.defining import definition, definitions, faults, prepare
from lienthong.registers.api.landing import Landed, bulk_load
from lienthong.registers.api.logging import accesses, deny
from lienthong.registers.api.numbering import next_personal_number
from lienthong.registers.api.reading import Page, history, read, search
from lienthong.registers.api.writing import correct, write
from lienthong.registers.domain import Access, Grounds, Query, Record, Version
from lienthong.registers.spec import Register

__all__ = [
    "Access",
    "Grounds",
    "Landed",
    "Page",
    "Query",
    "Record",
    "Register",
    "Version",
    "accesses",
    "bulk_load",
    "correct",
    "definition",
    "definitions",
    "deny",
    "faults",
    "history",
    "next_personal_number",
    "prepare",
    "read",
    "search",
    "write",
]
