"""Tables of the registers and every statement on them."""

from lienthong.registers.store import (
    accesses,
    changes,
    crowds,
    images,
    layout,
    merges,
    numbers,
    patches,
    records,
    saving,
    seeding,
    staging,
    tasks,
    words,
)

__all__ = [
    "accesses",
    "changes",
    "crowds",
    "images",
    "layout",
    "merges",
    "numbers",
    "patches",
    "records",
    "saving",
    "seeding",
    "staging",
    "tasks",
    "words",
]
