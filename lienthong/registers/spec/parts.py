"""What a register's definition may say beside its fields: rules, matching, relations, sources, life events, cases."""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lienthong.kernel.i18n import N_, Bilingual

KEEP = re.compile(r"permanent|[1-9][0-9]? years")
Role = Literal[
    "number",
    "former_number",
    "name",
    "birth_date",
    "sex",
    "unit",
    "address",
    "phone",
    "father_name",
    "mother_name",
    "father_number",
    "mother_number",
    "spouse_number",
]
"""What a field says of a person, for matching: the same words for every register."""
Kin = Literal["parent", "spouse", "guardian", "head", "household", "person", "thing"]
"""What a relation is: kinship and guardianship; head: of the household; household: everyone with the same value;
person: whom the record is about or tells of; thing: what somebody owns or holds."""
Event = Literal[
    "birth",
    "death",
    "missing",
    "marriage",
    "divorce",
    "recognition",
    "name_corrected",
    "sex_corrected",
    "birth_date_corrected",
    "number_given",
    "number_replaced",
    "moved",
    "stay_begun",
    "stay_ended",
    "household_head_changed",
    "insured",
    "insurance_ended",
    "benefit_granted",
    "benefit_ended",
    "licence_granted",
    "licence_withdrawn",
    "vehicle_registered",
    "vehicle_transferred",
    "school_entered",
    "school_left",
    "phone_registered",
    "phone_ended",
    "enterprise_founded",
    "enterprise_dissolved",
]
"""Life events (and those of things and enterprises) that a register may announce; other rooms wait for these words."""


def _plain_id(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", value):
        message = N_(
            "Tên này chỉ có chữ thường a-z, số và dấu gạch dưới, bắt đầu bằng chữ, tối đa 40 ký tự; đặt lại tên."
        )
        raise ValueError(message)
    return value


def _keep(value: str) -> str:
    if not KEEP.fullmatch(value):
        message = N_("Thời hạn lưu viết là “permanent” hoặc số năm, ví dụ “10 years”.")
        raise ValueError(message)
    return value


def _pair(value: Any) -> Any:
    """Accept ``[vi, en]`` for ``{vi: …, en: …}``."""
    return {"vi": value[0], "en": value[1]} if isinstance(value, list) and len(value) == 2 else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _said(value: Bilingual) -> Bilingual:
    if not value.vi.strip() or not value.en.strip():
        message = N_("Viết đủ tiếng Việt và tiếng Anh: [tiếng Việt, English].")
        raise ValueError(message)
    return value


def _told_event(value: str) -> str:
    register, _, event = value.partition(".")
    if not register or event not in get_args(Event):
        message = N_("Viết theo dạng CƠ_SỞ_DỮ_LIỆU.SỰ_KIỆN, ví dụ civil_status.death.")
        raise ValueError(message)
    return value


def _names(value: Any) -> Any:
    """Accept one name where several may stand."""
    return (value,) if isinstance(value, str) else value


Id = Annotated[str, AfterValidator(_plain_id)]
Keep = Annotated[str, AfterValidator(_keep)]
Pair = Annotated[Bilingual, BeforeValidator(_pair), AfterValidator(_said)]
Names = Annotated[tuple[Id, ...], BeforeValidator(_names)]


class Shape(BaseModel):
    """Base of every part: an unknown key is a fault, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, ignored_types=(cached_property,))


class Exists(Shape):
    """A record of a register (``in``) whose lookup field ``by`` has the value of ``field`` (unless that is empty).

    where: an expression over that other record, which must be true too.
    """

    field: Id
    register_id: Id = Field(alias="in")
    by: Id
    where: str = ""


class Rule(Shape):
    """One quality rule, of exactly one kind.

    that: an expression over the record's own fields, true when all is well. unique: no two records have the same values
    in all these fields. exists, absent: there is, or must not be, such a record elsewhere. acyclic: fields that lead to
    a record's ancestors in the same register, by its key. when: only records of which this expression is true.

    A record breaks a rule when it is false; where a value is missing and the answer therefore null, nothing is said:
    missing values are counted as such. severity: ``refuse`` is not let in by a write, ``warn`` lands and stands in the
    unit's work list. fields: those a finding points at (what the rule reads, when empty).
    """

    id: Id
    when: str = ""
    that: str = ""
    unique: Names = ()
    exists: Exists | None = None
    absent: Exists | None = None
    acyclic: Names = ()
    title: Pair
    severity: Literal["refuse", "warn"]
    remedy: Pair
    fields: Names = ()

    @property
    def kind(self) -> Literal["that", "unique", "exists", "absent", "acyclic"]:
        """Which of the five kinds it is."""
        if self.that or self.unique:
            return "that" if self.that else "unique"
        return "acyclic" if self.acyclic else "exists" if self.exists else "absent"

    @property
    def elsewhere(self) -> Exists | None:
        """What it looks for in another register, to be there or not."""
        return self.exists or self.absent

    @model_validator(mode="after")
    def _one_kind(self) -> Rule:
        if sum(map(bool, (self.that, self.unique, self.exists, self.absent, self.acyclic))) != 1:
            message = N_("Quy tắc viết đúng một trong: that, unique, exists, absent, acyclic.")
            raise ValueError(message)
        if self.kind != "that" and self.severity == "refuse":
            message = N_("Quy tắc so nhiều bản ghi phải là “warn”: mỗi lần ghi không đọc cả cơ sở dữ liệu.")
            raise ValueError(message)
        return self


class Matching(Shape):
    """Which fields make two records the same person. same: role → field. sure, review: from this score (0 to 1) on two
    are surely the same; a person must look. A role that a record says nothing of speaks neither for nor against; who is
    compared with whom is worked out from the score, so that nobody who could reach ``review`` is missed.
    """

    same: dict[Role, Id] = Field(min_length=2)
    sure: float = Field(gt=0, le=1)
    review: float = Field(gt=0, le=1)


class Relation(Shape):
    """One line from a record to others: the value of ``field`` found in the lookup field ``by`` (the key when empty) of
    the register ``to`` (the same one when empty). title: what the other is to this one; back: what this is to it. It is
    followed back only when ``field`` is a lookup field.
    """

    field: Id
    to: str = ""
    by: str = ""
    roles: tuple[str, ...] = ()
    kind: Kin
    title: Pair
    back: Pair


class Source(Shape):
    """Who delivers records. agency: one code, or kind: every agency of this kind (of the level, when given).

    every: how often; form: in which forms the records come. by: the field that names who delivered a record. roles: of
    the agency's officers who work off what is wrong with it; stewards do anyhow.
    """

    id: Id
    title: Pair
    agency: str = ""
    kind: str = ""
    by: str = ""
    roles: tuple[str, ...] = ()
    level: Literal["", "central", "province", "commune"] = ""
    every: Literal["event", "day", "week", "month", "quarter", "year"]
    form: Annotated[tuple[Literal["screen", "file", "database", "exchange", "paper"], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _one_kind(self) -> Source:
        if bool(self.agency) == bool(self.kind):
            message = N_("Viết đúng một trong: agency (mã cơ quan), kind (loại cơ quan).")
            raise ValueError(message)
        return self


class Announcement(Shape):
    """When a write tells of a life event. when: expression over the fields as they are after the write,
    ``before.FIELD`` as they were (null in a new record), and ``act``: ``created``, ``changed`` or ``corrected``.

    person: fields with the numbers of those it happens to (the subject when empty). day: the field with the day ("":
    since when the write holds).
    """

    event: Event
    when: str
    person: Names = ()
    day: str = ""


class Following(Shape):
    """What a register does by itself when another one (or it itself) tells of a life event.

    after: ``REGISTER.EVENT``. find: a lookup field of this register → expression for its key. which: only records of
    which this is true. put: field → expression for its new value, from the event's day on. Expressions name ``person``
    (whom it happens to), ``other`` (of two, the other one), ``day``, the telling record's fields: ``its.FIELD``, and as
    they were before: ``was.FIELD``; ``which`` and ``put`` this record's own fields too. why: kept as the reason.
    """

    after: Annotated[str, AfterValidator(_told_event)]
    find: dict[Id, str] = Field(min_length=1, max_length=1)
    which: str = ""
    put: dict[Id, str] = Field(min_length=1)
    why: Pair

    @property
    def register_id(self) -> str:
        """The register whose event is followed."""
        return self.after.partition(".")[0]

    @property
    def event(self) -> str:
        """The event that is followed."""
        return self.after.partition(".")[2]


class Case(Shape):
    """An example a steward can read, run at every check: of this record, these rules are broken and this is announced.

    given: the record, as an import would bring it. before: as it was (a new record when empty). act: what the write is
    ("" decides by ``before``). beside: other records of the register; elsewhere: of others. today: when it is run.
    """

    name: Pair
    given: dict[Id, Any]
    before: dict[Id, Any] = Field(default_factory=dict[str, Any])
    act: Literal["", "created", "changed", "corrected"] = ""
    beside: tuple[dict[Id, Any], ...] = ()
    elsewhere: dict[Id, tuple[dict[Id, Any], ...]] = Field(default_factory=dict[str, tuple[dict[str, Any], ...]])
    today: date
    breaks: tuple[Id, ...] = ()
    announces: tuple[Event, ...] | None = None
