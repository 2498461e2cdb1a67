"""A second process makes what this one writes: all of it in order, or it says that it did not finish."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lienthong.registers.demonstration.aside import Unfinished, made_aside

# newer Pythons warn of a fork beside the threads of the test runner; here the child touches nothing of theirs
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


def made(count: int, *, fails: bool = False) -> Iterator[bytes]:
    for at in range(count):
        yield str(os.getpid()).encode() + bytes([at]) * 3_000_000
    if fails:
        os._exit(3)


def is_gone(thing: bytes) -> bool:
    """Say whether the process that made this has ended and was waited for."""
    with pytest.raises(ProcessLookupError):
        os.kill(int(thing.rstrip(thing[-1:])), 0)
    return True


def test_everything_arrives_in_order_and_was_made_elsewhere() -> None:
    found = list(made_aside(made(3)))
    assert [each[-1] for each in found] == [0, 1, 2]
    assert not any(each.startswith(str(os.getpid()).encode()) for each in found)
    assert is_gone(found[0])


def test_a_process_that_ends_too_early_is_noticed_after_what_it_made() -> None:
    things = made_aside(made(2, fails=True))
    assert [next(things)[-1], (last := next(things))[-1]] == [0, 1]
    with pytest.raises(Unfinished):
        next(things)
    assert is_gone(last)


def test_whoever_stops_reading_ends_the_other_process() -> None:
    things = made_aside(made(200))
    first = next(things)
    things.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert is_gone(first)
