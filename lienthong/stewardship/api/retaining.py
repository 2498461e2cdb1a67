"""What the room need not keep any more goes once a day.

Of an import that ended, the file it came from and what its rows said go after the days that its register's definition
gives (``retention.sources``). Digest, counts, who, when, why and which records were made or changed stay, so that a
batch can still be undone. A scan is evidence and stays with its records.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.keeping import let_go
from lienthong.registers import api as registers
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.judging import Waiting
from lienthong.stewardship.api.searching import forget_searches
from lienthong.stewardship.store import batches as store

_AGAIN = timedelta(days=7)
"""So long a file is looked for again, should a crash have come between its row and the file."""


def purge() -> int:
    """Forget sources of old imports and counts of old searches; answer how many rows went."""
    now = runtime.current().clock.now()
    for each in store.purged_since(clock.stamp(now - _AGAIN)):
        let_go(each.digest)
    gone = 0
    for spec in registers.definitions():
        before = clock.stamp(now - timedelta(days=spec.retention.sources))
        gone += sum(_forget(each.id) for each in store.ended_before(spec.id, before))
    return gone + forget_searches()


def _forget(batch: str) -> int:
    """Forget the source of one batch; 0 for a scan, and for one that somebody has just taken up again."""
    node = runtime.current()
    with node.database.transaction():
        row = store.one(batch, lock=True)
        if row is None or row.purged or states.batch_of(row).is_paper or row.state == "running":
            return 0
        store.forget_values(batch, _left)
        store.change(batch, purged=states.now())
        node.database.after_commit(partial(let_go, row.digest))
    return 1


def _left(said: str) -> str:
    """Return what is left of a row that waited: why it did, nothing of what it said."""
    kept = msgspec.json.decode(said, type=Waiting)
    return msgspec.json.encode(Waiting({}, {}, kept.said)).decode()
