"""The verbs of the room: put a notice into an inbox, send and check codes, keep the ways to a reader."""

from __future__ import annotations

from lienthong.messages.api.codes import check_code, codes_available, send_code
from lienthong.messages.api.contacts import (
    add_contact,
    channels,
    confirm_contact,
    contacts,
    keep_contact,
    remove_contact,
    send_proof,
)
from lienthong.messages.api.delivering import deliver
from lienthong.messages.api.gateways import Gateway, Refused
from lienthong.messages.api.notices import demonstration_inbox, inbox, mark_read, purge, send, templates, unread
from lienthong.messages.domain import Contact, Message

__all__ = [
    "Contact",
    "Gateway",
    "Message",
    "Refused",
    "add_contact",
    "channels",
    "check_code",
    "codes_available",
    "confirm_contact",
    "contacts",
    "deliver",
    "demonstration_inbox",
    "inbox",
    "keep_contact",
    "mark_read",
    "purge",
    "remove_contact",
    "send",
    "send_code",
    "send_proof",
    "templates",
    "unread",
]
