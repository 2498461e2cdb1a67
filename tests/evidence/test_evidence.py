"""Evidence holds every committed fact exactly once, counts it, and opens it only within reach."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lienthong.evidence import api, store
from lienthong.evidence.api import Measure
from lienthong.evidence.domain import rows_by_set
from lienthong.evidence.store.listing import swap
from lienthong.kernel import clock, events
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied
from lienthong.kernel.events import read_after
from lienthong.kernel.expressions import compile_expression
from lienthong.kernel.runtime import Runtime
from lienthong.services.events import DossierFiled, DossierFinished, SupplementGiven

WHO = system("test")
HA_NOI, HUE = "00004", "19774"  # communes of two provinces


def file(node: Runtime, code: str, *, unit: str = HA_NOI, channel: str = "online_full", typed: int = 3) -> None:
    now = clock.stamp(node.clock.now())
    with node.database.transaction():
        events.publish(
            WHO,
            DossierFiled(
                dossier=code,
                procedure="linked-birth",
                version=1,
                unit=unit,
                agency="H26.1",
                channel=channel,
                filed_at=now,
                received_at=now,
                due_at=now,
                values_total=20,
                values_prefilled=20 - typed,
                values_declared=typed,
            ),
        )


def finish(node: Runtime, code: str, *, on_time: bool) -> None:
    now = clock.stamp(node.clock.now())
    with node.database.transaction():
        events.publish(
            WHO,
            DossierFinished(
                dossier=code,
                procedure="linked-birth",
                unit=HA_NOI,
                outcome="granted",
                finished_at=now,
                due_at=now,
                on_time=on_time,
            ),
        )


FILINGS = api.SETS["filings"].kinds
ONLINE = Measure("filings", part=compile_expression("channel == 'online_full'", names=FILINGS))
PREFILLED = Measure("filings", of_sum="values_total", part_sum="values_prefilled")


def test_every_fact_becomes_evidence_exactly_once(node: Runtime) -> None:
    file(node, "A-1")
    finish(node, "A-1", on_time=True)
    assert api.ingest() == 2
    assert api.ingest() == 0
    assert api.reconcile() == []
    assert api.cells(ONLINE, by=()) == [api.Cell((), 1, 1)]


def test_a_fact_that_no_set_counts_is_kept_whole(node: Runtime) -> None:
    with node.database.transaction():
        events.publish(WHO, SupplementGiven(dossier="A-1", unit=HA_NOI, at=clock.stamp(node.clock.now())))
    api.ingest()
    kept = api.rows(WHO, measure=Measure("others")).rows
    assert [(row["type"], "A-1" in row["payload"]) for row in kept] == [("services.SupplementGiven", True)]
    assert api.reconcile() == []


def test_counts_keep_numerator_and_denominator_apart(sqlite_node: Runtime, clock: SetClock) -> None:
    file(sqlite_node, "A-1")
    file(sqlite_node, "A-2", channel="counter", typed=10)
    clock.advance(timedelta(days=30))
    file(sqlite_node, "B-1", unit=HUE)
    api.ingest()
    by_month = api.cells(ONLINE, by=("province", "month"))
    assert {(cell.keys, cell.of, cell.part) for cell in by_month} == {
        (("01", "2026-11"), 2, 1),
        (("46", "2026-12"), 1, 1),
    }
    assert api.cells(PREFILLED, by=(), where={"province": ["01"]}) == [api.Cell((), 40, 27, rows=2)]


def test_a_figure_opens_to_exactly_its_records(sqlite_node: Runtime) -> None:
    for number in range(7):
        file(sqlite_node, f"A-{number}", channel="counter" if number % 3 == 0 else "online_full")
    api.ingest()
    counted = api.cells(ONLINE, by=())[0]
    opened = {
        side: [row["dossier"] for row in api.rows(WHO, measure=ONLINE, side=side).rows]
        for side in ("of", "part", "gap")
    }
    assert len(opened["of"]) == counted.of == 7
    assert len(opened["part"]) == counted.part == 4
    assert sorted([*opened["part"], *opened["gap"]]) == opened["of"]


def test_pages_follow_without_gaps(sqlite_node: Runtime) -> None:
    for number in range(7):
        file(sqlite_node, f"A-{number}")
    api.ingest()
    seen, after = [], ""
    while True:
        page = api.rows(WHO, measure=ONLINE, after=after, limit=3)
        seen.extend(row["dossier"] for row in page.rows)
        if not (after := page.after):
            break
    assert seen == [f"A-{number}" for number in range(7)]


def test_records_outside_ones_units_do_not_open(sqlite_node: Runtime) -> None:
    file(sqlite_node, "A-1")
    file(sqlite_node, "B-1", unit=HUE)
    api.ingest()
    officer = Actor(kind=Kind.OFFICER, subject="s1", units=frozenset({HUE}))
    province = Actor(kind=Kind.OFFICER, subject="s2", units=frozenset({"01"}))
    citizen = Actor(kind=Kind.CITIZEN, subject="079192000417")
    assert [row["dossier"] for row in api.rows(officer, measure=ONLINE).rows] == ["B-1"]
    assert [row["dossier"] for row in api.rows(province, measure=ONLINE).rows] == ["A-1"]
    with pytest.raises(Denied):
        api.rows(citizen, measure=ONLINE)


def test_a_crash_before_the_manifest_leaves_nothing_half_counted(node: Runtime, clock: SetClock) -> None:
    file(node, "A-1")
    written = rows_by_set(read_after(0, types=[DossierFiled]))
    store.write_file(api.SETS["filings"], written["filings"])  # and here the process is killed
    assert api.cells(ONLINE, by=()) == [api.Cell((), 0, 0)]
    assert api.ingest() == 1
    assert api.cells(ONLINE, by=()) == [api.Cell((), 1, 1)]
    clock.set(clock.now() + timedelta(days=3650))  # what the crash left is old enough to go
    api.tidy()
    assert len(files_of(node, "filings")) == 1


def test_merging_files_changes_no_figure(node: Runtime) -> None:
    for number in range(api.FILES_KEPT + 2):
        file(node, f"A-{number}")
        api.ingest()
    before = api.cells(ONLINE, by=("month",))
    assert api.tidy() > 0
    assert api.cells(ONLINE, by=("month",)) == before
    assert api.reconcile() == []


def test_merged_files_hold_a_month_each_and_change_no_record(node: Runtime, clock: SetClock) -> None:
    for number in range(api.FILES_KEPT + 2):
        file(node, f"A-{number}", unit=(HA_NOI, HUE)[number % 2], channel="counter" if number % 3 else "online_full")
        api.ingest()
        clock.advance(timedelta(days=5))
    by = ("province", "month", "procedure")
    before = [sorted(api.cells(measure, by=by), key=str) for measure in (ONLINE, PREFILLED)]
    opened = api.rows(WHO, measure=ONLINE, side="gap").rows
    api.tidy()
    listed = store.listed("filings")
    assert [each.month for each in listed] == sorted({cell.keys[1] for cell in before[0]})
    assert [sorted(api.cells(measure, by=by), key=str) for measure in (ONLINE, PREFILLED)] == before
    assert api.rows(WHO, measure=ONLINE, side="gap").rows == opened
    assert api.reconcile() == []
    file(node, "LAST")
    api.ingest()
    assert sum(cell.of for cell in api.cells(ONLINE, by=by)) == sum(cell.of for cell in before[0]) + 1


def test_two_processes_that_merge_at_once_double_nothing(node: Runtime) -> None:
    for number in range(3):
        file(node, f"A-{number}")
        api.ingest()
    files = store.listed("filings")
    assert store.merge_files("filings", 1) == 3
    merged = store.listed("filings")
    assert not swap(files, merged)  # the other process comes second, with the same files
    assert store.listed("filings") == merged
    assert api.reconcile() == []


def test_an_adopted_batch_is_known_after_its_file_was_merged(sqlite_node: Runtime) -> None:
    old = {"dossier": "OLD", "unit": HUE, "province": "46", "month": "2025-01", "channel": "post", "filed_at": 1}
    api.adopt(WHO, facts="filings", batch="earlier", rows=[old])
    assert store.merge_files("filings", 0) == 1
    assert api.adopt(WHO, facts="filings", batch="earlier", rows=[old]) == 0
    with pytest.raises(ValueError, match="month"):
        api.adopt(WHO, facts="filings", batch="later", rows=[old | {"month": "x'"}])


def files_of(node: Runtime, facts: str) -> list[Path]:
    return list((node.settings.home / "evidence" / facts).glob("*.parquet"))


def test_facts_of_an_earlier_system_are_taken_over_once_and_stand_before_ours(node: Runtime) -> None:
    file(node, "NEW")
    api.ingest()
    old = {"dossier": "OLD", "unit": HUE, "province": "46", "month": "2025-01", "channel": "post", "filed_at": 1}
    rows = [old, old | {"dossier": "OLD-2"}]
    assert api.adopt(WHO, facts="filings", batch="earlier", rows=rows) == 2
    assert api.adopt(WHO, facts="filings", batch="earlier", rows=rows) == 0
    assert [row["dossier"] for row in api.rows(WHO, measure=ONLINE).rows] == ["OLD", "OLD-2", "NEW"]
    assert api.reconcile() == []
    with pytest.raises(Denied):
        api.adopt(Actor(kind=Kind.OFFICER, subject="s1"), facts="filings", batch="other", rows=rows)
