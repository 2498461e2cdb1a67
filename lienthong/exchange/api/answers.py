"""How the answer to a complaint or a claim keeps its reasons, each with its legal ground."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from lienthong.kernel.i18n import Bilingual

Reason = tuple[Bilingual, Bilingual]
"""What is said, and the name of its legal ground."""


def kept(reasons: Sequence[Reason]) -> str:
    """Return reasons as they are written down."""
    return msgspec.json.encode([[[each.vi, each.en] for each in pair] for pair in reasons]).decode()


def read(text: str) -> tuple[Reason, ...]:
    """Return reasons from what was written down."""
    pairs = msgspec.json.decode(text, type=list[list[list[str]]])
    return tuple((Bilingual(*said), Bilingual(*ground)) for said, ground in pairs)
