"""Whose data somebody's accesses reached: asked after a breach, answered from the log, with an entry for them all."""

from __future__ import annotations

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.registers.api.logging import require
from lienthong.registers.domain import Grounds
from lienthong.registers.store import accesses as store

HOLDING = "access-log"


def people_reached(
    who: Actor, *, agency: str, actor: str, register: str, since: str, until: str, grounds: Grounds
) -> list[str]:
    """Return the people whose data an agency's accesses (of one actor when named) reached between two stamps.

    register: of one register when named. Refused accesses and sealed entries that have not opened are left out. One
    entry covers everybody found. Raises Denied for others than the machine, Invalid without grounds.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("accesses.not_yours", N_("Nhật ký truy cập chỉ mở cho chính người đó."))
    require(who, grounds)
    with runtime.current().database.transaction() as connection:
        found = store.reached(connection, agency=agency, actor=actor, register=register, since=since, until=until)
        if found:
            (entry,) = store.add(
                connection,
                who,
                act="export",
                register=HOLDING,
                subjects=[""],
                fields=[],
                grounds=grounds,
                people=len(found),
            )
            store.cover(connection, entry, found)
    return found
