"""What the verbs answer: frozen dataclasses that screens, JSON and tests read. Texts are ready to show.

``Bilingual`` texts follow the language being spoken when printed. Times are moments in Viet Nam's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lienthong.kernel.errors import Fault
from lienthong.kernel.i18n import Bilingual

Value = str | int | bool | None
SourceKind = Literal["register", "computed", "declared", "decision"]
DraftState = Literal["begun", "asking", "signing", "ready", "filed"]
Tab = Literal["todo", "sign", "citizen", "others", "all"]
Role = Literal["applicant", "signer", "lead", "participant"]
TABS: tuple[Tab, ...] = ("todo", "sign", "citizen", "others", "all")
"""To decide, to sign, waiting for the applicant, waiting for another agency, everything open of this agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from. register, record, version: the record it was read from ("" and 0 when none)."""

    kind: SourceKind
    title: Bilingual
    register: str = ""
    record: str = ""
    version: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One value as shown. name: ``mother.full_name``. text: in Vietnamese, names for codes; "" when there is none.

    first: what a person checks first; the other values of a group may be folded.
    """

    name: str
    term: str
    title: Bilingual
    value: Value
    text: str
    source: Source
    first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One record the applicant can choose when several fit (twins: one dossier each)."""

    record: str
    values: tuple[Shown, ...]
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One data item (the mother, the birth notice …) with its values.

    state: ``found``; ``choose`` (several fit, see choices); ``none`` (optional, nothing known); ``missing`` (needed).
    """

    name: str
    title: Bilingual
    state: Literal["found", "choose", "none", "missing"]
    values: tuple[Shown, ...] = ()
    choices: tuple[Choice, ...] = ()
    register: Bilingual | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """What will be read before it is read: about whom, from which register of whom, which fields."""

    item: str
    title: Bilingual
    register: Bilingual
    owner: Bilingual
    fields: tuple[Bilingual, ...]
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to choose from."""

    value: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing asked. kind ``choice`` comes with options; value: what was answered so far, "" for nothing."""

    name: str
    term: str
    kind: Literal["text", "choice", "date", "number", "yes_no"]
    title: Bilingual
    hint: Bilingual | None
    because: Bilingual | None
    options: tuple[Option, ...]
    value: str
    required: bool
    max_length: int
    fault: Fault | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of questions."""

    id: str
    title: Bilingual
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """One agency that will get values of this dossier for its step; agreed: None until the applicant said.

    fields: whose (the mother, the birth notice …) → which values.
    """

    step: str
    title: Bilingual
    agency: Bilingual
    fields: tuple[tuple[Bilingual, tuple[Bilingual, ...]], ...]
    agreed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person whose signature is needed beside the applicant's."""

    item: str
    title: Bilingual
    person: str
    name: str
    because: Bilingual
    state: Literal["needed", "signed", "declined"]
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One calendar day of a clock. counts: the how-many-th day that counts, None when it does not.

    mark: ``filed``, ``received``, ``today``, ``due``, ``paused``, ``spent`` or "".
    """

    date: date
    kind: Literal["work", "off", "holiday", "makeup"]
    label: str
    counts: int | None
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """A legal clock. due_at: None while it stands still. days: () where only the time is needed (queue rows)."""

    state: Literal["ok", "risk", "late", "paused", "done"]
    due_at: datetime | None
    working_days_left: int
    working_minutes_left: int
    days: tuple[Day, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What is to be paid, whole đồng, and the sentence that says why."""

    amount: int
    note: Bilingual | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureView:
    """A procedure as the public sees it. event: what happens in a life that calls for it, None when nothing does."""

    id: str
    version: int
    code: str
    title: Bilingual
    short: Bilingual
    event: Bilingual | None
    icon: str
    about: Bilingual
    basis: tuple[tuple[str, Bilingual], ...]
    applicant: tuple[Bilingual, ...]
    level: int
    term: str
    agencies: tuple[Bilingual, ...]
    asks: tuple[Bilingual, ...]
    fee: Bilingual | None
    results: tuple[Bilingual, ...]
    purpose: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A dossier being prepared.

    state: ``begun`` (nothing read yet: show ``fetching``), ``asking`` (questions or sharing open), ``signing`` (another
    person's signature is awaited), ``ready`` (may be filed), ``filed`` (see ``dossier``). faults: everything that
    stands against filing, all at once. asked: how many values the applicant types. due: if it were filed now.
    about: what lists will call it by (the child's name), "" while open.
    """

    id: str
    procedure: ProcedureView
    about: str
    state: DraftState
    fetching: tuple[Fetching, ...]
    groups: tuple[Group, ...]
    pages: tuple[Page, ...]
    sharing: tuple[Sharing, ...]
    signatures: tuple[Signature, ...]
    faults: tuple[Fault, ...]
    asked: int
    fee: Fee | None
    clock: ClockView | None
    agency: Bilingual | None
    saved_at: datetime
    kept_until: date
    dossier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """A draft that awaits this person's signature, with the values signed."""

    draft: str
    title: Bilingual
    because: Bilingual
    applicant: str
    groups: tuple[Group, ...]
    state: Literal["needed", "signed", "declined"]
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the applicant holds after filing. checkpoint: newest signed head of the ledger, "" when none yet."""

    dossier: str
    procedure: Bilingual
    agency: Bilingual
    applicant: str
    filed_at: datetime
    received_at: datetime
    clock: ClockView
    reply_by: datetime
    fee: Fee
    values: int
    declared: int
    checkpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft in a list."""

    id: str
    procedure: Bilingual
    about: str
    state: DraftState
    saved_at: datetime
    kept_until: date


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


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """One step of one dossier in an agency's queue."""

    dossier: str
    step: str
    step_title: Bilingual
    procedure: Bilingual
    about: str
    applicant: str
    state: str
    state_text: str
    clock: ClockView
    group: Literal["late", "soon", "later", "paused"]
    mismatches: int
    compared: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of the queue, nearest legal clock first. after: give it back for the next page; "" at the end."""

    rows: tuple[QueueRow, ...]
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A value of the dossier beside what the register says now."""

    declared: Shown
    register: Shown | None
    state: Literal["match", "mismatch", "declared"]


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
    reasons: why it was refused. refusals, supplements: the coded reasons this actor may choose from.
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
    reasons: tuple[Reason, ...]
    note: str
    may: tuple[str, ...] = ()
    refusals: tuple[Reason, ...] = ()
    supplements: tuple[Reason, ...] = ()


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
class SupplementView:
    """What the applicant was asked to complete, and the questions to answer again."""

    step: str
    reasons: tuple[Reason, ...]
    note: str
    asked_at: datetime
    answer_by: datetime
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    """A dossier as far as this actor may see it.

    role: ``applicant``, ``signer`` (co-signed), ``lead`` (the agency that answers for it) or ``participant`` (an agency
    that sees its own step and the fields shared with it). compared: for officers, mismatches first.
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
    groups: tuple[Group, ...]
    compared: tuple[Compared, ...]
    steps: tuple[StepView, ...]
    history: tuple[Moment, ...]
    papers: tuple[Paper, ...]
    supplement: SupplementView | None
    fee: Fee
