"""What the room need not keep any more goes once a day."""

from __future__ import annotations

from lienthong.stewardship.api.searching import forget_searches


def purge() -> int:
    """Forget what no limit looks at any more; answer how many rows went."""
    return forget_searches()
