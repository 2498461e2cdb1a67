"""Opening codes: how an account is entered for the first time, or again after every device is lost.

The operator (at a counter, the officer in charge) has seen the person and the papers, makes the code, and hands it over
on paper. Sixteen characters of 80 random bits, good once, for a day; the owner is told.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from lienthong.identity import store
from lienthong.identity.api.accounts import require_operator
from lienthong.identity.api.passkeys import usable
from lienthong.identity.api.sessions import Entry, begin
from lienthong.identity.domain import Method, token_hash
from lienthong.identity.events import Invited, SignInFailed
from lienthong.identity.store.attempts import Attempt
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.messages import api as messages

LIFE = timedelta(days=1)
_PURPOSE = "invitation"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: what can be misread is not in it
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", "-": None, " ": None})


def invite(who: Actor, *, subject: str) -> str:
    """Make an opening code for an account and answer it, as ``xxxx-xxxx-xxxx-xxxx``; it is kept nowhere.

    Raises Denied unless a machine or an operator asks, NotFound when there is no open account.
    """
    require_operator(who)
    node = runtime.current()
    code = "".join(secrets.choice(_ALPHABET) for _ in range(16))
    with node.database.transaction():
        account = store.accounts.find(subject)
        if account is None or not usable(account):
            raise NotFound("account.missing", N_("Không có tài khoản này."))
        until = node.clock.now() + LIFE
        store.attempts.add(
            Attempt(token_hash=token_hash(code), subject=subject, challenge="", purpose=_PURPOSE, until=until)
        )
        publish(who, Invited(account=account.id))
        messages.send(replace(who, for_person=""), to=subject, template="opening-code-made", data={})
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))


def accept_invitation(who: Actor, *, code: str, device: str = "") -> Entry:
    """Begin a session for the account an opening code was made for. Raises Denied, alike for every other code."""
    typed = token_hash(code.lower().translate(_MISREAD))
    with runtime.current().database.transaction():
        asked = store.attempts.take(typed, purpose=_PURPOSE)
        account = store.accounts.find(asked.subject) if asked else None
        entry = None
        if account and usable(account):
            entry = begin(who, account=account, method=Method.INVITATION, device=device)
        else:
            publish(who, SignInFailed(account="", method=Method.INVITATION.value, failures=1))
    if entry is None:
        raise Denied("invitation.refused", N_("Mã mở tài khoản không đúng, đã dùng hoặc quá hạn. Hãy xin mã mới."))
    return entry
