"""The verbs of identity."""

from __future__ import annotations

from lienthong.identity.api.accounts import Display, close_account, display, open_account, open_staff, staff
from lienthong.identity.api.demonstration import (
    DemonstrationPerson,
    demonstration_people,
    name_demonstration_person,
    refuse_demonstration,
    sign_in_demonstration,
)
from lienthong.identity.api.sessions import (
    Entry,
    SignedInAs,
    actor_of_session,
    end_session,
    purge,
    sessions,
    sign_out,
    sign_out_everywhere,
    signed_in,
)
from lienthong.identity.domain import Account, Method, Session, Staff

__all__ = [
    "Account",
    "DemonstrationPerson",
    "Display",
    "Entry",
    "Method",
    "Session",
    "SignedInAs",
    "Staff",
    "actor_of_session",
    "close_account",
    "demonstration_people",
    "display",
    "end_session",
    "name_demonstration_person",
    "open_account",
    "open_staff",
    "purge",
    "refuse_demonstration",
    "sessions",
    "sign_in_demonstration",
    "sign_out",
    "sign_out_everywhere",
    "signed_in",
    "staff",
]
