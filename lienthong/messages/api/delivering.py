"""A notice leaves the house: one sentence without personal data to every way its reader has proven."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import update

from lienthong.kernel import clock, i18n, jobs, runtime
from lienthong.kernel.i18n import N_
from lienthong.messages import store
from lienthong.messages.api.gateways import Refused, gateway
from lienthong.messages.domain import OUTSIDE_PLACES, Template, said

JOB = "messages.deliver"


def enqueue(message: str, text: Template, *, to: str, data: Mapping[str, object], dossier: str) -> None:
    """Ask, in the open transaction, for one delivery by each way that the reader has proven."""
    node = runtime.current()
    with node.database.transaction() as connection:
        ways = store.ways_to(connection, to)
    for way, language in ways:
        title, sentence = _outside(text, language, data, dossier)
        payload = {"message": message, "contact": way, "title": title, "text": sentence}
        jobs.enqueue(JOB, payload, key=f"{JOB}:{message}:{way}")


def deliver(*, message: str, contact: str, title: str, text: str) -> None:
    """Hand one text to its gateway, once as far as we can know: the job behind a notice.

    A crash between the gateway's answer and our note sends it again under the same reference.
    """
    node = runtime.current()
    with node.database.reading() as connection:
        way = store.contact(connection, contact)
        done = store.was_delivered(connection, message, contact)
    if done or way is None or not way.proven_at or way.failed_at:
        return
    out = gateway(way.channel)
    if out is None:
        return
    refused = False
    reference = hashlib.sha256(f"{message}:{contact}".encode()).hexdigest()[:32]
    try:
        out.send(to=way.address, title=title, text=text, reference=reference)
    except Refused:
        refused = True
    now = clock.stamp(node.clock.now())
    with node.database.transaction() as connection:
        connection.execute(
            store.deliveries.insert().values(message=message, contact=contact, at=now, refused=int(refused))
        )
        if refused:
            connection.execute(update(store.contacts).where(store.contacts.c.id == contact).values(failed_at=now))


def _outside(text: Template, language: str, data: Mapping[str, object], dossier: str) -> tuple[str, str]:
    """Return title and sentence for outside. No link: our texts never carry one, so one that does is a forgery."""
    if text.outside is not None:
        told = {name: said(data[name], language) for name in OUTSIDE_PLACES & data.keys()}
        sentence = text.outside.said(language) % told
    elif dossier:
        sentence = i18n.say(language, N_("Hồ sơ %(dossier)s có tin mới."), dossier=dossier)
    else:
        sentence = i18n.say(language, N_("Bạn có thông báo mới."))
    where = i18n.say(language, N_("Đăng nhập Liên Thông để đọc. Tin của chúng tôi không bao giờ kèm đường dẫn."))
    return i18n.say(language, N_("Liên Thông: có thông báo mới")), f"{sentence} {where}"
