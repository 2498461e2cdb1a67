"""Notices, one-time codes and the ways to a reader as plain values."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from lienthong.kernel.i18n import Bilingual

CODE_LIFE = timedelta(minutes=5)
CODE_TRIES = 5
CODES_AN_HOUR = 10
OUTSIDE_PLACES = frozenset({"dossier", "due"})
"""What a text that leaves the house may name: a telephone screen and a mailbox are read by others too."""

Channel = Literal["sms", "mail"]
CHANNELS: tuple[Channel, ...] = ("sms", "mail")
_PLACE = re.compile(r"%\((\w+)\)s")
_MAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PHONE = re.compile(r"0[0-9]{9,10}")


@dataclass(frozen=True, slots=True)
class Template:
    """The text of a notice in both languages, with ``%(name)s`` places for the data it names.

    outside: the one sentence that goes by SMS or mail; None for the usual one.
    """

    id: str
    title: Bilingual
    body: Bilingual
    data: frozenset[str]
    outside: Bilingual | None = None

    def filled(self, data: Mapping[str, object]) -> tuple[Bilingual, Bilingual]:
        """Return title and body with the places filled. Raises KeyError for a place without data."""
        told = {language: {name: said(value, language) for name, value in data.items()} for language in ("vi", "en")}
        title = Bilingual(self.title.vi % told["vi"], self.title.en % told["en"])
        return title, Bilingual(self.body.vi % told["vi"], self.body.en % told["en"])


@dataclass(frozen=True, slots=True)
class Message:
    """A notice as its reader sees it. to: personal number, staff id, or (channel sms, mail) the address it went to.

    title, body: in the language being spoken. channel: inbox, code, sms or mail.
    """

    id: str
    to: str
    at: datetime
    template: str
    title: str
    body: str
    dossier: str
    read: bool
    channel: str = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A way to a reader outside the house. proven: they typed the code that was sent there. failing: it came back."""

    id: str
    subject: str
    channel: Channel
    address: str
    language: str
    added_at: datetime
    proven: bool
    failing: bool

    @property
    def masked(self) -> str:
        """The address as a page shows it to its owner: enough to recognise, too little to copy."""
        if self.channel == "sms":
            return "•••• ••• " + self.address[-3:]
        name, _, host = self.address.partition("@")
        return f"{name[:2]}•••@{host}"


def address_of(channel: Channel, typed: str) -> str:
    """Return a telephone number as 0… digits or a mail address in small letters; "" for what can be neither."""
    if channel == "mail":
        written = typed.strip().lower()
        return written if len(written) <= 254 and _MAIL.fullmatch(written) and ".." not in written else ""
    digits = re.sub(r"[\s.\-()]", "", typed)
    digits = re.sub(r"^(\+|00)84", "0", digits)
    return digits if _PHONE.fullmatch(digits) else ""


def places(text: str) -> set[str]:
    """Return the names of the places in a text."""
    return set(_PLACE.findall(text))


def code_digest(key: bytes, row: str, code: str) -> str:
    """Return what is stored of a one-time code: a keyed hash bound to its row, useless without the node's key."""
    return hmac.new(key, f"{row}:{code}".encode(), hashlib.sha256).hexdigest()


def code_of(key: bytes, row: str) -> str:
    """Return the six digits of a code's row: only who has the node's key can make them again."""
    made = hmac.new(key, row.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(made[:16]) % 1_000_000:06d}"


def said(value: object, language: str) -> str:
    """Return one piece of data as text: a Bilingual in the language, anything else as it prints."""
    return value.said(language) if isinstance(value, Bilingual) else str(value)
