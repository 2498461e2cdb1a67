"""One-time codes: sent to the telephone of an account, good once, for the browser that asked, for five minutes.

Whether a number has an account shows nowhere: asking does the same for every number (a job looks later), a wrong code
and an unknown number are refused alike, and both wait alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lienthong.identity import store
from lienthong.identity.api.guarding import count, guard
from lienthong.identity.api.passkeys import usable
from lienthong.identity.api.sessions import Entry, begin
from lienthong.identity.domain import ATTEMPT, Method, new_token, subject_of, token_hash
from lienthong.identity.events import SignInFailed
from lienthong.identity.store.attempts import Attempt
from lienthong.kernel import jobs, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Invalid, Unavailable, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.messages import api as messages

SEND_JOB = "identity.send_code"
_PURPOSE = "code-sign-in"
_FORGET_SENDS = timedelta(hours=1)
_FORGET_TRIES = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAsked:
    """A code is on its way, if there is an account. attempt: secret the browser hands back with the code."""

    attempt: str
    until: datetime


def start_code(who: Actor, *, subject: str) -> CodeAsked:
    """Ask for a code for a personal number or staff id, as typed.

    Raises Invalid for what can be neither, TooMany when the account asked too often (known or not), Unavailable when
    this node cannot send codes to anybody.
    """
    del who  # anybody may ask
    node = runtime.current()
    if not codes_available():
        raise Unavailable("code.gateway", N_("Hệ thống này chưa nối cổng gửi mã; hãy dùng khóa truy cập."))
    wanted = subject_of(subject)
    if not wanted:
        sentence = N_("Nhập số định danh cá nhân gồm 12 chữ số, ví dụ 079 192 990 017 (cán bộ: mã cán bộ).")
        raise Invalid("sign_in.subject", sentence, [fault("subject", "subject.shape", sentence)])
    now = node.clock.now()
    count("send", wanted, forget_at=now + _FORGET_SENDS)
    token = new_token()
    attempt = Attempt(token_hash=token_hash(token), subject=wanted, challenge="", purpose=_PURPOSE, until=now + ATTEMPT)
    with node.database.transaction():
        store.attempts.add(attempt)
        jobs.enqueue(SEND_JOB, {"attempt": attempt.token_hash}, key=f"{SEND_JOB}:{attempt.token_hash}")
    return CodeAsked(attempt=token, until=attempt.until)


def codes_available() -> bool:
    """True when this node can send codes."""
    return messages.codes_available()


def send_code(attempt_hash: str) -> None:
    """Send the code of an attempt, when its number has an account: the job behind ``start_code``."""
    attempt = store.attempts.find(attempt_hash, purpose=_PURPOSE)
    account = store.accounts.find(attempt.subject) if attempt else None
    if attempt and account and usable(account):
        messages.send_code(to=account.subject, purpose=_purpose(attempt), asked=_purpose(attempt))


def finish_code(who: Actor, *, attempt: str, code: str, device: str = "") -> Entry:
    """Begin a session when the code is right.

    Raises Denied, alike for a wrong code, an old one and a number without account; TooMany (``retry_after`` seconds)
    after several tries in a row. A passkey still opens an account whose codes rest.
    """
    node = runtime.current()
    asked = store.attempts.find(token_hash(attempt), purpose=_PURPOSE)
    if asked is None:
        raise Denied("code.old", N_("Mã đã hết hạn. Hãy nhận mã mới."))
    tries = count("code", asked.subject, forget_at=node.clock.now() + _FORGET_TRIES)
    typed = "".join(code.split())
    entry = None
    with node.database.transaction():
        right = messages.check_code(to=asked.subject, purpose=_purpose(asked), code=typed)
        account = store.accounts.find(asked.subject)
        if right and account and usable(account):
            store.attempts.take(asked.token_hash, purpose=_PURPOSE)
            for kind in ("code", "send"):
                store.attempts.clear(guard(kind, asked.subject))
            entry = begin(who, account=account, method=Method.CODE, device=device)
        else:
            failed = SignInFailed(account=account.id if account else "", method=Method.CODE.value, failures=tries)
            publish(who, failed)
    if entry is None:
        sentence = N_("Mã không đúng. Xem lại tin nhắn mới nhất rồi nhập đủ 6 chữ số.")
        raise Denied("code.wrong", sentence)
    return entry


def _purpose(attempt: Attempt) -> str:
    """A code is good for the browser that asked and no other: its purpose names the attempt."""
    return f"sign-in:{attempt.token_hash[:32]}"
