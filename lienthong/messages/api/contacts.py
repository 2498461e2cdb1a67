"""Where a reader wants notices besides the inbox: a telephone, a mailbox, each proven by a code sent there."""

from __future__ import annotations

from sqlalchemy import delete, update

from lienthong.kernel import clock, i18n, jobs, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Invalid, NotFound, TooMany, Unavailable, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.messages import store
from lienthong.messages.api import codes
from lienthong.messages.api.gateways import gateway
from lienthong.messages.api.notices import reader, send
from lienthong.messages.domain import CHANNELS, CODES_AN_HOUR, Channel, Contact, address_of

JOB = "messages.prove"


def channels() -> list[Channel]:
    """Return the channels this node can use besides the inbox."""
    return [each for each in CHANNELS if gateway(each) is not None]


def contacts(who: Actor) -> list[Contact]:
    """Return one's own ways, proven ones first."""
    with runtime.current().database.reading() as connection:
        return [codes.contact_of(row) for row in store.contacts_of(connection, _owner(who))]


def add_contact(who: Actor, *, channel: str, address: str) -> str:
    """Ask for notices at an address and answer the way's id; a code goes there, nothing else until it is typed.

    Asking again sends a new code. Raises Invalid for what is no address, Unavailable for a channel without gateway,
    TooMany after ten codes within an hour.
    """
    subject = _owner(who)
    sentence = N_("Hệ thống chưa gửi được thông báo qua kênh này.")
    if channel not in CHANNELS:
        raise Invalid("contact.unknown", sentence, [fault("channel", "contact.unknown", sentence)])
    if channel not in channels():
        raise Unavailable("contact.channel", sentence)
    right = address_of(channel, address)
    if not right:
        sentence = (
            N_("Nhập số điện thoại Việt Nam, ví dụ 0912 345 678.")
            if channel == "sms"
            else N_("Nhập địa chỉ thư điện tử, ví dụ ten@vidu.vn.")
        )
        raise Invalid("contact.address", sentence, [fault("address", "contact.address", sentence)])
    node = runtime.current()
    now = node.clock.now()
    with node.database.transaction() as connection:
        if codes.sent_this_hour(connection, subject) >= CODES_AN_HOUR:
            raise TooMany("contact.codes", N_("Đã gửi nhiều mã trong một giờ. Hãy chờ rồi thử lại."), retry_after=3600)
        contact = store.find_contact(connection, subject, channel, right)
        if not contact:
            contact = _keep(subject, channel, right, proven_at="")
        asked = f"{contact}:{clock.stamp(now)}"
        jobs.enqueue(JOB, {"contact": contact, "asked": asked}, key=f"{JOB}:{asked}")
    return contact


def send_proof(*, contact: str, asked: str = "") -> None:
    """Send the code that proves a way: the job behind ``add_contact``. asked: which asking, as ``send_code`` has it."""
    with runtime.current().database.reading() as connection:
        way = store.contact(connection, contact)
    if way is not None:
        codes.send_code(to=str(way.subject), purpose=_purpose(contact), asked=asked, by=codes.contact_of(way))


def confirm_contact(who: Actor, *, contact: str, code: str) -> None:
    """Take a way into use with the code that was sent there; it replaces the former one of its channel.

    The owner is told in the inbox and at the former address. Raises NotFound for somebody else's, Invalid for a wrong
    or old code.
    """
    subject = _owner(who)
    node = runtime.current()
    with node.database.transaction() as connection:
        way = store.contact(connection, contact)
        if way is None or way.subject != subject:
            raise NotFound("contact.missing", N_("Không có địa chỉ nhận tin này; có thể đã bị xóa."))
        right = codes.check_code(to=subject, purpose=_purpose(contact), code="".join(code.split()))
        if right:
            added = codes.contact_of(way)
            data = {"address": added.masked}
            send(who, to=subject, template="contact-added", data=data)  # before: the former address is told too
            now = clock.stamp(node.clock.now())
            store.end_contacts(connection, subject, added.channel, but=contact, at=now)
            mine = update(store.contacts).where(store.contacts.c.id == contact)
            connection.execute(mine.values(proven_at=now, failed_at=""))
    if not right:
        sentence = N_("Mã không đúng hoặc đã hết hạn. Xem lại tin mới nhất, hoặc nhận mã mới.")
        raise Invalid("contact.code", sentence, [fault("code", "contact.code", sentence)])


def remove_contact(who: Actor, *, contact: str) -> None:
    """Send nothing there any more. Somebody else's way is as if it were not there."""
    mine = (store.contacts.c.id == contact, store.contacts.c.subject == _owner(who))
    with runtime.current().database.transaction() as connection:
        connection.execute(delete(store.contacts).where(*mine))


def keep_contact(*, subject: str, channel: Channel, address: str) -> None:
    """Note a way that was proven in person (the telephone checked when an account was opened), in the open transaction.

    What can be no address is left out: it was typed for another use.
    """
    right = address_of(channel, address)
    if not right:
        return
    node = runtime.current()
    with node.database.transaction() as connection:
        if not store.find_contact(connection, subject, channel, right):
            now = clock.stamp(node.clock.now())
            contact = _keep(subject, channel, right, proven_at=now)
            store.end_contacts(connection, subject, channel, but=contact, at=now)


def _owner(who: Actor) -> str:
    """Whose ways these are. Raises Denied for an enterprise: its news stay in its inbox, whoever represents it."""
    if who.for_enterprise:
        raise Denied(
            "contact.enterprise", N_("Thông báo của doanh nghiệp nằm trong hộp thư ở đây, không gửi đi nơi khác.")
        )
    return reader(who)


def _keep(subject: str, channel: Channel, address: str, *, proven_at: str) -> str:
    node = runtime.current()
    with node.database.transaction() as connection:
        store.add_contact(
            connection,
            id=new_id(),
            subject=subject,
            channel=channel,
            address=address,
            language=i18n.language(),
            added_at=clock.stamp(node.clock.now()),
            proven_at=proven_at,
            failed_at="",
            ended_at="",
        )
        return store.find_contact(connection, subject, channel, address)


def _purpose(contact: str) -> str:
    return f"contact:{contact}"
