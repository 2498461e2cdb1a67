"""Tables of a steward's work and every statement on them."""

from lienthong.stewardship.store import batches, mappings, matching, papers, quality, rolls

__all__ = ["batches", "mappings", "matching", "papers", "quality", "rolls"]
