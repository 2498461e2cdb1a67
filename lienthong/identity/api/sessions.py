"""Sessions: begun by a proof, found by the secret in the cookie, listed and ended by their owner."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from lienthong.identity import store
from lienthong.identity.api import representing
from lienthong.identity.domain import (
    LIFETIMES,
    TOUCH,
    Account,
    Method,
    Session,
    actor,
    form_of_address,
    masked,
    new_token,
    session_level,
    token_hash,
)
from lienthong.identity.events import SessionEnded, SignedIn
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import ANONYMOUS, ENTERPRISE, Actor, Kind
from lienthong.kernel.errors import Denied, NotFound, SignInNeeded
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.registers import api as registers

SERVICE_IDLE = timedelta(minutes=15)
"""A counter service ends by itself when nothing was done for so long; the officer's own session goes on."""
OWN_ACCOUNT = registers.Grounds(purpose="own-account", basis="ND-69-2024")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A session that has just begun. token: the secret for the cookie; it is known here only. lifetime: at most."""

    token: str
    actor: Actor
    lifetime: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInAs:
    """Who acts, and how the person is greeted: name, and ``anh``, ``chị``, ``ông``, ``bà`` or "".

    for_name: name of the person acted for; "" when acting for oneself. serving: the person an officer serves at the
    counter, assisted by the officer; for_name and for_title are then that person's.
    """

    actor: Actor
    name: str = ""
    title: str = ""
    for_name: str = ""
    for_title: str = ""
    serving: Actor | None = None


def actor_of_session(token: str, *, request_id: str) -> Actor:
    """Return who acts with the secret of a cookie; ANONYMOUS for none, an unknown, an ended or an expired one."""
    return signed_in(token, request_id=request_id).actor


def signed_in(token: str, *, request_id: str) -> SignedInAs:
    """Return who acts and how to greet them, in one query; a used session lives on (one write a minute at most)."""
    node = runtime.current()
    now = node.clock.now()
    found = None
    if token:
        found = store.sessions.current(token_hash(token), now, demonstration_too=node.settings.is_demo)
    if found is not None and found.under.startswith(ENTERPRISE):
        found = _for_enterprise(found, request_id)
    if found is None:
        return SignedInAs(actor=replace(ANONYMOUS, request_id=request_id))
    if clock.stamp(now - TOUCH) >= found.seen_at:
        idle_until = min(now + LIFETIMES[found.kind].idle, clock.moment(found.ends_at))
        store.sessions.touch(found.id, seen_at=now, idle_until=idle_until)
        if found.under and found.kind is Kind.OFFICER:
            store.sessions.prolong(found.id, until=now + SERVICE_IDLE)
    officer = found.kind is Kind.OFFICER
    actor = Actor(
        kind=found.kind,
        subject=found.subject,
        agency=found.agency,
        units=found.units,
        roles=found.roles,
        level=found.level,
        for_person="" if officer else found.for_person,
        reach=None if officer else found.reach,
        under="" if officer else found.under,
        session=found.id,
        request_id=request_id,
    )
    return SignedInAs(
        actor=actor,
        name=found.name,
        title=found.title,
        for_name=found.for_name,
        for_title=found.for_title,
        serving=_served(found, request_id) if officer and found.under else None,
    )


def _for_enterprise(found: store.sessions.Current, request_id: str) -> store.sessions.Current | None:
    """The session of a representative while the register names them; when it names others, the session ends."""
    if representing.stands(found.for_person, found.under):
        return found
    who = Actor(kind=found.kind, subject=found.subject, level=found.level, session=found.id, request_id=request_id)
    acting = representing.go_on(who, code=found.for_person)
    if acting is not None:
        return replace(found, under=acting.under, for_name=acting.name)
    with runtime.current().database.transaction():
        if _end(who, session_id=found.id, reason="representation_ended"):
            representing.tell_ended(who, found.for_name)
    return None


def _served(found: store.sessions.Current, request_id: str) -> Actor:
    """The person at the counter: level 2, for the officer saw the card and compared it with the register."""
    return Actor(
        kind=Kind.CITIZEN,
        subject=found.for_person,
        level=2,
        assisted_by=found.subject,
        session=found.id,
        reach=found.reach,
        under=found.under,
        request_id=request_id,
    )


def sessions(who: Actor) -> list[Session]:
    """Return the actor's own sessions that still live, the newest first. Raises SignInNeeded."""
    require_session(who)
    now = runtime.current().clock.now()
    return [each for each in store.sessions.of_subject(who.subject) if each.alive(now)]


def sign_out(who: Actor) -> None:
    """End this session; it opens nothing any more. Signing out twice is no fault."""
    if who.session:
        _end(who, session_id=who.session, reason="signed_out")


def end_session(who: Actor, *, session: str) -> None:
    """End one of the actor's own sessions, on another device for instance. Raises SignInNeeded, NotFound."""
    require_session(who)
    if not _end(who, session_id=session, reason="ended_by_owner"):
        raise NotFound("session.missing", N_("Phiên này không còn nữa."))


def sign_out_everywhere(who: Actor) -> int:
    """End all of the actor's sessions, this one too; answer how many. Raises SignInNeeded."""
    require_session(who)
    return _end(who, session_id="", reason="everywhere")


def end_all_sessions(who: Actor) -> int:
    """End every session of the node, after a restore for instance; answer how many."""
    with runtime.current().database.transaction():
        return sum(
            _end(replace(who, subject=each), session_id="", reason="restored") for each in store.sessions.subjects()
        )


def require_session(who: Actor) -> None:
    """Let signed-in people pass. Raises SignInNeeded."""
    if not who.session:
        raise SignInNeeded("session.needed", N_("Hãy đăng nhập trước."), level=1)
    if who.assisted_by:  # the session is the officer's; the person's own account is out of reach at a counter
        raise Denied("session.assisted", N_("Tài khoản của người dân chỉ chính họ mở được, không mở ở quầy."))


def begin(who: Actor, *, account: Account, method: Method, device: str) -> Entry:
    """Begin a session for a proven account, in the open transaction; the browser's former session ends.

    who: the actor before the proof. The secret is always a new one: one planted before sign-in is worth nothing.
    """
    node = runtime.current()
    now = node.clock.now()
    life = LIFETIMES[account.kind]
    token = new_token()
    session = Session(
        id=new_id(),
        subject=account.subject,
        kind=account.kind,
        level=session_level(account, method),
        method=method,
        for_person="",
        device=device[:80],
        name="",
        title="",
        began_at=now,
        seen_at=now,
        idle_until=now + life.idle,
        ends_at=now + life.absolute,
    )
    with node.database.transaction():
        if who.session:
            _end(who, session_id=who.session, reason="replaced")
        office = next(iter(store.accounts.staff_of([account.subject])), None)
        entered = actor(session, office, request_id=who.request_id)
        name, title = own_name(entered)
        store.sessions.add(replace(session, name=name, title=title), token_hash(token))
        fact = SignedIn(
            account=account.id,
            session=session.id,
            kind=account.kind.value,
            method=method.value,
            level=session.level,
        )
        publish(entered, fact)
    return Entry(token=token, actor=entered, lifetime=life.absolute)


def own_name(who: Actor) -> tuple[str, str]:
    """Return a citizen's name and form of address from the population register; an entry says that it was read.

    Read once for each session and kept with it. Somebody the register does not know is called by a masked number.
    """
    if who.kind is not Kind.CITIZEN:
        return "", ""
    query = registers.Query("population", key=who.subject, fields=("full_name", "sex", "birth_date"))
    found = next(iter(registers.read(who, queries=[query], grounds=OWN_ACCOUNT)[0]), None)
    if found is None:
        return masked(who.subject), ""
    values = found.values
    born = str(values.get("birth_date") or "")
    title = form_of_address(str(values.get("sex") or ""), born, runtime.current().clock.now().date())
    return str(values.get("full_name") or "") or masked(who.subject), title


def name_of(who: Actor) -> str:
    """Return the name that the actor's own session was greeted with; a masked number without one."""
    named = next((each.name for each in store.sessions.of_subject(who.subject) if each.id == who.session), "")
    return named or masked(who.subject)


def purge() -> int:
    """Forget sessions, attempts and pauses whose time is over; answer how many."""
    now = runtime.current().clock.now()
    return store.sessions.purge(now) + store.attempts.purge(now)


def _end(who: Actor, *, session_id: str, reason: str) -> int:
    with runtime.current().database.transaction():
        account = store.accounts.find(who.subject)
        ended = store.sessions.end(who.subject, session_id=session_id)
        for each in ended:
            publish(who, SessionEnded(account=account.id if account else "", session=each, reason=reason))
    return len(ended)
