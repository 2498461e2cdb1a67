"""What this room tells the rooms above."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """A notice was put into someone's inbox. message, dossier: ids; template: which text."""

    message: str
    template: str
    dossier: str
