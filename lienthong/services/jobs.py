"""The machine's own steps, papers to ask for, notices to send, clocks to watch."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from lienthong.documents.events import DocumentIssued
from lienthong.exchange.events import AccessContested, DataClaimed
from lienthong.kernel import jobs, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.delivery import Listener
from lienthong.services import api
from lienthong.services.api import claims
from lienthong.services.api.complaints import answer_back, take_over
from lienthong.services.api.deadlines import APOLOGY_JOB, BATCH
from lienthong.services.api.notices import TOLD, paper_ready, tell_applicant
from lienthong.services.api.papers import ask_paper
from lienthong.services.api.steps import AUTO_JOB, PAPER_JOB
from lienthong.services.events import DossierFinished

EVERY, SOON = timedelta(minutes=1), timedelta(seconds=5)


def _auto(payload: dict[str, Any]) -> None:
    request = f"auto:{payload['dossier']}:{payload['step']}"
    api.run_auto(system("services", request_id=request), dossier=payload["dossier"], step=payload["step"])


def _paper(payload: dict[str, Any]) -> None:
    ask_paper(dossier=payload["dossier"], document_type=payload["type"])


def _apologise(payload: dict[str, Any]) -> None:
    who = system("services", request_id=f"apology:{payload['dossier']}")
    api.apologise(who, dossier=payload["dossier"])


class _Look:
    """When the clocks were last looked at."""

    def __init__(self, _node: runtime.Runtime) -> None:
        self.next_at: datetime | None = None


def watch_clocks() -> None:
    """Look at every clock once a minute; sooner while a look does not finish what has gathered."""
    node = runtime.current()
    look = node.part("services-clocks", _Look)
    now = node.clock.now()
    if look.next_at is None or now >= look.next_at:
        look.next_at = now + EVERY
        if api.watch() >= BATCH:
            look.next_at = now + SOON


handlers = (
    jobs.Handler(AUTO_JOB, _auto),
    jobs.Handler(PAPER_JOB, _paper),
    jobs.Handler(APOLOGY_JOB, _apologise),
)
ticks = (watch_clocks,)
listeners = (
    Listener("services.notices", TOLD, tell_applicant),
    Listener("services.complaints", (AccessContested,), take_over),
    Listener("services.complaint-answers", (DossierFinished,), answer_back),
    Listener("services.claims", (DataClaimed,), claims.take_over),
    Listener("services.claim-answers", (DossierFinished,), claims.answer_back),
    Listener("services.papers", (DocumentIssued,), paper_ready),
)
