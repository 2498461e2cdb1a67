"""Says whether a statement or a digital document is genuine, and what it does not reveal. Anyone may ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from lienthong.documents import spec, store
from lienthong.documents.api.es256 import jwk, key_id, public_key, verifies
from lienthong.documents.api.signers import signers
from lienthong.documents.api.statuses import status_lists
from lienthong.documents.domain import codec, credential, statement
from lienthong.documents.domain.document import Document, Status
from lienthong.documents.domain.status_list import Place
from lienthong.kernel import clock, runtime
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import day, partial_day

State = Literal["genuine", "altered", "unknown_signer", "expired", "not_active", "replaced", "unreadable"]

WORDS: Mapping[State, str] = {
    "genuine": N_("Giấy tờ thật"),
    "expired": N_("Mã đã hết hạn"),
    "not_active": N_("Đã bị thu hồi"),
    "replaced": N_("Đã có bản khác thay thế"),
    "altered": N_("Không phải giấy tờ thật"),
    "unknown_signer": N_("Không rõ ai ký"),
    "unreadable": N_("Chưa đọc được mã"),
}
"""What each verdict is called, on the page and on the command line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer to "is this genuine?".

    state: genuine; altered (the signature does not fit); unknown_signer (a key nobody here knows); expired (a screen
    shown longer than a minute ago); not_active (revoked); replaced (another one took its place); unreadable (no
    statement at all).
    facts: (label, value) of what is revealed. hidden: labels of what is not. shown_at: when the holder showed it.
    listed: this node issued it and its status was looked up, so ``genuine`` means still valid. ended: the day it was
    revoked or replaced. newer, newer_issued: number and day of the one that took its place; the number only to who
    shows the number of the former.
    """

    state: State
    title: str = ""
    agency: str = ""
    agency_name: str = ""
    signer: str = ""
    issued: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    hidden: tuple[str, ...] = ()
    shown_at: datetime | None = None
    listed: bool = False
    ended: str = ""
    newer: str = ""
    newer_issued: str = ""
    demonstration: bool = False


def verify(text: str) -> Verdict:
    """Return the verdict on the text of a QR code or on a digital document (``…~…~``)."""
    compact = "".join(text.split())
    try:
        if compact.startswith(statement.PREFIX):
            return _statement(statement.read(compact))
        return _credential(credential.read(compact))
    except (codec.Malformed, credential.Malformed):
        return Verdict(state="unreadable")


def verification_keys() -> dict[str, Any]:
    """Return what a verifier keeps to check without the network: keys, titles of types and fields, the moment."""
    return {
        "at": clock.stamp(runtime.current().clock.now()),
        "demonstration": signers().demonstration,
        "keys": [{"kid": key_id(key).hex(), **jwk(key)} for key in (public_key(each) for each in signers().issuers())],
        "status_lists": status_lists(),
        "types": {
            kind.spec.code: {
                "type": kind.spec.document,
                "title": {"vi": kind.spec.title.vi, "en": kind.spec.title.en},
                "fields": {
                    name: {"vi": (title := kind.title_of(name)).vi, "en": title.en} for name in kind.spec.fields
                },
                "paper": [kind.spec.number, kind.spec.name, kind.spec.born],
            }
            for kind in spec.types().values()
            if kind.spec.signed
        },
    }


def _statement(signed: statement.SignedStatement) -> Verdict:
    said = signed.statement
    state = _signed_by(signed.key_id.hex(), signed.message, signed.signature)
    kind = spec.type_of_code(said.code)
    if state != "genuine" or kind is None:
        return Verdict(state="unknown_signer" if state == "genuine" else state)
    shown_at = None
    if isinstance(said, statement.ShownStatement):
        fields = dict(said.fields)
        shown_at = datetime.fromtimestamp(said.shown_at, tz=clock.ZONE)
        if runtime.current().clock.now().timestamp() >= said.expires_at:
            state = "expired"
    else:
        row = ((kind.spec.number, said.number), (kind.spec.name, said.name), (kind.spec.born, partial_day(said.born)))
        fields = {name: value for name, value in row if name and value}
    facts = Verdict(
        state=state,
        agency=said.agency,
        agency_name=said.agency_name,
        issued=partial_day(said.issued),
        shown_at=shown_at,
    )
    known = store.by_place(said.place) if said.place else store.by_serial(said.serial)
    return _told(facts, kind, fields, known)


def _credential(signed: credential.SignedCredential) -> Verdict:
    state = _signed_by(signed.key_id, signed.message, signed.signature)
    claims = signed.claims
    kind = spec.types().get(str(claims.get("vct", "")).removeprefix("urn:lienthong:document:").partition(":")[0])
    if state != "genuine" or kind is None:
        return Verdict(state="unknown_signer" if state == "genuine" else state)
    facts = Verdict(
        state=state,
        agency=claims["agency"],
        agency_name=claims["agency_name"],
        signer=claims["signer"],
        issued=day(datetime.fromtimestamp(claims["iat"], tz=clock.ZONE).date()),
    )
    return _told(facts, kind, signed.fields, _named(claims))


def _named(claims: Mapping[str, Any]) -> Document | None:
    """Return the document that a digital document speaks of: by its place; before there were lists by its serial."""
    if "status" not in claims:
        return store.by_serial(claims["serial"])
    listed = claims["status"]["status_list"]
    return store.by_place(Place(int(listed["uri"].rpartition("/")[2]), listed["idx"]).code)


def _told(verdict: Verdict, kind: spec.DocumentType, fields: Mapping[str, str], known: Document | None) -> Verdict:
    """Add what the document says, what it keeps to itself, and whether it still holds."""
    state = verdict.state
    ended = store.ending_of(known.id) if known is not None and known.status is not Status.ACTIVE else None
    if state == "genuine" and known is not None and known.status is not Status.ACTIVE:
        state = "replaced" if known.replaced_by else "not_active"
    newer = store.by_id(known.replaced_by) if known is not None and known.replaced_by else None
    return replace(
        verdict,
        state=state,
        ended=day(clock.local(ended.at).date()) if ended else "",
        newer=newer.number if newer and kind.spec.number in fields else "",
        newer_issued=day(clock.local(newer.issued_at).date()) if newer else "",
        title=str(kind.spec.title),
        facts=tuple((str(kind.title_of(name)), value) for name, value in fields.items() if name in kind.spec.fields),
        hidden=tuple(str(kind.title_of(name)) for name in kind.spec.fields if name not in fields),
        listed=known is not None,
        demonstration=signers().demonstration,
    )


def _signed_by(kid: str, message: bytes, signature: bytes) -> State:
    for certificate in signers().issuers():
        key = public_key(certificate)
        if key_id(key).hex() == kid:
            return "genuine" if verifies(key, message, signature) else "altered"
    return "unknown_signer"
