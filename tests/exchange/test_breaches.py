"""A breach: 72 hours by the wall from when it was found, the people from the access log, the telling noted once."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lienthong.app.command_line import main
from lienthong.exchange import api
from lienthong.exchange.jobs import handlers
from lienthong.identity import demonstration
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.messages import api as messages
from tests.exchange.people import AN, BIRTH, COMMITTEE, HA, HUY, INSURER, REGISTRAR, citizen
from tests.exchange.test_sealed import DAYS, investigate

OPERATOR = system("cli:test")


def look(*numbers: str) -> None:
    for number in numbers:
        asks = [api.Ask("x", "population", {"number": number}, ("full_name",))]
        api.fetch(REGISTRAR, asks=asks, grounds=BIRTH, contract="linked-birth")


def test_the_clock_runs_from_the_finding_by_the_wall(family: Runtime, clock: SetClock) -> None:
    found = clock.now() - timedelta(hours=5)
    made = api.record_breach(OPERATOR, agency=COMMITTEE, what="Mất máy tính bảng", found_at=found)
    assert made.due_at == found + timedelta(hours=72), "a Saturday counts like any other day"
    clock.set(made.due_at)
    assert [each.late for each in api.breaches(OPERATOR)] == [False]
    clock.advance(timedelta(seconds=1))
    assert [each.late for each in api.breaches(OPERATOR)] == [True]
    told = api.breach_told(OPERATOR, number=made.number, reference="CV 12 ngày 24/11/2026")
    assert (told.late, told.told_at) == (True, clock.now())
    clock.advance(timedelta(days=1))
    assert api.breach_told(OPERATOR, number=made.number, reference="CV 13") == told, "the first time stands"


def test_the_people_are_those_whom_the_accesses_reached_and_each_can_see_that(family: Runtime, clock: SetClock) -> None:
    look(HA)
    clock.advance(timedelta(minutes=1))
    since = clock.now()
    look(HUY, AN)
    with pytest.raises(Denied):
        asks = [api.Ask("x", "residence", {"number": HA}, ("address",))]
        api.fetch(INSURER, asks=asks, grounds=BIRTH, contract="linked-birth")
    clock.advance(timedelta(minutes=1))
    given = {"agency": COMMITTEE, "what": "Tài khoản bị chiếm", "found_at": clock.now()}
    made = api.record_breach(OPERATOR, **given, actor=REGISTRAR.subject, register="population", since=since)
    assert api.breach_people(OPERATOR, number=made.number) == sorted([HUY, AN])
    assert [each.people for each in api.breaches(OPERATOR)] == [2]
    newest = api.access_log(citizen(HUY), limit=1)[0]
    assert (newest.purpose, newest.dossier) == ("Xác định người bị ảnh hưởng bởi một vi phạm dữ liệu", made.number)
    assert api.access_log(citizen(HA), limit=1)[0].purpose != newest.purpose
    refused = api.record_breach(OPERATOR, **{**given, "agency": INSURER.agency})
    assert api.breach_people(OPERATOR, number=refused.number) == [], "nothing was answered to a refused access"
    other = api.record_breach(OPERATOR, **given, actor="staff-x")
    assert api.breach_people(OPERATOR, number=other.number) == []


def test_who_protects_data_is_warned_a_day_before_and_when_the_time_has_passed(
    family: Runtime, clock: SetClock
) -> None:
    demonstration.seed(OPERATOR, scale=0, say=lambda _line: None)
    good = {"agency": COMMITTEE, "what": "Mất máy", "found_at": clock.now()}
    open_, told = (api.record_breach(OPERATOR, **good).number for _ in range(2))
    above = api.record_breach(OPERATOR, **{**good, "agency": INSURER.agency}).number
    api.breach_told(OPERATOR, number=told, reference="CV 1")

    def notices(key: str) -> list[tuple[str, str]]:
        jobs.run_all({each.kind: each for each in handlers})
        who = Actor(kind=Kind.OFFICER, subject=demonstration.staff_id(key), agency="x")
        found = [each for each in messages.inbox(who) if each.template.startswith("breach-")]
        return [(each.template, each.title) for each in reversed(found)]

    assert notices("commune-chair") == []
    clock.advance(timedelta(hours=48))
    near = ("breach-near", f"Vi phạm dữ liệu {open_}: còn một ngày để báo")
    assert [notices("commune-chair") for _ in range(2)] == [[near]] * 2
    clock.advance(timedelta(hours=24, seconds=1))
    late = ("breach-late", f"Vi phạm dữ liệu {open_}: đã quá hạn báo")
    assert [notices("commune-chair") for _ in range(2)] == [[near, late]] * 2
    assert [kind for kind, title in notices("finance-minister") if above in title] == ["breach-near", "breach-late"]
    long_ago = api.record_breach(OPERATOR, **{**good, "found_at": clock.now() - timedelta(days=9)}).number
    assert [kind for kind, title in notices("commune-chair") if long_ago in title] == ["breach-late"]


def test_a_list_of_people_does_not_betray_a_sealed_entry(family: Runtime, clock: SetClock) -> None:
    investigate()
    made = api.record_breach(OPERATOR, agency="G01.79", what="Máy bị nhiễm", found_at=clock.now())
    assert api.breach_people(OPERATOR, number=made.number) == []
    clock.advance(timedelta(days=DAYS + 1))
    assert api.breach_people(OPERATOR, number=made.number) == [HA]


def test_only_the_operator_only_sound_breaches(family: Runtime, clock: SetClock) -> None:
    good = {"agency": COMMITTEE, "what": "Mất máy", "found_at": clock.now()}
    for wrong in ({"agency": "X"}, {"what": " "}, {"found_at": clock.now() + timedelta(minutes=1)}):
        with pytest.raises(Invalid):
            api.record_breach(OPERATOR, **{**good, **wrong})
    with pytest.raises(Denied):
        api.record_breach(REGISTRAR, **good)
    with pytest.raises(NotFound):
        api.breach_people(OPERATOR, number="VP-1")
    number = api.record_breach(OPERATOR, **good).number
    with pytest.raises(Invalid):
        api.breach_told(OPERATOR, number=number, reference=" ")


def test_the_commands(tmp_path: Path) -> None:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ("breach", *arguments), env={"LIENTHONG_HOME": str(tmp_path / "home")})

    assert "Chưa ghi vi phạm nào" in run("list").output
    late = run("record", "--agency", "G01", "--what", "Lộ tệp", "--found", "2026-01-01T08:00")
    assert "QUÁ HẠN báo từ 04/01/2026" in late.output
    assert run("list").exit_code == 1, "an overdue one is a finding"
    number = late.output.split()[0]
    file = tmp_path / "people.csv"
    assert run("people", number, str(file)).exit_code == 0
    assert file.read_text() == "number\n"
    assert file.stat().st_mode & 0o077 == 0
    assert run("people", number, str(file)).exit_code != 0, "a file that is there is not written over"
    assert "quá hạn" in run("told", number, "--reference", "CV 1").output
    assert run("list").exit_code == 0
    assert run("record", "--agency", "G01", "--what", "x", "--found", "hôm qua").exit_code == 2
