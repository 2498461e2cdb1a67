"""Erasing a person by order, in this room: who helped them or acted for them. Dossiers have their own retention."""

from __future__ import annotations

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.services import store


def erase_proofs(who: Actor, *, subject: str, before: str) -> int:
    """Erase salts and details from before the stamp and answer of how many acts; that somebody helped stays.

    Every proof of everybody else stays valid. Raises Denied for others than the machine.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("erase.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, được xóa theo lệnh."))
    return store.acts.erase(subject, before=before)
