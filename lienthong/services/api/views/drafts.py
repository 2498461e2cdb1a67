"""A dossier being prepared, co-signed and filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from lienthong.kernel.errors import Fault
from lienthong.kernel.i18n import Bilingual
from lienthong.services.api.views.attachments import AskedPaper
from lienthong.services.api.views.clocks import ClockView
from lienthong.services.api.views.procedures import Fee, ProcedureView
from lienthong.services.api.views.values import Fetching, Group, Page

DraftState = Literal["begun", "asking", "signing", "ready", "filed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """One agency that will get values of this dossier for its step; agreed: to be done, None until the applicant said.

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
class DraftView:
    """A dossier being prepared.

    state: ``begun`` (nothing read yet: show ``fetching``), ``asking`` (questions or sharing open), ``signing`` (another
    person's signature is awaited), ``ready`` (may be filed), ``filed`` (see ``dossier``). faults: everything that
    stands against filing, all at once. asked: how many values the applicant types. due: if it were filed now.
    about: what lists will call it by (the child's name), "" while open. confirmed_at: when the applicant confirmed
    having read who gets what. papers: asked for where a register has no answer.
    """

    id: str
    procedure: ProcedureView
    about: str
    state: DraftState
    fetching: tuple[Fetching, ...]
    groups: tuple[Group, ...]
    papers: tuple[AskedPaper, ...]
    pages: tuple[Page, ...]
    sharing: tuple[Sharing, ...]
    confirmed_at: datetime | None
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
    """What the applicant holds after filing. checkpoint: newest signed head of the ledger, "" when none yet.

    filed_by: who acted for the applicant or helped at the counter, in words; "" when the applicant filed alone.
    papers: the result comes as documents into the wallet.
    """

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
    filed_by: str
    papers: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft in a list."""

    id: str
    procedure: Bilingual
    about: str
    state: DraftState
    saved_at: datetime
    kept_until: date
