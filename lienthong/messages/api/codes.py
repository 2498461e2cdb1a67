"""One-time codes: six digits, for one purpose, five minutes, five tries, once."""

from __future__ import annotations

import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from lienthong.kernel import clock, keys, runtime
from lienthong.kernel.errors import Unavailable
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.messages import store
from lienthong.messages.api.gateways import Demonstration, Gateway, gateway
from lienthong.messages.api.notices import put, template_named
from lienthong.messages.domain import CHANNELS, CODE_LIFE, CODES_AN_HOUR, Contact, Template, code_digest, code_of


def codes_available() -> bool:
    """True when this node can send codes: in demonstration mode, or by a gateway for SMS or mail."""
    return any(gateway(channel) is not None for channel in CHANNELS)


def send_code(*, to: str, purpose: str, asked: str = "", by: Contact | None = None) -> bool:
    """Make a six-digit code for a purpose and send it; earlier codes for that purpose stop working.

    asked: what asks for it. Asked by the same once more (its job was killed, the gateway was silent) it is the same
    code under the same reference while it lives, so that the reader gets one text. by: the way to use; else the
    subject's own, the telephone first. Answers False, and sends nothing, when the code was used, the subject got ten
    codes within an hour or has no way that works. Talks to the gateway, so a job calls it, never a page; what the
    gateway raises goes on. Raises Unavailable on a node without gateway.
    """
    if not codes_available():
        raise Unavailable("messages.gateway", N_("Chưa nối cổng gửi mã; hãy đăng nhập bằng khóa truy cập."))
    way = by or _way(to)
    out = _out(way)
    if out is None:
        return False
    with runtime.current().database.transaction() as connection:
        now = clock.stamp(runtime.current().clock.now())
        row = store.code_asked(connection, to, purpose, asked, now) if asked else None
        if row == "" or (row is None and sent_this_hour(connection, to) >= CODES_AN_HOUR):
            return False
        if row is None:
            row = _make(connection, to, purpose, asked)
            if isinstance(out, Demonstration):
                put(_text(), to=to, data={"code": _code(row)}, dossier="", channel="code")
    if way is not None and not isinstance(out, Demonstration):
        title, text = _text().filled({"code": _code(row)})
        out.send(to=way.address, title=title.said(way.language), text=text.said(way.language), reference=row)
    return True


def check_code(*, to: str, purpose: str, code: str) -> bool:
    """Say whether this is the newest code for the purpose: five minutes, five tries, once.

    Joins the open transaction, so the try counts when that commits. Never raises for a wrong code, and does the same
    work when there is none, so that nobody learns who has an account.
    """
    node = runtime.current()
    now = clock.stamp(node.clock.now())
    with node.database.transaction() as connection:
        row, digest = store.count_try(connection, to, purpose, now) or ("", "")
        right = hmac.compare_digest(digest, code_digest(_key(), row, code))
        if right:
            store.use(connection, row, now)
    return right


def sent_this_hour(connection: Connection, subject: str) -> int:
    """Return how many codes were made for a subject within an hour."""
    return store.codes_since(connection, subject, clock.stamp(runtime.current().clock.now() - timedelta(hours=1)))


def contact_of(row: Any) -> Contact:
    """Return a way from its row."""
    return Contact(
        id=row.id,
        subject=row.subject,
        channel=row.channel,
        address=row.address,
        language=row.language,
        added_at=clock.moment(row.added_at),
        proven=bool(row.proven_at),
        failing=bool(row.failed_at),
    )


def _way(subject: str) -> Contact | None:
    with runtime.current().database.reading() as connection:
        ways = [contact_of(row) for row in store.contacts_of(connection, subject)]
    usable = [each for each in ways if each.proven and not each.failing and gateway(each.channel) is not None]
    return min(usable, key=lambda each: CHANNELS.index(each.channel), default=None)


def _out(way: Contact | None) -> Gateway | None:
    """Return where a code goes: by its way, and in demonstration mode without one to the inbox page."""
    if way is not None:
        return gateway(way.channel)
    found = (gateway(channel) for channel in CHANNELS)
    return next((each for each in found if isinstance(each, Demonstration)), None)


def _make(connection: Connection, subject: str, purpose: str, asked: str) -> str:
    """Write a new code in the open transaction and answer its id."""
    row, now = new_id(), runtime.current().clock.now()
    connection.execute(
        store.codes.insert().values(
            id=row,
            subject=subject,
            purpose=purpose,
            digest=code_digest(_key(), row, _code(row)),
            at=clock.stamp(now),
            expires_at=clock.stamp(now + CODE_LIFE),
            tries=0,
            used_at="",
            asked=asked or None,
        )
    )
    return row


def _text() -> Template:
    return template_named("one-time-code")


def _code(row: str) -> str:
    return code_of(keys.secret("one-time-code-digits"), row)


def _key() -> bytes:
    return keys.secret("one-time-code")
