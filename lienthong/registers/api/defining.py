"""Which registers there are, and making them ready."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection

from lienthong.kernel import definitions as files
from lienthong.kernel import runtime
from lienthong.kernel.errors import Fault, NotFound
from lienthong.kernel.i18n import N_
from lienthong.registers.spec import Definitions, Register
from lienthong.registers.store.layout import Layout, layouts


def known() -> Definitions:
    """Return the definitions of the running node, read once."""
    return files.once("registers.definitions", Definitions)


def definitions(*, on: date | None = None) -> Sequence[Register]:
    """Return the registers in force on a day (today when None), in the order of their ids."""
    return known().in_force(on or runtime.current().clock.now().date())


def definition(register: str, *, on: date | None = None) -> Register:
    """Return one register's definition in force on a day (today when None). Raises NotFound."""
    day = on or runtime.current().clock.now().date()
    for each in reversed(known().versions.get(register, [])):
        if each.in_force(day):
            return each
    raise NotFound(
        "register.unknown",
        N_("Không có cơ sở dữ liệu “%(register)s” đang có hiệu lực; xem `lienthong register list`."),
        register=register,
    )


def faults() -> Sequence[Fault]:
    """Return every fault of the definition files, each with file and line."""
    return known().faults


def prepare() -> None:
    """Make or widen the tables of every register now, instead of when it is first used."""
    with runtime.current().database.transaction() as connection:
        for register in known().versions:
            layout_of(connection, register)


def layout_of(connection: Connection, register: str) -> Layout:
    """Return the tables of a register, made when they are missing."""
    return layouts().of(connection, known().versions[register])


def versions_of(register: str) -> list[Register]:
    """Return every version of a register's definition, oldest first."""
    return known().versions[register]
