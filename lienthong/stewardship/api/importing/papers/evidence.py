"""Which scan a version of a record came from: a record that was new says it as one that was changed does."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lienthong.kernel.actor import Actor
from lienthong.registers.api import Version
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.papers.book import Paper
from lienthong.stewardship.domain.importing import Fate
from lienthong.stewardship.store import batches as store
from lienthong.stewardship.store import papers as pages


@dataclass(frozen=True, slots=True)
class Scan:
    """A row of a scan. batch: "" when its import is another agency's, and cannot be opened."""

    batch: str
    row: int


def note_scan(batch: states.Batch, fates: Iterable[Fate]) -> None:
    """Keep which rows of a scan made or changed a record, in the open transaction."""
    if batch.is_paper:
        for each in fates:
            if each.what in {"created", "changed"}:
                pages.note_evidence(each.record, each.after, batch.id, each.row)


def with_scans(who: Actor, record: str, versions: Sequence[Version]) -> tuple[list[Version], dict[int, Scan]]:
    """Return versions of which a first one names its scan too, and version → row of the scan that it came from.

    A register keeps the author of a record's first version with its import, not with each of millions of records.
    """
    told: dict[int, Scan] = {}
    shown = {each.version: each for each in versions}
    for proof in pages.evidence_of(record):
        row, version = store.one(proof.batch), shown.get(proof.version)
        if row is None or version is None:
            continue
        mine = row.agency == who.agency or row.agency.startswith(f"{who.agency}.")
        told[version.version] = Scan(row.id if mine else "", proof.source_row)
        if not version.agency:
            page = Paper(row.id).place(proof.source_row).page
            batch = states.with_evidence(states.batch_of(row), page)
            by = {"agency": row.agency, "actor": row.actor, "reason": batch.reason, "basis": batch.grounds.basis}
            shown[version.version] = dataclasses.replace(version, **by)
    return list(shown.values()), told
