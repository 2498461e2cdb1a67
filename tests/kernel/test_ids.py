"""Ids rise and never repeat, one by one and many at once."""

from __future__ import annotations

from itertools import pairwise

from lienthong.kernel.ids import new_id, new_ids


def test_ids_made_one_by_one_and_in_runs_rise_and_differ() -> None:
    ids = [new_id(), *new_ids(3), new_id(), *new_ids(2_000), *new_ids(1), new_id()]
    assert ids == sorted(set(ids))
    assert {len(each) for each in ids} == {26}


def test_a_run_longer_than_its_bits_still_rises() -> None:
    ids = new_ids((1 << 20) + 5)
    assert all(one < other for one, other in pairwise(ids))
