"""Who assigns, who answers, who sees: the secretary nationally, a chairman in the province, a head for the agency."""

from __future__ import annotations

from lienthong.identity import api as identity
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Denied, SignInNeeded
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.oversight.store.tasks import Reach
from lienthong.reference import api as reference
from lienthong.reference.api import Agency

SECRETARY, LEADER = "committee-secretary", "provincial-leader"
ASSIGNERS = frozenset({SECRETARY, LEADER})
HEADS = identity.HEADS
SIGNING_LEVEL = 3
_CENTRAL = frozenset({"ministry", "government-office", "insurance"})


def require_part(who: Actor) -> None:
    """Refuse who has no part in tasks at all. Raises Denied."""
    if who.kind not in {Kind.OFFICER, Kind.SYSTEM}:
        raise Denied("task.officers", N_("Trang nhiệm vụ dành cho cán bộ được giao việc hoặc theo dõi việc."))


def require_assigner(who: Actor) -> None:
    """Let secretaries and provincial chairmen pass. Raises Denied."""
    require_part(who)
    if not who.roles & ASSIGNERS:
        raise Denied(
            "task.assigner", N_("Chỉ thư ký Ủy ban (cả nước) và chủ tịch tỉnh (trong tỉnh) được mở phiên, giao việc.")
        )


def require_signing(who: Actor) -> None:
    """Let those pass who may sign. Raises SignInNeeded below authentication level 3."""
    if who.level < SIGNING_LEVEL:
        message = N_("Việc này cần mức xác thực %(level)s; hãy đăng nhập lại bằng khóa truy cập.")
        raise SignInNeeded("task.level", message, level=SIGNING_LEVEL)


def reach(who: Actor) -> Reach:
    """Return whose tasks the actor sees: never another body's drafts."""
    require_part(who)
    if who.kind is Kind.SYSTEM:
        return Reach(everything=True)
    return Reach(
        everything=who.has(SECRETARY),
        provinces=who.units if who.has(LEADER) else frozenset(),
        agencies=frozenset({who.agency}) if who.roles & HEADS else frozenset(),
        staff=who.subject,
        bodies=frozenset({who.agency}) if who.roles & ASSIGNERS else frozenset(),
    )


def place_of(who: Actor) -> str:
    """Return the unit a body meets for: "" for the nation, else the chairman's province."""
    return "" if who.has(SECRETARY) else min(who.units, default="")


def assignable(who: Actor) -> list[Agency]:
    """Return the agencies the actor may give a task to, by name: nationally ministries and provinces, in a province
    the agencies right below its people's committee.
    """
    require_assigner(who)
    if who.has(SECRETARY):
        ministries = [each for each in reference.agencies(level="central") if each.kind in _CENTRAL]
        found = [*ministries, *reference.agencies(kind="people-committee", level="province")]
    else:
        found = [each for each in reference.agencies(level="province") if each.parent == who.agency]
        communes = reference.agencies(kind="people-committee", level="commune")
        found += [each for each in communes if each.parent == who.agency]
    return [each for each in found if each.valid_to is None and each.code != who.agency]


def heads_of(agency: str) -> list[str]:
    """Return the staff ids of the heads of an agency, none when nobody has an account."""
    return _staff(agency, HEADS)


def assigners_of(body: str) -> list[str]:
    """Return the staff ids of those who assign for a body."""
    return _staff(body, ASSIGNERS)


def responsible(agency: str, person: str) -> str:
    """Return the staff id of the officer of the agency whom "rõ người" names or whose position it is; "" for none."""
    said = fold(person)
    asked = system("oversight", agency=agency)
    found = identity.staff(asked, agency=agency)
    named = [each for each in found if fold(each.name) in said]
    placed = [each for each in found if each.position and fold(each.position) in said]
    return next((each.subject for each in (*named, *placed)), "")


def _staff(agency: str, roles: frozenset[str]) -> list[str]:
    asked = system("oversight", agency=agency)
    return [each.subject for each in identity.staff(asked, agency=agency) if each.roles & roles]
