"""Procedure files: their shape, how one is read, filled in and checked."""

from lienthong.services.spec.load import catalogue, check

__all__ = ["catalogue", "check"]
