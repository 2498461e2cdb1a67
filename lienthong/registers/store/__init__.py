"""Tables of the registers and every statement on them."""

from lienthong.registers.store import accesses, layout, numbers, patches, records, seeding, staging, tasks

__all__ = ["accesses", "layout", "numbers", "patches", "records", "seeding", "staging", "tasks"]
