"""What is there to be shared: registers in force, and a contract in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lienthong.exchange.api.admitting import ServerRead, following
from lienthong.exchange.api.refusing import agreed, contracts_in_force, requester
from lienthong.exchange.spec.deciding import fits
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.registers import api as registers


@dataclass(frozen=True, slots=True)
class RegisterView:
    """A register in force. fields: name → dictionary term; titles: name → title; lookups: fields one may ask by."""

    id: str
    title: Bilingual
    short: Bilingual
    owner: str
    key: str
    subject: str
    unit: str
    fields: Mapping[str, str]
    titles: Mapping[str, Bilingual]
    lookups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sharing:
    """What one register gives under a contract: its title, its owner's name, the titles of the fields."""

    register: str
    title: Bilingual
    owner: Bilingual
    fields: Mapping[str, Bilingual]


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract in words. basis: titles with numbers. reads: what this actor would be shown."""

    id: str
    title: Bilingual
    purpose: Bilingual
    basis: tuple[str, ...]
    ground: str
    reads: tuple[Sharing, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A contract in force that opens a register. fields: titles of what it shows anybody; lists: whole lists may be
    compared with the register, answered by a code a row. feeds: agencies keep a copy of their own people by it.
    followers: those whose servers do, by name, with how far each has read.
    """

    id: str
    title: Bilingual
    purpose: Bilingual
    basis: tuple[str, ...]
    ground: str
    fields: tuple[Bilingual, ...]
    lists: bool
    feeds: bool
    followers: tuple[tuple[Bilingual, ServerRead], ...]


def contracts_reading(register: str) -> list[Reading]:
    """Return the contracts in force that open a register, by id. Agreements only: nobody's data. Raises NotFound."""
    spec = registers.definition(register)
    found: list[Reading] = []
    for known in contracts_in_force():
        reads = [each.read[register].fields for each in known.clauses if register in each.read]
        fed = [each.feed[register].fields for each in known.clauses if register in each.feed]
        lists = any(register in each.reconciles for each in known.clauses)
        shown = {name for fields in (*reads, *fed) for name in (spec.fields if fields == "all" else fields)}
        if reads or fed or lists:
            titles = tuple(spec.title_of(name) for name in spec.fields if name in shown)
            basis = tuple(basis_title(each) for each in known.basis)
            followers = tuple((_agency_name(agency), read) for agency, read in following(known.id)) if fed else ()
            one = Reading(
                known.id, known.title, known.purpose, basis, known.ground, titles, lists, bool(fed), followers
            )
            found.append(one)
    return found


def registers_in_force() -> list[RegisterView]:
    """Return the registers in force today, by id. Definitions only: nobody's data."""
    return [
        RegisterView(
            id=each.id,
            title=each.title,
            short=each.short,
            owner=each.owner,
            key=each.key,
            subject=each.subject,
            unit=each.unit,
            fields={name: each.term_of(name) for name in each.fields},
            titles={name: each.title_of(name) for name in each.fields},
            lookups=frozenset(each.lookups),
        )
        for each in registers.definitions()
    ]


def contract(who: Actor, contract_id: str) -> ContractView:
    """Return a contract in force in words, with what this actor would be shown. Raises NotFound."""
    known = agreed(contract_id)
    if known is None:
        raise NotFound("contract.none", N_("Không có thỏa thuận chia sẻ nào mang mã này đang có hiệu lực."))
    asker = requester(who)
    reads: dict[str, dict[str, Bilingual]] = {}
    for clause in known.clauses:
        if fits(clause.who, asker):
            for name, read in clause.read.items():
                spec = registers.definition(name)
                wanted = spec.fields if read.fields == "all" else read.fields
                reads.setdefault(name, {}).update({field: spec.title_of(field) for field in wanted})
    return ContractView(
        id=known.id,
        title=known.title,
        purpose=known.purpose,
        basis=tuple(basis_title(each) for each in known.basis),
        ground=known.ground,
        reads=tuple(_sharing(name, fields) for name, fields in reads.items()),
    )


def ground(contract_id: str) -> str:
    """Return the ground of a contract in force: ``public-duty`` or ``consent``; "" when none has this id."""
    known = agreed(contract_id)
    return known.ground if known else ""


def basis_title(basis: str) -> str:
    """Return a legal basis as people read it: its title and number; the bare id when nobody knows it."""
    known = reference.bases().get(basis)
    return f"{known.title} ({known.number})" if known else basis


def _sharing(name: str, fields: Mapping[str, Bilingual]) -> Sharing:
    spec = registers.definition(name)
    return Sharing(name, spec.short, _agency_name(spec.owner), fields)


def _agency_name(code: str) -> Bilingual:
    agency = reference.agency(code)
    return agency.name if agency else Bilingual(code, code)
