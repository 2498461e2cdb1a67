"""The shape of a contract."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from lienthong.kernel.actor import Kind
from lienthong.kernel.i18n import Bilingual

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Fields = tuple[str, ...] | Literal["all"]
Rule = Literal["self", "family", "dossier", "agency", "unit", "owner", "consent"]


class Shape(BaseModel):
    """Base of every part: unknown keys are faults, nothing changes after reading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Party(Shape):
    """Who a clause is for. agencies: kinds of agency. systems: names of machine actors. Empty means any.

    enterprise: only a citizen who acts for an enterprise as its legal representative.
    """

    kind: Kind
    level: int = Field(default=0, ge=0, le=4)
    roles: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    systems: tuple[str, ...] = ()
    enterprise: bool = False


class Read(Shape):
    """What of one register may be read. by: the lookup fields one may ask by.

    agency, unit: the lookup field that must hold the reader's agency, or one of the reader's units.
    """

    by: tuple[str, ...] = Field(min_length=1)
    fields: Fields  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    agency: str = ""
    unit: str = ""
    search: bool = False
    history: bool = False


class Write(Shape):
    """What of one register may be written. agency: the field that must hold the writer's agency."""

    fields: Fields  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    agency: str = ""


class Reconcile(Shape):
    """Lists may be compared with a register, row by row, answered by a code. per_day: rows of all lists of a day."""

    per_day: int = Field(ge=1)


class Feed(Shape):
    """What of one register's changes is handed on, of the records of the subscriber's units or of people on a list.

    unit: the lookup field with a record's unit; the subscriber's agency says which units. listed: ``REGISTER.FIELD``, a
    lookup field with the numbers of the people, of a register that the subscriber owns.
    """

    fields: tuple[str, ...] = Field(min_length=1)  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride]
    unit: str = ""
    listed: str = Field(default="", pattern=r"^([a-z_]+\.[a-z_]+)?$")


class Clause(Shape):
    """What one party may do.

    of: whose data. self: the actor's own, or of the person or enterprise they act for; family: of the people and
    households that the registers tie this person to; dossier: of the people of the dossier named; agency, unit: records
    of the actor's agency or units; owner: registers the actor's agency owns; consent: of people who agreed.
    numbers: may have a personal number given out. matches: may learn whether a number and a name are those of one
    living person, and nothing else. reconciles: registers that whole lists may be compared with, for a code a row.
    feed: registers whose changes the party may follow.
    """

    who: Party
    of: Rule
    read: dict[str, Read] = {}
    write: dict[str, Write] = {}
    numbers: bool = False
    matches: bool = False
    reconciles: dict[str, Reconcile] = {}
    feed: dict[str, Feed] = {}


class Sealed(Shape):
    """Entries under this contract stand in the person's log only some days later. basis: the law that allows it."""

    basis: str
    days: int = Field(ge=1)


class Contract(Shape):
    """One agreement: purpose, legal basis, and what each party may read and write. The first clause that fits holds.

    sealed: None, or how long its entries are not shown to the people concerned.
    """

    contract: Id
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    title: Bilingual
    purpose: Bilingual
    basis: tuple[str, ...] = Field(min_length=1)
    ground: Literal["public-duty", "consent"]
    sealed: Sealed | None = None
    clauses: tuple[Clause, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        """The contract's id, such as ``linked-birth``."""
        return self.contract

    def in_force(self, on: date) -> bool:
        """Say whether this version is in force on the day."""
        return self.valid[0] <= on and (self.valid[1] is None or on <= self.valid[1])
