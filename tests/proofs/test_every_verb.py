"""kill -9 inside every verb that writes: the walk ends as one that nobody disturbed. ``SOAK_SEED=N`` repeats a run.

Every act of a walk is killed at a point of it that the seed chooses, and once more when all is done and only the
answer is missing (on PostgreSQL one of the two); each time it is done again with the same request id. Then the tables,
the facts told, what was sent and what everybody is shown are compared with a walk of which nothing was killed.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from lienthong.identity.demonstration import OFFICERS, staff_id
from lienthong.kernel.runtime import running
from lienthong.registers import demonstration as nation
from tests.architecture.verbs import writing_verbs
from tests.conftest import MOMENT
from tests.proofs.conftest import work
from tests.proofs.fuse import AT_THE_END
from tests.proofs.house import Home
from tests.proofs.reckoning import Reckoning, logs_agree, select, unfinished
from tests.proofs.stage import WALKS, Walk, module_of, walk

pytestmark = pytest.mark.xdist_group("walks")  # one worker: its fork server has what a life of a walk needs
ALWAYS = {
    "access": "who looks again is logged again",
    "exchange.DataFetched": "who looks again is told of again",
}
"""Table or fact → why any walk with kills may leave more of it; a walk names its own in MORE. All else is the same."""
OTHERWISE = ("outbox", "message", "job", "evidence_file", "ledger_")
"""Tables that are compared by what they hold (facts, notices), or that the proof of the logs compares."""


@dataclass(frozen=True)
class Outcome:
    """What a walk left: how many of everything (rows of tables, facts, notices), and what people see in the end."""

    counts: Counter[str]
    seen: object


@cache
def undisturbed(name: str, template: Path, folder: Path) -> tuple[Walk, Outcome]:
    """A walk of which nothing was killed, on SQLite, and what it left."""
    shutil.copytree(template, folder / name / "home")
    home = Home(folder / name / "home", f"sqlite:///{folder / name / 'home' / 'lienthong.sqlite'}", MOMENT)
    before = counted(home)
    done = walk(home, name, {})
    return done, outcome(home, before, done)


def outcome(home: Home, before: Counter[str], done: Walk) -> Outcome:
    """Return what a walk left. Fails when something waits still, or the logs disagree."""
    with running(home.open()):
        work()
        assert unfinished() == {}
        logs_agree()
    after = counted(home)
    return Outcome(Counter({name: after[name] - before[name] for name in after}), done.told["everything_stands"])


def counted(home: Home) -> Counter[str]:
    """Count the rows of every table, the facts of every type and the notices of every kind to everybody."""
    with running(home.open()):
        here = Reckoning.here()
        told = select("SELECT channel, subject, template FROM message")
        rows = {name: many for name, many in here.rows.items() if not name.startswith(OTHERWISE)}
        known = {*nation.people().values(), *(staff_id(each.key) for each in OFFICERS)}
        notices = (f"told {channel} {who if who in known else 'others'} {kind}" for channel, who, kind in told)
        return Counter(rows) + here.facts + Counter(notices)


def differences(name: str, was: Counter[str], now: Counter[str]) -> dict[str, tuple[int, int]]:
    """Return what there is more or less of than it may be: what → (undisturbed, with kills)."""
    more = {*ALWAYS, *getattr(module_of(name), "MORE", {})}
    every = {what: (was[what], now[what]) for what in {*was, *now}}
    return {
        what: (few, many)
        for what, (few, many) in sorted(every.items())
        if few != many and not (many > few and any(what.startswith(each) for each in more))
    }


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory, _quiet_nation: Path) -> Callable[[str], tuple[Walk, Outcome]]:
    """What a walk leaves when nothing is killed; each is walked once."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return lambda name: undisturbed(name, _quiet_nation, folder)


@pytest.mark.soak
@pytest.mark.parametrize("name", WALKS)
def test_a_walk_with_kills_ends_like_one_without(
    name: str, home: Home, seed: int, reference: Callable[[str], tuple[Walk, Outcome]]
) -> None:
    known, wanted = reference(name)
    chance = random.Random(f"{seed}/{name}")
    fates = {
        place: chance.sample([chance.randint(1, max(1, points)), AT_THE_END], 2 if home.on_sqlite else 1)
        for place, points in enumerate(known.points)
    }
    before = counted(home)
    done = walk(home, name, fates)
    assert done.deaths == sum(map(len, fates.values()))
    found = outcome(home, before, done)
    assert found.seen == wanted.seen
    if wrong := differences(name, wanted.counts, found.counts):
        pytest.fail("\n".join(f"{what}: {few} without kills, {many} with" for what, (few, many) in wrong.items()))


@pytest.mark.soak
def test_the_walks_come_through_every_verb_that_writes(reference: Callable[[str], tuple[Walk, Outcome]]) -> None:
    entered = {verb for name in WALKS for act in reference(name)[0].entered for verb in act}
    assert sorted(writing_verbs() - entered) == []
