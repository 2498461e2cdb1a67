"""The demonstration nation: every room's seed, from low to high, once; each of them may run again."""

from __future__ import annotations

from collections.abc import Callable

from lienthong.app import node, rooms
from lienthong.kernel import runtime
from lienthong.kernel.actor import system
from lienthong.kernel.errors import Denied
from lienthong.kernel.i18n import N_

PEOPLE = 100_000
SEED = system("demonstration-seed")


def seeded() -> int:
    """Return for how many people the demonstration was seeded, 0 when it was not."""
    return int(node.fact("seeded") or 0)


def seed(*, people: int, say: Callable[[str], None]) -> list[str]:
    """Seed every room; answer their names. Raises Denied in production."""
    if not runtime.current().settings.is_demo:
        raise Denied("demonstration.production", N_("Hệ thống thật không nhận dữ liệu trình diễn."))
    done: list[str] = []
    for room, fill in rooms.verbs("demonstration", "seed"):
        fill(SEED, scale=people, say=say)
        done.append(room)
    node.remember("seeded", str(people))
    return done
