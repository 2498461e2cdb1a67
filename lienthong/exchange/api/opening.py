"""What becomes of sealed entries: people are told on the day, and before it everybody may know how many there are."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.exchange.api.describing import basis_title
from lienthong.exchange.spec import catalogue
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.text import day
from lienthong.messages import api as messages
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Seal

BATCH = 500


@dataclass(frozen=True, slots=True)
class SealedContract:
    """A contract in force whose entries are sealed. days: for how long; basis: the law that allows it, in words."""

    title: Bilingual
    days: int
    basis: str


@dataclass(frozen=True, slots=True)
class SealedNow:
    """What everybody may know of sealed entries: how many there are in the whole country, and what may be sealed."""

    entries: int
    contracts: tuple[SealedContract, ...]


def sealed_now() -> SealedNow:
    """Return the nation's number of sealed entries and the contracts that seal; open to everybody, nothing finer."""
    today = runtime.current().clock.now().date()
    known = (catalogue().find(name, today) for name in sorted(catalogue().versions))
    sealing = tuple(
        SealedContract(each.title, each.sealed.days, basis_title(each.sealed.basis))
        for each in known
        if each and each.sealed
    )
    return SealedNow(registers.sealed_entries(), sealing)


def tell_opened() -> None:
    """Tell people, once, that entries of their log have opened. The entries are open whether or not this runs."""
    while registers.tell_opened(system("exchange"), tell=_tell, limit=BATCH) == BATCH:
        pass


def _tell(subject: str, seal: Seal) -> None:
    """One notice a person and day, however many entries open."""
    data = {"until": day(clock.moment(seal.until)), "basis": reference.basis(seal.basis).title}
    messages.send(
        system("exchange", request_id=f"opened:{seal.until}"), to=subject, template="access-opened", data=data
    )
