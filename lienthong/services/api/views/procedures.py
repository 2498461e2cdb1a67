"""A procedure as the public sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lienthong.kernel.i18n import Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """What is to be paid, whole đồng, and the sentence that says why."""

    amount: int
    note: Bilingual | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureView:
    """A procedure as the public sees it. event: what happens in a life that calls for it, None when nothing does.

    papers: asked only where a register has no answer. for_enterprise: an enterprise files it, through its legal
    representative. answers: verdict → what it is called, where a decision is an answer and no grant; empty otherwise.
    """

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
    for_enterprise: bool
    level: int
    term: str
    agencies: tuple[Bilingual, ...]
    asks: tuple[Bilingual, ...]
    papers: tuple[Bilingual, ...]
    fee: Bilingual | None
    results: tuple[Bilingual, ...]
    purpose: Bilingual
    answers: Mapping[str, Bilingual]
