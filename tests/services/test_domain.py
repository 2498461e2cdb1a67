"""The pure rules: the order of steps, codes, and the legal clock whatever happens to it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.kernel.clock import ZONE
from lienthong.reference import api as reference
from lienthong.reference.api import Stop
from lienthong.services.api import timing
from lienthong.services.domain import codes, flow

FORK = {
    "receive": ["register"],
    "register": ["number"],
    "number": ["residence", "insurance"],
    "residence": ["done"],
    "insurance": ["done"],
    "done": [],
}


@pytest.mark.parametrize(
    ("states", "opens", "never"),
    [
        ({"receive": "open"}, [], []),
        ({"receive": "done"}, ["register"], []),
        ({"receive": "refused"}, [], ["register", "number", "residence", "insurance", "done"]),
        ({"receive": "done", "register": "done", "number": "done"}, ["residence", "insurance"], []),
        ({"receive": "done", "register": "done", "number": "done", "residence": "done", "insurance": "open"}, [], []),
        (
            {"receive": "done", "register": "done", "number": "done", "residence": "refused", "insurance": "done"},
            ["done"],
            [],
        ),
        (
            {"receive": "done", "register": "done", "number": "done", "residence": "refused", "insurance": "declined"},
            [],
            ["done"],
        ),
    ],
)
def test_forks_open_together_and_joins_wait(states: dict[str, str], opens: list[str], never: list[str]) -> None:
    assert flow.openable(FORK, states) == opens
    assert flow.unreached(FORK, states) == never


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ({"receive": "refused"}, "refused"),
        ({"receive": "done", "register": "refused"}, "refused"),
        ({"receive": "done", "register": "done", "residence": "done"}, "granted"),
        ({"receive": "done", "register": "done", "residence": "refused"}, "partly"),
        ({"receive": "done", "register": "done", "residence": "declined"}, "granted"),
    ],
)
def test_a_refusal_in_a_branch_undoes_nothing(states: dict[str, str], outcome: str) -> None:
    assert flow.outcome(states, ["register", "residence"]) == outcome


@given(st.data())
def test_every_flow_ends_whatever_is_decided(data: st.DataObject) -> None:
    """However steps end, in any order, each opens once, none opens before what leads to it, and the dossier ends."""
    names = [f"s{n}" for n in range(data.draw(st.integers(1, 7)))]
    order: dict[str, list[str]] = {name: [] for name in names}
    for n, name in enumerate(names[1:], start=1):  # every step is reached from an earlier one, as the check demands
        for earlier in data.draw(st.sets(st.sampled_from(names[:n]), min_size=1)):
            order[earlier].append(name)
    states = {names[0]: "open"}
    for _ in range(len(names) + 1):
        active = [step for step, state in states.items() if state in flow.ACTIVE]
        if not active:
            break
        states[data.draw(st.sampled_from(active))] = data.draw(st.sampled_from(["done", "refused", "declined"]))
        while ready := flow.openable(order, states):
            assert not set(ready) & set(states)
            states |= dict.fromkeys(ready, "open")
    assert flow.is_over(order, states)
    assert set(states) | set(flow.unreached(order, states)) == set(names)


def test_codes_are_read_and_written() -> None:
    assert codes.dossier_code("H29.28.5", date(2026, 11, 21), 12) == "H29.28.5-261121-0012"
    assert codes.is_dossier_code("H29.28.5-261121-0012")
    assert not codes.is_dossier_code("H29.28.5-261121")
    places = codes.Places(unit="26929", province="79", year=2026)
    assert codes.numbered("{unit}/birth/{year}/E{serial:05}", places, 17) == "26929/birth/2026/E00017"
    assert codes.series("TE1{province}{serial:010}", places) == "TE179#"
    assert not codes.is_pattern("{unit}/{colour}/{serial}")
    assert not codes.is_pattern("{unit}")


START = datetime(2026, 1, 5, tzinfo=ZONE)
MOMENTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@given(opened=MOMENTS, wait=st.integers(0, 20 * 24 * 60), pause=st.integers(1, 20 * 24 * 60))
def test_a_stop_never_brings_the_due_time_forward(opened: datetime, wait: int, pause: int) -> None:
    plain = timing.step("3wd", opened=opened, agency="")
    start = opened + timedelta(minutes=wait)
    stopped = timing.step("3wd", opened=opened, stood=[Stop(start, start + timedelta(minutes=pause))], agency="")
    assert stopped.at >= plain.at
    if start > plain.at:
        assert stopped.at == plain.at
    longer = timing.step("3wd", opened=opened, stood=[Stop(start, start + timedelta(minutes=pause + 1440))], agency="")
    assert longer.at >= stopped.at


@given(opened=MOMENTS)
def test_due_times_fall_into_office_hours_of_a_working_day(opened: datetime) -> None:
    for within in ("8h", "same_day", "2wd", "3wd"):
        due = timing.step(within, opened=opened, agency="").at
        assert reference.working_day(due.date())
        assert 8 <= due.hour <= 17
        assert due > opened


def test_a_stop_before_a_step_opened_is_not_its_own() -> None:
    opened = datetime(2026, 11, 25, 9, 0, tzinfo=ZONE)
    before = Stop(datetime(2026, 11, 20, 9, 0, tzinfo=ZONE), datetime(2026, 11, 24, 9, 0, tzinfo=ZONE))
    assert (
        timing.step("2wd", opened=opened, stood=[before], agency="").at
        == timing.step("2wd", opened=opened, agency="").at
    )
