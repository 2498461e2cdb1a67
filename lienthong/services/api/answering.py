"""The answer that a finished dossier gives to what a fact began: yes or no, coded reasons with their law, a note."""

from __future__ import annotations

from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import procedures
from lienthong.services.events import DossierFinished


def answer(row: Row, finished: DossierFinished) -> tuple[bool, list[tuple[Bilingual, Bilingual]], str]:
    """Return whether the person was right, each reason with its law, and the officer's note."""
    procedure = procedures.version(row.procedure, row.version)
    step = next(each for each in store.steps.of(row.id) if each.step == procedure.first_step)
    granted = finished.outcome != "refused"
    known = procedure.reasons.approve if granted else procedure.reasons.refuse
    given = [each for code, each in known.items() if code in step.reasons.split(",")]
    return granted, [(each.say, reference.basis(each.basis).title) for each in given], step.note
