"""What a demonstration's leaders see."""

from __future__ import annotations

from lienthong.oversight.demonstration.figures import seed

__all__ = ["seed"]
