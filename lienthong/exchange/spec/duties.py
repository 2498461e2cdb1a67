"""The shape of ``catalogue/duties/*.yaml``: what is owed to people about their data, and within what time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lienthong.exchange.spec.shape import Shape
from lienthong.kernel import definitions, runtime
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference

KIND = "duties"
Within = Annotated[str, StringConstraints(pattern=r"^(\d+(wd|h|cd))?$")]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]


class Duty(Shape):
    """One duty. within: of the legal clock; hours: by the wall clock; neither: it holds always.

    with_others: the term when others process the data too. extend: one extension, "" for none known.
    """

    title: Bilingual
    within: Within = ""
    hours: int = Field(default=0, ge=0)
    with_others: Within = ""
    extend: Within = ""
    basis: str
    source: str = Field(min_length=1)
    confidence: Literal["high", "medium", "low"]


class Right(Shape):
    """What a person may ask about a record of theirs. duty: the one whose time it takes."""

    title: Bilingual
    about: Bilingual
    duty: Word


class Duties(Shape):
    """One file of duties and rights."""

    duties: dict[Word, Duty]
    rights: dict[Word, Right] = Field(default_factory=dict[Word, Right])


def duties() -> dict[str, Duty]:
    """Return every duty by id; what comes later replaces what has the same id."""
    return {name: duty for one in _all()[0] for name, duty in one.model.duties.items()}


def rights() -> dict[str, Right]:
    """Return every right by id."""
    return {name: right for one in _all()[0] for name, right in one.model.rights.items()}


def check() -> list[Fault]:
    """Return every fault of the duty files, each with file and line."""
    found, faults = _all()
    return [*faults, *(each for one in found for each in check_one(one))]


def check_one(one: Definition[Duties]) -> Iterator[Fault]:
    """Yield laws nobody knows and rights whose duty has no time of the legal clock."""
    for name, duty in one.model.duties.items():
        if duty.basis not in reference.bases():
            place = one.place("duties", name, "basis")
            yield fault(
                place,
                "duty.basis",
                N_("Không có căn cứ pháp lý “%(basis)s”; sửa mã, hoặc thêm văn bản vào danh mục bases."),
                basis=duty.basis,
            )
    for name, right in one.model.rights.items():
        duty = one.model.duties.get(right.duty)
        if duty is None or not duty.within:
            sentence = N_(
                "“%(duty)s” không phải nghĩa vụ có thời hạn (`within`) trong tệp này; sửa mã, hoặc ghi thời hạn cho nó."
            )
            yield fault(one.place("rights", name, "duty"), "duty.unknown", sentence, duty=right.duty)


def _all() -> tuple[list[Definition[Duties]], list[Fault]]:
    return runtime.current().part("exchange.duties", lambda _node: definitions.load(KIND, Duties))
