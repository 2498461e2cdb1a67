"""The shape of a register's definition, and what must agree in it with the dictionary, the law and the agencies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm

KEEP = re.compile(r"permanent|[1-9][0-9]? years")


def _plain_id(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
        message = "chỉ chữ thường a-z, số và dấu gạch dưới, bắt đầu bằng chữ, tối đa 40 ký tự"
        raise ValueError(message)
    return value


def _keep(value: str) -> str:
    if not KEEP.fullmatch(value):
        message = "viết “permanent” hoặc “10 years”"
        raise ValueError(message)
    return value


Id = Annotated[str, AfterValidator(_plain_id)]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Retention(_Shape):
    """How long records are kept (``permanent`` or ``10 years`` after their last change), and why."""

    keep: Annotated[str, AfterValidator(_keep)]
    why: Bilingual


class FieldSpec(_Shape):
    """One field. term: entry of the dictionary, the field's own name when empty. lookup: how records are found by it.

    with_: further fields indexed together with this one. title: only when the dictionary's does not fit here.
    """

    term: str = Field(default="", alias="is")
    required: bool = False
    lookup: Literal["exact", "folded"] | None = None
    with_: tuple[str, ...] = Field(default=(), alias="with")
    title: Bilingual | None = None


class Register(_Shape):
    """One register: what it holds, who answers for it, on what legal basis, and how its records are found.

    valid: first and last day this version of the definition is in force. key: the field that identifies a record.
    subject, name, unit: fields with the person a record is about, the name it is shown by and its commune ("": none).
    begins: the field with the day since when a new record holds ("": the day it is written).
    """

    register_id: Id = Field(alias="register")
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    title: Bilingual
    short: Bilingual
    owner: str
    basis: tuple[str, ...] = Field(min_length=1)
    retention: Retention
    key: Id
    subject: str = ""
    name: str = ""
    unit: str = ""
    begins: str = ""
    fields: dict[Id, FieldSpec] = Field(min_length=1)  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]

    @property
    def id(self) -> str:
        """The register's id, such as ``population``."""
        return self.register_id

    @cached_property
    def terms(self) -> dict[str, DataTerm]:
        """Dictionary entry of every field. Raises KeyError before ``faults_of`` has found the definition sound."""
        return {name: reference.terms()[self.term_of(name)] for name in self.fields}

    def term_of(self, name: str) -> str:
        """Return the dictionary id of a field."""
        return self.fields[name].term or name

    def title_of(self, name: str) -> Bilingual:
        """Return the title of a field: its own, else the dictionary's."""
        return self.fields[name].title or self.terms[name].title

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The fields no record may lack."""
        return tuple(name for name, spec in self.fields.items() if spec.required)

    @cached_property
    def lookups(self) -> dict[str, str]:
        """Fields that are columns of the table → ``exact`` or ``folded``. The key and the subject always are."""
        kinds: dict[str, str] = {name: "exact" for name in (self.key, self.subject) if name}
        for name, spec in self.fields.items():
            if spec.lookup:
                kinds[name] = spec.lookup
        for spec in self.fields.values():
            for name in spec.with_:
                kinds.setdefault(name, "exact")
        return {name: kinds[name] for name in self.fields if name in kinds}

    @cached_property
    def indexes(self) -> tuple[tuple[str, ...], ...]:
        """Fields indexed together, in order; the key's own index is unique and stands first."""
        others = [
            (name, *self.fields[name].with_)
            for name in self.lookups
            if name != self.key and (self.fields[name].lookup or name == self.subject)
        ]
        return ((self.key,), *others)

    def in_force(self, on: date) -> bool:
        """Say whether this version of the definition is in force on the day."""
        return self.valid[0] <= on and (self.valid[1] is None or on <= self.valid[1])


class Definitions:
    """Every sound definition of the node, and the faults of the others."""

    def __init__(self) -> None:
        found, faults = definitions.load("registers", Register)
        self.faults: list[Fault] = list(faults)
        self.versions: dict[str, list[Register]] = {}
        for each in found:
            wrong = list(faults_of(each))
            self.faults.extend(wrong)
            if not wrong:
                self.versions.setdefault(each.model.id, []).append(each.model)
        for versions in self.versions.values():
            versions.sort(key=lambda each: each.valid[0])
            self.faults.extend(_overlaps(versions))

    def in_force(self, on: date) -> list[Register]:
        """Return the definitions in force on the day, in the order of their ids."""
        return [each for _, versions in sorted(self.versions.items()) for each in versions if each.in_force(on)]


def check() -> list[Fault]:
    """Return every fault of the definition files, each with file and line."""
    return Definitions().faults


def faults_of(one: Definition[Register]) -> Iterator[Fault]:
    """Yield every disagreement of a well-formed definition with itself, the dictionary, the law and the agencies."""
    register, terms = one.model, reference.terms()
    if register.valid[1] is not None and register.valid[1] < register.valid[0]:
        yield fault(one.place("valid"), "register.valid", N_("Ngày hết hiệu lực đứng trước ngày có hiệu lực."))
    for role in ("key", "subject", "name", "unit", "begins"):
        name = getattr(register, role)
        if name and name not in register.fields:
            yield fault(
                one.place(role),
                "register.role",
                N_("“%(role)s” chỉ vào trường “%(name)s” không có trong fields; thêm trường hoặc sửa tên."),
                role=role,
                name=name,
            )
    if register.subject and register.subject in register.fields:
        term = terms.get(register.term_of(register.subject))
        if term is not None and term.type != "personal_number":
            yield fault(one.place("subject"), "register.subject", N_("Trường chủ thể phải là số định danh cá nhân."))
    for name, spec in register.fields.items():
        if register.term_of(name) not in terms:
            yield fault(
                one.place("fields", name),
                "register.term",
                N_("Từ điển không có mục “%(term)s”; thêm vào catalogue/dictionary hoặc dùng `is:` với mục đã có."),
                term=register.term_of(name),
            )
        for other in spec.with_:
            if other not in register.fields or not spec.lookup:
                yield fault(
                    one.place("fields", name),
                    "register.with",
                    N_("`with` cần `lookup` và một trường có trong fields; “%(name)s” thì không."),
                    name=other,
                )
    for basis in register.basis:
        if basis not in reference.bases():
            yield fault(
                one.place("basis"),
                "register.basis",
                N_("Không có căn cứ pháp lý “%(basis)s” trong catalogue/bases; thêm vào hoặc sửa mã."),
                basis=basis,
            )
    if reference.agency(register.owner) is None:
        yield fault(
            one.place("owner"), "register.owner", N_("Không có cơ quan mang mã “%(agency)s”."), agency=register.owner
        )


def _overlaps(versions: list[Register]) -> Iterator[Fault]:
    for earlier, later in pairwise(versions):
        if earlier.valid[1] is None or earlier.valid[1] >= later.valid[0]:
            yield fault(
                later.id,
                "register.overlap",
                N_("Định nghĩa phiên bản %(a)s và %(b)s cùng có hiệu lực một ngày; đóng khoảng valid của bản cũ."),
                a=earlier.version,
                b=later.version,
            )
