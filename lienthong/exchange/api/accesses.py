"""Who looked at my data: every entry of a person's log in plain words, proved against the signed checkpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from lienthong.exchange.api.describing import basis_title
from lienthong.exchange.api.refusing import SENTENCES
from lienthong.exchange.api.wording import field_titles, purpose_code, purpose_title, register_title
from lienthong.exchange.domain import Refusal
from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import DATA, Actor, Kind, require_reach
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.ledger import api as ledger
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Access, Erased, Seal

PAGE = 200
SUMMED = 50
LOOKS = {"read", "compare", "search", "history", "export"}


class ProofState(StrEnum):
    """proved: the inclusion proof fits the signed checkpoint. waiting: not sealed yet. broken: the proof fails.

    erased: the entry's salt is gone by law, so that nothing ties its content to the log any more.
    """

    PROVED = "proved"
    WAITING = "waiting"
    BROKEN = "broken"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves an entry. digest: hex. line: its line in the log, from 1; sealed_at: moment of the checkpoint."""

    state: ProofState
    digest: str
    line: int = 0
    size: int = 0
    sealed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessView:
    """One entry in words. who: the agency, the person, or who acts for them; actor: name and position of the officer
    who looked, or who helped at the counter, "" when unknown.

    own: the person themselves looked. by: the citizen who read alone, "" for agencies and refusals. fields: titles.
    reason: why it was refused, "" when it was not. agency: somebody of an agency looked, who can be asked why.
    erased: on what ground its details are gone, "" while they are there. sealed: until when, and on what ground, it did
    not stand here; "" for every entry that always did.
    """

    id: str
    at: datetime
    who: str
    actor: str
    own: bool
    by: str
    act: str
    register: str
    fields: tuple[str, ...]
    purpose: str
    basis: str
    dossier: str
    denied: bool
    reason: str
    proof: Proof
    agency: bool
    erased: str = ""
    sealed: str = ""


def access_log(
    who: Actor, *, after: str = "", limit: int = 20, since: datetime | None = None, denied: bool = False
) -> list[AccessView]:
    """Return who did what with the data of the actor (or of the person they act for), newest first.

    after: id of the last entry of the page before. since: leave out what is older. denied: only refusals.
    """
    found = list(_entries(who, after=after, limit=limit, since=since, denied=denied))
    return _views(who, found, proofs_of(found))


def _views(who: Actor, found: Sequence[Access], proofs: dict[str, Proof]) -> list[AccessView]:
    officers = {each.actor for each in found if each.actor_kind == Kind.OFFICER} | {each.assisted_by for each in found}
    people = identity.display(who, subjects=officers - {""})
    named = identity.representatives(who.person) if any(each.for_person for each in found) else {}
    return [_view(who, each, people, proofs[each.id], named) for each in found]


def access_view(who: Actor, *, entry: str) -> AccessView:
    """Return one entry of the actor's own log in words. Raises NotFound for any other."""
    found = access_entry(who, entry=entry)
    return _views(who, [found], proofs_of([found]))[0]


@dataclass(frozen=True, slots=True)
class AccessGroup:
    """What stands together in the log: one entry of somebody else, or a run of what one citizen read on one day."""

    entries: tuple[AccessView, ...]

    @property
    def first(self) -> AccessView:
        """The newest entry, which speaks for all of them."""
        return self.entries[0]


def grouped(entries: Sequence[AccessView]) -> list[AccessGroup]:
    """Put together what one citizen (the person, or one of the family) read in a row on one day; lose none of it."""
    made: list[AccessGroup] = []
    for _, run in groupby(entries, key=lambda each: (each.by, each.at.date()) if each.by else each.id):
        made.append(AccessGroup(tuple(run)))
    return made


@dataclass(frozen=True, slots=True)
class AccessSummary:
    """How often others looked lately. more: there were more than were counted. newest: up to three of them."""

    looks: int
    denied: int
    more: bool
    newest: tuple[AccessView, ...]


def access_summary(who: Actor, *, days: int) -> AccessSummary:
    """Return how often others read or were refused the actor's data in the last days; at most 50 entries counted."""
    since = runtime.current().clock.now() - timedelta(days=days)
    found = registers.accesses(who, subject=_person(who), limit=SUMMED, others=True)
    recent = [each for each in found if each.at >= clock.stamp(since)]
    others = [each for each in recent if not _is_own(who, each) and (each.denied or each.act in LOOKS)]
    last, waiting = others[:3], Proof(ProofState.WAITING, "")
    return AccessSummary(
        looks=sum(not each.denied for each in others),
        denied=sum(each.denied for each in others),
        more=len(recent) == SUMMED,
        newest=tuple(_view(who, each, {}, waiting, {}) for each in last),
    )


def access_entry(who: Actor, *, entry: str) -> Access:
    """Return one entry of the actor's own log as it is stored. Raises NotFound for any other."""
    for each in registers.accesses(who, subject=_person(who), limit=1, after=entry + "~"):
        if each.id == entry:
            return each
    raise NotFound("access.none", N_("Nhật ký của bạn không có dòng này."))


def access_proofs(who: Actor) -> Iterator[str]:
    """Return the lines of a file with every proved entry of the actor's log: content, salt and inclusion proof.

    ``lienthong ledger verify --file`` checks it anywhere, without this node.
    """
    entries = list(_entries(who, after="", limit=1 << 30, since=None, denied=False))
    for start in range(0, max(len(entries), 1), PAGE):
        part = entries[start : start + PAGE]
        found = ledger.proofs([each.id for each in part])
        rows = [(each.content(), each.salt, found[each.id]) for each in part if each.id in found and not each.erased]
        lines = list(ledger.proof_lines(rows, public_key=ledger.public_key()))
        yield from lines if start == 0 else lines[1:]


def _entries(who: Actor, *, after: str, limit: int, since: datetime | None, denied: bool) -> Iterator[Access]:
    subject, edge = _person(who), clock.stamp(since) if since else ""
    left = limit
    while left > 0:
        asked = PAGE if denied else min(left, PAGE)
        page = registers.accesses(who, subject=subject, limit=asked, after=after)
        for each in page:
            if each.at < edge:
                return
            if each.denied or not denied:
                yield each
                left -= 1
                if left == 0:
                    return
        if len(page) < asked:
            return
        after = page[-1].id


def _person(who: Actor) -> str:
    if not who.person:
        raise Denied("accesses.citizen", N_("Nhật ký này dành cho người dân, về dữ liệu của chính họ."))
    require_reach(who, DATA)
    return who.person


def proofs_of(entries: Sequence[Access]) -> dict[str, Proof]:
    """Return what proves each entry, checked now against the signed checkpoint."""
    found, key = ledger.proofs([each.id for each in entries]), ledger.public_key()
    made: dict[str, Proof] = {}
    for each in entries:
        if each.erased:
            made[each.id] = Proof(ProofState.ERASED, "")
            continue
        committed, proof = ledger.digest_of(each.content(), each.salt), found.get(each.id)
        digest = committed.hex()
        if proof is None:
            made[each.id] = Proof(ProofState.WAITING, digest)
            continue
        holds = ledger.verify_inclusion(proof, committed, key)
        state = ProofState.PROVED if holds else ProofState.BROKEN
        sealed = proof.checkpoint
        made[each.id] = Proof(state, digest, proof.position + 1, sealed.size, sealed.at)
    return made


def _view(
    who: Actor, entry: Access, people: dict[str, identity.Display], proof: Proof, named: Mapping[str, str]
) -> AccessView:
    own = _is_own(who, entry)
    officer = people.get(entry.assisted_by or entry.actor)
    return AccessView(
        id=entry.id,
        at=clock.moment(entry.at),
        who=_who(entry, named, own=own),
        actor=f"{officer.name}, {gettext(officer.position)}" if officer else "",
        own=own,
        by=entry.actor if entry.actor_kind == Kind.CITIZEN and not entry.denied and not entry.assisted_by else "",
        act=entry.act,
        register=register_title(entry.register),
        fields=field_titles(entry.register, entry.fields),
        purpose=purpose_title(purpose_code(entry)),
        basis=basis_title(entry.basis),
        dossier=entry.dossier,
        denied=entry.denied,
        reason=_reason(entry),
        proof=proof,
        agency=bool(entry.agency) and entry.actor_kind != Kind.CITIZEN and entry.erased is None,
        erased=_erased(entry.erased) if entry.erased else "",
        sealed=_sealed(entry.seal) if entry.seal else "",
    )


def _sealed(seal: Seal) -> str:
    until = clock.moment(seal.until).strftime("%d/%m/%Y")
    return gettext("Đã niêm phong đến %(until)s theo %(basis)s", until=until, basis=basis_title(seal.basis))


def _erased(why: Erased) -> str:
    day = clock.moment(why.at).strftime("%d/%m/%Y")
    return gettext(
        "Chi tiết đã xóa ngày %(day)s theo %(order)s; %(basis)s", day=day, order=why.order, basis=basis_title(why.basis)
    )


def _is_own(who: Actor, entry: Access) -> bool:
    """True for what the reader did with their own hands: not what others did for them, or with them at a counter."""
    own = entry.actor_kind == Kind.CITIZEN and entry.actor == who.subject
    return own and not entry.assisted_by


def _who(entry: Access, named: Mapping[str, str], *, own: bool) -> str:
    if entry.assisted_by:
        return gettext("Chính người có dữ liệu, được cán bộ giúp tại quầy")
    if _for_enterprise(entry):
        said = (
            N_("Bạn, thay doanh nghiệp mã số %(code)s") if own else N_("Người đại diện của doanh nghiệp mã số %(code)s")
        )
        return gettext(said, code=entry.for_person)
    if entry.for_person == entry.subject and entry.actor in named:
        return gettext("%(name)s làm thay theo ủy quyền", name=named[entry.actor])
    if own:
        return gettext("Chính bạn")
    if entry.agency:
        agency = reference.agency(entry.agency)
        return str(agency.name) if agency else entry.agency
    if entry.actor_kind == Kind.CITIZEN and entry.erased:
        return gettext("Một người dân, không còn nêu là ai")
    if entry.actor_kind == Kind.CITIZEN:
        return gettext("Một người trong gia đình hoặc người được bạn ủy quyền")
    return gettext("Hệ thống Liên Thông")


def _for_enterprise(entry: Access) -> bool:
    return bool(re.fullmatch(reference.term("enterprise_code").format, entry.for_person))


def _reason(entry: Access) -> str:
    if not entry.denied:
        return ""
    known = entry.reason in Refusal._value2member_map_
    return gettext(SENTENCES[Refusal(entry.reason)]) if known else entry.reason
