"""The two time axes as a property: whatever is written in whatever order, reading agrees with a naive model."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.registers.domain import Assertion, Draft, first_day, personal_number, state_at

DAYS = [f"2020-01-{day:02d}" for day in range(1, 10)]
values = st.dictionaries(st.sampled_from("abc"), st.one_of(st.none(), st.integers(0, 3)), max_size=3)
steps = st.lists(st.tuples(st.sampled_from(DAYS), values), max_size=8)


Said = list[tuple[str, dict[str, Any]]]
"""What was said from which day on, in the order it was said; first of all the whole first version."""


def model(said: Said, day: str) -> dict[str, Any] | None:
    """Return what holds on a day: for each field what was said for the latest day up to it, the last word winning."""
    heard = sorted((at, order) for order, (at, _) in enumerate(said) if at <= day)
    state = dict(said[0][1])  # what the first version said is all that is known of the time before it, too
    for _, order in heard:
        state.update({name: said[0][1].get(name) for name in "abc"} if order == 0 else said[order][1])
    return {name: value for name, value in state.items() if value is not None} if heard else None


def news(said: Said, day: str, change: dict[str, Any]) -> dict[str, Any]:
    """Return what a change says that does not hold on its day anyway."""
    held = model(said, day) if model(said, day) is not None else model(said, "9999")
    return {name: value for name, value in change.items() if (held or {}).get(name) != value}


@settings(max_examples=400, deadline=None)
@given(first=st.dictionaries(st.sampled_from("abc"), st.integers(0, 3)), began=st.sampled_from(DAYS), written=steps)
def test_reading_agrees_with_the_model(first: dict[str, int], began: str, written: Said) -> None:
    draft = Draft(record="r", values=dict(first), version=1, valid_from=began, known_from="00", stored=False)
    assertions = draft.assertions
    assert assertions is not None
    said: Said = [(began, dict(first))]
    known: list[Said] = [list(said)]
    for order, (day, change) in enumerate(written, 1):
        draft.change(change, valid_from=day, now=f"{order:02d}", kind="changed")
        if new := news(said, day, change):
            said.append((day, new))
        known.append(list(said))
    for day in DAYS:
        for order, then in enumerate(known):
            state = state_at(draft.values, assertions, as_of=day, known_at=f"{order:02d}")
            assert (state.values if state else None) == model(then, day)
    assert draft.values == model(said, "9999")
    assert draft.version == len(said)


@given(before=steps, after=steps)
def test_a_record_read_back_takes_changes_like_one_that_was_kept(before: Said, after: Said) -> None:
    kept = Draft(record="r", values={"a": 1}, version=1, valid_from=DAYS[4], known_from="00", stored=False)
    for order, (day, change) in enumerate(before, 1):
        kept.change(change, valid_from=day, now=f"{order:02d}", kind="changed")
    said: list[Assertion] = list(kept.assertions or [])
    again = Draft(
        record="r",
        values=dict(kept.values),
        version=kept.version,
        valid_from=kept.valid_from,
        known_from=kept.known_from,
        stored=True,
    )
    for order, (day, change) in enumerate(after, len(before) + 1):
        if again.needs_history(day):
            again.assertions = [*said, *again.fresh]
        for draft in (kept, again):
            draft.change(change, valid_from=day, now=f"{order:02d}", kind="changed")
    assert again.values == kept.values
    assert again.version == kept.version


def test_a_partial_date_begins_on_its_first_day() -> None:
    assert [first_day(text) for text in ("1955", "1955-04", "1955-04-30")] == ["1955-01-01", "1955-04-01", "1955-04-30"]


def test_the_parts_of_a_personal_number() -> None:
    assert personal_number("79", "2", "1992-03-08", 990017) == "079192990017"
    assert personal_number("01", "1", "2026", 42) == "001226000042"
    assert personal_number("01", "2", "2101-01-01", 0) == "001501000000"
