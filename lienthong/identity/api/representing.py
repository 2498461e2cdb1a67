"""Acting for an enterprise: its legal representative, as the business register names them at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.identity import store
from lienthong.identity.domain import LIFETIMES
from lienthong.identity.store.sessions import Acting
from lienthong.kernel import runtime
from lienthong.kernel.actor import ACTS, ENTERPRISE, EVERY_FILE, Actor, Kind
from lienthong.messages import api as messages
from lienthong.registers import api as registers

REGISTER = "enterprises"
GROUNDS = registers.Grounds(purpose="business-representation", basis="L-59-2020")
REACH = frozenset({EVERY_FILE, ACTS})
"""The enterprise's files and what was done for it; nothing of the representative's own affairs."""
_REPRESENTATIVES = ("representative_number", "other_representative_number")
_FIELDS = ("code", "name", "head_commune", "head_address", "status", *_REPRESENTATIVES)
_ENDED = "dissolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """An enterprise the actor represents. commune: code of its head office's. version: of the register's record."""

    code: str
    name: str
    commune: str
    address: str
    status: str
    version: int

    def acting(self) -> Acting:
        """Return how a session goes on for it."""
        return Acting(
            person=self.code,
            name=self.name[:120],
            under=f"{ENTERPRISE}{self.version}",
            reach=REACH,
            until=runtime.current().clock.now() + LIFETIMES[Kind.CITIZEN].absolute,
        )


def represented(who: Actor, *, code: str = "") -> list[Enterprise]:
    """Return the enterprises that the register says the actor represents now, by code; dissolved ones are left out.

    code: this one alone. Only records that name the actor are read; every representative named finds the look.
    """
    only = {"code": code} if code else {}
    queries = [registers.Query(REGISTER, by={field: who.subject, **only}, fields=_FIELDS) for field in _REPRESENTATIVES]
    found = {
        each.key: Enterprise(
            code=each.key,
            name=str(each.values["name"]),
            commune=str(each.values["head_commune"]),
            address=str(each.values.get("head_address") or ""),
            status=str(each.values["status"]),
            version=each.version,
        )
        for answer in registers.read(who, queries=queries, grounds=GROUNDS)
        for each in answer
        if each.values["status"] != _ENDED
    }
    return sorted(found.values(), key=lambda each: each.code)


def stands(code: str, under: str) -> bool:
    """True while the register's record is the version that gave the right: nothing of it is read."""
    return under == f"{ENTERPRISE}{registers.version_of(REGISTER, code)}"


def go_on(who: Actor, *, code: str) -> Acting | None:
    """Let a session go on for an enterprise whose record was written anew, if it still names the actor; else None."""
    found = next(iter(represented(who, code=code)), None)
    if found is None:
        return None
    acting = found.acting()
    store.sessions.renew(who.session, acting)
    return acting


def tell_ended(who: Actor, name: str) -> None:
    """Tell somebody that they do not represent an enterprise any more."""
    messages.send(who, to=who.subject, template="enterprise-right-ended", data={"enterprise": name})
