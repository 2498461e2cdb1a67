"""Tables of a steward's work and every statement on them."""

from lienthong.stewardship.store import batches, mappings, matching, quality

__all__ = ["batches", "mappings", "matching", "quality"]
