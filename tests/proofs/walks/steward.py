"""Registers kept by their owners: written, corrected, imported, exported, searched; and what erases on order."""

from __future__ import annotations

from datetime import date
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
from tests.proofs.walks.imports import (
    BIRTH,
    MANY,
    NUMBER,
    OWN,
    PERSON,
    file_of,
    is_bulk_loaded,
    is_confirmed_from_paper,
    is_decided,
    is_given_up,
    is_imported,
    is_imported_in_steps,
    is_loaded,
    is_loaded_by_its_owner,
    is_nobody_again,
    is_scanned,
    is_somebody_who_stands,
    is_taken_back,
)

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
