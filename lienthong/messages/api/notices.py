"""Notices to people: a text of ``catalogue/messages`` filled with data and kept in the reader's inbox.

What leaves the house besides (SMS, mail) says only that there is news. In demonstration mode one page shows it all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from lienthong.kernel import clock, definitions, events, i18n, requests, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid, NotFound, SignInNeeded
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.messages import spec, store
from lienthong.messages.api import delivering
from lienthong.messages.domain import Message, Template
from lienthong.messages.events import MessageSent


def send(who: Actor, *, to: str, template: str, data: Mapping[str, object], dossier: str = "") -> str:
    """Put a notice into an inbox and answer its id; the same request sends the same notice once.

    to: personal number or staff id. data: what the template names; a Bilingual value is said in each language.
    Raises NotFound for an unknown template, Invalid when data is missing.
    """
    text = template_named(template)
    if missing := text.data - data.keys():
        message = N_("Thông báo “%(template)s” thiếu dữ liệu: %(missing)s.")
        raise Invalid("message.data", message, template=template, missing=", ".join(sorted(missing)))
    same = hashlib.sha256(f"{to}|{template}|{dossier}".encode()).hexdigest()[:32]

    def once() -> str:
        message_id = put(text, to=to, data=data, dossier=dossier, channel="inbox")
        events.publish(who, MessageSent(message=message_id, template=template, dossier=dossier))
        delivering.enqueue(message_id, text, to=to, data=data, dossier=dossier)
        return message_id

    return requests.once(who, f"messages.send:{same}", str, once)


def inbox(who: Actor, *, limit: int = 20, before: str = "") -> list[Message]:
    """Return one's own notices, newest first; before: the last id of the page already seen."""
    return [_message(row) for row in store.inbox(reader(who), before=before, limit=limit)]


def unread(who: Actor) -> int:
    """Return how many of one's notices were not read yet, 100 at most."""
    with runtime.current().database.reading() as connection:
        return store.unread(connection, reader(who))


def mark_read(who: Actor, *, messages: Collection[str]) -> int:
    """Note that one's notices were read; answer how many were new. Someone else's are as if they were not there."""
    node = runtime.current()
    with node.database.transaction() as connection:
        return store.mark_read(connection, reader(who), messages, clock.stamp(node.clock.now()))


def demonstration_inbox(*, limit: int = 50) -> list[Message]:
    """Return everyone's newest notices and codes. Raises NotFound outside demonstration mode."""
    node = runtime.current()
    if not node.settings.is_demo:
        raise NotFound("messages.demonstration", N_("Hộp thư trình diễn chỉ có ở chế độ trình diễn."))
    with node.database.reading() as connection:
        return [_message(row) for row in store.newest(connection, limit)]


def templates() -> dict[str, Template]:
    """Return every notice of the catalogue by id. Raises Invalid when a file has faults."""
    return definitions.once("messages.templates", spec.load)


def purge(*, keep_messages: timedelta = timedelta(days=365 * 2), keep_codes: timedelta = timedelta(days=1)) -> int:
    """Forget notices and codes older than their retention; answer how many rows went."""
    node = runtime.current()
    now = node.clock.now()
    with node.database.transaction() as connection:
        return store.purge(
            connection,
            messages_before=clock.stamp(now - keep_messages),
            codes_before=clock.stamp(now - keep_codes),
        )


def put(text: Template, *, to: str, data: Mapping[str, object], dossier: str, channel: str) -> str:
    """Write one message in the open transaction and answer its id. channel: inbox or code."""
    node = runtime.current()
    title, body = text.filled(data)
    message_id = new_id()
    with node.database.transaction() as connection:
        connection.execute(
            store.messages.insert().values(
                id=message_id,
                subject=to,
                channel=channel,
                at=clock.stamp(node.clock.now()),
                template=text.id,
                dossier=dossier,
                title_vi=title.vi,
                title_en=title.en,
                body_vi=body.vi,
                body_en=body.en,
                read_at="",
            )
        )
    return message_id


def _message(row: Any) -> Message:
    english = i18n.language() == "en"
    return Message(
        id=row.id,
        to=row.subject,
        at=clock.moment(row.at),
        template=row.template,
        title=row.title_en if english else row.title_vi,
        body=row.body_en if english else row.body_vi,
        dossier=row.dossier,
        read=bool(row.read_at),
        channel=row.channel,
    )


def reader(who: Actor) -> str:
    """Return whose notices this actor reads: the person's, or the officer's own. Raises SignInNeeded."""
    if who.kind is Kind.CITIZEN and who.assisted_by:
        raise Denied("messages.counter", N_("Thông báo của người dân không mở ở quầy."))
    if who.kind is Kind.CITIZEN:  # notices tell of everything: no mandate opens the person's, only one's own
        return who.person if who.reach is None or who.for_enterprise else who.subject
    if who.kind is Kind.OFFICER:
        return who.subject
    raise SignInNeeded("messages.sign_in", N_("Đăng nhập để xem thông báo của bạn."))


def template_named(template_id: str) -> Template:
    """Return one notice of the catalogue. Raises NotFound."""
    found = templates().get(template_id)
    if found is None:
        raise NotFound("messages.template", N_("Không có mẫu thông báo “%(id)s”."), id=template_id)
    return found
