"""Who asks: the first argument of every verb in the house."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id

DATA = "data"
"""Reach: what registers hold about the person, and who looked at it."""
PAPERS = "papers"
"""Reach: the documents in the person's wallet."""
MANDATES = "mandates"
"""Reach: giving a mandate, at a counter with the person present."""
EVERY_FILE = "file:*"
"""Reach: drafts and dossiers of every procedure."""
ACTS = "acts"
"""Reach: the list of what was done for the one represented."""
ENTERPRISE = "enterprise/"
"""How ``under`` begins for the legal representative of an enterprise; the version of the register's record follows."""


class Kind(StrEnum):
    """What sort of actor acts."""

    CITIZEN = "citizen"
    OFFICER = "officer"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts, from which agency, with which rights, for whom, and in which request.

    subject: a citizen's personal number, an officer's staff id, a system's name; "" when anonymous.
    agency: code of the agency an officer or system acts for; "" for a citizen.
    units: codes of the administrative units the actor may serve (an officer's competence).
    roles: role ids such as ``civil-status-officer``.
    level: authentication level of this session, 0 (anonymous) to 4 (Decree 69/2024).
    for_person: personal number of the person, or code of the enterprise, represented; "" when acting for oneself.
    assisted_by: staff id of the officer who helps at the counter; "" when nobody helps.
    session: id of the session's row, never its secret. request_id: makes a changing verb idempotent.
    reach: what of the person's affairs may be touched under a mandate or at a counter (``file:<procedure>``,
    ``dossier:<id>``, ``DATA``, ``PAPERS`` …); None for everything. under: id of that mandate or counter service, or
    ``enterprise/<version>`` of the register's record that names the representative.
    """

    kind: Kind
    subject: str = ""
    agency: str = ""
    units: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    level: int = 0
    for_person: str = ""
    assisted_by: str = ""
    session: str = ""
    reach: frozenset[str] | None = None
    under: str = ""
    request_id: str = field(default_factory=new_id)

    @property
    def person(self) -> str:
        """Number of whose affairs are dealt with: the person or enterprise represented, else oneself."""
        return self.for_person or (self.subject if self.kind is Kind.CITIZEN else "")

    @property
    def for_enterprise(self) -> bool:
        """True for the legal representative of an enterprise who acts for it."""
        return self.under.startswith(ENTERPRISE)

    @property
    def is_helped(self) -> bool:
        """True when somebody else acts for the person, or helps the person at a counter."""
        return bool(self.for_person or self.assisted_by)

    def may(self, *things: str) -> bool:
        """True when one of these lies in the actor's reach."""
        return self.reach is None or not self.reach.isdisjoint(things)

    def has(self, role: str) -> bool:
        """True when the actor holds the role."""
        return role in self.roles

    def again(self) -> Actor:
        """Return the same actor in a new request (a new request id)."""
        return replace(self, request_id=new_id())


ANONYMOUS = Actor(kind=Kind.ANONYMOUS)


def file_of(procedure: str) -> tuple[str, str]:
    """Return what opens the files of a procedure: its own name, or every file."""
    return f"file:{procedure}", EVERY_FILE


def require_reach(who: Actor, *things: str) -> None:
    """Let pass whoever has one of these in reach. Raises Denied for a mandate or a counter service without it."""
    if not who.may(*things):
        raise Denied("reach.outside", N_("Việc này nằm ngoài phạm vi ủy quyền hoặc phạm vi phục vụ tại quầy."))


def system(name: str, *, agency: str = "", units: frozenset[str] = frozenset(), request_id: str = "") -> Actor:
    """Return the actor of a machine act such as a job or a seed; ``name`` appears in every record it leaves."""
    return Actor(kind=Kind.SYSTEM, subject=name, agency=agency, units=units, level=4, request_id=request_id or new_id())
