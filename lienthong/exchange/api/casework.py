"""Looking somebody up for a case, under a contract that seals its entries: every register it opens, in one call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lienthong.exchange.api.describing import Sharing, basis_title, contract
from lienthong.exchange.api.fetching import fetch
from lienthong.exchange.api.owning import Datum, data_of
from lienthong.exchange.api.refusing import agreed, people_fields, requester
from lienthong.exchange.api.sealing import opens_at
from lienthong.exchange.domain import Ask
from lienthong.exchange.spec import catalogue
from lienthong.exchange.spec.deciding import fits
from lienthong.exchange.spec.shape import Contract
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, Fault, Invalid, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register

LONGEST = 60


@dataclass(frozen=True, slots=True)
class CaseContract:
    """A sealed contract as its party sees it. until: when an entry of now would open; reads: what it answers."""

    id: str
    title: Bilingual
    basis: str
    until: datetime
    reads: tuple[Sharing, ...]


@dataclass(frozen=True, slots=True)
class CaseAnswer:
    """What one register says about the person. records: () when it knows nothing of them."""

    register: str
    short: Bilingual
    records: tuple[tuple[Datum, ...], ...]


def case_contracts(who: Actor) -> list[CaseContract]:
    """Return the sealed contracts in force to which this actor is a party."""
    today = runtime.current().clock.now().date()
    known = (catalogue().find(name, today) for name in sorted(catalogue().versions))
    return [
        CaseContract(
            id=each.id,
            title=each.title,
            basis=basis_title(each.sealed.basis),
            until=opens_at(each.sealed.days),
            reads=contract(who, each.id).reads,
        )
        for each in known
        if each and each.sealed and _is_party(who, each)
    ]


def look_up(who: Actor, *, contract: str, number: str, case: str) -> list[CaseAnswer]:
    """Read what the contract opens about one person for a case; entries are sealed, those of a refusal too.

    number: personal number; case: the case's own number, kept in the entry. Raises Denied for who is no party, Invalid.
    """
    known = agreed(contract)
    if known is None or known.sealed is None or not _is_party(who, known):
        raise Denied("lookup.party", N_("Bạn không phải là bên của thỏa thuận tra cứu nào theo vụ án."))
    faults, about, asked = _read(number, clean(case))
    if faults:
        raise Invalid("lookup.invalid", N_("Chưa tra cứu; sửa các ô sau."), faults)
    grounds = Grounds(purpose=known.id, basis=known.sealed.basis, dossier=asked)
    names = [name for clause in known.clauses if fits(clause.who, requester(who)) for name in clause.read]
    asks = [Ask(name, name, {_field(name): about}) for name in dict.fromkeys(names)]
    found = fetch(who, asks=asks, grounds=grounds, contract=known.id).records
    specs = {each.id: each for each in registers.definitions()}
    return [
        CaseAnswer(
            name,
            specs[name].short,
            tuple(_shown(specs[name], {field: value.value for field, value in fact.values.items()}) for fact in facts),
        )
        for name, facts in found.items()
    ]


def _shown(spec: Register, values: dict[str, Any]) -> tuple[Datum, ...]:
    return tuple(each for each in data_of(spec, values) if each.name in values)


def _is_party(who: Actor, contract: Contract) -> bool:
    asker = requester(who)
    return any(fits(each.who, asker) for each in contract.clauses)


def _field(register: str) -> str:
    """The lookup field that holds whose record it is."""
    spec = registers.definition(register)
    return spec.subject if spec.subject in spec.lookups else people_fields(spec)[0]


def _read(number: str, case: str) -> tuple[list[Fault], str, str]:
    faults: list[Fault] = []
    about = "".join(number.split())
    if not (about.isascii() and about.isdigit() and len(about) == 12):
        faults.append(fault("number", "lookup.number", N_("Số định danh cá nhân có đúng 12 chữ số.")))
    if not 3 <= len(case) <= LONGEST or "\n" in case:
        sentence = N_("Ghi số vụ án hoặc số quyết định, từ 3 đến %(longest)s ký tự.")
        faults.append(fault("case", "lookup.case", sentence, longest=LONGEST))
    return faults, about, case
