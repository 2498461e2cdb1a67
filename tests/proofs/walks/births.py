"""A birth from the first page to the papers, with everything that can be asked on the way, and what comes after it."""

from __future__ import annotations

from typing import Any

from lienthong.documents import api as documents
from lienthong.exchange import api as exchange
from lienthong.kernel.actor import Actor
from lienthong.registers import api as registers
from lienthong.services import api as services
from tests.proofs.stage import Act, World, later, works

PROCEDURE = "linked-birth"
SHARING = ("residence", "insurance", "card")
ANSWERS = {"child.full_name": "Nguyễn Minh An", "child.ethnicity": "01", "child.facility": "H29.2.1"}
BIRTH = registers.Grounds(purpose="demonstration", basis="L-60-2014")


def mother(world: World, also: str = "") -> Actor:
    """The mother, whose husband lives elsewhere."""
    return world.citizen("mother-2", also)


def decides(key: str, step: str, verdict: Any, **more: Any) -> Act:
    """Return the act of an officer who decides a step."""

    def act(world: World) -> None:
        code = world.told["files"]
        services.decide(world.officer(key), dossier=code, step=step, verdict=verdict, **more)

    act.__name__ = f"{step}_{verdict}"
    return act


def begins_something_else(world: World) -> str:
    """A draft that is not wanted."""
    return services.begin(mother(world), procedure="social-pension")


def throws_it_away(world: World) -> None:
    """It goes."""
    services.discard(mother(world), draft=world.told["begins_something_else"])


def begins(world: World) -> str:
    """The draft."""
    return services.begin(mother(world), procedure=PROCEDURE)


def fetches(world: World) -> None:
    """The registers are read."""
    services.fetch_facts(mother(world), draft=world.told["begins"])


def answers(world: World) -> None:
    """What no register knows is answered, and who gets what is confirmed."""
    services.answer(mother(world), draft=world.told["begins"], values=ANSWERS, sharing=SHARING)
    services.draft(mother(world), draft=world.told["begins"])


def cosigns(world: World) -> None:
    """The father signs."""
    services.to_sign(world.citizen("father-2"))
    services.cosign(world.citizen("father-2"), draft=world.told["begins"], agree=True)


def files(world: World) -> str:
    """The dossier's code."""
    return services.file(mother(world), draft=world.told["begins"])


def another_begins(world: World) -> str:
    """Another mother's draft."""
    return services.begin(world.citizen("mother"), procedure=PROCEDURE)


def another_files(world: World) -> str:
    """Her dossier."""
    who, draft = world.citizen("mother"), world.told["another_begins"]
    if services.is_mine(who, draft=draft) and not services.mine(who).dossiers:
        services.fetch_facts(who, draft=draft)
        services.answer(who, draft=draft, values=ANSWERS, sharing=SHARING)
    return services.file(who, draft=draft)


def is_apologised_to(world: World) -> None:
    """An officer who knows that it will be late says so early."""
    services.apologise_early(world.officer("commune-officer"), dossier=world.told["another_files"], note="Mất điện")


def and_takes_it_back(world: World) -> None:
    """She thinks again before anything was decided."""
    services.withdraw(world.citizen("mother"), dossier=world.told["another_files"], reason="Nộp nhầm")


def consents(world: World) -> None:
    """She agrees, thinks again, and agrees; her husband says no."""
    exchange.consent_given(mother(world, "1"), contract="hospital-reminders")
    exchange.consent_withdrawn(mother(world, "2"), contract="hospital-reminders")
    exchange.consent_given(mother(world, "3"), contract="hospital-reminders")
    exchange.consent_declined(world.citizen("father-2"), contract="hospital-reminders")


def supplements(world: World) -> None:
    """She completes what was asked."""
    services.give_supplement(mother(world), dossier=world.told["files"], values=ANSWERS)


def extends(world: World) -> None:
    """The officer takes the one extension."""
    services.extend(world.officer("commune-officer"), dossier=world.told["files"], reasons=["E01"])


@later(days=14)
def is_late(world: World) -> None:
    """The clocks are looked at long after the day: an apology is asked for, lateness is marked."""
    services.watch()


def reads(world: World) -> str:
    """Everybody looks at what is theirs; the first entry of an officer's look is answered."""
    code = world.told["files"]
    services.mine(mother(world))
    services.dossier(mother(world), code=code)
    services.recorded(world.officer("commune-officer"), dossier=code)
    exchange.own_data(mother(world))
    exchange.family(mother(world))
    exchange.family_glance(mother(world))
    exchange.own_lookups(mother(world))
    own = exchange.own_record(mother(world), "population")
    exchange.own_version(mother(world), register="population", record=own[0].id, version=1)
    exchange.contract(mother(world), PROCEDURE)
    clerk = world.officer("commune-officer")
    grounds = exchange.Grounds(purpose=PROCEDURE, basis="ND-63-2024", dossier=code)
    ask = exchange.Ask("x", "population", {"number": mother(world).subject}, ("full_name",))
    exchange.fetch(clerk, asks=[ask], grounds=grounds, contract=PROCEDURE)
    found = exchange.access_log(mother(world), limit=50)
    return next(each.id for each in found if not each.own and each.dossier == code and not each.denied)


def complains(world: World) -> str:
    """The complaint's number."""
    return exchange.complain(mother(world), entry=world.told["reads"], text="Vì sao xem?")


def complaint_is_answered(world: World) -> None:
    """Another officer answers."""
    entry = world.told["reads"]
    code = exchange.contested(mother(world), entries=[entry])[entry].dossier
    services.decide(world.officer("commune-chair"), dossier=code, step="answer", verdict="refuse", reasons=["K01"])


def asks_for_a_correction(world: World) -> str:
    """The claim's number."""
    [own] = exchange.own_record(mother(world), "population")
    about = {"right": "correct", "register": "population", "record": own.id, "version": own.version}
    return exchange.claim(mother(world), **about, fields=["phone"], text="Số điện thoại đã đổi")


def correction_is_answered(world: World) -> None:
    """The nearest branch of the register's owner answers."""
    [claim] = exchange.claimed(mother(world))
    who = world.officer("identity-officer")
    services.decide(who, dossier=claim.dossier, step="answer", verdict="approve", reasons=["S01"])


def certificate(world: World) -> Any:
    """The newest certificate of the birth in the mother's wallet."""
    held = [each for each in documents.wallet(mother(world)) if each.type == "birth-certificate"]
    return max(held, key=lambda each: each.id)


def shows_her_papers(world: World) -> str:
    """She opens the certificate, shows a part of it, and hands out the paper."""
    paper = certificate(world)
    documents.document(mother(world), paper.id)
    documents.of_dossier(world.officer("commune-officer"), dossier=world.told["files"])
    documents.present(mother(world), paper.id, show="all")
    assert documents.pdf(mother(world), paper.id).startswith(b"%PDF")
    return paper.id


def is_corrected(world: World) -> None:
    """The name in the civil-status register is put right."""
    paper = documents.document(mother(world), world.told["shows_her_papers"])
    key = str(paper.values["entry_no"])
    who = world.machine(agency=registers.definition("civil_status").owner)
    values = {"person_name": "Nguyễn Minh Ân"}
    registers.correct(who, register="civil_status", key=key, values=values, reason="cải chính", grounds=BIRTH)


def is_issued_anew(world: World) -> str:
    """The chair issues the certificate anew; the former one is worth nothing."""
    chair, former = world.officer("commune-chair"), world.told["shows_her_papers"]
    documents.signable(chair, former)
    if documents.document(mother(world), former).status.value == "active":
        documents.renewal(chair, document=former)
    return documents.reissue(chair, document=former, reason="register-corrected").id


def is_taken_back(world: World) -> None:
    """And takes the new one back."""
    chair, newer = world.officer("commune-chair"), world.told["is_issued_anew"]
    documents.revoke(chair, document=newer, reason="issued-twice")


def everything_stands(world: World) -> dict[str, Any]:
    """What all of it came to, in the words of those who look."""
    view = services.dossier(mother(world), code=world.told["files"])
    papers = documents.wallet(mother(world))
    return {
        "history": [each.kind for each in view.history],
        "papers": sorted((each.type, str(each.status)) for each in papers),
        "claims": [(each.claimed, each.granted) for each in exchange.claimed(mother(world))],
        "consent": [each.given for each in exchange.agreements(mother(world))],
    }


ACTS: tuple[Act, ...] = (
    begins_something_else,
    throws_it_away,
    begins,
    fetches,
    answers,
    cosigns,
    files,
    another_begins,
    another_files,
    is_apologised_to,
    and_takes_it_back,
    consents,
    decides("commune-officer", "receive", "supplement", reasons=["S01"]),
    works,
    supplements,
    decides("commune-officer", "receive", "approve"),
    extends,
    is_late,
    works,
    decides("commune-officer", "register", "approve"),
    decides("commune-chair", "register", "return", note="Xem lại dấu"),
    decides("commune-officer", "register", "approve"),
    decides("commune-chair", "register", "sign"),
    works,
    decides("police-officer", "residence", "approve"),
    decides("insurance-officer", "insurance", "approve"),
    decides("identity-officer", "card", "approve"),
    works,
    reads,
    complains,
    works,
    complaint_is_answered,
    asks_for_a_correction,
    works,
    correction_is_answered,
    shows_her_papers,
    is_corrected,
    is_issued_anew,
    is_taken_back,
    works,
    everything_stands,
)
