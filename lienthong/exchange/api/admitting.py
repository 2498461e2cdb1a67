"""Servers of agencies: let in by the operator under their public key, known by what they sign, revoked at once."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import UnsupportedAlgorithm

from lienthong.exchange import store
from lienthong.exchange.api.refusing import agreed, refuse
from lienthong.exchange.domain import Refusal
from lienthong.exchange.domain.signing import NotSigned, Signed, key_id, public_key_of, signed
from lienthong.exchange.events import ServerAdmitted, ServerRevoked
from lienthong.exchange.store.servers import Act, Read
from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded, TooMany
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.text import clean
from lienthong.ledger import api as ledger
from lienthong.reference import api as reference
from lienthong.registers.api import Grounds

SKEW = timedelta(seconds=120)
"""How far the clocks of two servers may be apart, and how long a signed request is good."""
PER_MINUTE = 600
"""So many requests a minute of one server."""
ADMITTED, REVOKED = "admitted", "revoked"
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request of a server as it came. target: the whole address with this node's own origin."""

    method: str
    target: str
    signature_input: str
    signature: str


@dataclass(frozen=True, slots=True)
class ServerRead:
    """How far a server has read under a contract. whole_at: up to when its copy was whole, None for never.

    building: its last page was one of a snapshot.
    """

    contract: str
    offset: str
    read_at: datetime
    whole_at: datetime | None
    building: bool


@dataclass(frozen=True, slots=True)
class Server:
    """A server that was let in. key: id of its public key. revoked_at: None while it holds; why: it was revoked."""

    key: str
    agency: str
    note: str
    admitted_at: datetime
    revoked_at: datetime | None
    why: str
    reads: tuple[ServerRead, ...]


def admit_server(who: Actor, *, agency: str, public_key: bytes, note: str) -> Server:
    """Let a server of an agency in under its public key (PEM or JWK, Ed25519); let in again, nothing changes.

    note: which machine it is. Raises Denied for others than the machine's operator, Invalid for an unknown agency or
    what is no public key, Conflict for a key that is another agency's or was revoked.
    """
    _require(who)
    if reference.agency(agency) is None:
        raise Invalid(
            "server.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=agency
        )
    try:
        public = public_key_of(public_key)
    except (ValueError, UnsupportedAlgorithm):
        raise Invalid(
            "server.key",
            N_(
                "Tệp này không phải khóa công khai Ed25519 (PEM hoặc JWK); lấy tệp .pub do `lienthong feed key` tạo ra."
            ),
        ) from None
    key = key_id(public)

    def work() -> str:
        known = store.servers.acts_of(key)
        if known and known[-1].act == REVOKED:
            raise Conflict("server.key_revoked", N_("Khóa này đã bị thu hồi; bên nhận phải tạo khóa mới."))
        if known and known[-1].agency != agency:
            raise Conflict(
                "server.key_taken",
                N_("Khóa này đã thuộc về cơ quan %(agency)s; mỗi máy chủ một khóa."),
                agency=known[-1].agency,
            )
        if not known:
            _write(who, ADMITTED, key, public.hex(), agency, _line(note))
            publish(who, ServerAdmitted(server=key, agency=agency))
        return key

    return _server(requests.once(who, f"exchange.admit.{key}", str, work))


def revoke_server(who: Actor, *, key: str, reason: str) -> Server:
    """Take a server's key back: its next request is refused. Revoked again, the first time stands.

    key: its id, or how that begins when no other begins so. Raises Denied for others than the machine's operator,
    NotFound for no such key, Invalid without a reason.
    """
    _require(who)
    said = _line(reason)
    if not said:
        raise Invalid("server.reason", N_("Nêu lý do thu hồi."))
    found = {each.key for each in store.servers.acts() if each.key.startswith(key)} if key else set[str]()
    if len(found) != 1:
        raise NotFound(
            "server.none",
            N_("Không có đúng một máy chủ mang khóa “%(key)s”; xem `lienthong feed servers list`."),
            key=key,
        )
    (whole,) = found

    def work() -> str:
        last = store.servers.acts_of(whole)[-1]
        if last.act == ADMITTED:
            _write(who, REVOKED, whole, last.public_key, last.agency, said)
            publish(who, ServerRevoked(server=whole, agency=last.agency))
        return whole

    return _server(requests.once(who, f"exchange.revoke.{whole}", str, work))


def servers(who: Actor) -> list[Server]:
    """Return every server that was ever let in, by agency. Raises Denied for others than the machine's operator."""
    _require(who)
    by_key: dict[str, list[Act]] = {}
    for each in store.servers.acts():
        by_key.setdefault(each.key, []).append(each)
    reads = store.servers.reads()
    found = [_made(acts, [each for each in reads if each.key == key]) for key, acts in by_key.items()]
    return sorted(found, key=lambda each: (each.agency, each.admitted_at))


def following(contract: str) -> list[tuple[str, ServerRead]]:
    """Return the agencies whose servers follow a contract, each with how far it has read. Nobody's data."""
    standing = {each.key: each for each in store.servers.acts()}
    found = [
        (standing[each.key].agency, _read(each))
        for each in store.servers.reads([contract])
        if standing[each.key].act == ADMITTED
    ]
    return sorted(found, key=lambda each: (each[0], each[1].read_at))


def server_signed(asked: Asked, *, contract: str) -> Actor:
    """Return the server that signed a request, as an actor of its agency; the request is used up with it.

    Raises SignInNeeded when nobody known signed exactly this, just now and for the first time, TooMany, Denied for a
    revoked key, which is kept in the log.
    """
    claim = _claim(asked)
    known = store.servers.acts_of(claim.key)
    if not known:
        raise SignInNeeded(
            "server.unknown_key",
            N_("Máy chủ này không biết khóa %(key)s; gửi tệp .pub cho người vận hành."),
            key=claim.key,
        )
    if not claim.holds(bytes.fromhex(known[-1].public_key)):
        raise SignInNeeded(
            "server.signature",
            N_("Chữ ký không khớp với yêu cầu gửi tới %(origin)s: sai địa chỉ, hoặc bị sửa trên đường đi."),
            origin=runtime.current().settings.origin,
        )
    _use_up(claim)
    last = known[-1]
    who = system(f"server:{claim.key}", agency=last.agency)
    if last.act == REVOKED:
        agreement = agreed(contract)
        grounds = Grounds(purpose=contract, basis=agreement.basis[0] if agreement else "")
        refuse(who, Refusal.SERVER, register="", subjects=[], fields=[], grounds=grounds, contract=contract)
    return who


def _claim(asked: Asked) -> Signed:
    try:
        return signed(
            signature_input=asked.signature_input,
            signature=asked.signature,
            method=asked.method,
            target=asked.target,
        )
    except NotSigned:
        raise SignInNeeded(
            "server.unsigned", N_("Yêu cầu phải được ký theo RFC 9421 bằng khóa Ed25519 đã đăng ký; xem /api/docs.")
        ) from None


def _use_up(claim: Signed) -> None:
    """Take a request that is of now, not yet used and not one too many. Raises SignInNeeded or TooMany."""
    now = runtime.current().clock.now()
    if abs(now.timestamp() - claim.created) > SKEW.total_seconds() or 0 < claim.expires < now.timestamp():
        raise SignInNeeded(
            "server.clock",
            N_("Yêu cầu ký lúc khác giờ của máy chủ này (%(server_time)s) quá %(seconds)s giây; chỉnh lại đồng hồ."),
            server_time=now.isoformat(timespec="seconds"),
            seconds=int(SKEW.total_seconds()),
        )
    with runtime.current().database.transaction():
        count, first = store.servers.asked_since(claim.key, clock.stamp(now - _MINUTE))
        if count >= PER_MINUTE:
            wait = max(1, round((clock.moment(first) + _MINUTE - now).total_seconds()))
            raise TooMany(
                "server.limit", N_("Máy chủ gửi quá nhanh; chờ %(retry_after)s giây rồi tiếp tục."), retry_after=wait
            )
        # a request of a clock that is ahead stays good for twice as long
        old = clock.stamp(now - 3 * SKEW)
        if not store.servers.take_nonce(claim.key, claim.nonce, at=clock.stamp(now), forget_before=old):
            raise SignInNeeded("server.replayed", N_("Yêu cầu này đã dùng rồi; ký một yêu cầu mới."))


def _write(who: Actor, act: str, key: str, public_key: str, agency: str, note: str) -> None:
    """Write an act with its entry in the ledger, in the open transaction."""
    at = clock.stamp(runtime.current().clock.now())
    row = Act(new_id(), at, who.subject, act, key, public_key, agency, note)
    salt = secrets.token_bytes(32)
    store.servers.add(row, salt)
    content = {name: getattr(row, name) for name in Act.__slots__}
    ledger.record(entry_id=row.id, digest=ledger.digest_of(content, salt))


def _line(text: str) -> str:
    return " ".join(clean(text).split())[:200]


def _server(key: str) -> Server:
    return _made(store.servers.acts_of(key), [each for each in store.servers.reads() if each.key == key])


def _made(acts: list[Act], reads: list[Read]) -> Server:
    first, last = acts[0], acts[-1]
    revoked = last.act == REVOKED
    return Server(
        key=first.key,
        agency=first.agency,
        note=first.note,
        admitted_at=clock.moment(first.at),
        revoked_at=clock.moment(last.at) if revoked else None,
        why=last.note if revoked else "",
        reads=tuple(_read(each) for each in reads),
    )


def _read(row: Read) -> ServerRead:
    return ServerRead(
        contract=row.contract,
        offset=row.place,
        read_at=clock.moment(row.read_at),
        whole_at=clock.moment(row.whole_at) if row.whole_at else None,
        building=row.building,
    )


def _require(who: Actor) -> None:
    if who.kind is not Kind.SYSTEM:
        raise Denied("server.denied", N_("Chỉ người vận hành, bằng lệnh trên máy chủ, cho máy chủ khác kết nối."))
