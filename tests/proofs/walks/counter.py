"""An old man without a telephone is served at the counter, follows his paper slip, and is helped by his daughter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from lienthong.documents import api as documents
from lienthong.identity import api as identity
from lienthong.kernel.actor import ANONYMOUS, Actor
from lienthong.registers import demonstration as nation
from lienthong.services import api as services
from tests.kernel.test_uploads import photo
from tests.proofs.stage import Act, World, works
from tests.proofs.walks.births import ANSWERS, SHARING

PENSION = {"request.other_pension": "0", "request.pay_by": "cash"}


_IN_VAIN = "an answer that was lost had a secret in it: the officer signs in and serves anew, a slip is printed anew"
_TWICE = "what a helper read or printed again was done again: the person sees both"
MORE = {
    **dict.fromkeys(
        ("session", "counter_service", "paper_code", "identity.CodeMade", "identity.PersonChanged"), _IN_VAIN
    ),
    **dict.fromkeys(("identity.ServiceBegan", "identity.SignedIn"), _IN_VAIN),
    **dict.fromkeys(("dossier_act", "services.ActedForAnother"), _TWICE),
}
"""What a walk with kills may leave more of, and why."""


def begins_to_serve(world: World) -> str:
    """The officer's new cookie. When it did not come, the officer signs in and begins anew."""
    return serves(world, number=nation.people()["grandfather"], name="Phan Văn Tư")


def serves(world: World, *, number: str, name: str, code: str = "") -> str:
    """Serve somebody and answer the officer's cookie."""
    clerk = replace(world.enter("commune-officer").actor, request_id=world.request())
    return services.serve(clerk, number=number, name=name, birth_date="", seen=True, code=code).token


def served(world: World, act: str = "begins_to_serve") -> Actor:
    """The person served, as the next page knows them."""
    found = world.signed_in(world.told[act]).serving
    assert found is not None
    return found


def prints_the_slip(world: World) -> str:
    """The code on the slip; printed anew, the former opens nothing."""
    return identity.print_slip(served(world)).code


def begins(world: World) -> str:
    """The draft; begun already, the service is about it."""
    who = served(world)
    brought = services.service(who).brought
    return brought.draft if brought else services.begin_at_counter(who, procedure="social-pension")


def word(world: World) -> identity.Word:
    """How he confirms."""
    return identity.Word(code=world.told["prints_the_slip"])


def fetches_and_answers(world: World) -> None:
    """His data are read, with his word; he answers."""
    who, draft = served(world), world.told["begins"]
    services.fetch_facts(who, draft=draft, word=word(world))
    services.answer(who, draft=draft, values=PENSION)


def files(world: World) -> str:
    """The dossier's code."""
    return services.file(served(world), draft=world.told["begins"], word=word(world))


def gives_a_mandate(world: World) -> str:
    """His daughter may act for him; she accepts later."""
    scope = identity.Scope(procedures=["linked-birth"])
    number = nation.people()["daughter"]
    return identity.offer(
        served(world), representative=number, name="Phan Thị Ngọc Diệp", scope=scope, word=word(world)
    )


def stops(world: World) -> None:
    """The service ends; ended already, the session only changes."""
    found = world.signed_in(world.told["begins_to_serve"])
    if found.serving is not None:
        identity.stop_serving(found.actor, service=found.serving.under)


def follows(world: World) -> None:
    """He looks at home how far it is."""
    found = services.follow(replace(ANONYMOUS, request_id=world.request()), code=word(world).code, browser="b")
    assert found.code == world.told["files"]


def comes_again(world: World) -> str:
    """The officer's cookie of another service: he has lost his slip."""
    return serves(world, number=nation.people()["grandfather"], name="Phan Văn Tư")


def gets_another_slip(world: World) -> str:
    """The code on it; when that was lost too, the service is about his dossier already and the slip is just printed."""
    who = served(world, "comes_again")
    if services.service(who).brought is not None:
        return identity.print_slip(who).code
    return services.replace_slip(who, draft=world.told["begins"], signed=True)[0].code


def gets_the_list(world: World) -> None:
    """What others did for him, printed."""
    services.acts_at_counter(served(world, "comes_again"), word=identity.Word(signed=True))


def mother_brings_her_draft(world: World) -> str:
    """The code with which the counter goes on with the mother's own draft."""
    mother = world.citizen("mother")
    draft = services.begin(mother, procedure="linked-birth")
    services.fetch_facts(mother, draft=draft)
    return services.hand_over(mother, draft=draft).code


def counter_takes_it(world: World) -> str:
    """The cookie; when it did not come the code is used up, and she makes another one."""
    mother = world.citizen("mother")
    code = world.told["mother_brings_her_draft"]
    if world.again:
        draft = services.begin(mother, procedure="linked-birth")
        code = services.hand_over(world.citizen("mother", str(world.again)), draft=draft).code
    return serves(world, number=mother.subject, name="Nguyễn Thị Thu Hà", code=code)


def files_for_her(world: World) -> str:
    """The dossier's code."""
    who = served(world, "counter_takes_it")
    brought = services.service(who).brought
    assert brought is not None
    answers = {"child.full_name": "Lê Nguyễn Minh An", "child.ethnicity": "01", "child.facility": "H29.2.1"}
    if not brought.code:
        services.answer(who, draft=brought.draft, values=answers, sharing=("residence", "insurance", "card"))
    return services.file(who, draft=brought.draft, word=identity.Word(signed=True))


def is_decided(world: World) -> None:
    """Reception, registration and signature."""
    code = world.told["files_for_her"]
    clerk, chair = world.officer("commune-officer"), world.officer("commune-chair")
    services.decide(clerk, dossier=code, step="receive", verdict="approve")
    services.decide(world.officer("commune-officer", "2"), dossier=code, step="register", verdict="approve")
    services.decide(chair, dossier=code, step="register", verdict="sign")


def gets_paper(world: World) -> None:
    """Her certificate is printed at the counter."""
    mother = world.citizen("mother")
    certificate = next(each for each in documents.wallet(mother) if each.type == "birth-certificate")
    who = served(world, "counter_takes_it")
    services.service(who)
    assert services.paper_at_counter(who, document=certificate.id).startswith(b"%PDF")


def another_prepares(world: World) -> str:
    """The draft of a mother whose child's father, living elsewhere, has to sign."""
    mother = world.citizen("mother-2")
    draft = services.begin(mother, procedure="linked-birth")
    services.fetch_facts(mother, draft=draft)
    services.answer(mother, draft=draft, values=ANSWERS, sharing=SHARING)
    return draft


def father_comes(world: World) -> str:
    """The officer's cookie: he has no telephone to sign with."""
    return serves(world, number=nation.people()["father-2"], name="Nguyễn Đức Anh")


def father_opens(world: World) -> None:
    """What he signs is opened; opened already, it stands there."""
    who = served(world, "father_comes")
    if services.service(who).signing is None:
        services.open_signing(who, draft=services.signings(who)[0].draft)


def father_signs(world: World) -> None:
    """He signs the print, and the officer scans it; sent again, it is one signature with one scan."""
    who, draft = served(world, "father_comes"), world.told["another_prepares"]
    scan = [services.Handed("trang ký.jpg", photo())]
    services.cosign(who, draft=draft, agree=True, word=identity.Word(signed=True), scan=scan)


def everything_stands(world: World) -> dict[str, Any]:
    """What each of them did, by whom, and what came of it."""
    grandfather, mother = world.citizen("grandfather"), world.citizen("mother")
    told = {who: [each.act for each in services.acts(actor)] for who, actor in (("he", grandfather), ("she", mother))}
    return {
        "acts": {who: sorted(set(acts)) for who, acts in told.items()},
        "filed": [acts.count("Cam đoan, ký và nộp hồ sơ") for acts in told.values()],
        "papers": [each.type for each in documents.wallet(mother)],
        "signed": services.draft(world.citizen("mother-2"), draft=world.told["another_prepares"]).state,
        "mandates": [str(each.standing) for each in identity.mandates(grandfather)],
    }


ACTS: tuple[Act, ...] = (
    begins_to_serve,
    prints_the_slip,
    begins,
    fetches_and_answers,
    files,
    gives_a_mandate,
    stops,
    works,
    follows,
    comes_again,
    gets_another_slip,
    gets_the_list,
    mother_brings_her_draft,
    counter_takes_it,
    files_for_her,
    is_decided,
    works,
    gets_paper,
    another_prepares,
    father_comes,
    father_opens,
    father_signs,
    works,
    everything_stands,
)
