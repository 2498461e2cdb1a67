"""Tables of a steward's work and every statement on them."""

from lienthong.stewardship.store import quality

__all__ = ["quality"]
