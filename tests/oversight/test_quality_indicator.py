"""Sound, fresh and single records: the shares are how units stand at the last measure, however many there were."""

from __future__ import annotations

from datetime import timedelta

from lienthong.evidence import api as evidence
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api as oversight
from lienthong.oversight.spec.indicators import indicator
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api as stewardship

STEWARD = system("steward", agency="G01")
SECRETARY = Actor(kind=Kind.OFFICER, subject="secretary", agency="TW", roles=frozenset({"committee-secretary"}))
WHY = Grounds(purpose="stewardship", basis="L-26-2023")


def counted(month: str, name: str = "register-quality-share") -> dict[str, tuple[int, int]]:
    while evidence.ingest():
        pass
    cells = evidence.cells(indicator(name).measure, by=["unit"], where={"month": [month]})
    return {each.keys[0]: (each.part, each.of) for each in cells}


def test_it_says_how_units_stand_at_the_last_measure(sqlite_node: Runtime) -> None:
    month = f"{sqlite_node.clock.now():%Y-%m}"
    people = [
        {"number": f"0791925501{at:02d}", "full_name": "Trần Văn An", "birth_date": "1992", "home_commune": where}
        | {"sex": "1" if at == 0 else "2"}
        for at, where in enumerate(["26929", "26929", "00166"])
    ]
    registers.bulk_load(STEWARD, register="population", rows=people, grounds=WHY)
    for _ in range(2):
        stewardship.measure_quality(STEWARD, register="population")
    assert counted(month) == {"26929": (1, 2), "00166": (1, 1)}
    right = {"sex": "2"}
    registers.correct(STEWARD, register="population", key="079192550100", values=right, grounds=WHY, reason="gõ sai")
    stewardship.measure_quality(STEWARD, register="population")
    assert counted(month) == {"26929": (2, 2), "00166": (1, 1)}


def test_fresh_and_single_records_are_counted_for_every_unit(sqlite_node: Runtime, clock: SetClock) -> None:
    people = [
        {"number": f"0791925501{at:02d}", "full_name": "Trần Văn An", "birth_date": "1992-05-12", "sex": "2"}
        | {"home_commune": where}
        for at, where in enumerate(["26929", "26929", "00166"])
    ]
    registers.bulk_load(STEWARD, register="population", rows=people[1:], grounds=WHY)
    clock.advance(timedelta(days=365))
    registers.bulk_load(STEWARD, register="population", rows=people[:1], grounds=WHY)
    for _ in range(2):
        stewardship.measure_quality(STEWARD, register="population")
    month = f"{sqlite_node.clock.now():%Y-%m}"
    assert counted(month, "register-fresh-share") == {"26929": (1, 2), "00166": (0, 1)}
    assert counted(month, "register-doubles-share") == {}
    stewardship.find_duplicates(STEWARD, register="population", grounds=WHY)
    stewardship.measure_quality(STEWARD, register="population")
    assert counted(month, "register-doubles-share") == {"26929": (0, 2), "00166": (0, 1)}


def test_an_indicator_without_target_is_on_the_board_from_its_first_figure_on(sqlite_node: Runtime) -> None:
    def titles(**options: str) -> set[str]:
        return {each.indicator.id for each in oversight.dashboard(SECRETARY, **options).headlines}

    assert "register-doubles-share" not in titles()
    assert "register-doubles-share" in titles(chosen="register-doubles-share"), "who asks for it is told there is none"
    assert "on-time-share" in titles(), "a target stands whether or not anybody reached for it"
    person = {"number": "079192550101", "full_name": "Trần Văn An", "birth_date": "1992-05-12", "sex": "2"}
    registers.bulk_load(STEWARD, register="population", rows=[person | {"home_commune": "26929"}], grounds=WHY)
    stewardship.find_duplicates(STEWARD, register="population", grounds=WHY)
    stewardship.measure_quality(STEWARD, register="population")
    counted(f"{sqlite_node.clock.now():%Y-%m}")
    assert "register-doubles-share" in titles()
