"""Small counts outside one's own unit stay unknown: neither shown nor to be worked out from what is shown."""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lienthong.oversight.domain.small_cells import Cover, Range, cover

LEAST = 5
COUNTS = st.dictionaries(st.sampled_from("ABCDEF"), st.integers(0, 12), min_size=1, max_size=6)


def could_be(counts: dict[str, int], shown: dict[str, Cover]) -> dict[str, set[int]]:
    """Try every number for what is covered that fits the total and how it is covered, as a reader could."""
    hidden = [key for key in counts if shown[key] is not Cover.OPEN]
    rest = sum(counts[key] for key in hidden)
    zeros_too = any(shown[key] is Cover.FEW and not counts[key] for key in hidden)
    few = range(0 if zeros_too else 1, LEAST)
    fits: dict[str, set[int]] = {key: set() for key in hidden}
    choices = [few if shown[key] is Cover.FEW else range(rest + 1) for key in hidden]
    for tried in product(*choices):
        if sum(tried) == rest:
            for key, value in zip(hidden, tried, strict=True):
                fits[key].add(value)
    return fits


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
@given(COUNTS, st.sets(st.sampled_from("ABCDEF"), max_size=2))
def test_no_small_count_can_be_worked_out_from_the_total(counts: dict[str, int], own: set[str]) -> None:
    shown = cover(counts, least=LEAST, own=own)
    for key, count in counts.items():
        if key in own:
            assert shown[key] is Cover.OPEN
        elif 0 < count < LEAST:
            assert shown[key] is not Cover.OPEN
    outside = [key for key in counts if key not in own]
    fits = could_be(counts, shown)
    for key, count in counts.items():
        if key not in own and 0 < count < LEAST and len(outside) > 1:
            assert len(fits[key]) > 1, (counts, shown, fits)


def test_a_lone_small_count_takes_another_with_it() -> None:
    assert cover({"A": 3, "B": 40, "C": 7, "D": 90}, least=LEAST) == {
        "A": Cover.FEW,
        "B": Cover.OPEN,
        "C": Cover.WITHHELD,
        "D": Cover.OPEN,
    }


def test_where_nothing_is_small_everything_is_open() -> None:
    assert set(cover({"A": 0, "B": 5, "C": 900}, least=LEAST).values()) == {Cover.OPEN}
    assert cover({"A": 2, "B": 3}, least=LEAST, own={"A", "B"}) == {"A": Cover.OPEN, "B": Cover.OPEN}


def test_small_counts_are_kept_within_each_known_total() -> None:
    shown = cover({"A": 2, "B": 30, "C": 40, "D": 50}, least=LEAST, pools={"A": "1", "B": "1", "C": "2", "D": "2"})
    assert shown == {"A": Cover.FEW, "B": Cover.WITHHELD, "C": Cover.OPEN, "D": Cover.OPEN}


def test_what_the_reader_does_not_see_anyway_helps_to_cover() -> None:
    shown = cover({"A": 2, "B": 30, "C": 40}, least=LEAST, unknown={"C": Range(0, 10**12)})
    assert shown == {"A": Cover.FEW, "B": Cover.OPEN, "C": Cover.OPEN}
