"""The demonstration nation: invented people whom a new node starts with, and the named ones among them."""

from lienthong.registers.demonstration.loading import people, seed

__all__ = ["people", "seed"]
