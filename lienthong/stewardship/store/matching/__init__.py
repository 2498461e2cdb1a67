"""Matching whole registers in columns: who is worth comparing, what was found, and the tables of what came of it."""

from lienthong.stewardship.store.matching import runs

__all__ = ["runs"]
