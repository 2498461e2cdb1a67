"""A task has its seven "rõ" or is not saved; its head answers, its assigner looks, its history is proved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from lienthong.evidence import api as evidence
from lienthong.kernel import clock as clocks
from lienthong.kernel import events
from lienthong.kernel.actor import ANONYMOUS, Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, LienThongError, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.messages import api as messages
from lienthong.oversight import api, spec
from lienthong.oversight.api import showing
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain.figures import Figure
from lienthong.oversight.domain.tasks import SEVEN as NAMES
from lienthong.oversight.domain.tasks import Standing, State
from lienthong.oversight.events import TaskAccepted, TaskAnswered, TaskAssigned, TaskJudged
from lienthong.oversight.store.tables import moments
from lienthong.reference import api as reference
from lienthong.services.events import DossierFiled
from tests.oversight.committee import (
    CHAIRMAN,
    CITY,
    CLERK,
    MINISTER,
    OTHER_CHAIRMAN,
    PDF,
    SECRETARY,
    SEVEN,
    WARD,
    WARD_CHAIR,
    give,
    hand_in,
    hold,
    open_accounts,
    told,
)

TODAY = date(2026, 11, 21)


@given(st.sets(st.sampled_from(NAMES)), st.sampled_from(["", " ", "...", "-", "x"]))
def test_each_missing_point_has_its_own_sentence_and_nothing_else_is_blamed(missing: set[str], empty: str) -> None:
    clear, faults = domain.seven({**SEVEN, **dict.fromkeys(missing, empty)}, TODAY)
    assert [each.at for each in faults] == [name for name in NAMES if name in missing]
    assert len({each.message for each in faults}) == len(faults)
    assert (clear is None) == bool(missing)


@pytest.mark.parametrize("name", NAMES)
def test_a_task_without_one_of_the_seven_is_not_saved(sqlite_node: Runtime, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        give(**{name: ""})
    assert [each.at for each in refused.value.faults] == [name]
    assert api.board(SECRETARY).whole.total == 0
    assert give().startswith("NV-2026-")


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"due_on": "20/11/2026"}, "due_on"),
        ({"due_on": "31/02/2027"}, "due_on"),
        ({"goal": "x" * 1001}, "goal"),
        ({"agency": "G99"}, "agency"),
        ({"agency": WARD}, "agency"),
        ({"pillar": "sea"}, "pillar"),
        ({"indicator": "on-time-share", "target": "abc"}, "target"),
        ({"indicator": "on-time-share", "target": "101"}, "target"),
        ({"indicator": "nothing", "target": "1"}, "indicator"),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(sqlite_node: Runtime, changes: dict[str, str], at: str) -> None:
    with pytest.raises(Invalid) as refused:
        give(**changes)
    assert [each.at for each in refused.value.faults] == [at]


def test_a_task_walks_from_draft_to_done_and_everybody_hears_of_it(node: Runtime) -> None:
    open_accounts()
    meeting, code = hold()
    for other in (CHAIRMAN, MINISTER):
        with pytest.raises(NotFound):
            api.task(other, task=code)
    assert api.conclude(SECRETARY.again(), meeting=meeting) == 1
    assert api.task(CHAIRMAN, task=code).may == {"answer"}
    hand_in(CHAIRMAN, code, note="Đã xong")
    seen = api.task(SECRETARY, task=code)
    assert (seen.may, seen.standing) == ({"accept", "return", "withdraw"}, Standing.WAITING)
    product = seen.history[-1].products[0]
    assert api.product_file(SECRETARY, task=code, product=product.id)[1] == PDF
    api.accept(SECRETARY.again(), task=code)
    done = api.task(CHAIRMAN, task=code)
    assert (done.standing, done.may) == (Standing.DONE, frozenset())
    assert [each.kind for each in done.history] == ["assigned", "answered", "accepted"]
    told_of = {each.template for each in messages.inbox(CHAIRMAN)} | {
        each.template for each in messages.inbox(SECRETARY)
    }
    assert told_of >= {"task-assigned", "task-answered", "task-accepted"}
    assert [len(told(each)) for each in (TaskAssigned, TaskAnswered, TaskAccepted, TaskJudged)] == [1, 1, 1, 1]


def test_the_history_is_proved_by_the_ledger_and_a_change_behind_its_back_shows(node: Runtime) -> None:
    code = give()
    hand_in(CHAIRMAN, code)
    assert {each.proof for each in api.task(SECRETARY, task=code).history} == {"waiting"}
    ledger.sequence()
    assert {each.proof for each in api.task(SECRETARY, task=code).history} == {"proved"}
    with node.database.transaction() as connection:
        connection.execute(update(moments).where(moments.c.kind == "answered").values(note="Chưa xong"))
    assert [each.proof for each in api.task(SECRETARY, task=code).history] == ["proved", "wrong"]


def test_only_the_head_answers_and_only_the_assigner_looks_at_it(sqlite_node: Runtime) -> None:
    open_accounts()
    code = give(person="Hoàng Văn Thư, văn thư thành phố")
    assert api.task(CLERK, task=code).may == frozenset()
    for who in (CLERK, SECRETARY):
        with pytest.raises(Denied):
            hand_in(who, code)
    for stranger in (MINISTER, OTHER_CHAIRMAN, WARD_CHAIR):
        with pytest.raises(NotFound):
            hand_in(stranger, code)
    hand_in(CHAIRMAN, code)
    with pytest.raises(Conflict):
        hand_in(CHAIRMAN, code)
    with pytest.raises(Denied):
        api.accept(CHAIRMAN.again(), task=code)
    with pytest.raises(NotFound):
        api.accept(OTHER_CHAIRMAN.again(), task=code)


def test_a_double_click_answers_and_accepts_once(node: Runtime) -> None:
    code = give()
    once, twice = CHAIRMAN.again(), SECRETARY.again()
    for _click in range(2):
        api.answer_task(once, task=code, files=[api.Upload("a.pdf", PDF)])
    with pytest.raises(Conflict):  # another request is another answer, and none is awaited
        hand_in(CHAIRMAN, code)
    for _click in range(2):
        api.accept(twice, task=code)
    assert [each.kind for each in api.task(SECRETARY, task=code).history] == ["assigned", "answered", "accepted"]


def test_the_same_request_assigns_one_task(node: Runtime) -> None:
    request = SECRETARY.again()
    answers = {**SEVEN, "agency": CITY}
    assert api.give_task(request, answers=answers) == api.give_task(request, answers=answers)
    assert api.board(SECRETARY).whole.total == 1


def test_a_product_that_is_refused_leaves_nothing_behind(sqlite_node: Runtime) -> None:
    code = give()
    with pytest.raises(Invalid) as refused:
        api.answer_task(CHAIRMAN.again(), task=code, files=[api.Upload("a.exe", b"MZ"), api.Upload("b.pdf", b"")])
    assert len(refused.value.faults) == 2
    with pytest.raises(Invalid):
        api.answer_task(CHAIRMAN.again(), task=code)
    assert api.task(CHAIRMAN, task=code).state is State.ASSIGNED
    assert not (sqlite_node.settings.home / "uploads").exists()


def filing(node: Runtime, code: str, channel: str) -> None:
    """A dossier filed in Phường Bình Thạnh."""
    now = clocks.stamp(node.clock.now())
    counted = {"values_total": 1, "values_prefilled": 1, "values_declared": 0}
    times = {"filed_at": now, "received_at": now, "due_at": now}
    fact = DossierFiled(
        dossier=code,
        procedure="linked-birth",
        version=1,
        unit="26929",
        agency=WARD,
        channel=channel,  # type: ignore[arg-type]
        **times,
        **counted,
    )
    with node.database.transaction():
        events.publish(system("test"), fact)


def test_an_indicator_is_reached_when_evidence_says_so_and_not_before(sqlite_node: Runtime) -> None:
    code = give(indicator="online-full-share", target="50")
    for number, channel in enumerate(("online_full", "counter", "counter")):
        filing(sqlite_node, f"A-{number}", channel)
    evidence.ingest()
    with pytest.raises(Invalid) as refused:
        api.answer_task(CHAIRMAN.again(), task=code, by_indicator=True)
    assert "33,3%" in refused.value.message
    assert "50,0%" in refused.value.message
    for number in range(3, 6):
        filing(sqlite_node, f"A-{number}", "online_full")
    evidence.ingest()
    api.answer_task(CHAIRMAN.again(), task=code, by_indicator=True)
    said = api.task(SECRETARY, task=code).history[-1].data
    assert (said["part"], said["of"], said["way"]) == (4, 6, "indicator")
    plain = give()
    with pytest.raises(Invalid):
        api.answer_task(CHAIRMAN.again(), task=plain, by_indicator=True)


def test_a_returned_answer_says_why_and_late_is_late(node: Runtime, clock: SetClock) -> None:
    open_accounts()
    code = give(due_on="24/11/2026")
    hand_in(CHAIRMAN, code)
    with pytest.raises(Invalid):
        api.send_back(SECRETARY.again(), task=code, reason=" ")
    api.send_back(SECRETARY.again(), task=code, reason="Thiếu phụ lục")
    assert "Thiếu phụ lục" in messages.inbox(CHAIRMAN)[0].body
    clock.advance(timedelta(days=6))
    hand_in(CHAIRMAN, code)
    api.accept(SECRETARY.again(), task=code)
    assert api.task(SECRETARY, task=code).standing is Standing.DONE_LATE
    assert [each.on_time for each in told(TaskJudged)] == [False]


def test_a_ministrys_task_stands_beside_the_provinces_and_opens_to_its_records(sqlite_node: Runtime) -> None:
    open_accounts()
    for who, agency in ((MINISTER, "G12"), (CHAIRMAN, CITY)):
        code = give(agency=agency)
        hand_in(who, code)
        api.accept(SECRETARY.again(), task=code)
    while evidence.ingest():
        pass
    board = api.dashboard(SECRETARY, chosen="tasks-on-time-share")
    ministries = next(each for each in board.rows if each.unit == api.CENTRAL)
    assert (ministries.name, ministries.figure.of, ministries.rank) == ("Bộ, cơ quan trung ương", 1, 0)
    assert not [each for each in board.rows if each.unit == api.UNCERTAIN]
    assert [each.unit for each in board.rows if each.rank] == ["79"]
    opened = api.drill(SECRETARY, indicator="tasks-on-time-share", unit=api.CENTRAL)
    assert (opened.unit_name, [each["agency"] for each in opened.rows]) == ("Bộ, cơ quan trung ương", ["G12"])
    with pytest.raises(Denied):
        api.drill(CHAIRMAN, indicator="tasks-on-time-share", unit=api.CENTRAL)
    assert api.dashboard(MINISTER, chosen="tasks-on-time-share").rows


def test_a_task_is_taken_back_with_a_reason(node: Runtime) -> None:
    open_accounts()
    code = give()
    with pytest.raises(Invalid):
        api.withdraw(SECRETARY.again(), task=code, reason="")
    with pytest.raises(Denied):
        api.withdraw(CHAIRMAN.again(), task=code, reason="Không làm")
    api.withdraw(SECRETARY.again(), task=code, reason="Giao nhầm cơ quan")
    assert api.task(CHAIRMAN, task=code).standing is Standing.WITHDRAWN
    assert messages.inbox(CHAIRMAN)[0].template == "task-withdrawn"
    with pytest.raises(Conflict):
        hand_in(CHAIRMAN, code)


def test_each_sees_the_tasks_of_their_reach_and_no_more(node: Runtime) -> None:
    city, ministry = give(), give(agency="G12")
    ward = give(CHAIRMAN, WARD)
    _meeting, draft = hold(OTHER_CHAIRMAN, agency=reference.agencies(unit="00166", kind="people-committee")[0].code)
    seen = {
        SECRETARY: {city, ministry, ward},
        CHAIRMAN: {city, ward},
        OTHER_CHAIRMAN: {draft},
        WARD_CHAIR: {ward},
        MINISTER: {ministry},
        CLERK: set(),
    }
    for who, codes in seen.items():
        for code in (city, ministry, ward, draft):
            if code in codes:
                assert api.task(who, task=code).code == code
            else:
                with pytest.raises(NotFound):
                    api.task(who, task=code)
        assert {row.code for row in api.board(who).rows} == codes
    for nobody in (ANONYMOUS, Actor(kind=Kind.CITIZEN, subject="079192000417", level=2)):
        with pytest.raises(Denied):
            api.board(nobody)
    for who in (WARD_CHAIR, MINISTER, CLERK):
        with pytest.raises(Denied):
            give(who)
    with pytest.raises(Invalid):
        give(CHAIRMAN, "H26")


def test_the_board_counts_by_agency_pillar_and_lateness_and_its_pages_make_the_whole(
    node: Runtime, clock: SetClock
) -> None:
    for due in ("21/11/2026", "23/11/2026", "30/11/2026", "31/12/2026"):
        give(due_on=due, pillar="society")
    done = give(agency="G12", due_on="23/11/2026")
    hand_in(MINISTER, done)
    api.accept(SECRETARY.again(), task=done)
    clock.advance(timedelta(days=3))
    board = api.board(SECRETARY)
    assert board.whole.standings == {Standing.LATE: 2, Standing.SOON: 1, Standing.TIME: 1, Standing.DONE: 1}
    assert [(each.key, each.total) for each in board.agencies] == [(CITY, 4), ("G12", 1)]
    assert {each.key: each.total for each in board.pillars} == {"society": 4, "none": 1}
    for standing in showing.LATENESS:
        found = api.board(SECRETARY, standing=standing).rows
        assert {row.standing for row in found} <= {standing}
        assert len(found) == board.whole.standings.get(standing, 0)
    paged, after = [], ""
    while True:
        page = api.board(SECRETARY, after=after, limit=2)
        paged += [row.code for row in page.rows]
        if not (after := page.after):
            break
    assert paged == [row.code for row in board.rows]
    assert paged[-1] == done, "closed tasks stand last"
    assert [row.code for row in api.board(SECRETARY, agency="G12").rows] == [done]
    assert [row.code for row in api.board(SECRETARY, pillar="none").rows] == [done]
    for wrong in ({"agency": "x"}, {"pillar": "x"}, {"standing": "x"}):
        with pytest.raises(NotFound):
            api.board(SECRETARY, **wrong)


def test_tasks_done_on_time_is_an_indicator_in_one_file(sqlite_node: Runtime, clock: SetClock) -> None:
    assert "tasks-on-time-share" in spec.indicators()
    for agency, head in ((CITY, CHAIRMAN), ("G12", MINISTER)):
        code = give(agency=agency, due_on="23/11/2026")
        hand_in(head, code)
        api.accept(SECRETARY.again(), task=code)
    give(due_on="23/11/2026")
    clock.advance(timedelta(days=4))  # 24/11 is a day off
    api.remind()
    evidence.ingest()
    assert api.figure(SECRETARY, indicator="tasks-on-time-share") == Figure(3, 2)
    assert api.figure(SECRETARY, indicator="tasks-on-time-share", unit="79") == Figure(2, 1)
    gap = api.drill(CHAIRMAN, indicator="tasks-on-time-share", unit="79", side="gap")
    assert [row["task"] for row in gap.rows] == ["NV-2026-00003"]


@pytest.mark.parametrize("verb", [api.accept, api.answer_task, api.task])
def test_a_task_that_is_not_there_is_said_so(sqlite_node: Runtime, verb: Callable[..., Any]) -> None:
    with pytest.raises(LienThongError) as refused:
        verb(SECRETARY.again(), task="NV-2026-99999")
    assert refused.value.status == 404
