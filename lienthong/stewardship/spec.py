"""The shape of ``catalogue/rolls/*.yaml``: who is put on a roll of people, by whom, and within what time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.expressions import Expression, Kind, compile_expression
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.registers import api as registers

KIND = "rolls"
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaSize(_Shape):
    """How many people an area should have, at least and at most."""

    least: int = Field(ge=0)
    most: int = Field(ge=1)


class RollKind(_Shape):
    """One kind of roll over a register.

    residence: the lookup field with the commune that puts somebody on the roll; address: the field by whose words
    people are put into areas; shown: what the roll says of each, the name first. voters: an expression over a record,
    whose day is election day. drawn_by, level: kinds of agencies. posted_before, objections, answer: days. grounds: why
    somebody is taken off.
    """

    roll: Id
    title: Bilingual
    register_id: Id = Field(alias="register")
    basis: str
    residence: Id
    address: Id
    shown: tuple[Id, ...] = Field(min_length=1)
    voters: str = Field(min_length=1)
    drawn_by: tuple[Id, ...] = Field(min_length=1)
    level: Literal["province", "commune"]
    posted_before: int = Field(ge=0)
    objections: int = Field(ge=1)
    answer: int = Field(ge=1)
    area: AreaSize
    grounds: dict[Id, Bilingual] = Field(min_length=1)
    source: str = Field(min_length=1)
    confidence: Literal["high", "medium", "low"]

    def expression(self) -> Expression:
        """Return the condition of being on the roll, checked. Raises Invalid."""
        return compile_expression(self.voters, names=registers.definition(self.register_id).types, gives=Kind.BOOL)


def kinds() -> dict[str, RollKind]:
    """Return every kind of roll by id; what comes later replaces what has the same id."""
    return definitions.once("stewardship.rolls", lambda: {each.model.roll: each.model for each in _all()[0]})


def kind(roll: str) -> RollKind:
    """Return a kind of roll. Raises NotFound."""
    if roll not in kinds():
        raise NotFound("roll.kind", N_("Không có loại danh sách “%(kind)s” trong catalogue/rolls."), kind=roll)
    return kinds()[roll]


def check() -> list[Fault]:
    """Return every fault of the files of rolls, each with file and line."""
    found, faults = _all()
    return [*faults, *(each for one in found for each in _wrong(one))]


def _wrong(one: Definition[RollKind]) -> Iterator[Fault]:
    made = one.model
    if made.basis not in reference.bases():
        yield fault(
            one.place("basis"),
            "roll.basis",
            N_("Không có căn cứ pháp lý “%(basis)s”; ghi mã có trong catalogue/bases, hoặc thêm vào đó."),
            basis=made.basis,
        )
    try:
        spec = registers.definition(made.register_id)
    except NotFound as missing:
        yield fault(one.place("register"), "roll.register", missing.template, **missing.data)
        return
    if spec.lookups.get(made.residence) != "exact":
        message = N_("“%(field)s” phải là trường tra cứu được (`lookup: exact`) của cơ sở dữ liệu.")
        yield fault(one.place("residence"), "roll.residence", message, field=made.residence)
    for name in (made.address, *made.shown):
        if name not in spec.fields:
            yield fault(
                one.place("shown"),
                "roll.field",
                N_("Cơ sở dữ liệu không có trường “%(name)s”; xem `lienthong register describe`."),
                name=name,
            )
    for name in made.drawn_by:
        if name not in reference.agency_kinds():
            yield fault(
                one.place("drawn_by"),
                "roll.agency",
                N_("Không có loại cơ quan “%(kind)s”; xem catalogue/agencies."),
                kind=name,
            )
    try:
        made.expression()
    except Invalid as wrong:
        yield fault(one.place("voters"), wrong.code, wrong.template, **wrong.data)


def _all() -> tuple[list[Definition[RollKind]], list[Fault]]:
    return definitions.load(KIND, RollKind)
