"""A legal representative acts for a guest house, tells of a guest, and is out when the register names others."""

from __future__ import annotations

from typing import Any

from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel.actor import Actor
from lienthong.registers import api as registers
from lienthong.registers import demonstration as nation
from lienthong.services import api as services
from tests.proofs.stage import Act, World, works

INN = "9900000001"
_IN_VAIN = "an answer that was lost had a secret in it: the representative signs in and chooses anew"
_TWICE = "what a representative read again was done again: both representatives see it"
MORE = {
    **dict.fromkeys(("dossier_act", "services.ActedForAnother"), _TWICE),
    **dict.fromkeys(("session", "identity.SignedIn", "identity.PersonChanged", "identity.SessionEnded"), _IN_VAIN),
}
"""What a walk with kills may leave more of, and why."""


def chooses(world: World) -> str:
    """The cookie of who acts for the enterprise."""
    entered = world.enter("father").actor
    assert INN in [each.code for each in identity.enterprises(entered)]
    return identity.act_for(entered, enterprise=INN).token


def father(world: World) -> Actor:
    """Who acts, as the next page knows them."""
    return world.signed_in(world.told["chooses"]).actor


def begins(world: World) -> str:
    """The draft; begun already, it is gone on with."""
    return services.begin(father(world), procedure="lodging-notice")


def fetches(world: World) -> None:
    """The enterprise's facts are read."""
    services.fetch_facts(father(world), draft=world.told["begins"])


def names_the_guest(world: World) -> None:
    """The guest is compared with the register."""
    guest = {"guest.number": nation.people()["daughter"], "guest.full_name": "Phan Thị Ngọc Diệp"}
    stay = {"stay.arrives": "20/11/2026", "stay.leaves": "22/11/2026", "stay.reason": "Thăm người thân"}
    services.answer(father(world), draft=world.told["begins"], values=guest | stay)


def files(world: World) -> str:
    """The dossier's code."""
    return services.file(father(world), draft=world.told["begins"])


def is_received(world: World) -> None:
    """The police write the stay."""
    services.decide(world.officer("police-officer"), dossier=world.told["files"], step="receive", verdict="approve")


def somebody_else_takes_over(world: World) -> None:
    """The business registration office enters another representative."""
    registers.write(
        world.machine(agency="G12"),
        register="enterprises",
        key=INN,
        values={"representative_number": nation.people()["mother"], "representative_name": "Nguyễn Thị Thu Hà"},
        grounds=registers.Grounds(purpose="lookup", basis="L-59-2020"),
    )


def is_out(world: World) -> None:
    """The next page knows nobody any more."""
    assert world.signed_in(world.told["chooses"]).actor.person == ""


def everything_stands(world: World) -> dict[str, Any]:
    """What the enterprise has, who may act for it, what the guest finds."""
    found = services.acts(world.signed_in(successor(world)).actor)
    guest = exchange.own_data(world.citizen("daughter"))
    return {
        "acts": sorted({(each.act, each.by) for each in found}),
        "filed": [each.act for each in found].count("Cam đoan, ký và nộp hồ sơ"),
        "father": [each.code for each in identity.enterprises(world.citizen("father"))],
        "stays": [len(each.records) for each in guest if each.id == "residence"],
    }


def successor(world: World) -> str:
    """The cookie of the new representative."""
    return identity.act_for(world.enter("mother").actor, enterprise=INN).token


ACTS: tuple[Act, ...] = (
    chooses,
    begins,
    fetches,
    names_the_guest,
    files,
    works,
    is_received,
    works,
    somebody_else_takes_over,
    is_out,
    works,
    everything_stands,
)
