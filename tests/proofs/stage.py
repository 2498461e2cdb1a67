"""Walks through the verbs of the house on a home of their own: each life may be killed at a point of a fuse.

A walk is a tuple of acts. An act that was killed, or whose answer was lost, is done again as a person sends the same
page again: with the same request id. What it answered the first time it came to its end is what later acts read.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

from lienthong.app import node, rooms
from lienthong.identity import api as identity
from lienthong.identity import demonstration as officers
from lienthong.kernel import jobs
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import running
from lienthong.reference import api as reference
from lienthong.registers import demonstration as nation
from tests.proofs.conftest import work
from tests.proofs.fuse import Fuse
from tests.proofs.house import Home
from tests.proofs.verbs import Entered

WALKS = ("births", "accounts", "counter", "enterprises", "steward", "committee", "papers", "matching", "node")
PRELOADED = ["tests.proofs.warm", "tests.proofs.warm_definitions", *(f"tests.proofs.walks.{each}" for each in WALKS)]
STEP = timedelta(minutes=1)
"""How much later every act is than the one before."""


@dataclass
class World:
    """What an act can reach. act: its name; told: what earlier acts answered, by name; again: how often it died."""

    act: str
    told: dict[str, Any]
    folder: Path
    again: int = 0

    def request(self, also: str = "") -> str:
        """Return the id of a request of this act, the same whenever the act is done again."""
        return hashlib.sha256(f"{self.act}/{also}".encode()).hexdigest()[:26].upper()

    def citizen(self, key: str, also: str = "") -> Actor:
        """Return a named person of the nation, in a session that outlives the act."""
        return self.person(nation.people()[key], also)

    def person(self, number: str, also: str = "") -> Actor:
        """Return a citizen by personal number."""
        request = self.request(also)
        return Actor(kind=Kind.CITIZEN, subject=number, level=2, session=f"s-{number}", request_id=request)

    def officer(self, key: str, also: str = "") -> Actor:
        """Return one of the demonstration's officers, signed in with a passkey."""
        named = next(each for each in officers.OFFICERS if each.key == key)
        role, at, unit = named.agency.partition("@")
        return Actor(
            kind=Kind.OFFICER,
            subject=officers.staff_id(key),
            agency=reference.competent(role=role, unit=unit).code if at else role,
            roles=frozenset(named.roles),
            units=frozenset(named.units),
            level=3,
            session=f"s-{key}",
            request_id=self.request(also),
        )

    def machine(self, name: str = "walk", *, agency: str = "G01", also: str = "") -> Actor:
        """Return a machine or an operator."""
        return system(name, agency=agency, request_id=self.request(also))

    def enter(self, key: str) -> identity.Entry:
        """Sign a demonstration person in with one click."""
        who = replace(ANONYMOUS, request_id=self.request("enter"))
        return identity.sign_in_demonstration(who, key=key, loopback=True)

    def signed_in(self, token: str, also: str = "") -> identity.SignedInAs:
        """Return who acts with a cookie, as a page learns it."""
        return identity.signed_in(token, request_id=self.request(also))


Act = Callable[[World], Any]


def later(**time: float) -> Callable[[Act], Act]:
    """Let an act, and all after it, happen so much later than the one before."""

    def mark(act: Act) -> Act:
        act.later = timedelta(**time)  # type: ignore[attr-defined]
        return act

    return mark


def works(world: World) -> None:
    """The machine does what waits."""
    work()


@dataclass
class Walk:
    """How a walk went. points: of every act; entered: the verbs that each act came through."""

    told: dict[str, Any] = field(default_factory=dict[str, Any])
    points: list[int] = field(default_factory=list[int])
    entered: list[set[str]] = field(default_factory=list[set[str]])
    deaths: int = 0


def walk(home: Home, name: str, fates: Mapping[int, Sequence[int]]) -> Walk:
    """Take every act of a walk in order; fates: place of an act → the points to die at, one life each."""
    acts = acts_of(name)
    left = {place: list(fate) for place, fate in fates.items()}
    done = Walk()
    while len(done.points) < len(acts):
        place = len(done.points)
        died = len(fates.get(place, ())) - len(left.get(place, ()))
        next_fates = {at: fate[0] for at, fate in left.items() if fate}
        receiver, sender = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(PRELOADED)
        life = context.Process(target=live, args=(home, name, place, died, done.told, next_fates, sender), daemon=True)
        life.start()
        sender.close()
        _listen(receiver, done, acts)
        life.join()
        here = len(done.points)
        if here == len(acts):
            break
        if life.exitcode != -9 or not left.get(here):
            message = f"{name_of(acts, here)} ended by itself, after {died} deaths of it"
            raise AssertionError(message)
        left[here].pop(0)
        done.deaths += 1
    return done


def module_of(name: str) -> ModuleType:
    """Return the module of a walk."""
    return import_module(f"tests.proofs.walks.{name}")


def acts_of(name: str) -> tuple[Act, ...]:
    """Return the acts of a walk in order."""
    return module_of(name).ACTS


def name_of(acts: Sequence[Act], place: int) -> str:
    """Return the name of an act in its walk; what is done more than once has its place in it."""
    name = acts[place].__name__
    return f"{name}-{place}" if sum(each.__name__ == name for each in acts) > 1 else name


def live(
    home: Home,
    walk_name: str,
    first: int,
    died: int,
    told: dict[str, Any],
    fates: Mapping[int, int],
    sender: Connection,
) -> None:
    """One life: the acts from the first on, until one is fatal. died: how often the first one was tried before."""
    os.setsid()
    acts = acts_of(walk_name)
    fuse = Fuse(home.folder.parent)
    fuse.lay()
    rooms.load_tables()
    with running(home.open()) as opened:
        node.prepare()
        jobs.release_of_the_dead()
        for place in range(first, len(acts)):
            name, act = name_of(acts, place), acts[place]
            opened.clock = SetClock(home.moment + _after(acts, place))
            world = World(name, told, home.folder.parent, died if place == first else 0)
            fuse.begin(fates.get(place))
            watched = Entered()
            with nullcontext() if fates else watched:  # watching costs time
                told[name] = act(world)
            fuse.end()
            sender.send((told[name], fuse.points, watched.verbs))


def _after(acts: Sequence[Act], place: int) -> timedelta:
    return STEP * place + sum((getattr(act, "later", timedelta()) for act in acts[: place + 1]), timedelta())


def _listen(receiver: Connection, done: Walk, acts: Sequence[Act]) -> None:
    while True:
        try:
            answer, points, entered = receiver.recv()
        except EOFError:
            return
        done.told[name_of(acts, len(done.points))] = answer
        done.points.append(points)
        done.entered.append(entered)
