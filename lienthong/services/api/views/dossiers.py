"""A filed dossier as each who takes part may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lienthong.kernel.i18n import Bilingual
from lienthong.services.api.views.attachments import AskedPaper, Attachment
from lienthong.services.api.views.clocks import Change, ClockView
from lienthong.services.api.views.drafts import DraftLine, ToSign
from lienthong.services.api.views.procedures import Fee, ProcedureView
from lienthong.services.api.views.values import Compared, Group, Question

Role = Literal["applicant", "signer", "lead", "participant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A coded reason. basis: title of the legal ground."""

    code: str
    text: Bilingual
    basis: Bilingual | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    """One step of a dossier. may: what this actor may do now (``approve sign return supplement refuse extend``).

    state: ``planned``, ``open``, ``signing`` (decided, awaits the signature), ``auto`` (the machine works), ``paused``
    (awaits the applicant), ``done``, ``refused``, ``declined`` (the applicant did not want it), ``closed`` (unreached).
    late: it passed, or was decided after, its own clock; within: how long it may take. reasons: of the decision.
    approvals, refusals, supplements, extensions: the coded reasons this actor may choose from.
    """

    id: str
    title: Bilingual
    agency: Bilingual
    state: str
    state_text: str
    opened_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    clock: ClockView | None
    late: bool
    within: str
    reasons: tuple[Reason, ...]
    note: str
    may: tuple[str, ...] = ()
    approvals: tuple[Reason, ...] = ()
    refusals: tuple[Reason, ...] = ()
    supplements: tuple[Reason, ...] = ()
    extensions: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One line of a dossier's history."""

    at: datetime
    kind: str
    text: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A result document of the dossier; id "" while it is being made."""

    type: str
    title: Bilingual
    id: str
    ready_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLine:
    """One form of the one-stop rules that there is of a dossier. about: the step it is about, None for the whole."""

    form: str
    step: str
    number: str
    title: Bilingual
    about: Bilingual | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementView:
    """What the applicant was asked to complete: the questions to answer again, the papers wanted once more."""

    step: str
    reasons: tuple[Reason, ...]
    note: str
    asked_at: datetime
    answer_by: datetime
    questions: tuple[Question, ...]
    papers: tuple[AskedPaper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    """A dossier as far as this actor may see it.

    role: ``applicant``, ``signer`` (co-signed), ``lead`` (the agency that answers for it) or ``participant`` (an agency
    that sees its own step and the fields shared with it). compared: for officers, mismatches first. filed_by: who acted
    for the applicant or helped at the counter, in words; "" when the applicant filed alone. kept_because: why the
    applicant cannot take it back any more, "" while they can, None for everybody else. may_apologise: this officer may
    send the one apology now. attachments: papers handed in where a register had no answer, for the applicant and the
    lead agency.
    """

    code: str
    role: Role
    procedure: ProcedureView
    about: str
    agency: Bilingual
    applicant: str
    state: str
    state_text: str
    outcome: str
    channel: str
    filed_at: datetime
    received_at: datetime
    finished_at: datetime | None
    clock: ClockView
    extended: bool
    extension: Change | None
    apology: Change | None
    groups: tuple[Group, ...]
    compared: tuple[Compared, ...]
    steps: tuple[StepView, ...]
    history: tuple[Moment, ...]
    papers: tuple[Paper, ...]
    attachments: tuple[Attachment, ...]
    supplement: SupplementView | None
    fee: Fee
    filed_by: str
    kept_because: str | None
    may_apologise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierLine:
    """A dossier in the applicant's list. needs: what the applicant must do now, None when nothing.

    clock: with its days while the dossier is open.
    """

    code: str
    procedure: Bilingual
    about: str
    agency: Bilingual
    state: str
    state_text: str
    outcome: str
    filed_at: datetime
    finished_at: datetime | None
    clock: ClockView
    needs: Literal["supplement"] | None
    steps: tuple[StepView, ...]
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mine:
    """Everything of one person: what awaits a signature, drafts, dossiers (newest first)."""

    to_sign: tuple[ToSign, ...]
    drafts: tuple[DraftLine, ...]
    dossiers: tuple[DossierLine, ...]
