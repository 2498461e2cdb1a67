"""Callers who wait at the same time are written for together; a failure reaches each of them and nobody after."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from lienthong.ledger.store.sharing import SharedCommit


def test_who_waits_while_one_writes_is_written_for_together() -> None:
    begun, go_on = threading.Event(), threading.Event()
    batches: list[list[int]] = []

    def write(batch: Sequence[int]) -> None:
        batches.append(list(batch))
        begun.set()
        assert go_on.wait(10)

    together = SharedCommit(write)
    first = threading.Thread(target=together.run, args=(0,))
    first.start()
    assert begun.wait(10)
    others = [threading.Thread(target=together.run, args=(each,)) for each in range(1, 9)]
    for each in others:
        each.start()
    while len(together._queue) < 8:  # pyright: ignore[reportPrivateUsage]
        pass
    go_on.set()
    for each in (first, *others):
        each.join(10)
    assert [sorted(each) for each in batches] == [[0], list(range(1, 9))]


def test_a_failure_reaches_its_caller_and_the_next_goes_on() -> None:
    done: list[int] = []

    def write(batch: Sequence[int]) -> None:
        if 0 in batch:
            raise ZeroDivisionError
        done.extend(batch)

    together = SharedCommit(write)
    with pytest.raises(ZeroDivisionError):
        together.run(0)
    together.run(1)
    assert done == [1]
