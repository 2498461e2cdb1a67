"""At the counter: a clerk signs in, serves somebody, prepares a pension for them."""

from __future__ import annotations

from dataclasses import replace

from lienthong.identity import api as identity
from lienthong.kernel.actor import ANONYMOUS, Actor
from lienthong.services import api
from tests.services.conftest import (
    GRANDFATHER,
)

PENSION = {"request.other_pension": "0", "request.pay_by": "cash"}


def enter(key: str) -> Actor:
    return identity.sign_in_demonstration(ANONYMOUS, key=key, loopback=True).actor.again()


def serve(number: str = GRANDFATHER, *, code: str = "", who: Actor | None = None, **typed: str) -> Actor:
    """Begin to serve somebody and answer the person, assisted."""
    named = (
        {"name": "Phan Văn Tư", "birth_date": ""} if number == GRANDFATHER else {"name": "", "birth_date": "12/05/1992"}
    )
    clerk = who or enter("commune-officer")
    entry = api.serve(clerk.again(), number=number, seen=True, code=code, **{**named, **typed})
    return now(entry)


def now(entry: identity.Entry) -> Actor:
    found = identity.signed_in(entry.token, request_id="r").serving
    assert found is not None
    return found.again()


def again(who: Actor, *things: str) -> Actor:
    """The person in a later request: what the service may touch is read from the session then."""
    return replace(who.again(), reach=(who.reach or frozenset()) | set(things))


def pension(who: Actor, word: identity.Word) -> tuple[Actor, str]:
    """Prepare the pension at the counter; answer the person as the next request sees them, and the draft."""
    draft = api.begin_at_counter(who, procedure="social-pension")
    who = again(who, f"dossier:{draft}")
    api.fetch_facts(who.again(), draft=draft, word=word)
    api.answer(who.again(), draft=draft, values=PENSION)
    return who, draft
