"""Pages and JSON endpoints of identity: sign in, code, passkeys, account, sign out."""

from __future__ import annotations

from fastapi import APIRouter

from lienthong.identity.web import account, codes, invitations, passkeys, sign_in

router = APIRouter()
for part in (sign_in, codes, invitations, passkeys, account):
    router.include_router(part.router)
