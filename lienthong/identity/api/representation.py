"""Acting for somebody: a parent for a child under 18, as the population register knows them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from lienthong.identity import store
from lienthong.identity.api.sessions import Entry, require_session
from lienthong.identity.domain import LIFETIMES, is_minor, new_token, token_hash
from lienthong.identity.events import PersonChanged
from lienthong.kernel import runtime
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


def children(who: Actor) -> list[Child]:
    """Return the actor's own living children under 18 who have a number, the youngest first; entries tell of the read.

    Raises SignInNeeded for others than citizens at level 2.
    """
    require_session(who)
    if who.kind is not Kind.CITIZEN or who.level < 2:
        raise SignInNeeded("representation.level", N_("Việc này cần tài khoản công dân mức 2."), level=2)
    queries = [
        registers.Query("population", by={name: who.subject}, fields=_FIELDS)
        for name in ("mother_number", "father_number")
    ]
    today = runtime.current().clock.now().date()
    answers = registers.read(replace(who, for_person=""), queries=queries, grounds=GROUNDS)
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
    minors = [each for each in found if is_minor(each.birth_date, today)]
    return sorted(minors, key=lambda each: (each.birth_date, each.number), reverse=True)


def act_for(who: Actor, *, person: str) -> Entry:
    """Go on acting for a child, or for oneself (``person`` empty), in a session with a new id and a new secret.

    Forms opened before belong to the former session and are not taken any more. The time the session may live at most
    stays what it was. Raises SignInNeeded, Denied for anybody who is not the actor's child under 18.
    """
    child = None
    if person:
        child = next((each for each in children(who) if each.number == person), None)
        if child is None:
            raise Denied("representation.denied", N_("Bạn chỉ làm thay được cho con dưới 18 tuổi của mình."))
    require_session(who)
    token, session = new_token(), new_id()
    with runtime.current().database.transaction():
        account = store.accounts.find(who.subject)
        changed = store.sessions.change_person(
            who.session,
            new_id=session,
            token_hash=token_hash(token),
            for_person=person,
            for_name=child.name if child else "",
        )
        if account is None or not changed:
            raise SignInNeeded("session.needed", N_("Hãy đăng nhập trước."), level=1)
        now_acting = replace(who, session=session, for_person=person)
        publish(now_acting, PersonChanged(account=account.id, session=session, before=who.session))
    return Entry(token=token, actor=now_acting, lifetime=LIFETIMES[who.kind].absolute)
