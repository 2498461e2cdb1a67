"""What the tests of a steward's work start from."""

from __future__ import annotations

from tests.registers.conftest import ha

__all__ = ["ha"]
