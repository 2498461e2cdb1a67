"""A batch goes on after a kill, is done once, takes turns with another, goes back whole while nothing rests on it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from lienthong.kernel import jobs, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Invalid, NotFound, Unavailable
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.registers.api import Query, Record
from lienthong.stewardship import api
from lienthong.stewardship.api.importing import running
from lienthong.stewardship.jobs import handlers
from tests.keeping import an_hour_passes
from tests.registers.people import COMMUNE, GROUNDS, HA, HUY, OFFICER, STEWARD
from tests.stewardship.test_import_files import GOOD, HEADER, bring, csv_file

ASKED = ["07909O990777", "Trần Văn Hai", "1", "01/01/1980", "01", COMMUNE]
ROWS = [[f"07909{at:07d}", "Trần Văn An", "1", f"02/01/{1970 + at}", "01", COMMUNE] for at in range(10)]


def find(number: str, **how: object) -> list[Record]:
    return registers.read(OFFICER, queries=[Query("population", key=number, **how)], grounds=GROUNDS)[0]  # type: ignore[arg-type]


def ready(path: Path) -> str:
    """Begin and confirm a file; answer its batch."""
    who = STEWARD.again()
    batch = api.begin_path(who, register="population", path=path)
    api.confirm(who, batch=batch.id, settings=api.preview(who, batch=batch.id).settings)
    return batch.id


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Portions of three rows."""
    monkeypatch.setattr(running, "PORTION", 3)


@pytest.mark.usefixtures("small")
def test_what_was_interrupted_goes_on_behind_the_last_portion(node: Runtime, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", *ROWS, ROWS[0])
    batch = ready(path)

    def pull_the_plug(row: int) -> None:
        if row > 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.run(STEWARD, batch=batch, tell=pull_the_plug)
    half = api.progress(STEWARD, batch=batch)
    assert (half.batch.state, half.counts.created, half.at_row) == ("running", 6, 7)
    path.write_text("somebody has replaced the file meanwhile")
    done = api.run(STEWARD, batch=batch)
    assert (done.batch.state, done.counts.rows, done.counts.created, done.counts.again) == ("done", 11, 10, 1)
    assert api.run(STEWARD, batch=batch).counts == done.counts, "done once more, it does nothing"
    assert api.raw_row(STEWARD, batch=batch, row=2) == ROWS[0], "the raw row is kept"


@pytest.mark.usefixtures("small")
def test_the_same_file_goes_on_by_itself_after_a_kill(sqlite_node: Runtime, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", *ROWS)
    batch = ready(path)
    with pytest.raises(ZeroDivisionError):
        api.run(STEWARD, batch=batch, tell=lambda row: row // 0)
    again = bring(path)
    assert (again.batch, again.rows, again.created) == (batch, 10, 10)


@pytest.mark.usefixtures("small")
def test_the_worker_does_it_in_slices_and_twice_asked_is_once_done(
    node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "SLICE_SECONDS", -1.0)  # a portion a slice
    batch = ready(csv_file(tmp_path / "a.csv", *ROWS))
    assert api.start(STEWARD, batch=batch, trial=True).state == "trying"
    jobs.run_all({each.kind: each for each in handlers})
    tried = api.progress(STEWARD, batch=batch, trial=True)
    assert (tried.batch.state, tried.counts.created) == ("ready", 10)
    assert find(ROWS[0][0]) == [], "a dry run writes nothing"
    api.start(STEWARD, batch=batch)
    api.start(STEWARD, batch=batch)
    assert jobs.run_all({each.kind: each for each in handlers}) == 5
    assert api.progress(STEWARD, batch=batch).counts.created == 10
    assert api.batch(STEWARD, batch=batch).state == "done"


@pytest.mark.usefixtures("small")
def test_two_imports_into_one_register_take_turns(node: Runtime, tmp_path: Path) -> None:
    changed = [[*row[:1], "Trần Văn An", *row[2:5], "26740"] for row in reversed(ROWS)]
    batches = [ready(csv_file(tmp_path / "a.csv", *ROWS)), ready(csv_file(tmp_path / "b.csv", *changed))]
    failures: list[BaseException] = []

    def work(batch: str) -> None:
        try:
            api.run(STEWARD.again(), batch=batch)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(batch,)) for batch in batches]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failures == []
    counts = [api.progress(STEWARD, batch=each).counts for each in batches]
    assert sum(each.created for each in counts) == 10
    assert sum(each.changed + each.same for each in counts) == 10
    assert {find(row[0])[0].version for row in ROWS} <= {1, 2}


def test_a_full_disk_stops_with_a_sentence_and_keeps_what_landed(
    sqlite_node: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PORTION", 3)
    batch = ready(csv_file(tmp_path / "a.csv", *ROWS))

    def no_room(row: int) -> None:
        if row > 4:
            raise OSError(28, "No space left on device")

    with pytest.raises(Unavailable) as caught:
        api.run(STEWARD, batch=batch, tell=no_room)
    assert (caught.value.code, caught.value.data["batch"]) == ("import.full", batch)
    assert api.batch(STEWARD, batch=batch).trouble == "import.full"
    assert api.run(STEWARD, batch=batch).counts.created == 10


@pytest.mark.usefixtures("small")
def test_a_clock_that_went_back_in_the_middle_loses_nothing(node: Runtime, tmp_path: Path, clock: SetClock) -> None:
    """Somebody set the clock right: what landed before is known from a moment that is yet to come."""
    batch = ready(csv_file(tmp_path / "a.csv", *ROWS))

    def set_right(row: int) -> None:
        if row > 4:
            clock.advance(timedelta(days=-2))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.run(STEWARD, batch=batch, tell=set_right)
    assert api.run(STEWARD, batch=batch).counts.created == 10
    moved = [[*row[:5], "26740"] for row in ROWS]
    done = bring(csv_file(tmp_path / "b.csv", *moved))
    assert (done.changed, done.rejected) == (10, 0)
    clock.advance(timedelta(days=3))
    assert api.undo(STEWARD.again(), batch=done.batch, reason="nhầm") == 10
    assert {find(row[0])[0].values["home_commune"] for row in ROWS} == {COMMUNE}
    versions = registers.history(STEWARD, register="population", key=ROWS[0][0], grounds=GROUNDS)
    assert [each.kind for each in versions] == ["created", "changed", "corrected"]


def test_a_batch_goes_back_whole(node: Runtime, tmp_path: Path, clock: SetClock) -> None:
    bring(csv_file(tmp_path / "a.csv", GOOD))
    before = runtime.current().clock.now()
    clock.advance(timedelta(hours=1))
    done = bring(csv_file(tmp_path / "b.csv", [*GOOD[:5], "26740"], ROWS[0], [*ROWS[0][:5], "26740"]))
    assert (done.created, done.changed, done.merged) == (1, 1, 1)
    known = runtime.current().clock.now()
    clock.advance(timedelta(hours=1))
    with pytest.raises(Invalid, match=r"undo\.reason"):
        api.undo(STEWARD, batch=done.batch, reason=" ")
    assert api.undo(STEWARD, batch=done.batch, reason="Nhập nhầm tệp") == 2
    assert api.undo(STEWARD.again(), batch=done.batch, reason="Nhập nhầm tệp") == 0
    assert find(HA)[0].values["home_commune"] == COMMUNE
    assert find(ROWS[0][0]) == [], "what the batch made is found no more"
    assert find(ROWS[0][0], known_at=known)[0].values["home_commune"] == "26740", "but what was known stays readable"
    assert find(HA, known_at=before)[0].values["home_commune"] == COMMUNE
    versions = registers.history(STEWARD, register="population", key=ROWS[0][0], grounds=GROUNDS)
    assert versions[-1].kind == "withdrawn"
    assert versions[-1].reason == "Nhập nhầm tệp"
    assert [each.kind for each in registers.history(STEWARD, register="population", key=HA, grounds=GROUNDS)] == [
        "created",
        "changed",
        "corrected",
    ]
    assert bring(csv_file(tmp_path / "b.csv", ROWS[0])).created == 1, "and may be brought in again"


def test_batches_go_back_one_after_the_other(node: Runtime, tmp_path: Path, clock: SetClock) -> None:
    first = bring(csv_file(tmp_path / "a.csv", GOOD, *ROWS))
    clock.advance(timedelta(days=1))
    second = bring(csv_file(tmp_path / "b.csv", [*GOOD[:5], "26740"], *([*row[:5], "26740"] for row in ROWS)))
    clock.advance(timedelta(days=1))
    with pytest.raises(api.Dependents):
        api.undo(STEWARD.again(), batch=first.batch, reason="nhầm")
    assert api.undo(STEWARD.again(), batch=second.batch, reason="nhầm") == 1 + len(ROWS)
    assert api.undo(STEWARD.again(), batch=first.batch, reason="nhầm") == 1 + len(ROWS), "what rested on it is gone"
    assert find(HA) == find(ROWS[0][0]) == []


def _moves() -> None:
    values = {"home_commune": "26740"}
    registers.write(OFFICER.again(), register="population", values=values, key=HA, grounds=GROUNDS)


def _has_a_child() -> None:
    child = {"number": HUY, "full_name": "Lê Quốc Huy", "sex": "1", "birth_date": "2020-01-01", "mother_number": HA}
    registers.write(OFFICER.again(), register="population", values=child, grounds=GROUNDS)


def _is_read_for_a_dossier() -> None:
    find(HA)


@pytest.mark.parametrize(
    ("happens", "how"), [(_moves, "changed"), (_has_a_child, "named"), (_is_read_for_a_dossier, "used")]
)
def test_a_batch_does_not_go_back_while_something_rests_on_it(
    node: Runtime, tmp_path: Path, clock: SetClock, happens: Callable[[], None], how: str
) -> None:
    done = bring(csv_file(tmp_path / "a.csv", GOOD, ROWS[0]))
    clock.advance(timedelta(hours=1))
    happens()
    with pytest.raises(api.Dependents) as caught:
        api.undo(STEWARD, batch=done.batch, reason="Nhập nhầm tệp")
    assert f"undo.{how}" in {each.code for each in caught.value.faults}
    assert HA in {each.at for each in caught.value.faults}
    assert api.batch(STEWARD, batch=done.batch).state == "done"
    assert find(ROWS[0][0])[0].version == 1, "nothing was taken back"


def test_only_its_agency_sees_a_batch(sqlite_node: Runtime, tmp_path: Path) -> None:
    done = bring(csv_file(tmp_path / "a.csv", GOOD))
    with pytest.raises(NotFound):
        api.batch(system("steward", agency="G15"), batch=done.batch)
    assert [each.id for each in api.batches(STEWARD, register="population")] == [done.batch]


def test_what_is_done_or_not_confirmed_is_not_confirmed_again_or_run(sqlite_node: Runtime, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", GOOD)
    batch = api.begin_path(STEWARD, register="population", path=path)
    assert api.begin_path(STEWARD, register="population", path=path).id == batch.id, "the same button, pressed twice"
    with pytest.raises(Conflict, match=r"import\.unconfirmed"):
        api.run(STEWARD, batch=batch.id)
    settings = api.preview(STEWARD, batch=batch.id).settings
    api.confirm(STEWARD, batch=batch.id, settings=settings)
    api.run(STEWARD, batch=batch.id)
    with pytest.raises(Conflict, match=r"import\.begun"):
        api.confirm(STEWARD, batch=batch.id, settings=settings)


def test_what_was_confirmed_is_proposed_for_the_next_file_of_the_source(sqlite_node: Runtime, tmp_path: Path) -> None:
    header = ["Mã riêng", *HEADER[1:]]
    first = api.begin_path(STEWARD, register="population", path=csv_file(tmp_path / "a.csv", GOOD, header=header))
    shown = api.preview(STEWARD, batch=first.id).settings
    columns = (api.Column(title="Mã riêng", fields=("number",)), *shown.columns[1:])
    api.confirm(STEWARD, batch=first.id, settings=api.Settings(columns=columns, first=2))
    other = STEWARD.again()
    second = api.begin_path(other, register="population", path=csv_file(tmp_path / "b.csv", *ROWS, header=header))
    again = api.preview(other, batch=second.id)
    assert again.remembered
    assert again.settings.columns[0].fields == ("number",)


def test_doubles_and_impossible_people_of_one_file_are_told_by_cause(sqlite_node: Runtime, tmp_path: Path) -> None:
    header = ["number", "full_name", "sex", "birth_date", "mother_number", "death_date", "home_address"]
    a, b, c, d, e, f = (f"07909000000{at}" for at in range(6))
    path = csv_file(
        tmp_path / "a.csv",
        [a, "Trần Thị Một", "2", "01/01/1960", "", "", ""],
        [a, "Lê Thị Khác", "2", "02/02/1970", "", "", ""],
        [b, "Trần Thị Hai", "2", "01/01/1985", a, "01/01/1980", ""],
        [c, "Trần Thị Ba", "2", "01/01/1950", a, "", ""],
        [d, "Trần Văn Bốn", "1", "01/01/1990", "", "", "1 Lê Lợi"],
        [e, "Trần Văn Bốn", "1", "01/01/1990", "", "", "1 Lê Lợi"],
        [f, "Trần Văn Sáu", "1", "1990", f, "", ""],
        [a, "Tran Thi Mot", "2", "1960", "", "", ""],
        header=header,
    )
    done = bring(path)
    causes = {each.code: each.rows for each in api.progress(STEWARD, batch=done.batch).causes if each.kind != "note"}
    assert causes == {
        "row.two_people": [3],
        "life.death_before_birth": [4],
        "family.younger_parent": [5],
        "row.two_numbers": [7],
        "family.self": [8],
    }
    assert (done.created, done.merged, done.review, done.rejected) == (2, 1, 1, 4)
    (waiting,) = api.reviews(STEWARD, batch=done.batch)
    assert waiting.row == 7
    assert api.decide(STEWARD, batch=done.batch, row=7).state == "landed"
    assert api.progress(STEWARD, batch=done.batch).counts.created == 3
    assert find(e)[0].values["full_name"] == "Trần Văn Bốn"
    assert api.undo(STEWARD, batch=done.batch, reason="thử") == 3, "what was decided goes back with its batch"


def test_the_source_of_an_old_import_goes_and_its_evidence_stays(
    node: Runtime, tmp_path: Path, clock: SetClock
) -> None:
    bad = ["", "Trần Văn Bình", "1", "hôm qua", "01", COMMUNE]
    done, waits = ready(csv_file(tmp_path / "a.csv", *ROWS, bad)), ready(csv_file(tmp_path / "b.csv", ASKED))
    api.run(STEWARD.again(), batch=done)
    api.run(STEWARD.again(), batch=waits)
    before = api.progress(STEWARD, batch=done)
    assert (before.counts.created, before.counts.rejected) == (10, 1)
    assert [each.row for each in api.reviews(STEWARD, batch=waits)] == [2]
    files = runtime.current().files
    clock.advance(timedelta(days=364))
    assert api.purge() == 0
    assert files.path(before.batch.digest).exists()
    clock.advance(timedelta(days=2))
    an_hour_passes(node)
    assert api.purge() == 1
    assert api.purge() == 0
    with pytest.raises(NotFound, match="Không còn tệp này"):
        files.path(before.batch.digest)
    after = api.progress(STEWARD, batch=done)
    assert (after.counts, after.batch.digest, after.batch.actor) == (
        before.counts, before.batch.digest, before.batch.actor,
    )  # fmt: skip
    assert after.batch.purged > before.batch.ended
    assert [(each.code, each.count) for each in after.causes] == [(each.code, each.count) for each in before.causes]
    for read in (
        lambda: api.write_rejects(STEWARD, batch=done, path=tmp_path / "r.csv"),
        lambda: api.raw_row(STEWARD, batch=done, row=2),
    ):
        with pytest.raises(NotFound, match="đã xóa khi hết thời hạn lưu"):
            read()
    assert not (tmp_path / "r.csv").exists()
    assert api.source_rows(STEWARD, batch=waits, rows=[2])[0].raw, "what waits is kept"
    assert api.undo(STEWARD.again(), batch=done, reason="nhầm tệp") == 10
    assert not find(ROWS[0][0])


def test_a_source_that_another_import_still_needs_is_kept(node: Runtime, tmp_path: Path, clock: SetClock) -> None:
    path = csv_file(tmp_path / "a.csv", *ROWS)
    first = ready(path)
    api.run(STEWARD.again(), batch=first)
    clock.advance(timedelta(days=366))
    second = api.begin_path(STEWARD.again(), register="population", path=path)
    assert (second.id != first, api.purge()) == (True, 1)
    assert api.preview(STEWARD, batch=second.id).settings.titles == HEADER
