"""Papers asked for where a register has no answer, and the pages handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lienthong.kernel.errors import Fault
from lienthong.kernel.i18n import Bilingual
from lienthong.services.api.views.values import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """One page of a paper as it is kept. item: the data item whose register had no answer; size: bytes; digest: SHA-256
    in hex; paper: what the paper is called. is_signed: a print that a person signed by hand, scanned at a counter.
    erased_at: when an order took its bytes and its name; None while it is there.
    """

    id: str
    item: str
    paper: Bilingual
    is_signed: bool
    name: str
    kind: str
    size: int
    digest: str
    at: datetime
    erased_at: datetime | None = None

    @property
    def is_picture(self) -> bool:
        """True for what a browser shows inside a page; everything else is saved."""
        return self.kind.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedPaper:
    """A paper to hand in because a register has no answer. because: why; questions: what is typed from it.

    room: how many more pages are taken; fault: that of its pages, those of the questions stand there.
    """

    item: str
    title: Bilingual
    because: Bilingual | None
    required: bool
    questions: tuple[Question, ...]
    pages: tuple[Attachment, ...]
    room: int
    fault: Fault | None
