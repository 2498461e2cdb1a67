"""The verbs of the registers. Only ``identity`` and ``exchange`` call them (and ``app``, to wire and seed).

Every read of a person takes ``Grounds`` and writes its access entry, with its ledger entry, before it answers.
"""

from lienthong.registers.api.defining import definition, definitions, faults, prepare
from lienthong.registers.api.erasing import erase_proofs
from lienthong.registers.api.feeding import Change, Changes, changes_after, feed_end, purge
from lienthong.registers.api.finding import Asked, Found, Hit, find, understand
from lienthong.registers.api.households import HEAD, EntryChange, digest_of
from lienthong.registers.api.imaging import compared, image
from lienthong.registers.api.landing import Landed, bulk_load
from lienthong.registers.api.loading import Loaded, load_file
from lienthong.registers.api.logging import accesses, deny, note, require, require_owner, sealed_entries, tell_opened
from lienthong.registers.api.merging import Merged, led_keys, merge_records, records_of, unmerge_records
from lienthong.registers.api.moments import Moment, people_then, records_then
from lienthong.registers.api.moving import Move, Moved, foresee_move, move
from lienthong.registers.api.numbering import next_personal_number
from lienthong.registers.api.paging import export_page
from lienthong.registers.api.patching import Replaced, Tried, replace_units, try_units
from lienthong.registers.api.portions import Portion, Touched, land_portion, readers
from lienthong.registers.api.portraying import Part
from lienthong.registers.api.reaching import people_reached
from lienthong.registers.api.reading import Page, history, of_unit, read, read_records, search, version_of
from lienthong.registers.api.relating import Related, Tie, related_registers, relations
from lienthong.registers.api.resembling import Sought, can_resemble, how_common, how_large, resembling
from lienthong.registers.api.single import Opened, open_record
from lienthong.registers.api.snapping import Figures, Snapshot, Sum, Tally, figures, snapshot
from lienthong.registers.api.sweeping import authors, every_author, having, shown, sweep
from lienthong.registers.api.timeline import Happening, Life, life
from lienthong.registers.api.undoing import Dependent, dependents, take_back
from lienthong.registers.api.writing import correct, write
from lienthong.registers.domain import Access, Act, Erased, Grounds, Query, Record, Seal, Version
from lienthong.registers.spec import Register, Rule, Source, leads_back
from lienthong.registers.store.images import Image
from lienthong.registers.store.sweeping import Swept

__all__ = [
    "HEAD",
    "Access",
    "Act",
    "Asked",
    "Change",
    "Changes",
    "Dependent",
    "EntryChange",
    "Erased",
    "Figures",
    "Found",
    "Grounds",
    "Happening",
    "Hit",
    "Image",
    "Landed",
    "Life",
    "Loaded",
    "Merged",
    "Moment",
    "Move",
    "Moved",
    "Opened",
    "Page",
    "Part",
    "Portion",
    "Query",
    "Record",
    "Register",
    "Related",
    "Replaced",
    "Rule",
    "Seal",
    "Snapshot",
    "Sought",
    "Source",
    "Sum",
    "Swept",
    "Tally",
    "Tie",
    "Touched",
    "Tried",
    "Version",
    "accesses",
    "authors",
    "bulk_load",
    "can_resemble",
    "changes_after",
    "compared",
    "correct",
    "definition",
    "definitions",
    "deny",
    "dependents",
    "digest_of",
    "erase_proofs",
    "every_author",
    "export_page",
    "faults",
    "feed_end",
    "figures",
    "find",
    "foresee_move",
    "having",
    "history",
    "how_common",
    "how_large",
    "image",
    "land_portion",
    "leads_back",
    "led_keys",
    "life",
    "load_file",
    "merge_records",
    "move",
    "next_personal_number",
    "note",
    "of_unit",
    "open_record",
    "people_reached",
    "people_then",
    "prepare",
    "purge",
    "read",
    "read_records",
    "readers",
    "records_of",
    "records_then",
    "related_registers",
    "relations",
    "replace_units",
    "require",
    "require_owner",
    "resembling",
    "sealed_entries",
    "search",
    "shown",
    "snapshot",
    "sweep",
    "take_back",
    "tell_opened",
    "try_units",
    "understand",
    "unmerge_records",
    "version_of",
    "write",
]
