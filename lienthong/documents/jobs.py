"""The room's slow work: typeset, sign, deliver; once after a start, places for documents that have none."""

from __future__ import annotations

from typing import Any

from lienthong.documents import api
from lienthong.documents.api.issuing import JOB
from lienthong.kernel.jobs import Handler


def finish(payload: dict[str, Any]) -> None:
    """Finish the document that the payload names."""
    api.finish(payload["document"])


class Places:
    """A tick: once after each start it gives places in the status lists to documents from before there were any."""

    def __init__(self) -> None:
        self._done = False

    def __call__(self) -> None:
        if not self._done:
            api.give_places()
            self._done = True


handlers = (Handler(JOB, finish),)
ticks = (Places(),)
