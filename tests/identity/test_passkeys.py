"""Passkeys: made while signed in, good for one account and this site, never twice for one challenge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lienthong.identity import api
from lienthong.identity.events import PasskeyAdded, SignInFailed
from lienthong.kernel.actor import ANONYMOUS, Actor
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, NotFound, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from tests.identity.conftest import MOTHER, facts
from tests.identity.device import Phone

People = Callable[[], None]


def enter(key: str = "mother") -> Actor:
    return api.sign_in_demonstration(ANONYMOUS, key=key, loopback=True).actor


def register(node: Runtime, who: Actor, phone: Phone) -> str:
    asked = api.new_passkey_options(who)
    made = phone.create(asked.options, origin=node.settings.origin)
    return api.add_passkey(who, attempt=asked.attempt, credential=made, name="Điện thoại")


def sign_in(node: Runtime, phone: Phone, **changes: Any) -> api.Entry:
    asked = api.passkey_options(ANONYMOUS)
    answer = phone.get(asked.options, origin=changes.pop("origin", node.settings.origin))
    return api.finish_passkey(ANONYMOUS, attempt=asked.attempt, credential={**answer, **changes})


def test_a_passkey_opens_its_account(node: Runtime, people: People) -> None:
    people()
    phone = Phone()
    who = enter()
    passkey = register(node, who, phone)
    entry = sign_in(node, phone)
    assert (entry.actor.subject, entry.actor.level) == (MOTHER, 2)
    assert [each.name for each in api.passkeys(entry.actor)] == ["Điện thoại"]
    assert [each.method for each in api.sessions(entry.actor)] == ["passkey", "demonstration"]
    assert [each.passkey for each in facts(PasskeyAdded)] == [passkey]
    assert [each.template for each in messages.inbox(who)] == ["passkey-added"]

    api.remove_passkey(who, passkey=passkey)
    with pytest.raises(Denied):
        sign_in(node, phone)


def test_the_passkey_says_nothing_about_its_owner(node: Runtime, people: People) -> None:
    people()
    asked = api.new_passkey_options(enter())
    assert MOTHER not in str(asked.options)
    assert asked.options["authenticatorSelection"]["userVerification"] == "required"
    assert api.passkey_options(ANONYMOUS).options["allowCredentials"] == []


def test_every_other_signature_is_refused_alike(node: Runtime, people: People, clock: SetClock) -> None:
    people()
    phone = Phone()
    register(node, enter(), phone)
    refused: list[str] = []

    def refuse(work: Callable[[], object]) -> None:
        with pytest.raises(Denied) as caught:
            work()
        refused.append(str(caught.value))

    asked = api.passkey_options(ANONYMOUS)
    answer = phone.get(asked.options, origin=node.settings.origin)
    api.finish_passkey(ANONYMOUS, attempt=asked.attempt, credential=answer)
    refuse(lambda: api.finish_passkey(ANONYMOUS, attempt=asked.attempt, credential=answer))  # a challenge lives once
    refuse(lambda: sign_in(node, phone, origin="http://evil.test:8000"))
    unknown = Phone()
    unknown.soft.cred_init("localhost", b"somebody")
    refuse(lambda: sign_in(node, unknown))
    stolen = Phone()  # knows the credential's name, not its key
    stolen.soft.cred_init("localhost", phone.soft.user_handle)
    stolen.soft.credential_id = phone.soft.credential_id
    refuse(lambda: sign_in(node, stolen))
    absent = Phone(verifies=False)
    absent.soft = phone.soft
    refuse(lambda: sign_in(node, absent))
    for rubbish in ({}, {"id": 7}, {"id": answer["id"], "response": []}, {**answer, "response": {"userHandle": 1}}):
        fresh = api.passkey_options(ANONYMOUS)
        refuse(lambda a=fresh.attempt, r=rubbish: api.finish_passkey(ANONYMOUS, attempt=a, credential=r))
    asked = api.passkey_options(ANONYMOUS)
    answer = phone.get(asked.options, origin=node.settings.origin)
    clock.advance(timedelta(minutes=6))
    refuse(lambda: api.finish_passkey(ANONYMOUS, attempt=asked.attempt, credential=answer))
    assert len(set(refused)) == 1
    assert len(facts(SignInFailed)) == len(refused)


def test_a_copied_key_is_noticed_by_its_count(node: Runtime, people: People) -> None:
    people()
    phone = Phone()
    register(node, enter(), phone)
    sign_in(node, phone)
    sign_in(node, phone)
    phone.soft.sign_count -= 2
    with pytest.raises(Denied):
        sign_in(node, phone)


def test_registering_needs_the_owner(node: Runtime, people: People) -> None:
    people()
    mother, clerk = enter(), enter("commune-officer")
    asked = api.new_passkey_options(mother)
    made = Phone().create(asked.options, origin=node.settings.origin)
    with pytest.raises(Denied):
        api.add_passkey(clerk, attempt=asked.attempt, credential=made)
    with pytest.raises(Denied):
        api.add_passkey(mother, attempt=asked.attempt, credential=made)  # the clerk's try used it up
    with pytest.raises(SignInNeeded):
        api.new_passkey_options(ANONYMOUS)
    phone = Phone()
    passkey = register(node, mother, phone)
    with pytest.raises(NotFound):
        api.remove_passkey(clerk, passkey=passkey)


def test_a_code_does_not_make_the_key_an_officer_signs_with(node: Runtime, people: People) -> None:
    people()
    clerk = enter("commune-officer")
    by_code = replace(clerk, level=2)
    register(node, by_code, Phone())  # the first one: there is no better proof yet
    with pytest.raises(Denied):
        api.new_passkey_options(by_code)
    register(node, clerk, Phone())
    assert len(api.passkeys(clerk)) == 2


def test_one_key_is_registered_once(node: Runtime, people: People) -> None:
    people()
    who = enter()
    phone = Phone()
    asked, again = api.new_passkey_options(who), api.new_passkey_options(who)
    made = phone.create(asked.options, origin=node.settings.origin)
    fixed = phone.soft.credential_id, phone.soft.private_key

    def same_key(rp_id: str, user_handle: bytes) -> None:
        phone.soft.credential_id, phone.soft.private_key = fixed
        phone.soft.rp_id, phone.soft.user_handle = rp_id, user_handle

    phone.soft.cred_init = same_key
    api.add_passkey(who, attempt=asked.attempt, credential=made)
    with pytest.raises(Conflict):
        api.add_passkey(who, attempt=again.attempt, credential=phone.create(again.options, origin=node.settings.origin))
