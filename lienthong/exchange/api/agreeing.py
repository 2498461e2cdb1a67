"""Consent: asked only where the contract's ground is consent; per contract, provable, taken back at any time."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime

from lienthong.exchange import store
from lienthong.exchange.events import ConsentChanged
from lienthong.exchange.spec import catalogue
from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.ids import new_id
from lienthong.ledger import api as ledger
from lienthong.registers import api as registers


@dataclass(frozen=True, slots=True)
class Agreement:
    """A contract that needs consent, as the person sees it. given: holds now; at: their last word, None for never."""

    contract: str
    title: Bilingual
    purpose: Bilingual
    fields: tuple[Bilingual, ...]
    given: bool
    at: datetime | None


def consent_given(who: Actor, *, contract: str) -> None:
    """Agree to a contract for oneself or the person acted for; agreeing twice changes nothing.

    Raises Denied for anybody but a citizen at level 2, NotFound for a contract in force that asks no consent.
    """
    _say(who, contract, given=True)


def consent_withdrawn(who: Actor, *, contract: str) -> None:
    """Take consent back: from now on nothing is read under the contract. Raises as ``consent_given``."""
    _say(who, contract, given=False)


def consent_declined(who: Actor, *, contract: str) -> None:
    """Say no: kept as a word like a yes; after a yes it takes it back. Raises as ``consent_given``."""
    _say(who, contract, given=False, first=True)


def agreements(who: Actor) -> list[Agreement]:
    """Return every contract in force that needs consent, with this person's word on it."""
    _require(who)
    said = {each.contract: each for each in store.consents.newest([who.person])}
    day = runtime.current().clock.now().date()
    found: list[Agreement] = []
    for name in sorted(catalogue().versions):
        contract = catalogue().find(name, day)
        if contract is None or contract.ground != "consent":
            continue
        titles: dict[str, Bilingual] = {}
        for clause in contract.clauses:
            for register, read in clause.read.items():
                spec = registers.definition(register)
                wanted = spec.fields if read.fields == "all" else read.fields
                titles.update({field: spec.title_of(field) for field in wanted})
        word = said.get(name)
        found.append(
            Agreement(
                name,
                contract.title,
                contract.purpose,
                tuple(titles.values()),
                word is not None and word.given,
                clock.moment(word.at) if word else None,
            )
        )
    return found


def _say(who: Actor, contract: str, *, given: bool, first: bool = False) -> None:
    """Keep a person's word. first: keep a no of somebody who never said anything, too."""
    _require(who)
    node = runtime.current()
    known = catalogue().find(contract, node.clock.now().date())
    if known is None or known.ground != "consent":
        raise NotFound("consent.none", N_("Không có việc chia sẻ nào cần đồng ý mang mã này."))

    def work() -> str:
        said = store.consents.newest([who.person], contract)
        if said[0].given == given if said else not given and not first:
            return ""
        row = store.consents.Consent(
            id=new_id(),
            at=clock.stamp(node.clock.now()),
            subject=who.person,
            given_by=who.subject,
            contract=contract,
            version=known.version,
            given=given,
            level=who.level,
        )
        salt = secrets.token_bytes(32)
        store.consents.add(row, salt)
        content = {name: getattr(row, name) for name in store.consents.Consent.__slots__}
        ledger.record(entry_id=row.id, digest=ledger.digest_of(content, salt))
        publish(who, ConsentChanged(contract=contract, consent=row.id, given=given))
        return row.id

    requests.once(who, f"exchange.consent.{contract}.{given}", str, work)


def _require(who: Actor) -> None:
    if who.kind is not Kind.CITIZEN or who.level < 2 or who.reach is not None:
        raise Denied(
            "consent.citizen", N_("Chỉ chính người dân, ở mức xác thực 2, quyết định việc chia sẻ dữ liệu của mình.")
        )
