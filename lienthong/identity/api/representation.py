"""Acting for somebody: a young child as their parent, an enterprise as its legal representative, or under a mandate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from lienthong.identity import store
from lienthong.identity.api.representing import Enterprise, represented
from lienthong.identity.api.sessions import Entry, require_session
from lienthong.identity.domain import LIFETIMES, is_younger, new_token, token_hash
from lienthong.identity.events import PersonChanged
from lienthong.identity.spec import terms
from lienthong.identity.store.sessions import Acting
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, SignInNeeded
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.registers import api as registers

GROUNDS = registers.Grounds(purpose="representation", basis="L-91-2015")
_FIELDS = ("number", "full_name", "birth_date", "life_status")


@dataclass(frozen=True, slots=True, kw_only=True)
class Child:
    """Somebody the actor may act for. birth_date: ISO."""

    number: str
    name: str
    birth_date: str


def parent_acts_below() -> int:
    """Return the age in years below which a parent acts alone today; from it on the child gives a mandate."""
    return terms(clock.today(runtime.current().clock)).parent_below.years


def children(who: Actor) -> list[Child]:
    """Return the actor's own living children for whom a parent acts alone, the youngest first; entries tell of it.

    Raises SignInNeeded for others than citizens at level 2.
    """
    require_citizen(who)
    queries = [
        registers.Query("population", by={name: who.subject}, fields=_FIELDS)
        for name in ("mother_number", "father_number")
    ]
    today = runtime.current().clock.now().date()
    answers = registers.read(alone(who), queries=queries, grounds=GROUNDS)
    found = [
        Child(
            number=str(each.values["number"]),
            name=str(each.values.get("full_name") or ""),
            birth_date=str(each.values.get("birth_date") or ""),
        )
        for answer in answers
        for each in answer
        if each.values.get("number") and each.values.get("life_status") != "deceased"
    ]
    young = [each for each in found if is_younger(each.birth_date, parent_acts_below(), today)]
    return sorted(young, key=lambda each: (each.birth_date, each.number), reverse=True)


def enterprises(who: Actor) -> list[Enterprise]:
    """Return the enterprises that the actor represents by law, by code; entries tell of the look.

    Raises SignInNeeded for others than citizens at level 2.
    """
    require_citizen(who)
    return represented(alone(who))


def act_for(who: Actor, *, person: str = "", mandate: str = "", enterprise: str = "") -> Entry:
    """Go on acting for a child, under a mandate, for an enterprise (its code) or for oneself (all empty).

    The session gets a new id and secret: forms opened before belong to the former one and are not taken any more. The
    time it may live at most stays what it was. Raises SignInNeeded, Denied for anybody who is not the actor's young
    child, for a mandate that is not the actor's or does not hold today, and for an enterprise whose representative the
    actor is not.
    """
    require_session(who)
    if enterprise:
        return change_person(who, _enterprise(who, enterprise))
    return change_person(who, _under(who, mandate) if mandate else _child(who, person) if person else Acting())


def change_person(who: Actor, acting: Acting) -> Entry:
    """Let the actor's session go on as another one. Raises SignInNeeded when it has ended."""
    token, session = new_token(), new_id()
    with runtime.current().database.transaction():
        account = store.accounts.find(who.subject)
        changed = store.sessions.change_person(who.session, new_id=session, token_hash=token_hash(token), acting=acting)
        if account is None or not changed:
            raise SignInNeeded("session.needed", N_("Hãy đăng nhập trước."), level=1)
        officer = who.kind is Kind.OFFICER
        now_acting = replace(
            who,
            session=session,
            for_person="" if officer else acting.person,
            reach=frozenset(acting.reach) if acting.under and not officer else None,
            under="" if officer else acting.under,
        )
        publish(now_acting, PersonChanged(account=account.id, session=session, before=who.session))
    return Entry(token=token, actor=now_acting, lifetime=LIFETIMES[who.kind].absolute)


def alone(who: Actor) -> Actor:
    """Return the actor without whom they act for: what they ask on their own account."""
    return replace(who, for_person="", reach=None, under="")


def require_citizen(who: Actor) -> None:
    """Let signed-in citizens of level 2 pass. Raises SignInNeeded."""
    require_session(who)
    if who.kind is not Kind.CITIZEN or who.level < 2:
        raise SignInNeeded("representation.level", N_("Việc này cần tài khoản công dân mức 2."), level=2)


def _child(who: Actor, person: str) -> Acting:
    child = next((each for each in children(who) if each.number == person), None)
    if child is None:
        years = parent_acts_below()
        raise Denied(
            "representation.denied", N_("Bạn chỉ làm thay được cho con dưới %(years)s tuổi của mình."), years=years
        )
    return Acting(person=person, name=child.name)


def _enterprise(who: Actor, code: str) -> Acting:
    require_citizen(who)
    found = next(iter(represented(alone(who), code=code)), None)
    if found is None:
        raise Denied(
            "enterprise.denied", N_("Cơ sở dữ liệu đăng ký doanh nghiệp không ghi bạn là người đại diện ở đây.")
        )
    return found.acting()


def _under(who: Actor, mandate: str) -> Acting:
    require_citizen(who)
    found = store.mandates.find(mandate)
    today = clock.today(runtime.current().clock)
    if found is None or found.representative != who.subject or not found.holds(today):
        raise Denied("mandate.none", N_("Ủy quyền này không có, chưa bắt đầu, đã hết hạn hoặc đã được rút lại."))
    return Acting(
        person=found.person,
        name=found.person_name,
        under=found.id,
        reach=found.reach,
        until=datetime.combine(found.until + timedelta(days=1), time(0), clock.ZONE),
    )
