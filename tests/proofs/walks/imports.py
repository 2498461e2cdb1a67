"""Files of people come in: a spreadsheet, in steps, taken back, given up, scanned, whole."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from io import BytesIO
from pathlib import Path

from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api as stewardship
from tests.proofs.conftest import work
from tests.proofs.stage import World
from tests.stewardship import pages

BIRTH = Grounds(purpose="demonstration", basis="L-60-2014")
OWN = Grounds(purpose="lookup", basis="L-26-2023")
NUMBER = "079192055501"
PERSON = {"number": NUMBER, "full_name": "Trần Thị Đi Bộ", "sex": "2", "birth_date": "1992-05-05"}
MANY = 120


def file_of(world: World, name: str) -> Path:
    """A file beside the home."""
    return world.folder / name


def is_imported(world: World) -> None:
    """A spreadsheet of people with two bad rows."""
    path = file_of(world, "people.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "full_name", "sex", "birth_date"])
        for at in range(MANY):
            writer.writerow([f"0791920{at:05d}", "Trần Văn An", "Nam" if at > 1 else "?", f"02/01/{1907 + at}"])
    rejects, rows = file_of(world, "rejects.csv"), file_of(world, "rows.csv")
    done = stewardship.import_file(world.machine(), register="population", path=path, rejects=rejects)
    assert len(rejects.read_text(encoding="utf-8-sig").splitlines()) == 3
    assert stewardship.write_rows(world.machine(), batch=done.batch, path=rows) == MANY


def _confirmed(world: World, name: str, *rows: list[str]) -> str:
    """The batch of a small file, understood as it was proposed."""
    path, who = file_of(world, name), world.machine()
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["number", "full_name", "sex", "birth_date", "home_address"], *rows])
    with path.open("rb") as source:
        batch = stewardship.receive(who, register="population", name=name, source=source).id
    if stewardship.batch(who, batch=batch).state in {"begun", "ready"}:
        shown = stewardship.preview(who, batch=batch)
        stewardship.confirm(who, batch=batch, settings=shown.settings)
    return batch


def is_imported_in_steps(world: World) -> str:
    """A file is kept, tried, imported by the worker; a person with two numbers waits."""
    who = world.machine()
    twins = [[f"07919290000{at}", "Trần Văn Hai", "Nam", "01/01/1980", "2 Lê Lợi"] for at in range(2)]
    batch = _confirmed(world, "steps.csv", *twins)
    if stewardship.batch(who, batch=batch).state == "ready":
        stewardship.run(who, batch=batch, trial=True)
    stewardship.start(who, batch=batch)
    work()
    assert stewardship.progress(who, batch=batch).counts.review + stewardship.progress(who, batch=batch).counts.rejected
    return batch


def is_decided(world: World) -> None:
    """The row that waits is decided as every row that asks the same, and stands in the lists of what was done."""
    who, batch = world.machine(), world.told["is_imported_in_steps"]
    stewardship.reviews(who, batch=batch)
    stewardship.questions(who, batch=batch)
    stewardship.review(who, batch=batch, row=3)
    assert stewardship.alike(who, batch=batch, row=3) <= 1
    stewardship.twins_of(who, batch=batch, row=3)
    stewardship.decide_alike(who, batch=batch, row=3)
    assert stewardship.decide(who, batch=batch, row=3).state == "landed", "decided, it stays so"
    stewardship.raw_row(who, batch=batch, row=3)
    assert len(stewardship.source_rows(who, batch=batch, rows=[2, 3])) == 2
    assert batch in {each.id for each in stewardship.batches(who, register="population")}


def is_taken_back(world: World) -> int:
    """The whole batch goes back, what was decided with it."""
    who, batch = world.machine(), world.told["is_imported_in_steps"]
    if stewardship.batch(who, batch=batch).state == "done":
        assert stewardship.depends(who, batch=batch) == []
    return stewardship.undo(who, batch=batch, reason="Nhập nhầm tệp")


def is_somebody_who_stands(world: World) -> str:
    """A row under another number is said to be the person of the row before: one record, to which both numbers lead."""
    who = world.machine()
    again = [[f"07919281000{at}", "Trần Đại Ba Lần", "Nam", "02/02/1981", "3 Lê Lợi"] for at in range(2)]
    batch = _confirmed(world, "again.csv", *again)
    stewardship.start(who, batch=batch)
    work()
    ((twin, _),) = stewardship.twins_of(who, batch=batch, row=3)
    stewardship.decide(who, batch=batch, row=3, person=twin.record, reason="hai thẻ, một người")
    found = registers.read(who, queries=[Query("population", key=again[1][0])], grounds=OWN)[0]
    assert [each.id for each in found] == [twin.record]
    return batch


def is_nobody_again(world: World) -> int:
    """And the batch goes back, the other number with it."""
    return stewardship.undo(world.machine(), batch=world.told["is_somebody_who_stands"], reason="Nhập nhầm tệp")


def is_given_up(world: World) -> None:
    """A table of another database is read, looked at, and not imported."""
    source = file_of(world, "source.sqlite")
    with closing(sqlite3.connect(source)) as other:
        other.execute("CREATE TABLE IF NOT EXISTS people (number TEXT PRIMARY KEY, full_name TEXT)")
        other.execute("INSERT OR REPLACE INTO people VALUES ('079192900009', 'Trần Văn Chín')")
        other.commit()
    who = world.machine()
    batch = stewardship.begin_from_database(who, register="population", url=f"sqlite:///{source}", table="people")
    stewardship.drop(who, batch=batch.id)


def is_scanned(world: World) -> str:
    """Two forms on paper are kept and read; both wait for a person."""
    who = world.machine()
    lines = ["Họ và tên: Trần Văn Ba", "Giới tính: Nam", "Ngày sinh: 01/01/1980", "Số định danh: 079080900{at}"]
    sheets = [pages.form([each.format(at=at) for each in lines]) for at in ("021", "022")]
    source = BytesIO(pages.pdf(*sheets))
    found = stewardship.receive(who, register="population", name="to-khai.pdf", source=source)
    batch = found.id
    if found.state == "reading":
        stewardship.read_again(who, batch=batch)
    if stewardship.read_pages(who, batch=batch).state in {"begun", "ready"}:
        stewardship.confirm(who, batch=batch, settings=stewardship.preview(who, batch=batch).settings)
    stewardship.run(who, batch=batch)
    assert len(stewardship.drafts(who, batch=batch)) == 2
    return batch


def is_confirmed_from_paper(world: World) -> None:
    """One is confirmed beside its picture, the other left out."""
    who, batch = world.machine(), world.told["is_scanned"]
    assert stewardship.page_picture(who, batch=batch, page=1)
    first, second = (each.row for each in stewardship.drafts(who, batch=batch))
    assert stewardship.draft(who, batch=batch, row=first).fields[0].picture
    stewardship.confirm_draft(who, batch=batch, row=first, texts={"full_name": "Trần Văn Ba"})
    stewardship.refuse_draft(who, batch=batch, row=second)
    assert stewardship.next_draft(who, batch=batch) == 0
    assert {each.state for each in stewardship.pages(who, batch=batch)} == {"read"}


def is_bulk_loaded(world: World) -> None:
    """Rows land in batches; a kill leaves whole batches, and the same rows again change nothing."""
    rows = [{**PERSON, "number": f"0791921{at:05d}"} for at in range(MANY)]
    registers.bulk_load(world.machine(), register="population", rows=rows, batch=50)


def is_loaded(world: World) -> None:
    """A whole file with a bad row: columns at once, doubts one by one; a kill leaves whole portions."""
    path = file_of(world, "nation.csv")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "full_name", "sex", "birth_date", "home_commune"])
        for at in range(MANY):
            writer.writerow([f"0791922{at:05d}", "Trần Văn An", "Nam" if at else "?", "1980-01-01", "26920"])
    registers.load_file(world.machine(), register="population", path=path, rejects=file_of(world, "no.csv"), portion=50)


def is_loaded_by_its_owner(world: World) -> None:
    """A small file more."""
    path = file_of(world, "few.csv")
    path.write_text("number,full_name,sex,birth_date,home_commune\n079192200500,Trần Văn An,1,1980-01-01,26920\n")
    stewardship.load(
        world.machine(), register="population", path=path, rejects=file_of(world, "few-no.csv"), grounds=BIRTH
    )
