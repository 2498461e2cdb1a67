"""Signing another person's draft: with one's own account, or at a counter, on paper, for who has no telephone."""

from __future__ import annotations

from collections.abc import Sequence

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.services import store
from lienthong.services.api import attachments, held, helped, show
from lienthong.services.api.attachments import Handed
from lienthong.services.api.drafts import by

SCAN = "scan"
"""The field of the scanned print."""


def cosign(
    who: Actor, *, draft: str, agree: bool, word: identity.Word = identity.NO_WORD, scan: Sequence[Handed] = ()
) -> None:
    """Sign, or decline to sign, another person's draft exactly as it stands; asked twice, it holds once.

    word: how a person at a counter says so. scan: the print they signed there, kept with the draft and then with the
    dossier; needed when they signed and gave no code. Raises NotFound when this person's signature is not asked for,
    SignInNeeded below the level of the procedure, Conflict when the dossier was filed already, Invalid without the word
    or the scan, Unavailable when the virus scanner is silent.
    """
    _wanted(who, draft)  # nothing is looked at for those who are not asked
    how = identity.take_word(who, word)
    pages = attachments.checked({SCAN: scan}).get(SCAN, {}) if who.assisted_by else {}
    if agree and how == "signed" and not pages:
        message = N_("Quét trang người dân đã ký rồi gửi kèm; không quét được thì dùng mã trên phiếu.")
        raise Invalid("signature.scan", message, [fault(SCAN, "signature.scan", message)])
    with runtime.current().database.transaction():
        row, wanted = _wanted(who, draft, lock=True)
        case = held.of(row)
        held.require_level(who, case.procedure)
        state = "signed" if agree else "declined"
        if all((each.state, each.digest) == (state, case.digest) for each in wanted):
            return
        if row.state != "draft":
            raise Conflict("signature.filed", N_("Hồ sơ này đã nộp, không cần ký nữa."))
        now = clock.stamp(runtime.current().clock.now())
        for each in wanted:
            store.dossiers.put_signature(draft, each.item, person=who.person, state=state, digest=case.digest, at=now)
            attachments.keep_new(who, row, f"{show.SIGNED}{each.item}", pages if agree else {})
        store.dossiers.tell(draft, at=now, kind=state, by=by(who))
        helped.note(who, row, state, how=how, digest=case.digest)


def _wanted(who: Actor, draft: str, *, lock: bool = False) -> tuple[Row, list[Row]]:
    """The draft, and the signatures asked of this person."""
    row = store.dossiers.by_id(draft, lock=lock)
    wanted = [each for each in store.dossiers.signatures_of(draft) if each.person == who.person] if row else []
    if row is None or not wanted or who.kind is not Kind.CITIZEN or not held.in_reach(who, row):
        raise NotFound("signature.unknown", N_("Không có hồ sơ nào chờ bạn ký ở đây."))
    return row, wanted
