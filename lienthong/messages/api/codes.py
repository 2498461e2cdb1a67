"""One-time codes: six digits, for one purpose, five minutes, five tries, once."""

from __future__ import annotations

import hmac
import secrets
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
from lienthong.messages.domain import CHANNELS, CODE_LIFE, CODES_AN_HOUR, Contact, code_digest


def codes_available() -> bool:
    """True when this node can send codes: in demonstration mode, or by a gateway for SMS or mail."""
    return any(gateway(channel) is not None for channel in CHANNELS)


def send_code(*, to: str, purpose: str, by: Contact | None = None) -> bool:
    """Make a new six-digit code for a purpose and send it; earlier codes for that purpose stop working.

    by: the way to use; else the subject's own, the telephone first. Answers False, and sends nothing, when the subject
    got ten codes within an hour or has no way that works. Talks to the gateway, so a job calls it, never a page; what
    the gateway raises goes on, and the next try makes another code. Raises Unavailable on a node without gateway.
    """
    if not codes_available():
        raise Unavailable("messages.gateway", N_("Chưa nối cổng gửi mã; hãy đăng nhập bằng khóa truy cập."))
    node = runtime.current()
    way = by or _way(to)
    out = _out(way)
    if out is None:
        return False
    now = node.clock.now()
    with node.database.transaction() as connection:
        if sent_this_hour(connection, to) >= CODES_AN_HOUR:
            return False
        code, row = f"{secrets.randbelow(1_000_000):06d}", new_id()
        connection.execute(
            store.codes.insert().values(
                id=row,
                subject=to,
                purpose=purpose,
                digest=code_digest(_key(), row, code),
                at=clock.stamp(now),
                expires_at=clock.stamp(now + CODE_LIFE),
                tries=0,
                used_at="",
            )
        )
        if isinstance(out, Demonstration):
            put(template_named("one-time-code"), to=to, data={"code": code}, dossier="", channel="code")
    if way is not None and not isinstance(out, Demonstration):
        title, text = template_named("one-time-code").filled({"code": code})
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


def _key() -> bytes:
    return keys.secret("one-time-code")
