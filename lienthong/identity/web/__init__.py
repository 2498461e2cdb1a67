"""Pages and JSON endpoints of identity: sign in, code, passkeys, account, sign out."""

from __future__ import annotations

from fastapi import APIRouter

from lienthong.identity.web import account, codes, passkeys, sign_in

router = APIRouter()
for part in (sign_in, codes, passkeys, account):
    router.include_router(part.router)
