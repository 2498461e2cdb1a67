"""Procedure files: their shape, how one is read, filled in and checked."""

from lienthong.services.spec.load import catalogue, check
from lienthong.services.spec.parts import least_minutes

__all__ = ["catalogue", "check", "least_minutes"]
