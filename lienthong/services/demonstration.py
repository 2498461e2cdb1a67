"""A few dozen dossiers of the demonstration, in every state, prepared and decided through the real verbs.

Each happens at a moment of the last working days, so the desks show late, urgent and resting clocks.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from lienthong.exchange.demonstration import Family, families, load_families
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.reference import api as reference
from lienthong.services import api, store

STATES = ("new", "new", "register", "late", "signing", "paused", "branches", "granted", "new", "partly", "refused")
"""What becomes of the families' dossiers, in turn."""
_HOME = "26929"
_ELSEWHERE = {"branches": "register", "granted": "new", "partly": "paused", "signing": "register"}
"""Other wards have no chair with an account, so nothing is signed there."""
_KNOWN = {
    (_HOME, "one-stop"): "cb-commune-officer",
    (_HOME, "civil-status"): "cb-commune-officer",
    (_HOME, "residence"): "cb-police-officer",
    (_HOME, "insurance"): "cb-insurance-officer",
    (_HOME, "identity"): "cb-identity-officer",
    ("00166", "one-stop"): "cb-commune-officer-2",
    ("00166", "civil-status"): "cb-commune-officer-2",
}
_BRANCHES = (("residence", "residence"), ("insurance", "insurance"), ("card", "identity"))


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """File and decide the dossiers of the young families; done once, again it changes nothing."""
    del scale  # the same families in every nation
    first = families()[0]
    if api.mine(mother_of(first)).dossiers:
        return
    loaded = load_families(who)
    for family in loaded:
        state = STATES[family.number % len(STATES)]
        _walk(family, state if family.commune == _HOME else _ELSEWHERE.get(state, state))
    say(f"services: {len(loaded)}")


def _walk(family: Family, state: str) -> None:
    """File one dossier and take it to its state, each act an hour later than the one before."""
    days_ago = {"late": 9, "granted": 12, "partly": 11, "refused": 8, "branches": 3, "signing": 2, "paused": 4}.get(
        state, 1
    )
    moment = _office_hour(days_ago, family.number)
    with _at(moment) as clock:
        code = _filed(family)
        for act in _ACTS[state]:
            clock.advance(timedelta(hours=1))
            act(code, family.commune)


def _filed(family: Family) -> str:
    mother = mother_of(family)
    draft = api.begin(mother, procedure="linked-birth")
    api.fetch_facts(mother, draft=draft)
    shown = api.draft(mother, draft=draft)
    answers = {"child.full_name": family.child_name}
    for question in (each for page in shown.pages for each in page.questions):
        if question.options:
            answers[question.name] = question.options[family.number % len(question.options)].value
    api.answer(mother, draft=draft, values=answers, sharing=[each.step for each in shown.sharing])
    return api.file(mother, draft=draft)


def mother_of(family: Family) -> Actor:
    """Return the mother of a family as the citizen she is."""
    return Actor(kind=Kind.CITIZEN, subject=family.mother, level=2)


def _officer(role: str, of: str, commune: str) -> Actor:
    """An officer of the competent agency, by the name the demonstration knows where it knows one."""
    agency = reference.competent(role=of, unit=commune).code
    subject = _KNOWN.get((commune, of), f"cb-{commune}")
    return Actor(
        kind=Kind.OFFICER,
        subject="cb-commune-chair" if role == "commune-chair" else subject,
        agency=agency,
        units=frozenset({commune}),
        roles=frozenset({role}),
        level=3,
    )


def _receive(code: str, commune: str) -> None:
    _decide(code, "receive", _officer("one-stop-officer", "one-stop", commune))


def _examine(code: str, commune: str) -> None:
    _decide(code, "register", _officer("civil-status-officer", "civil-status", commune))


def _sign(code: str, commune: str) -> None:
    chair = _officer("commune-chair", "civil-status", commune)
    api.decide(chair, dossier=code, step="register", verdict="sign")
    row = store.dossiers.by_code(code)
    assert row is not None  # noqa: S101  signed a line above
    api.run_auto(system("services", request_id=f"seed:{code}"), dossier=row.id, step="number")


def _supplement(code: str, commune: str) -> None:
    clerk = _officer("one-stop-officer", "one-stop", commune)
    api.decide(clerk, dossier=code, step="receive", verdict="supplement", reasons=["S01"], note="Tên đệm chưa rõ dấu.")


def _refuse(code: str, commune: str) -> None:
    clerk = _officer("one-stop-officer", "one-stop", commune)
    api.decide(clerk, dossier=code, step="receive", verdict="refuse", reasons=["R02"])


def _branches(code: str, commune: str) -> None:
    for step, role in _BRANCHES:
        _decide(code, step, _officer(f"{role}-officer", role, commune))


def _branches_partly(code: str, commune: str) -> None:
    police = _officer("residence-officer", "residence", commune)
    api.decide(police, dossier=code, step="residence", verdict="refuse", reasons=["R11"])
    for step, role in _BRANCHES[1:]:
        _decide(code, step, _officer(f"{role}-officer", role, commune))


def _decide(code: str, step: str, officer: Actor) -> None:
    api.decide(officer, dossier=code, step=step, verdict="approve")


_REGISTERED = (_receive, _examine, _sign)
_ACTS: dict[str, tuple[Callable[[str, str], None], ...]] = {
    "new": (),
    "late": (),
    "register": (_receive,),
    "signing": (_receive, _examine),
    "paused": (_supplement,),
    "refused": (_refuse,),
    "branches": _REGISTERED,
    "granted": (*_REGISTERED, _branches),
    "partly": (*_REGISTERED, _branches_partly),
}


def _office_hour(days_ago: int, number: int) -> datetime:
    """A moment of a working day about so many days ago."""
    day = runtime.current().clock.now().date() - timedelta(days=days_ago)
    while not reference.working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(8 + number % 4, number * 7 % 60), ZONE)


@contextmanager
def _at(moment: datetime) -> Generator[SetClock]:
    """Let the node's clock stand at another moment inside the block."""
    node = runtime.current()
    real, there = node.clock, SetClock(moment)
    node.clock = there
    try:
        yield there
    finally:
        node.clock = real
