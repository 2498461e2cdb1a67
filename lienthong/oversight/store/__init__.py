"""What oversight keeps of figures: reports by agencies with their answers, and who exported what."""

from __future__ import annotations

from lienthong.oversight.store import figures

__all__ = ["figures"]
