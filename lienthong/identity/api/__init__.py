"""The verbs of identity."""

from __future__ import annotations

from lienthong.identity.api.accounts import Display, close_account, display, open_account, open_staff, staff
from lienthong.identity.api.codes import SEND_JOB, CodeAsked, codes_available, finish_code, send_code, start_code
from lienthong.identity.api.demonstration import (
    DemonstrationPerson,
    demonstration_people,
    name_demonstration_person,
    refuse_demonstration,
    sign_in_demonstration,
)
from lienthong.identity.api.invitations import accept_invitation, invite
from lienthong.identity.api.passkeys import (
    Ceremony,
    add_passkey,
    finish_passkey,
    new_passkey_options,
    passkey_options,
    passkeys,
    remove_passkey,
)
from lienthong.identity.api.representation import Child, act_for, children
from lienthong.identity.api.sessions import (
    OWN_ACCOUNT,
    Entry,
    SignedInAs,
    actor_of_session,
    end_all_sessions,
    end_session,
    purge,
    sessions,
    sign_out,
    sign_out_everywhere,
    signed_in,
)
from lienthong.identity.domain import Account, Method, Passkey, Session, Staff, device_name, safe_path

__all__ = [
    "OWN_ACCOUNT",
    "SEND_JOB",
    "Account",
    "Ceremony",
    "Child",
    "CodeAsked",
    "DemonstrationPerson",
    "Display",
    "Entry",
    "Method",
    "Passkey",
    "Session",
    "SignedInAs",
    "Staff",
    "accept_invitation",
    "act_for",
    "actor_of_session",
    "add_passkey",
    "children",
    "close_account",
    "codes_available",
    "demonstration_people",
    "device_name",
    "display",
    "end_all_sessions",
    "end_session",
    "finish_code",
    "finish_passkey",
    "invite",
    "name_demonstration_person",
    "new_passkey_options",
    "open_account",
    "open_staff",
    "passkey_options",
    "passkeys",
    "purge",
    "refuse_demonstration",
    "remove_passkey",
    "safe_path",
    "send_code",
    "sessions",
    "sign_in_demonstration",
    "sign_out",
    "sign_out_everywhere",
    "signed_in",
    "staff",
    "start_code",
]
