"""Erasing a person by order, in this room: the words said on mandates that no longer hold."""

from __future__ import annotations

from lienthong.identity import store
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_


def erase_proofs(who: Actor, *, subject: str, before: str) -> int:
    """Erase salts and details from before the stamp and answer of how many words; a mandate that holds stays whole.

    A word ties two people together, so neither can prove it afterwards; every other proof stays valid. Raises Denied
    for others than the machine.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("erase.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, được xóa theo lệnh."))
    return store.mandates.erase(subject, before=before, today=clock.today(runtime.current().clock))
