"""Passkeys (WebAuthn): a key on the person's own device signs a challenge for this site alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lienthong.identity import store
from lienthong.identity.api.sessions import Entry, begin, require_session
from lienthong.identity.domain import ATTEMPT, Account, Method, Passkey, new_token, token_hash
from lienthong.identity.events import PasskeyAdded, PasskeyRemoved, SignInFailed
from lienthong.identity.store.attempts import Attempt
from lienthong.identity.store.passkeys import Credential
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import day_time
from lienthong.messages import api as messages

_SIGN_IN = "passkey-sign-in"
_REGISTER = "passkey-register"
_REFUSED = N_("Khóa truy cập này không mở được tài khoản nào ở đây. Thử lại, hoặc nhận mã dùng một lần.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ceremony:
    """What the browser's WebAuthn call needs. attempt: secret to hand back with the answer, within five minutes."""

    attempt: str
    options: dict[str, Any]


def passkey_options(who: Actor) -> Ceremony:
    """Ask for a signature by any passkey of this site; no account is named, so none can be probed."""
    del who  # anybody may ask
    challenge = new_token()
    options = generate_authentication_options(
        rp_id=_site(),
        challenge=base64url_to_bytes(challenge),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return Ceremony(attempt=_attempt(_SIGN_IN, "", challenge), options=options_to_json_dict(options))


def finish_passkey(who: Actor, *, attempt: str, credential: dict[str, Any], device: str = "") -> Entry:
    """Begin a session for the owner of the passkey that signed. Raises Denied, alike for every reason."""
    node = runtime.current()
    with node.database.transaction():
        asked = store.attempts.take(token_hash(attempt), purpose=_SIGN_IN)
        known = store.passkeys.find(str(credential.get("id", "")))
        account = store.accounts.find(known.subject) if known else None
        entry = None
        if asked and known and account and usable(account):
            count = _verified_count(known, asked.challenge, credential)
            if count is not None and _handle_matches(account, credential):
                store.passkeys.used(known.passkey, sign_count=count, now=node.clock.now())
                entry = begin(who, account=account, method=Method.PASSKEY, device=device)
        if entry is None:
            failed = SignInFailed(account=account.id if account else "", method=Method.PASSKEY.value, failures=1)
            publish(who, failed)
    if entry is None:
        raise Denied("passkey.refused", _REFUSED)
    return entry


def new_passkey_options(who: Actor) -> Ceremony:
    """Ask this device to make a passkey for the actor's account. Raises SignInNeeded, Denied (see ``add_passkey``)."""
    account = _owner(who)
    challenge = new_token()
    options = generate_registration_options(
        rp_id=_site(),
        rp_name="Liên Thông",
        user_id=base64url_to_bytes(account.handle),
        user_name=f"•••• {account.subject[-3:]}" if account.kind is Kind.CITIZEN else account.subject,
        challenge=base64url_to_bytes(challenge),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(each))
            for each in store.passkeys.credentials_of(account.subject)
        ],
    )
    return Ceremony(attempt=_attempt(_REGISTER, account.subject, challenge), options=options_to_json_dict(options))


def add_passkey(who: Actor, *, attempt: str, credential: dict[str, Any], name: str = "") -> str:
    """Let the new key open the actor's account from now on and tell its owner; answer its id. name: of the device.

    Raises SignInNeeded, Denied when the answer does not verify or when an officer who has a passkey already did not
    sign in with one (a code must not make the key that signs), Conflict when the key is known.
    """
    node = runtime.current()
    account = _owner(who)
    with node.database.transaction():
        asked = store.attempts.take(token_hash(attempt), purpose=_REGISTER)
        made = _verified_key(account, asked, credential)
        if made is not None:
            if not store.passkeys.add(made, name=name[:80], now=node.clock.now()):
                raise Conflict("passkey.known", N_("Khóa truy cập này đã được đăng ký rồi."))
            publish(who, PasskeyAdded(account=account.id, passkey=made.passkey))
            told = {"device": name or "–", "at": day_time(node.clock.now())}
            messages.send(replace(who, for_person=""), to=account.subject, template="passkey-added", data=told)
    if made is None:
        raise Denied("passkey.not_made", N_("Chưa tạo được khóa truy cập. Hãy thử lại."))
    return made.passkey


def passkeys(who: Actor) -> list[Passkey]:
    """Return the actor's own passkeys. Raises SignInNeeded."""
    require_session(who)
    return store.passkeys.of_subject(who.subject)


def remove_passkey(who: Actor, *, passkey: str) -> None:
    """Remove one of the actor's own passkeys. Raises SignInNeeded, NotFound."""
    account = _owner(who)
    with runtime.current().database.transaction():
        if not store.passkeys.remove(who.subject, passkey):
            raise NotFound("passkey.missing", N_("Khóa truy cập này không còn nữa."))
        publish(who, PasskeyRemoved(account=account.id, passkey=passkey))


def usable(account: Account) -> bool:
    """True when somebody may sign in to the account on this node."""
    return account.open and (not account.demonstration or runtime.current().settings.is_demo)


def _owner(who: Actor) -> Account:
    require_session(who)
    account = store.accounts.find(who.subject)
    if account is None or not usable(account):
        raise NotFound("account.missing", N_("Không có tài khoản này."))
    if account.kind is Kind.OFFICER and who.level < 3 and store.passkeys.credentials_of(who.subject):
        raise Denied("passkey.level", N_("Cán bộ đăng nhập bằng khóa truy cập đã có rồi mới thêm hoặc xóa khóa."))
    return account


def _attempt(purpose: str, subject: str, challenge: str) -> str:
    node = runtime.current()
    token = new_token()
    until = node.clock.now() + ATTEMPT
    store.attempts.add(
        Attempt(token_hash=token_hash(token), subject=subject, challenge=challenge, purpose=purpose, until=until)
    )
    return token


def _verified_count(known: Credential, challenge: str, credential: dict[str, Any]) -> int | None:
    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_site(),
            expected_origin=runtime.current().settings.origin,
            credential_public_key=known.public_key,
            credential_current_sign_count=known.sign_count,
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError):
        return None


def _verified_key(account: Account, asked: Attempt | None, credential: dict[str, Any]) -> Credential | None:
    if asked is None or asked.subject != account.subject:
        return None
    try:
        verified = verify_registration_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(asked.challenge),
            expected_rp_id=_site(),
            expected_origin=runtime.current().settings.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None
    return Credential(
        passkey=new_id(),
        subject=account.subject,
        credential=bytes_to_base64url(verified.credential_id),
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
    )


def _handle_matches(account: Account, credential: dict[str, Any]) -> bool:
    """A passkey that names its account must name this one."""
    response: dict[str, object] = credential.get("response") or {}
    return response.get("userHandle") in (None, account.handle)


def _site() -> str:
    """The relying party's id: the host people type, without port."""
    return urlsplit(runtime.current().settings.origin).hostname or "localhost"
