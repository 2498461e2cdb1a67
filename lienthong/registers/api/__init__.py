"""The verbs of the registers. Only ``identity`` and ``exchange`` call them (and ``app``, to wire and seed).

Every read of a person takes ``Grounds`` and writes its access entry, with its ledger entry, before it answers.
"""

from lienthong.registers.api.defining import definition, definitions, faults, prepare
from lienthong.registers.api.erasing import erase_proofs
from lienthong.registers.api.filing import Imported, export, import_file, template
from lienthong.registers.api.landing import Landed, bulk_load
from lienthong.registers.api.loading import Loaded, load_file
from lienthong.registers.api.logging import accesses, deny, note, require_owner, sealed_entries, tell_opened
from lienthong.registers.api.numbering import next_personal_number
from lienthong.registers.api.patching import Replaced, replace_units
from lienthong.registers.api.reaching import people_reached
from lienthong.registers.api.reading import Page, history, read, search, version_of
from lienthong.registers.api.writing import correct, write
from lienthong.registers.domain import Access, Erased, Grounds, Query, Record, Seal, Version
from lienthong.registers.spec import Register

__all__ = [
    "Access",
    "Erased",
    "Grounds",
    "Imported",
    "Landed",
    "Loaded",
    "Page",
    "Query",
    "Record",
    "Register",
    "Replaced",
    "Seal",
    "Version",
    "accesses",
    "bulk_load",
    "correct",
    "definition",
    "definitions",
    "deny",
    "erase_proofs",
    "export",
    "faults",
    "history",
    "import_file",
    "load_file",
    "next_personal_number",
    "note",
    "people_reached",
    "prepare",
    "read",
    "replace_units",
    "require_owner",
    "sealed_entries",
    "search",
    "tell_opened",
    "template",
    "version_of",
    "write",
]
