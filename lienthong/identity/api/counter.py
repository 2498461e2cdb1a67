"""Serving a person at the counter: an officer acts beside somebody who has no telephone and no account.

The officer stays the officer; what the person does is done as the person, with ``assisted_by``. A paper slip with a
code stays with the person: it confirms their choices, follows the dossier and goes on at home.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from lienthong.identity import store
from lienthong.identity.api.guarding import count, held
from lienthong.identity.api.representation import change_person
from lienthong.identity.api.sessions import SERVICE_IDLE, Entry, require_session
from lienthong.identity.domain import form_of_address
from lienthong.identity.domain.codes import ALPHABET, check_sign, spelled, typed
from lienthong.identity.events import CodeMade, ServiceBegan, ServiceEnded
from lienthong.identity.store.counter import Code
from lienthong.identity.store.sessions import Acting
from lienthong.kernel import clock, keys, runtime
from lienthong.kernel.actor import MANDATES, Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Invalid, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id

ROLE = "one-stop-officer"
SLIP_LIFE = timedelta(days=90)
COUNTER_CODE_LIFE = timedelta(days=1)
_FORGET_TRIES = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A code just made. It is known here only: what is kept is its keyed hash."""

    code: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service at the counter as its person sees it. officer: staff id. thing: the draft it was about, "" for none."""

    id: str
    officer: str
    agency: str
    thing: str
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """How a person at the counter confirms: the code of their slip, or their signature on the printed summary.

    signed: the officer's own statement that the person signed before them and that the paper is kept.
    """

    code: str = ""
    signed: bool = False


NO_WORD = Word()


def serve(who: Actor, *, person: str, name: str, sex: str, birth_date: str) -> Entry:
    """Begin to serve a person whose identity was checked; the officer's session goes on under a new id and secret.

    sex: code of the list; birth_date: ISO, of any precision: how the person is addressed. Raises Denied for others than
    one-stop officers at level 3, SignInNeeded without a session.
    """
    require_session(who)
    if who.kind is not Kind.OFFICER or not who.has(ROLE) or who.level < 3:
        raise Denied("counter.denied", N_("Chỉ cán bộ một cửa, đăng nhập bằng khóa truy cập, phục vụ được tại quầy."))
    now, service = runtime.current().clock.now(), new_id()
    title = form_of_address(sex, birth_date, now.date())
    acting = Acting(person=person, name=name, title=title, under=service, reach=(MANDATES,), until=now + SERVICE_IDLE)
    with runtime.current().database.transaction():
        row = {"id": service, "officer": who.subject, "agency": who.agency, "person": person, "person_name": name}
        stamp = clock.stamp(now)
        store.counter.begin({**row, "title": title, "thing": "", "began_at": stamp, "ended_at": ""})
        entry = change_person(who, acting)
        publish(entry.actor, ServiceBegan(service=service, agency=who.agency))
    return entry


def stop_serving(who: Actor, *, service: str) -> Entry:
    """End a service; nothing of the person can be opened any more. Ended already, the session changes all the same."""
    require_session(who)
    with runtime.current().database.transaction():
        found = store.counter.service(service) if service else None
        if found and found.officer == who.subject and store.counter.end(service, runtime.current().clock.now()):
            publish(who, ServiceEnded(service=service, agency=who.agency))
        return change_person(who, Acting())


def serve_about(who: Actor, *, thing: str, reach: frozenset[str]) -> None:
    """Let the service touch one draft and what becomes of it. who: the person, assisted."""
    with runtime.current().database.transaction():
        store.counter.about(who.under, thing)
        store.sessions.widen(who.session, under=who.under, reach={MANDATES, *reach})


def services_of(who: Actor) -> list[Service]:
    """Return how often the actor (or whom they act for) was served at a counter, the newest first."""
    return [
        Service(
            id=row.id,
            officer=row.officer,
            agency=row.agency,
            thing=row.thing,
            began_at=clock.moment(row.began_at),
            ended_at=clock.moment(row.ended_at) if row.ended_at else None,
        )
        for row in (store.counter.of_person(who.person) if who.kind is Kind.CITIZEN and who.person else [])
    ]


def print_slip(who: Actor) -> Slip:
    """Make the slip of a service; an earlier one, of the service or its draft, opens nothing any more.

    who: the person, assisted.
    """
    _require_assisted(who)
    service = store.counter.service(who.under)
    thing = service.thing if service else ""
    return _make(who, purpose="slip", subject=who.person, thing=thing, service=who.under, life=SLIP_LIFE)


def slip_until(who: Actor) -> datetime | None:
    """Return until when the slip of the service is good; None before it was printed. who: the person, assisted."""
    _require_assisted(who)
    return store.counter.slip_until(who.under, runtime.current().clock.now())


def slips(who: Actor) -> list[Code]:
    """Return the slips of the person served that still open a draft, the newest first. who: the person, assisted."""
    _require_assisted(who)
    return store.counter.living(who.person, purpose="slip", now=runtime.current().clock.now())


def take_word(who: Actor, word: Word) -> str:
    """Answer how a person at the counter confirmed: ``slip:<id>`` or ``signed``; "" for people who act themselves.

    Raises Invalid when they did neither or the code is wrong, TooMany after several wrong codes.
    """
    if not who.assisted_by:
        return ""
    _require_assisted(who)
    if not word.code.strip():
        if word.signed:
            return "signed"
        sentence = N_("Người dân cần xác nhận: nhập mã trên phiếu của họ, hoặc ghi nhận họ đã ký bản in.")
        raise Invalid("slip.needed", sentence, [fault("slip", "slip.needed", sentence)])
    count("slip", who.under, forget_at=runtime.current().clock.now() + _FORGET_TRIES)
    found = _find(word.code, purpose="slip")
    if found is None or found.service != who.under or found.subject != who.person:
        sentence = N_("Mã không phải mã trên phiếu của lần phục vụ này; xem lại phiếu.")
        raise Invalid("slip.wrong", sentence, [fault("slip", "slip.wrong", sentence)])
    held("slip", who.under)
    return f"slip:{found.id}"


def open_slip(who: Actor, *, code: str, browser: str) -> Code:
    """Return what a slip is for, to whoever holds it. browser: what tries are counted by.

    Raises Invalid for a wrong or old code, TooMany after several.
    """
    del who  # whoever holds the paper
    return _opened(code, purpose="slip", tried_by=f"browser:{browser}")


def counter_code(who: Actor, *, thing: str) -> Slip:
    """Make a code that opens one draft at a counter, once, within a day; an earlier one is worth nothing then."""
    if who.kind is not Kind.CITIZEN or who.assisted_by:
        raise Denied("counter.code", N_("Chỉ người làm hồ sơ tạo được mã để làm tiếp ở quầy."))
    return _make(who, purpose="counter", subject=who.person, thing=thing, service="", life=COUNTER_CODE_LIFE)


def take_counter_code(who: Actor, *, code: str, person: str) -> Code:
    """Return what the code or slip somebody brought to the counter is for. person: who stands there.

    A code shown on a telephone is used up by it, a slip is not. Raises as ``open_slip``, and Invalid when the code is
    another person's.
    """
    found = None
    for purpose in ("counter", "slip"):
        found = found or _find(code, purpose=purpose)
    count("taken", who.subject, forget_at=runtime.current().clock.now() + _FORGET_TRIES)
    if found is None or found.subject != person:
        raise _wrong()
    held("taken", who.subject)
    if found.purpose == "counter" and not store.counter.use_code(found.id, runtime.current().clock.now()):
        raise Conflict("code.used", N_("Mã này vừa được dùng ở quầy khác."))
    return found


def _opened(code: str, *, purpose: str, tried_by: str) -> Code:
    count("paper", tried_by, forget_at=runtime.current().clock.now() + _FORGET_TRIES)
    found = _find(code, purpose=purpose)
    if found is None:
        raise _wrong()
    held("paper", tried_by)
    return found


def _find(code: str, *, purpose: str) -> Code | None:
    plain = typed(code)
    return (
        store.counter.find_code(_digest(plain), purpose=purpose, now=runtime.current().clock.now()) if plain else None
    )


def _wrong() -> Invalid:
    wrong = fault("code", "slip.unknown", N_("Mã không đúng, đã dùng hoặc đã hết hạn. Xem lại từng chữ trên phiếu."))
    return Invalid("slip.unknown", N_("Không mở được mã này."), [wrong])


def _make(who: Actor, *, purpose: str, subject: str, thing: str, service: str, life: timedelta) -> Slip:
    now = runtime.current().clock.now()
    body = "".join(secrets.choice(ALPHABET) for _ in range(9))
    plain = body + check_sign(body)
    row = Code(id=new_id(), purpose=purpose, subject=subject, thing=thing, service=service, until=now + life)
    with runtime.current().database.transaction():
        store.counter.add_code(row, digest=_digest(plain), now=now)
        publish(who, CodeMade(code=row.id, purpose=purpose, service=service))
    return Slip(code=spelled(plain), until=row.until)


def _digest(plain: str) -> str:
    return hmac.new(keys.secret("paper-code"), plain.encode(), hashlib.sha256).hexdigest()


def _require_assisted(who: Actor) -> None:
    if who.kind is not Kind.CITIZEN or not who.assisted_by or not who.under:
        raise Denied("counter.nobody", N_("Không có ai đang được phục vụ tại quầy trong phiên này."))
