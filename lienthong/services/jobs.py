"""The machine's own steps, papers to ask for, notices to send."""

from __future__ import annotations

from typing import Any

from lienthong.documents.events import DocumentIssued
from lienthong.kernel import jobs
from lienthong.kernel.actor import system
from lienthong.kernel.delivery import Listener
from lienthong.services import api
from lienthong.services.api.notices import TOLD, paper_ready, tell_applicant
from lienthong.services.api.papers import ask_paper
from lienthong.services.api.steps import AUTO_JOB, PAPER_JOB


def _auto(payload: dict[str, Any]) -> None:
    request = f"auto:{payload['dossier']}:{payload['step']}"
    api.run_auto(system("services", request_id=request), dossier=payload["dossier"], step=payload["step"])


def _paper(payload: dict[str, Any]) -> None:
    ask_paper(dossier=payload["dossier"], document_type=payload["type"])


handlers = (jobs.Handler(AUTO_JOB, _auto), jobs.Handler(PAPER_JOB, _paper))
listeners = (
    Listener("services.notices", TOLD, tell_applicant),
    Listener("services.papers", (DocumentIssued,), paper_ready),
)
