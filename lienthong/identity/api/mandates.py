"""Mandates: given by a person, accepted by another, seen by both, withdrawn at any time; guardians by decision.

Every word said on a mandate is kept and committed to the ledger; both people are told of it.
"""

from __future__ import annotations

from datetime import date, timedelta

from lienthong.identity import store
from lienthong.identity.api import mandating
from lienthong.identity.api.counter import NO_WORD, Word, take_word
from lienthong.identity.api.guarding import count, guard
from lienthong.identity.api.mandating import Scope
from lienthong.identity.api.representation import require_citizen
from lienthong.identity.domain import PERSONAL_NUMBER
from lienthong.identity.domain.mandates import Kind as MandateKind
from lienthong.identity.domain.mandates import Mandate, Standing
from lienthong.identity.events import SessionEnded
from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import MANDATES, Actor, Kind, require_reach
from lienthong.kernel.errors import Denied, Invalid, NotFound, SignInNeeded, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_

APPOINTS = "civil-status-officer"
"""Role of the commune's officer who enters a guardian or carer."""


def offer(who: Actor, *, representative: str, name: str, scope: Scope, word: Word = NO_WORD) -> str:
    """Give somebody a mandate, by personal number and full name, and answer its id; it holds when they accept.

    At a counter the person does so through the officer who serves them; word: how they confirmed it there. Raises
    Invalid with every fault (also when number and name are not those of one living adult), TooMany after several wrong
    names, Denied when one acts for somebody else, SignInNeeded below level 2.
    """
    _require_own_word(who)
    since, until = mandating.days(scope)
    faults = mandating.scope_faults(scope, since, until)
    number = "".join(representative.split())
    if not PERSONAL_NUMBER.fullmatch(number) or number == who.subject:
        faults.append(
            fault(
                "representative",
                "mandate.number",
                N_("Nhập số định danh 12 chữ số của người được ủy quyền, khác số của mình."),
            )
        )
    if not name.strip():
        faults.append(fault("name", "mandate.name", N_("Nhập họ và tên người được ủy quyền.")))
    if faults:
        raise Invalid("mandate.invalid", N_("Ủy quyền còn chỗ cần sửa."), faults)
    how = take_word(who, word)
    key = f"{who.assisted_by}:{who.subject}"
    count("mandate", key, forget_at=runtime.current().clock.now() + timedelta(days=1))
    own, other = mandating.names(who, who.subject), mandating.adult(who, number, name)
    store.attempts.clear(guard("mandate", key))

    def work() -> str:
        return mandating.make(
            who,
            MandateKind.MANDATE,
            person=own,
            representative=other,
            scope=scope,
            days=(since, until),
            how=how,
        )

    return requests.once(who, f"identity.mandate.{number}", str, work)


def appoint(
    who: Actor, *, person: str, representative: str, name: str, ground: str, ground_on: date, scope: Scope
) -> str:
    """Enter a guardian or carer named by a decision; answer the id. It holds at once; both people are told.

    ground, ground_on: number and day of the decision. Raises Denied for others than civil-status officers of the
    person's commune, Invalid with every fault.
    """
    if who.kind is not Kind.OFFICER or not who.has(APPOINTS) or who.level < 3:
        raise Denied("guardian.denied", N_("Chỉ công chức hộ tịch của xã, phường ghi được người giám hộ."))
    since, until = mandating.days(scope)
    faults = mandating.scope_faults(scope, since, until)
    if not ground.strip() or ground_on > clock.today(runtime.current().clock):
        faults.append(fault("ground", "guardian.ground", N_("Nhập số và ngày của quyết định; ngày không ở tương lai.")))
    numbers = {"person": "".join(person.split()), "representative": "".join(representative.split())}
    for field, number in numbers.items():
        if not PERSONAL_NUMBER.fullmatch(number):
            faults.append(fault(field, "guardian.number", N_("Số định danh gồm 12 chữ số.")))
    if faults or scope.until is None or numbers["person"] == numbers["representative"]:
        if scope.until is None:
            faults.append(fault("until", "guardian.until", N_("Nhập ngày kết thúc.")))
        raise Invalid("guardian.invalid", N_("Phần ghi người giám hộ còn chỗ cần sửa."), faults)
    count("mandate", who.subject, forget_at=runtime.current().clock.now() + timedelta(days=1))
    ward = mandating.ward(who, numbers["person"])
    other = mandating.adult(who, numbers["representative"], name)
    store.attempts.clear(guard("mandate", who.subject))
    said = (ground.strip()[:120], ground_on.isoformat())

    def work() -> str:
        return mandating.make(
            who, MandateKind.GUARDIAN, person=ward, representative=other, scope=scope, days=(since, until), ground=said
        )

    return requests.once(who, f"identity.guardian.{numbers['person']}", str, work)


def accept(who: Actor, *, mandate: str) -> None:
    """Accept a mandate one was offered; accepted again, nothing changes. Raises NotFound, Invalid when it is over."""
    _answer(who, mandate, Standing.ACTIVE, "accepted")


def decline(who: Actor, *, mandate: str) -> None:
    """Decline a mandate one was offered. Raises NotFound, Invalid when it is over."""
    _answer(who, mandate, Standing.DECLINED, "declined")


def withdraw(who: Actor, *, mandate: str, word: Word = NO_WORD) -> None:
    """End a mandate: its person, at any time, or its representative; sessions acting under it end at once.

    A guardian's is ended by an officer of the agency that entered it. Ended again, nothing changes. Raises NotFound
    for anybody else, Denied for a guardian's person (with what to do instead).
    """
    how = take_word(who, word)
    with runtime.current().database.transaction():
        found = store.mandates.find(mandate, lock=True)
        said = _end_word(who, found) if found else ""
        if found is None or not said:
            raise NotFound("mandate.missing", N_("Không có ủy quyền này."))
        if found.over(clock.today(runtime.current().clock)):
            return
        mandating.say(who, found, Standing.ENDED, said, how=how)
        for session, subject in store.sessions.end_under(mandate):
            account = store.accounts.find(subject)
            publish(who, SessionEnded(account=account.id if account else "", session=session, reason="mandate_ended"))


def mandates(who: Actor) -> list[Mandate]:
    """Return the mandates in which the actor is the person or the representative, the newest first.

    For the person one acts for, only their own. Raises SignInNeeded for strangers and officers, Denied out of reach.
    """
    if who.kind is not Kind.CITIZEN or who.level < 2:
        raise SignInNeeded("representation.level", N_("Việc này cần tài khoản công dân mức 2."), level=2)
    if who.assisted_by:
        require_reach(who, MANDATES)
    if who.for_person and who.reach is not None:
        return [each for each in store.mandates.of_person(who.subject) if each.representative == who.subject]
    return store.mandates.of_person(who.person)


def appointed(who: Actor, *, person: str) -> list[Mandate]:
    """Return the guardians that the officer's own agency entered for a person. Raises Denied for others."""
    if who.kind is not Kind.OFFICER or not who.has(APPOINTS):
        raise Denied("guardian.denied", N_("Chỉ công chức hộ tịch của xã, phường ghi được người giám hộ."))
    found = store.mandates.of_person("".join(person.split()))
    return [each for each in found if each.kind is MandateKind.GUARDIAN and each.agency == who.agency]


def representatives(person: str) -> dict[str, str]:
    """Return the names of everybody who holds or held a mandate of a person, by personal number."""
    return {
        each.representative: each.representative_name
        for each in store.mandates.of_person(person)
        if each.person == person
    }


def _require_own_word(who: Actor) -> None:
    """Only the person gives and takes back their word: not who acts for them; at a counter within its reach."""
    if not who.assisted_by:
        require_citizen(who)
    if who.for_person:
        raise Denied("mandate.own", N_("Chỉ chính người đó ủy quyền được; người làm thay không ủy quyền tiếp."))
    require_reach(who, MANDATES)


def _answer(who: Actor, mandate: str, standing: Standing, word: str) -> None:
    require_citizen(who)
    if who.for_person or who.assisted_by:
        raise Denied("mandate.own_answer", N_("Hãy trở lại làm cho mình trước khi trả lời ủy quyền."))
    with runtime.current().database.transaction():
        found = store.mandates.find(mandate, lock=True)
        if found is None or found.representative != who.subject:
            raise NotFound("mandate.missing", N_("Không có ủy quyền này."))
        if found.standing is standing:
            return
        if found.standing is not Standing.OFFERED or found.over(clock.today(runtime.current().clock)):
            raise Invalid("mandate.over", N_("Ủy quyền này đã hết hạn, đã trả lời hoặc đã được rút lại."))
        mandating.say(who, found, standing, word)


def _end_word(who: Actor, mandate: Mandate) -> str:
    """What ending it is called when this actor does so; "" when it is not theirs to end."""
    if who.kind is Kind.OFFICER:
        own = mandate.kind is MandateKind.GUARDIAN and mandate.agency == who.agency and who.has(APPOINTS)
        return "ended" if own else ""
    if who.kind is not Kind.CITIZEN:
        return ""
    if mandate.representative == who.subject and not who.assisted_by:
        return "given_back"
    if mandate.person != who.subject or who.for_person:
        return ""
    require_reach(who, MANDATES)
    if mandate.kind is MandateKind.GUARDIAN:
        raise Denied(
            "guardian.person",
            N_("Việc giám hộ theo quyết định của cơ quan; muốn thay đổi, hãy đề nghị cơ quan đã ra quyết định."),
        )
    return "withdrawn"
