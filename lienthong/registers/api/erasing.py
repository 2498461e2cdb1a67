"""Erasing what ties the ledger to a person: salts and details of their access entries, never an entry of the ledger."""

from __future__ import annotations

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers.api.logging import require
from lienthong.registers.domain import Grounds
from lienthong.registers.events import AccessesErased
from lienthong.registers.store import accesses as store

HOLDING, PURPOSE = "access-log", "erasure"


def erase_proofs(who: Actor, *, subject: str, basis: str, order: str, before: str = "", elsewhere: int = 0) -> int:
    """Erase salts and details of a person's access entries and answer how many; asked again, it finds nothing more.

    The verb of this name in a room above does the same there; the machine's command calls all of them at once.
    basis: id of the law that asks for it; order: what ordered it (number and date of a decision). before: a stamp, all
    until now when empty. elsewhere: how many rows other rooms erased. When anything was erased, an entry tells of it.
    Every proof of everybody else, and the ledger as a whole, stays valid: the ledger holds digests only, and without
    its salt a digest says nothing. Raises Denied for others than the machine's operator, Invalid without a known ground
    or an order.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("erase.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, được xóa theo lệnh."))
    grounds = Grounds(purpose=PURPOSE, basis=basis)
    require(who, grounds)
    ordered = clean(order)[:200]
    if not ordered or not subject:
        raise Invalid("erase.order", N_("Nêu số định danh và quyết định yêu cầu xóa (số, ngày)."))
    until = before or clock.stamp(runtime.current().clock.now())
    with runtime.current().database.transaction() as connection:
        count = store.erase(connection, subject, before=until, basis=basis, order=ordered, keep=HOLDING)
        if count + elsewhere:
            store.add(connection, who, act="write", register=HOLDING, subjects=[subject], fields=[], grounds=grounds)
            publish(who, AccessesErased(entries=count + elsewhere, basis=basis, before=until))
    return count
