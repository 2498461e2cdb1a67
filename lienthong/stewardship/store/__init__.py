"""Tables of a steward's work and every statement on them."""

from lienthong.stewardship.store import matching, quality

__all__ = ["matching", "quality"]
