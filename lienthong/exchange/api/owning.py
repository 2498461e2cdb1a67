"""My own data: what every register holds about a person, and what each version of a record said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from lienthong.exchange.api.accesses import Proof, proofs_of
from lienthong.exchange.api.describing import basis_title
from lienthong.exchange.api.fetching import OWN, OWN_GROUNDS, fetch
from lienthong.exchange.api.refusing import agreed, requester
from lienthong.exchange.domain import Ask, Fact
from lienthong.exchange.spec.deciding import fits
from lienthong.kernel import clock
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Access, Register, Version

CLOSE = timedelta(seconds=2)
"""A write and its access entry are made in one transaction: their moments lie closer together than this."""
SEARCHED = 2000


@dataclass(frozen=True, slots=True)
class Datum:
    """One field. text: as people read it, "" when the register has nothing. number: it is a personal number.

    before: what stood there until this version, None where this version did not touch it.
    """

    name: str
    title: Bilingual
    text: str
    number: bool
    before: str | None = None


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """One record about the person as it is now. since: ISO day since when this version holds."""

    id: str
    key: str
    version: int
    since: str
    data: tuple[Datum, ...]


@dataclass(frozen=True, slots=True)
class OwnRegister:
    """A register in force with its records about the person: () when it knows nothing of them."""

    id: str
    title: Bilingual
    short: Bilingual
    owner: Bilingual
    records: tuple[OwnRecord, ...]


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """What one version of a record says. until: ISO day from which a later version says otherwise, "" while it holds.

    kind: created, changed, corrected. agency: who wrote it, None when the log does not tell. reason: of a correction.
    proof: of the entry that tells of the write, None when the person's own log has none. newest: number of the last.
    unit: code of the unit whose record it is, "" for none.
    """

    register: str
    short: Bilingual
    owner: Bilingual
    record: str
    key: str
    version: int
    newest: int
    kind: str
    since: str
    until: str
    known_from: datetime
    agency: Bilingual | None
    basis: str
    dossier: str
    reason: str
    data: tuple[Datum, ...]
    proof: Proof | None
    unit: str


def own_data(who: Actor) -> list[OwnRegister]:
    """Return what the registers hold about the actor (or the person they act for), in one call; entries tell of it.

    The register that is kept by person comes first.
    Raises Denied for anybody but a citizen at level 2.
    """
    facts = _own_facts(who, list(own_lookups(who)))
    found: list[OwnRegister] = []
    for spec in sorted(registers.definitions(), key=lambda each: (each.key != each.subject, each.id)):
        if spec.id in facts:
            records = tuple(
                OwnRecord(
                    each.id,
                    each.key,
                    each.version,
                    each.valid_from,
                    data_of(spec, {name: value.value for name, value in each.values.items()}),
                )
                for each in facts[spec.id]
            )
            found.append(OwnRegister(spec.id, spec.title, spec.short, _agency(spec.owner), records))
    return found


def own_version(who: Actor, *, register: str, record: str, version: int) -> OwnVersion:
    """Return what one version of a record about the actor (or the person they act for) says.

    Only the actor's own records are looked at. Raises NotFound for every other record or version, Denied as
    ``own_data``.
    """
    known = _own_facts(who, [register]).get(register, []) if register in own_lookups(who) else []
    fact = next((each for each in known if each.id == record), None)
    if fact is None:
        raise NotFound("record.none", N_("Không có bản ghi nào của bạn ở địa chỉ này."))
    key = fact.key or fact.id
    versions = registers.history(who, register=register, key=key, grounds=OWN_GROUNDS, contract=OWN)
    said = next((each for each in versions if each.version == version), None)
    if said is None:
        raise NotFound("record.version", N_("Bản ghi này không có phiên bản đó."))
    return _version(who, registers.definition(register), fact, versions, said)


def own_lookups(who: Actor) -> dict[str, tuple[str, ...]]:
    """Return by which fields a register finds a person's own records, as the contract says; {} for nobody's."""
    contract = agreed(OWN)
    clauses = [each for each in contract.clauses if fits(each.who, requester(who))] if contract else []
    return {
        name: read.by
        for clause in clauses
        if clause.of == "self"
        for name, read in clause.read.items()
        if read.fields == "all" and read.history
    }


def _own_facts(who: Actor, names: Sequence[str]) -> dict[str, list[Fact]]:
    lookups = own_lookups(who)
    if not lookups:
        raise Denied("own.citizen", N_("Trang này dành cho người dân ở mức xác thực 2, về dữ liệu của chính họ."))
    asks = [Ask(f"{name}.{field}", name, {field: who.person}) for name in names for field in lookups[name]]
    fetched = fetch(who, asks=asks, grounds=OWN_GROUNDS, contract=OWN)
    found: dict[str, list[Fact]] = {name: [] for name in names}
    for ask in asks:
        seen = {each.id for each in found[ask.register]}
        found[ask.register] += [each for each in fetched.records[ask.name] if each.id not in seen]
    return found


def _version(who: Actor, spec: Register, fact: Fact, versions: Sequence[Version], said: Version) -> OwnVersion:
    entry = _entry(who, spec.id, said)
    proof = proofs_of([entry])[entry.id] if entry else None
    # a later change writes the first version's row: only the log tells who made the first
    agency = entry.agency if entry else said.agency if said.version > 1 else ""
    later = [each.valid_from for each in versions if each.version > said.version]
    return OwnVersion(
        register=spec.id,
        short=spec.short,
        owner=_agency(spec.owner),
        record=fact.id,
        key=fact.key,
        version=said.version,
        newest=max(each.version for each in versions),
        kind=said.kind,
        since=said.valid_from,
        until=min(later, default=""),
        known_from=clock.moment(said.known_from),
        agency=_agency(agency) if agency else None,
        basis=basis_title(said.basis) if said.basis and said.version > 1 else "",
        dossier=said.dossier if said.version > 1 else entry.dossier if entry else "",
        reason=said.reason if said.kind == "corrected" else "",
        data=data_of(spec, _state(versions, said), {} if said.version == 1 else said.changes),
        proof=proof,
        unit=str(fact.values[spec.unit].value or "") if spec.unit in fact.values else "",
    )


def _state(versions: Sequence[Version], said: Version) -> dict[str, Any]:
    """Return every value as this version left it on its day, from what it and the versions before it asserted."""
    heard = [each for each in versions if each.version <= said.version and each.valid_from <= said.valid_from]
    values: dict[str, Any] = {}
    for each in sorted(heard, key=lambda one: (one.valid_from, one.version)):
        values.update({name: after for name, (_, after) in each.changes.items()})
    return values


def _entry(who: Actor, register: str, said: Version) -> Access | None:
    """Return the entry of the person's log that tells of this write; None when there is none (loaded with many)."""
    made, after, looked = clock.moment(said.known_from), "", 0
    while looked < SEARCHED:
        page = registers.accesses(who, subject=who.person, limit=200, after=after)
        for each in page:
            written = each.register == register and each.act in {"write", "import"} and not each.denied
            if written and abs(clock.moment(each.at) - made) <= CLOSE and set(said.changes) <= set(each.fields):
                return each
        if not page or clock.moment(page[-1].at) < made - CLOSE:
            return None
        after, looked = page[-1].id, looked + len(page)
    return None


def data_of(
    spec: Register, values: dict[str, Any], changes: dict[str, tuple[Any, Any]] | None = None
) -> tuple[Datum, ...]:
    """Return a record's values as people read them, field by field. changes: field → (before, after)."""
    return tuple(
        Datum(
            name=name,
            title=spec.title_of(name),
            text=_text(spec, name, values.get(name)),
            number=spec.terms[name].type == "personal_number",
            before=_text(spec, name, changes[name][0]) if changes and name in changes else None,
        )
        for name in spec.fields
    )


def _text(spec: Register, name: str, value: Any) -> str:
    return "" if value is None or value == "" else reference.show_value(spec.term_of(name), value)


def _agency(code: str) -> Bilingual:
    found = reference.agency(code)
    return found.name if found else Bilingual(code, code)
