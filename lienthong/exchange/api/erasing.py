"""Erasing a person by order, in this room: words of consent that no longer hold, complaints and claims answered."""

from __future__ import annotations

from lienthong.exchange import store
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_


def erase_proofs(who: Actor, *, subject: str, before: str) -> int:
    """Erase salts and details from before the stamp and answer of how many rows; what is open or holds stays whole.

    Every proof of everybody else stays valid: the ledger holds digests only. Raises Denied for others than the machine.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("erase.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, được xóa theo lệnh."))
    kept = (store.consents, store.complaints, store.claims)
    with runtime.current().database.transaction():
        return sum(each.erase(subject, before=before) for each in kept)
