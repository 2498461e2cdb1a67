"""Who asks: the first argument of every verb in the house."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from lienthong.kernel.ids import new_id


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
    for_person: personal number of the person represented; "" when acting for oneself.
    assisted_by: staff id of the officer who helps at the counter; "" when nobody helps.
    session: id of the session's row, never its secret. request_id: makes a changing verb idempotent.
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
    request_id: str = field(default_factory=new_id)

    @property
    def person(self) -> str:
        """Personal number of the person whose affairs are dealt with: the one represented, else oneself."""
        return self.for_person or (self.subject if self.kind is Kind.CITIZEN else "")

    def has(self, role: str) -> bool:
        """True when the actor holds the role."""
        return role in self.roles

    def again(self) -> Actor:
        """Return the same actor in a new request (a new request id)."""
        return replace(self, request_id=new_id())


ANONYMOUS = Actor(kind=Kind.ANONYMOUS)


def system(name: str, *, agency: str = "", units: frozenset[str] = frozenset(), request_id: str = "") -> Actor:
    """Return the actor of a machine act such as a job or a seed; ``name`` appears in every record it leaves."""
    return Actor(kind=Kind.SYSTEM, subject=name, agency=agency, units=units, level=4, request_id=request_id or new_id())
