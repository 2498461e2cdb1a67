"""Accounts from their opening to their end: codes, passkeys, sessions, mandates, addresses for notices."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from lienthong.identity import api as identity
from lienthong.kernel import runtime
from lienthong.kernel.actor import ANONYMOUS, Actor
from lienthong.kernel.errors import Denied
from lienthong.messages import api as messages
from lienthong.registers import demonstration as nation
from tests.identity.device import Phone
from tests.proofs.conftest import work
from tests.proofs.stage import Act, World, works

STAFF = identity.Staff(
    subject="cb-moi",
    name="Nguyễn Văn Mới",
    position="Công chức một cửa",
    agency="H29.26.929",
    roles=frozenset({"one-stop-officer"}),
    units=frozenset({"26929"}),
)
FOR_PENSION = identity.Scope(procedures=["social-pension"], until=date(2027, 1, 31))
GRANDMOTHER = "grandmother"


_IN_VAIN = "an answer that was lost had a secret in it: the person signs in again, or asks for another code"
MORE = dict.fromkeys(
    (
        *("session", "sign_in_attempt", "one_time_code", "request", "told code", "told inbox others opening-code-made"),
        *("identity.SignedIn", "identity.SignInFailed", "identity.SessionEnded", "identity.PersonChanged"),
        *("identity.Invited", "messages.MessageSent"),
        *("identity.PasskeyAdded", "identity.PasskeyRemoved", "told inbox 079192990417 passkey-added"),
    ),
    _IN_VAIN,
)
"""What a walk with kills may leave more of, and why."""


def opens_accounts(world: World) -> None:
    """The operator opens two accounts and offers one of them as one click."""
    who, number = world.machine(), nation.people()[GRANDMOTHER]
    identity.open_account(who, number=number, level=2, phone="0912345678", demonstration=True)
    identity.open_staff(who, member=STAFF)
    identity.name_demonstration_person(who, key="walker", subject=number, name="Bà", about="", place=77)


def is_invited(world: World) -> str:
    """The opening code."""
    return identity.invite(world.machine(), subject=STAFF.subject)


def comes_in(world: World) -> None:
    """The new officer opens the account; when no answer came, the operator makes another code."""
    code, who = world.told["is_invited"], replace(ANONYMOUS, request_id=world.request())
    try:
        identity.accept_invitation(who, code=code)
    except Denied:
        identity.accept_invitation(
            who, code=identity.invite(world.machine(also=str(world.again)), subject=STAFF.subject)
        )


def asks_for_a_code(world: World) -> str:
    """The secret of the attempt."""
    return identity.start_code(
        replace(ANONYMOUS, request_id=world.request()), subject=nation.people()["mother"]
    ).attempt


def signs_in_with_it(world: World) -> str:
    """The cookie; when it did not come, she asks for another code."""
    who, attempt = replace(ANONYMOUS, request_id=world.request()), world.told["asks_for_a_code"]
    try:
        return identity.finish_code(who, attempt=attempt, code=sent_code()).token
    except Denied:
        attempt = identity.start_code(who, subject=nation.people()["mother"]).attempt
        work()
        return identity.finish_code(who, attempt=attempt, code=sent_code()).token


def sent_code() -> str:
    """The newest code that the demonstration would have sent."""
    sent = next(each for each in messages.demonstration_inbox(limit=20) if each.channel == "code")
    found = re.search(r"\b(\d{6})\b", sent.body)
    assert found
    return found[1]


def makes_a_passkey_and_signs_in_with_it(world: World) -> None:
    """A key of her telephone opens her account; when the answer was lost she makes another one."""
    who, phone = her_session(world), Phone()
    origin = runtime.current().settings.origin
    asked = identity.new_passkey_options(who)
    identity.add_passkey(who, attempt=asked.attempt, credential=phone.create(asked.options, origin=origin), name="Máy")
    stranger = replace(ANONYMOUS, request_id=world.request())
    asked = identity.passkey_options(stranger)
    identity.finish_passkey(stranger, attempt=asked.attempt, credential=phone.get(asked.options, origin=origin))


def her_session(world: World, also: str = "") -> Actor:
    """The mother in the session that the code opened."""
    return world.signed_in(world.told["signs_in_with_it"], also).actor


def removes_passkeys(world: World) -> None:
    """She removes every key."""
    for each in identity.passkeys(her_session(world)):
        identity.remove_passkey(her_session(world), passkey=each.id)


def offers(world: World) -> tuple[str, str]:
    """Two mandates of the mother: for her husband, and for her mother-in-law."""
    who = her_session(world)
    people = nation.people()
    scope = identity.Scope(procedures=["linked-birth"])
    first = identity.offer(who, representative=people["father"], name="Lê Quốc Huy", scope=scope)
    return first, identity.offer(who, representative=people["daughter"], name="Phan Thị Ngọc Diệp", scope=scope)


def answers_and_acts(world: World) -> None:
    """He accepts and acts for her; the other one declines."""
    accepted, declined = world.told["offers"]
    entry = world.enter("father")
    him = replace(entry.actor, request_id=world.request())
    identity.accept(him, mandate=accepted)
    token = identity.act_for(him, mandate=accepted).token
    assert identity.actor_of_session(token, request_id=world.request()).for_person
    identity.decline(world.enter("daughter").actor, mandate=declined)


def acts_for_the_child(world: World) -> None:
    """The mother sees her children and acts for the youngest."""
    entry = world.enter("mother")
    child = next(iter(identity.children(entry.actor)), None)
    identity.act_for(entry.actor, person=child.number if child else "")


def appoints(world: World) -> str:
    """A guardian, entered by the civil-status officer."""
    people = nation.people()
    return identity.appoint(
        world.officer("commune-officer"),
        person=people["grandfather"],
        representative=people["daughter"],
        name="Phan Thị Ngọc Diệp",
        ground="QĐ 5/2026",
        ground_on=date(2026, 11, 2),
        scope=FOR_PENSION,
    )


def withdraws(world: World) -> None:
    """She takes the mandate back; the officer ends the guardian's."""
    identity.withdraw(her_session(world), mandate=world.told["offers"][0])
    identity.withdraw(world.officer("commune-officer"), mandate=world.told["appoints"])


def adds_a_telephone(world: World) -> str:
    """The way she wants notices by."""
    return messages.add_contact(her_session(world), channel="sms", address="0987 654 321")


def confirms_it(world: World) -> None:
    """She types the code that came; when it is used up she looks whether it is proven."""
    who, contact = her_session(world), world.told["adds_a_telephone"]
    if not next(each for each in messages.contacts(who) if each.id == contact).proven:
        messages.confirm_contact(who, contact=contact, code=sent_code())


def adds_one_and_removes_it(world: World) -> None:
    """A mailbox that she does not want after all."""
    who = her_session(world)
    messages.remove_contact(who, contact=messages.add_contact(who, channel="mail", address="ha@vidu.vn"))


def is_told(world: World) -> None:
    """A notice that goes out by every way, and is read."""
    who = her_session(world)
    data = {"dossier": "H29.26.929-261121-0001", "title": "Giấy khai sinh", "document": "Giấy khai sinh"}
    messages.send(
        world.machine("documents"), to=who.subject, template="result-ready", data=data, dossier=data["dossier"]
    )


def reads_it(world: World) -> None:
    """Every notice is read."""
    who = her_session(world)
    messages.mark_read(who, messages=[each.id for each in messages.inbox(who)])


def ends_sessions(world: World) -> None:
    """Another device is signed out, this one, and all of them."""
    other = world.enter("father").actor
    here = world.enter("father").actor
    identity.end_session(here, session=other.session)
    identity.sign_out(here)
    identity.sign_out_everywhere(world.enter("father").actor)


def closes(world: World) -> None:
    """The officer's account is closed; in the end every session of the node ends."""
    identity.close_account(world.machine(), subject=STAFF.subject)
    identity.end_all_sessions(world.machine())


def everything_stands(world: World) -> dict[str, Any]:
    """Who stands for whom, and what was told to whom."""
    mother, father = world.citizen("mother"), world.citizen("father")
    return {
        "mandates": sorted(str(each.standing) for each in identity.mandates(mother)),
        "told": [sorted(each.template for each in messages.inbox(who)) for who in (mother, father)],
        "ways": [(each.channel, each.proven) for each in messages.contacts(mother)],
    }


ACTS: tuple[Act, ...] = (
    opens_accounts,
    is_invited,
    comes_in,
    asks_for_a_code,
    works,
    signs_in_with_it,
    makes_a_passkey_and_signs_in_with_it,
    removes_passkeys,
    offers,
    works,
    answers_and_acts,
    acts_for_the_child,
    appoints,
    withdraws,
    works,
    adds_a_telephone,
    works,
    confirms_it,
    adds_one_and_removes_it,
    is_told,
    works,
    reads_it,
    ends_sessions,
    closes,
    works,
    everything_stands,
)
