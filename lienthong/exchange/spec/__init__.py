"""Contracts: their shape, finding and checking them, and deciding what they allow."""

from lienthong.exchange.spec.load import catalogue, check

__all__ = ["catalogue", "check"]
