"""How a text leaves the house: a mail server, an SMS gateway, or the inbox page of the demonstration."""

from __future__ import annotations

import http.client
import json
import smtplib
import ssl
from email.message import EmailMessage
from importlib.metadata import entry_points
from typing import Protocol, cast
from urllib.parse import unquote, urlsplit

from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import Unavailable
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.messages import store
from lienthong.messages.domain import Channel

ENTRY_POINT = "lienthong.gateways"
_SECONDS = 10


class Refused(Exception):
    """The gateway says that this address will never take anything: trying again is no use."""


class Gateway(Protocol):
    """One way out of the house."""

    def send(self, *, to: str, title: str, text: str, reference: str) -> None:
        """Hand over one text. reference: the same for a text sent again, so that the other side may drop it.

        Raises Refused for good, anything else for now.
        """
        ...


def gateway(channel: Channel) -> Gateway | None:
    """Return the way out for a channel, None when this node has none.

    An installed package (entry point ``lienthong.gateways``, named ``sms`` or ``mail``) comes first, then the
    settings, then, in demonstration mode, the inbox page.
    """
    node = runtime.current()
    settings = node.settings
    installed = node.part(("messages.gateway", channel), lambda _node: _installed(channel))
    if installed is not None:
        return installed
    if channel == "mail" and settings.mail_server:
        return MailServer(settings.mail_server, sender=settings.mail_from, password=settings.mail_password)
    if channel == "sms" and settings.sms_gateway:
        return SmsGateway(settings.sms_gateway, token=settings.sms_token)
    return Demonstration(channel) if settings.is_demo else None


def _installed(channel: Channel) -> Gateway | None:
    for entry in entry_points(group=ENTRY_POINT, name=channel):
        return cast(Gateway, entry.load()())
    return None


class MailServer:
    """SMTP: TLS from the start (``smtps``) or STARTTLS before the password; plain only to this machine."""

    def __init__(self, address: str, *, sender: str, password: str) -> None:
        self._at = urlsplit(address)
        self._sender = sender
        self._password = password

    def send(self, *, to: str, title: str, text: str, reference: str) -> None:
        """Hand one mail to the server."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self._sender, to, title
        mail["Message-ID"] = f"<{reference}@{self._sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        with self._connect() as server:
            try:
                server.send_message(mail)
            except smtplib.SMTPRecipientsRefused as refusal:
                if all(code >= 500 for code, _ in refusal.recipients.values()):
                    raise Refused from None
                raise

    def _connect(self) -> smtplib.SMTP:
        host, secure = self._at.hostname or "", ssl.create_default_context()
        if self._at.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, self._at.port or 465, timeout=_SECONDS, context=secure)
        else:
            server = smtplib.SMTP(host, self._at.port or 587, timeout=_SECONDS)
            if host not in {"127.0.0.1", "localhost", "::1"}:
                server.starttls(context=secure)
        if self._at.username:
            server.login(unquote(self._at.username), self._password)
        return server


class SmsGateway:
    """The plain shape most gateways can be given: POST JSON ``{to, text, reference}`` with a bearer token.

    to: +84… . Any 2xx is taken; 400, 404, 410 and 422 mean that the number takes nothing. Redirects are not followed.
    """

    def __init__(self, address: str, *, token: str) -> None:
        self._at = urlsplit(address)
        self._token = token

    def send(self, *, to: str, title: str, text: str, reference: str) -> None:
        """Hand one SMS to the gateway; an SMS has no title."""
        del title
        host, port = self._at.hostname or "", self._at.port
        secure = self._at.scheme == "https"
        line = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(host, port, timeout=_SECONDS)
        headers = {"Content-Type": "application/json; charset=utf-8", "Idempotency-Key": reference}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        body = json.dumps({"to": "+84" + to.removeprefix("0"), "text": text, "reference": reference})
        try:
            line.request("POST", self._at.path or "/", body.encode(), headers)
            status = line.getresponse().status
        finally:
            line.close()
        if status in {400, 404, 410, 422}:
            raise Refused
        if not 200 <= status < 300:
            raise Unavailable("sms.status", N_("Cổng tin nhắn trả lời %(status)s; hệ thống sẽ gửi lại."), status=status)


class Demonstration:
    """No text leaves the machine: the demonstration inbox shows what would have been sent, and where to.

    It keeps the promise that gateways are asked for: one reference, one text.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def send(self, *, to: str, title: str, text: str, reference: str) -> None:
        """Keep the text for the demonstration inbox; one sent again under its reference is the one it was."""
        node = runtime.current()
        with node.database.transaction() as connection:
            store.take_once(
                connection,
                id=new_id(),
                subject=to[:40],
                channel=self._channel,
                at=clock.stamp(node.clock.now()),
                template="",
                dossier="",
                title_vi=title,
                title_en=title,
                body_vi=text,
                body_en=text,
                read_at="",
                reference=reference,
            )
