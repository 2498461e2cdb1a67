"""Figures are counted from evidence, add up, open to exactly their records, and only within one's own units."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lienthong.evidence import api as evidence
from lienthong.kernel import clock, definitions, events
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api, spec
from lienthong.oversight.domain import figures as domain
from lienthong.oversight.domain.figures import Figure, State
from lienthong.services.events import DossierFiled, DossierFinished

SEED = system("test")
HA_NOI, HUE = "00004", "19774"
SECRETARY = Actor(kind=Kind.OFFICER, subject="s0", roles=frozenset({"committee-secretary"}))
CHAIRMAN = Actor(kind=Kind.OFFICER, subject="s1", roles=frozenset({"provincial-leader"}), units=frozenset({"01"}))
CITIZEN = Actor(kind=Kind.CITIZEN, subject="079192000417")


def outcome(node: Runtime, code: str, unit: str, at: datetime, *, on_time: bool) -> None:
    when = clock.stamp(at)
    with node.database.transaction():
        events.publish(
            SEED,
            DossierFinished(
                dossier=code,
                procedure="linked-birth",
                unit=unit,
                outcome="granted",
                finished_at=when,
                due_at=when,
                on_time=on_time,
            ),
        )


def filing(node: Runtime, code: str, unit: str, *, typed: int) -> None:
    when = clock.stamp(node.clock.now())
    with node.database.transaction():
        events.publish(
            SEED,
            DossierFiled(
                dossier=code,
                procedure="linked-birth",
                version=1,
                unit=unit,
                agency="H26.1",
                channel="online_full",
                filed_at=when,
                received_at=when,
                due_at=when,
                values_total=20,
                values_prefilled=20 - typed,
                values_declared=typed,
            ),
        )


@pytest.fixture
def told(sqlite_node: Runtime, clock: SetClock) -> Runtime:
    """Two provinces, two months: Hà Nội 3 of 4 on time in November (2 of 2 before), Huế 1 of 1."""
    now, earlier = clock.now(), clock.now() - timedelta(days=31)
    for number, on_time in enumerate((True, True, True, False)):
        outcome(sqlite_node, f"HN-{number}", HA_NOI, now, on_time=on_time)
    for number in range(2):
        outcome(sqlite_node, f"HN-T10-{number}", HA_NOI, earlier, on_time=True)
    outcome(sqlite_node, "HUE-0", HUE, now, on_time=True)
    evidence.ingest()
    return sqlite_node


def test_the_shipped_indicators_have_no_fault(sqlite_node: Runtime) -> None:
    assert spec.check() == []
    assert set(spec.indicators()) >= {"on-time-share", "online-full-share", "values-prefilled-share"}


def test_the_nation_is_the_sum_of_its_provinces(told: Runtime) -> None:
    board = api.dashboard(SECRETARY, chosen="on-time-share")
    assert board.month == "2026-11"
    headline = next(each for each in board.headlines if each.indicator.id == "on-time-share")
    assert headline.figure == Figure(5, 4) == domain.total([row.figure for row in board.rows])
    assert headline.state is State.LATE
    assert headline.trend[-2].figure == Figure(2, 2)
    assert len(board.rows) == 34


def test_units_are_ranked_best_first_and_the_change_is_shown(told: Runtime) -> None:
    rows = api.dashboard(SECRETARY, chosen="on-time-share").rows
    assert [(row.unit, row.rank) for row in rows[:2]] == [("46", 1), ("01", 2)]
    assert rows[1].change == pytest.approx(-0.25)
    assert all(row.rank == 0 and row.figure.share is None for row in rows[2:])


def test_a_province_opens_to_its_communes(told: Runtime) -> None:
    board = api.dashboard(SECRETARY, chosen="on-time-share", place="01")
    assert board.place_name == "Thành phố Hà Nội"
    assert len(board.rows) == 126
    assert board.rows[0].figure == Figure(4, 3) == api.figure(SECRETARY, indicator="on-time-share", unit=HA_NOI)


def test_every_side_of_a_figure_opens_to_exactly_its_records(told: Runtime) -> None:
    found = {
        side: [row["dossier"] for row in api.drill(CHAIRMAN, indicator="on-time-share", unit="01", side=side).rows]
        for side in ("of", "part", "gap")
    }
    assert found["of"] == ["HN-0", "HN-1", "HN-2", "HN-3"]
    assert found["part"] == ["HN-0", "HN-1", "HN-2"]
    assert found["gap"] == ["HN-3"]


def test_values_are_counted_in_amounts_and_the_gap_is_who_had_to_type(sqlite_node: Runtime) -> None:
    filing(sqlite_node, "A", HA_NOI, typed=3)
    filing(sqlite_node, "B", HA_NOI, typed=0)
    evidence.ingest()
    assert api.figure(SECRETARY, indicator="values-prefilled-share") == Figure(40, 37, rows=2)
    gap = api.drill(SECRETARY, indicator="values-prefilled-share", side="gap")
    assert [row["dossier"] for row in gap.rows] == ["A"]


def test_records_of_other_units_do_not_open(told: Runtime) -> None:
    for unit in ("46", HUE, ""):
        with pytest.raises(Denied):
            api.drill(CHAIRMAN, indicator="on-time-share", unit=unit)
    with pytest.raises(Denied):
        api.dashboard(CITIZEN)


def test_a_new_fact_moves_the_figure(told: Runtime) -> None:
    before = api.figure(SECRETARY, indicator="on-time-share")
    outcome(told, "HUE-1", HUE, told.clock.now(), on_time=False)
    evidence.ingest()
    assert api.figure(SECRETARY, indicator="on-time-share") == before + Figure(1, 0)


@pytest.mark.parametrize("asked", [{"chosen": "nothing"}, {"month": "1999-01"}, {"place": "99"}, {"place": HA_NOI}])
def test_what_does_not_exist_is_said_so(told: Runtime, asked: dict[str, str]) -> None:
    with pytest.raises(NotFound):
        api.dashboard(SECRETARY, **asked)


def test_without_evidence_there_is_no_figure_rather_than_zero(sqlite_node: Runtime) -> None:
    board = api.dashboard(SECRETARY)
    assert all(each.figure.share is None and each.state is State.NONE for each in board.headlines)


@pytest.mark.parametrize(
    ("share", "target", "higher", "expected"),
    [
        (0.98, 0.98, True, State.OK),
        (0.96, 0.98, True, State.RISK),
        (0.90, 0.98, True, State.LATE),
        (0.10, 0.05, False, State.LATE),
        (None, 0.5, True, State.NONE),
        (0.5, None, True, State.NONE),
    ],
)
def test_state_against_target(share: float | None, target: float | None, higher: bool, expected: State) -> None:
    assert domain.state(share, target, higher_is_better=higher) is expected


def test_months_go_back_over_the_year() -> None:
    assert domain.months_back("2026-02", 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]


@given(st.lists(st.integers(0, 1000), max_size=60))
def test_colour_steps_stay_within_five_rise_with_the_share_and_are_said_once(thousandths: list[int]) -> None:
    shares = [each / 1000 for each in thousandths]
    bounds = domain.bounds_of(shares)
    steps = [domain.step_of(share, bounds) for share in sorted(shares)]
    assert all(1 <= step <= 5 for step in steps)
    assert steps == sorted(steps)
    assert list(bounds) == sorted(set(bounds), reverse=True)
    assert {domain.step_of(bound, bounds) for bound in bounds} <= set(steps)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("from: nowhere", "nowhere"),
        ("part: channel ==", ""),
        ("part: nothing == 1", "nothing"),
        ("owner: nobody", "nobody"),
        ("basis: [QD-0]", "QD-0"),
    ],
)
def test_a_faulty_indicator_file_is_told_with_its_line(sqlite_node: Runtime, line: str, said: str) -> None:
    good = (definitions.BUILT_IN / "indicators" / "online-full-share.yaml").read_text(encoding="utf-8")
    key = line.split(":", maxsplit=1)[0]
    lines = [line if each.startswith(f"{key}:") else each for each in good.splitlines()]
    folder = sqlite_node.settings.home / "catalogue" / "indicators"
    folder.mkdir(parents=True)
    (folder / "faulty.yaml").write_text("\n".join(lines), encoding="utf-8")
    faults = [each for each in spec.check() if each.at.startswith("faulty.yaml")]
    assert [each.at for each in faults] == [f"faulty.yaml:{lines.index(line) + 1}"]
    assert said in faults[0].text
