"""Erasing a person by order, in this room: who helped them or acted for them, and the papers of what has ended.

The dossiers themselves have their own retention.
"""

from __future__ import annotations

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.services import store


def erase_proofs(who: Actor, *, subject: str, before: str) -> int:
    """Erase salts and details from before the stamp and answer of how many acts and pages of papers.

    That somebody helped stays, and that a paper was handed in, with its digest: who holds the paper can still show that
    it is the one. What an open dossier stands on stays whole. Every proof of everybody else stays valid. Raises Denied
    for others than the machine.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("erase.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, được xóa theo lệnh."))
    now = clock.stamp(runtime.current().clock.now())
    with runtime.current().database.transaction():
        return store.acts.erase(subject, before=before) + store.attachments.erase(subject, before=before, at=now)
