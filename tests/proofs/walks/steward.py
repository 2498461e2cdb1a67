"""Registers kept by their owners: written, corrected, imported, exported, searched; and what erases on order."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from lienthong.app import erasing
from lienthong.exchange import api as exchange
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied
from lienthong.registers import api as registers
from lienthong.registers import demonstration as nation
from lienthong.registers.api import Grounds, Query
from lienthong.stewardship import api as stewardship
from tests.proofs.conftest import work
from tests.proofs.stage import Act, World, later, works
from tests.stewardship import pages

BIRTH = Grounds(purpose="demonstration", basis="L-60-2014")
OWN = Grounds(purpose="lookup", basis="L-26-2023")
NUMBER = "079192055501"
PERSON = {"number": NUMBER, "full_name": "Trần Thị Đi Bộ", "sex": "2", "birth_date": "1992-05-05"}
MANY = 120
MORE = {
    "quality_run": "a register measured again is noted as measured again",
}
"""What a walk with kills may leave more of, and why."""


def hospital(world: World, also: str = "") -> Actor:
    """The clerk of the hospital."""
    return world.officer("hospital-clerk", also)


def is_prepared(world: World) -> None:
    """Tables are made or widened."""
    registers.prepare()


def is_born(world: World) -> str:
    """The key of a birth notice that the hospital sends."""
    clerk = hospital(world)
    notice = {
        "notice_no": "GCS-DI-BO",
        "mother_number": nation.people()["mother"],
        "mother_name": "Nguyễn Thị Thu Hà",
        "birth_date": "2026-11-20",
        "sex": "1",
        "facility": clerk.agency,
        "birth_commune": "26929",
        "status": "waiting",
    }
    grounds = exchange.Grounds(purpose="hospital-notices", basis="ND-63-2024")
    record = exchange.submit(
        clerk, register="birth_notices", values=notice, grounds=grounds, contract="hospital-notices", create=True
    )
    return record.key


def is_written(world: World) -> None:
    """A person is written."""
    registers.write(world.machine(), register="population", values=PERSON, grounds=BIRTH, create=True)


def moves(world: World) -> None:
    """Moves."""
    moved = {"number": NUMBER, "home_address": "1 đường Đi Bộ"}
    registers.write(world.machine(), register="population", values=moved, key=NUMBER, grounds=BIRTH)


def is_put_right(world: World) -> None:
    """And a letter of the name is put right."""
    right = {"full_name": "Trần Thị Đi Bổ"}
    who = world.machine()
    registers.correct(who, register="population", key=NUMBER, values=right, reason="sai dấu", grounds=BIRTH)


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


def is_measured(world: World) -> int:
    """The register is judged by its rules; measured again it finds no more."""
    return stewardship.measure_quality(world.machine(), register="population").records


def waits_for_work(world: World) -> str:
    """The first three findings of a rule, with the keys of their records."""
    page = stewardship.work_list(world.machine(), register="population", rule="number_fits", limit=3)
    return " ".join(f"{each.finding} {each.key}" for each in page.items)


def is_accepted(world: World) -> None:
    """One is right as it stands."""
    stewardship.accept(world.machine(), finding=world.told["waits_for_work"].split()[0], reason="đã cải chính")


def is_resolved(world: World) -> None:
    """The next is corrected and gone."""
    _, _, finding, key, *_ = world.told["waits_for_work"].split()
    right = {"sex": "2", "birth_date": "1992"}
    who = world.machine()
    registers.correct(who, register="population", key=key, values=right, reason="gõ sai", grounds=BIRTH)
    assert stewardship.resolve(who, finding=finding)


def is_corrected_on_the_page(world: World) -> None:
    """The last is corrected where it stands in the list, with the paper that shows it."""
    *_, finding, _ = world.told["waits_for_work"].split()
    who = world.machine()
    version = stewardship.finding(who, finding=finding).record.version
    right = {"sex": "2", "birth_date": "1992"}
    done = stewardship.put_right(
        who, finding=finding, version=version, values=right, reason="gõ sai", evidence="Giấy khai sinh 12/1992"
    )
    assert done


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


REFORM = {"register": "population", "on": date(2025, 7, 1), "grounds": BIRTH, "reason": "Nghị quyết 202/2025/QH15"}


def is_tried(world: World) -> None:
    """What the reform would do; nothing of it stays. Another one has nothing to do."""
    tried = stewardship.try_units(world.machine(), mapping={"26920": "26956"}, **REFORM)
    assert tried.replaced.changed >= MANY - 1
    stewardship.replace_units(world.machine(), mapping={"26746": ""}, **REFORM)


def is_put_into_another_commune(world: World) -> None:
    """A ward of before the reform becomes the one that took it over, for everybody who lived there."""
    registers.replace_units(
        world.machine(),
        register="population",
        mapping={"26920": "26956", "26746": ""},
        on=date(2025, 7, 1),
        grounds=BIRTH,
        reason="Nghị quyết 202/2025/QH15",
        portion=1000,
    )


def committee(world: World, also: str = "") -> Actor:
    """The officer who draws up the ward's roll of voters."""
    return world.officer("commune-officer", also)


def is_put_on_a_roll(world: World) -> str:
    """The ward's roll of voters is drawn up, the same when it is asked again."""
    areas = [stewardship.Area("Khu vực 1", ("26929",), ("Lê Quang Định",)), stewardship.Area("Khu vực 2", ("26929",))]
    return stewardship.draw_roll(committee(world), roll_kind="deputies", day=date(2027, 3, 14), areas=areas)


def is_posted(world: World) -> None:
    """It hangs in public; the register gives the same list again."""
    roll = world.told["is_put_on_a_roll"]
    stewardship.post_roll(committee(world), roll=roll)
    assert stewardship.reproduce_roll(committee(world), roll=roll).same


def objects(world: World) -> str:
    """The mother says that her line is wrong."""
    mother = world.citizen("mother")
    roll = stewardship.own_lines(mother)[0][0].roll
    return stewardship.object_to_roll(mother, roll=roll, about="wrong_data", person=mother.subject, said="Sai địa chỉ")


def is_answered(world: World) -> None:
    """She is answered, and her papers are looked at."""
    who, said = committee(world), world.told["objects"]
    stewardship.decide_objection(who, objection=said, accept=False, reason="Đúng như giấy tờ")
    stewardship.roll_objection(who, objection=said)


def is_printed_and_closed(world: World) -> None:
    """The roll is looked at, written, printed and closed."""
    who, roll = committee(world), world.told["is_put_on_a_roll"]
    assert stewardship.roll(who, roll=roll).voters
    assert stewardship.roll_objections(who, roll=roll)[0].state == "rejected"
    assert stewardship.roll_person(who, roll=roll, area=2, place=1)
    assert stewardship.roll_twice(who, roll=roll) == []
    stewardship.roll_page(who, roll=roll, area=2)
    assert stewardship.roll_file(who, roll=roll, path=file_of(world, "roll.csv")) > 1
    assert stewardship.roll_pdf(who, roll=roll, area=2).startswith(b"%PDF")
    stewardship.close_roll(who, roll=roll)


def is_exported(world: World) -> None:
    """The file holds who the rows were about, or it is not there."""
    grounds = Grounds(purpose="export", basis="L-26-2023")
    path = file_of(world, "export.csv")
    stewardship.export(
        world.machine(), register="population", path=path, grounds=grounds, fields=("number",), unit="26929"
    )
    assert path.stat().st_size > 100


def is_looked_up(world: World) -> None:
    """Reads, searches and refusals: each leaves its entries before it answers."""
    steward, mother = world.machine(), nation.people()["mother"]
    registers.read(steward, queries=[Query("population", key=mother)], grounds=OWN)
    registers.history(steward, register="population", key=mother, grounds=OWN)
    registers.search(steward, register="population", text="Nguyễn", grounds=OWN)
    police = world.officer("police-officer")
    grounds = exchange.Grounds(purpose="commune-desk", basis="L-68-2020")
    exchange.search(police, register="population", text="Nguyễn", grounds=grounds, contract="commune-desk")
    exchange.match(world.officer("commune-officer"), number=mother, name="Nguyễn Thị Thu Hà")
    keeper = world.officer("data-steward")
    why = exchange.Grounds(purpose="stewardship", basis="L-26-2023")
    exchange.history(keeper, register="population", key=mother, grounds=why, contract="stewardship")
    with runtime.current().database.transaction():
        exchange.note(steward, holding="documents", subjects=[mother], fields=["full_name"], grounds=why)
    exchange.note_refused(steward, holding="documents", subjects=[mother], grounds=why)
    try:
        registers.require_owner(world.machine(agency="G12"), register="population", grounds=OWN)
    except Denied:
        return
    raise AssertionError


def is_sought(world: World) -> None:
    """Somebody is found in spite of a mistake, with the family, a whole life and the neighbours."""
    steward, mother = world.machine(), nation.people()["mother"]
    assert registers.find(steward, register="population", text="Nguyen Thi Thu Ha 1992", grounds=OWN).hits
    assert registers.relations(steward, register="population", key=mother, grounds=OWN, steps=2).ties
    assert registers.life(steward, number=mother, grounds=OWN).records
    assert registers.of_unit(steward, register="population", unit="26929", grounds=OWN, limit=5).records
    who = {"register": "population", "grounds": OWN}
    assert stewardship.find_person(steward, text="Nguyen Thi Thu Ha 1992", **who).hits
    assert stewardship.person(steward, key=mother, **who).then
    assert stewardship.past_of(steward, key=mother, **who).versions
    assert stewardship.life_of(steward, key=mother, **who)[1].records
    assert stewardship.kin_of(steward, key=mother, **who).ties
    assert stewardship.people_of_unit(steward, unit="26929", limit=5, **who).records


def is_erased(world: World) -> int:
    """How many entries of a person were erased by order; asked again it finds nothing more."""
    order = {"basis": "L-91-2025", "order": "QĐ 12/2026"}
    return sum(erasing.erase(world.machine(), subject=nation.people()["mother-3"], **order).values())


def investigates(world: World) -> None:
    """A look for a criminal case, sealed for the days of its law."""
    who = world.officer("investigator")
    sealed = exchange.case_contracts(who)[0].id
    exchange.look_up(who, contract=sealed, number=nation.people()["father"], case="VA 12/2026")


def records_a_breach(world: World) -> str:
    """A breach at the hospital's side, for the number it got."""
    known = exchange.breaches(world.machine())
    if known:
        return known[0].number
    found = runtime.current().clock.now()
    return exchange.record_breach(world.machine(), agency="H29.2.2", what="Mất máy tính", found_at=found).number


def tells_of_it(world: World) -> None:
    """Who is affected is listed, and the authority told."""
    number = world.told["records_a_breach"]
    exchange.breach_people(world.machine(), number=number)
    exchange.breach_told(world.machine(), number=number, reference="CV 1/2026")


@later(days=800)
def entries_open(world: World) -> None:
    """They open by themselves, and the person is told once."""
    work()


def everything_stands(world: World) -> dict[str, Any]:
    """What the registers hold of it."""
    steward = world.machine()
    (versions,) = [registers.history(steward, register="population", key=NUMBER, grounds=OWN)]
    loaded = [f"079192{at:06d}" for at in (2, MANY - 1, 100_000, 100_000 + MANY - 1, 200_000, 200_001)]
    (found,) = registers.read(steward, queries=[Query("population", key=tuple(loaded))], grounds=OWN)
    himself = Actor(kind=Kind.CITIZEN, subject=nation.people()["mother-3"], level=2)
    entries = registers.accesses(himself, subject=himself.subject, limit=500)
    return {
        "versions": [each.kind for each in versions],
        "loaded": len(found),
        "moved by reform": [each.version for each in found if each.values.get("home_commune") == "26956"],
        "erased": all(each.erased for each in entries if each.register != "access-log"),
        "orders": sum(each.register == "access-log" for each in entries),
    }


ACTS: tuple[Act, ...] = (
    is_prepared,
    is_born,
    is_written,
    moves,
    is_put_right,
    is_imported,
    is_imported_in_steps,
    is_decided,
    is_taken_back,
    is_somebody_who_stands,
    is_nobody_again,
    is_given_up,
    is_scanned,
    is_confirmed_from_paper,
    is_bulk_loaded,
    is_loaded,
    is_loaded_by_its_owner,
    is_tried,
    is_put_into_another_commune,
    works,
    is_measured,
    waits_for_work,
    is_accepted,
    is_resolved,
    is_corrected_on_the_page,
    is_put_on_a_roll,
    is_posted,
    objects,
    is_answered,
    is_printed_and_closed,
    is_exported,
    is_looked_up,
    is_sought,
    works,
    is_erased,
    works,
    investigates,
    records_a_breach,
    tells_of_it,
    entries_open,
    everything_stands,
)
