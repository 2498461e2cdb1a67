"""The young families of the demonstration, for rooms that may not reach the registers themselves."""

from lienthong.registers.demonstration.neighbours import Family, families, load_families

__all__ = ["Family", "families", "load_families"]
