"""The shape of ``catalogue/representation/*.yaml``: ages and terms of acting for somebody, dated, with sources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference

KIND = "representation"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Years(_Shape):
    """A figure in years with the law it comes from and where we read it."""

    years: int = Field(ge=1, le=120)
    basis: str
    source: str = Field(min_length=1)
    confidence: Literal["high", "medium", "low"]


class Terms(_Shape):
    """What holds in a span of days.

    parent_below: a parent acts alone for a younger child. representative_from: age of who is given a mandate.
    longest_unless_agreed: how long a mandate lasts when no end was agreed.
    """

    valid: tuple[date, date | None]
    parent_below: Years
    representative_from: Years
    longest_unless_agreed: Years


class TermsFile(_Shape):
    """One file: the spans of days, one after the other."""

    terms: tuple[Terms, ...] = Field(min_length=1)


def terms(on: date) -> Terms:
    """Return what holds on a day; of several, the newest. Raises Invalid when no file says."""
    fit = [each for each in _all() if each.valid[0] <= on and (each.valid[1] is None or on <= each.valid[1])]
    if not fit:
        raise Invalid("representation.terms", N_("Chưa có quy định về tuổi và thời hạn làm thay cho ngày này."))
    return max(fit, key=lambda each: each.valid[0])


def check() -> list[Fault]:
    """Return every fault of these files, each with file and line."""
    found, faults = definitions.load(KIND, TermsFile)
    return [*faults, *(each for one in found for each in _bases(one))]


def _bases(one: Definition[TermsFile]) -> Iterator[Fault]:
    for place, each in enumerate(one.model.terms):
        for name in ("parent_below", "representative_from", "longest_unless_agreed"):
            if getattr(each, name).basis not in reference.bases():
                sentence = N_("Không có căn cứ pháp lý mang mã “%(basis)s”.")
                where = one.place("terms", place, name)
                yield fault(where, "representation.basis", sentence, basis=getattr(each, name).basis)


def _all() -> list[Terms]:
    def load() -> list[Terms]:
        found, faults = definitions.load(KIND, TermsFile)
        if faults:
            raise Invalid(
                "representation.definitions", N_("Quy định làm thay có lỗi; sửa các chỗ nêu dưới đây."), faults
            )
        return [each for one in found for each in one.model.terms]

    return definitions.once("identity.terms", load)
