"""What rooms offer to the pages of the house: menu items and panels, found by attribute in every ``web.py``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from starlette.requests import HTTPConnection

from lienthong.kernel.actor import Actor, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One entry of the menu, shown to actors of these kinds who hold one of the roles (any role when none named).

    label, group: Vietnamese sentences marked with ``N_``. place: the line on top or the side of a desk.
    count: how many things wait there; shown at the side only, one cheap query.
    """

    id: str
    label: str
    href: str
    kinds: frozenset[Kind]
    roles: frozenset[str] = field(default_factory=frozenset[str])
    order: int = 50
    place: Literal["top", "side"] = "top"
    group: str = ""
    icon: str = ""
    count: Callable[[Actor], int] | None = None

    def is_for(self, who: Actor) -> bool:
        """True when this actor sees the entry."""
        return who.kind in self.kinds and (not self.roles or bool(self.roles & who.roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A piece of My page, or of another room's page at a place. render: answers HTML (a Markup), "" to leave it out.

    place: ``register`` is the page of one register, whose id the address names ``definition``.

    needs: what a mandate must open for it to be shown to who acts under one; "" for never.
    """

    id: str
    order: int
    render: Callable[[HTTPConnection, Actor], str]
    place: Literal["home-top", "home-main", "home-side", "register"] = "home-main"
    needs: str = ""

    def is_for(self, who: Actor) -> bool:
        """True for people who act themselves or for a child, and for mandates that open it."""
        return who.reach is None or opens(who, self.needs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Pages that somebody may open who acts under a mandate; every other page is closed to them.

    path: the address itself and what lies below it. needs: what the mandate must open (``file``, ``PAPERS``, ``DATA``);
    "open" for pages that show nothing of the person. at_counter: an officer who serves somebody is that person here.
    """

    path: str
    needs: str
    at_counter: bool = False

    def holds(self, path: str) -> bool:
        """True for an address of this place."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


@dataclass(frozen=True, slots=True)
class Visitor:
    """How the signed-in person is shown and greeted. title: anh, chị, ông, bà or ""; place: their agency or unit.

    for_name: name of the person they act for, "" when acting for themselves.
    """

    name: str
    title: str = ""
    place: str = ""
    for_name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value came from. kind: register (fetched), computed, declared, scan. time: as shown, may be empty."""

    text: str
    time: str = ""
    kind: Literal["register", "computed", "declared", "scan"] = "register"
    href: str = ""


@dataclass(frozen=True, slots=True)
class ClockDay:
    """One cell of the deadline strip. marks: any of off, spent, today, due, over, hold."""

    date: date
    label: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a dossier's path. state: done, now, no (refused), skip (not carried out), or "" (still to come)."""

    title: str
    note: str = ""
    state: Literal["done", "now", "no", "skip", ""] = ""


def may_open(places: Sequence[Place], who: Actor, path: str) -> bool:
    """Say whether a mandate, or a service at the counter, opens an address; My page and one's own are always open.

    places: of the whole house, the longest address first.
    """
    if who.reach is None or path == "/":
        return True
    place = next((each for each in places if each.holds(path)), None)
    return place is not None and (place.at_counter if who.assisted_by else opens(who, place.needs))


def opens(who: Actor, needs: str) -> bool:
    """True when a mandate opens this: ``file`` is any procedure, "open" anything."""
    if needs == "file":
        return any(each.startswith("file:") for each in who.reach or ())
    return needs == "open" or bool(needs and who.may(needs))


def visible(menu: Sequence[MenuItem], who: Actor, place: str) -> list[MenuItem]:
    """Return the entries this actor sees at a place, in order."""
    return sorted((each for each in menu if each.place == place and each.is_for(who)), key=lambda each: each.order)


def current(menu: Sequence[MenuItem], path: str) -> str:
    """Return the id of the entry whose address is the longest beginning of the path; "" when none is."""
    fits = [each for each in menu if path == each.href or (each.href != "/" and path.startswith(each.href + "/"))]
    return max(fits, key=lambda each: len(each.href)).id if fits else ""
