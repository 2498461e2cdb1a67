"""Tables of the registers and every statement on them."""

from lienthong.registers.store import accesses, layout, merges, numbers, records, seeding

__all__ = ["accesses", "layout", "merges", "numbers", "records", "seeding"]
