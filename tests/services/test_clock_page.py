"""The clock page: how a date was reached, day by day, for each who may see it; the same strip everywhere."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.errors import NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.services import api
from lienthong.services.web import shown
from lienthong.webkit.parts import ClockDay
from tests.beginnings import Beginnings
from tests.services.conftest import (
    FATHER,
    MOTHER,
    citizen,
    decide,
    filed_on_monday,
    officer,
    register_birth,
    work,
)
from tests.services.walking import Browse, Parent


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def code(sqlite_nation: Runtime, beginnings: Beginnings) -> str:
    """A dossier of the mother, filed on Monday 16/11/2026 at 09:00."""
    return beginnings.lay(sqlite_nation, filed_on_monday)


def told(page: api.ClockPage) -> list[tuple[int, int | None, str]]:
    return [(line.date.day, line.counts, line.mark) for line in page.lines]


def test_a_plain_term_is_explained_to_its_applicant_and_its_officer(code: str) -> None:
    for who in (citizen(MOTHER), officer("commune-officer")):
        page = api.clock_page(who, code=code)
        assert told(page) == [(16, None, ""), (17, 1, ""), (18, 2, ""), (19, 3, "due")]
        assert page.lines[0].text == "Tiếp nhận lúc 09:00; ngày tiếp nhận không tính"
        assert page.lines[0].notes == ("09:00 Nộp hồ sơ",)
        assert page.total == "3 ngày làm việc: hết hạn lúc 17:00 ngày 19/11/2026."


def test_stop_resume_extension_apology_and_lateness_stand_on_their_days(code: str, clock: SetClock) -> None:
    clock.set(at("2026-11-17T10:00"))
    decide("commune-officer", code, "receive", "supplement", reasons=["S01"])
    clock.set(at("2026-11-19T11:00"))
    paused = api.clock_page(officer("commune-officer"), code=code)
    assert [line.date.day for line in paused.lines] == [16, 17, 18, 19], "a clock that stands promises no day"
    assert {line.counts for line in paused.lines} == {None}
    assert paused.total.startswith("Đồng hồ đang dừng từ 17/11/2026 10:00")
    api.give_supplement(citizen(MOTHER), dossier=code, values={"child.full_name": "Lê Nguyễn Minh An"})
    api.extend(officer("commune-officer"), dossier=code, reasons=["E02"], note="Máy chủ gián đoạn")
    clock.set(at("2026-11-27T09:00"))
    api.watch()
    work()
    clock.set(at("2026-12-01T09:00"))
    api.watch()
    page = api.clock_page(officer("commune-officer"), code=code)
    assert told(page) == [
        (16, None, ""),
        (17, None, ""),
        (18, None, ""),
        (19, None, ""),
        (20, 1, ""),
        (21, None, ""),
        (22, None, ""),
        (23, 2, ""),
        (24, None, ""),
        (25, 3, ""),
        (26, 4, "due"),
        (27, None, "over"),
        (28, None, ""),
        (29, None, ""),
        (30, None, "again"),
        (1, None, "over"),
    ]
    notes = {line.date.day: " ".join(line.notes) for line in page.lines}
    assert "Dừng đồng hồ, yêu cầu bổ sung: Tên của bé" in notes[17]
    assert "Đã bổ sung" in notes[19]
    assert "Gia hạn một lần: Hệ thống hoặc đường truyền của cơ quan gián đoạn (Nghị định" in notes[19]
    assert "Máy chủ gián đoạn" in notes[19], "the officer's own words behind the reason"
    assert "Xin lỗi và hẹn lại" in notes[27]
    assert page.total == "3 ngày làm việc + gia hạn 1 ngày làm việc: hết hạn lúc 17:00 ngày 26/11/2026."
    assert page.clock.due_at == at("2026-11-26T17:00")


def test_every_step_s_clock_ends_where_its_queue_says(code: str, clock: SetClock) -> None:
    register_birth(code)
    clock.set(at("2026-11-17T10:00"))
    seen = api.dossier(officer("commune-officer"), code=code)
    clocks = api.clock_page(officer("commune-officer"), code=code).others
    assert [step for step, _title in clocks] == ["", "receive", "register", "residence", "insurance", "card"]
    for step in seen.steps:
        if step.clock is not None and step.within:
            page = api.clock_page(officer("commune-officer"), code=code, step=step.id)
            assert page.clock.due_at == step.clock.due_at, step.id
            assert page.lines[-1].mark == "due"
    opened = api.clock_page(officer("commune-officer"), code=code, step="residence").clock.days[0]
    assert opened.mark == "opened"


def test_an_agency_that_does_not_lead_is_told_of_its_own_step(code: str) -> None:
    register_birth(code)
    page = api.clock_page(officer("insurance-officer"), code=code)
    assert (page.step, page.about, [step for step, _title in page.others]) == ("insurance", "", ["insurance"])
    for who, step in (
        (officer("insurance-officer"), "residence"),
        (officer("commune-officer"), "nothing"),
        (officer("commune-officer-2"), ""),
        (citizen(FATHER), ""),
        (citizen(MOTHER), "number"),
    ):
        with pytest.raises(NotFound):
            api.clock_page(who, code=code, step=step)


def test_a_long_strip_is_folded_for_a_phone() -> None:
    days = [ClockDay(date(2026, 11, 1 + n), f"ngày {n}", ()) for n in range(28)]
    days[20] = ClockDay(days[20].date, "", ("today",))
    days[27] = ClockDay(days[27].date, "hẹn trả", ("due",))
    folded = shown._folded(days)
    assert len(folded) <= 14
    assert [each.date.day for each in folded if each.marks] == [21, 28]
    assert "… 17 ngày" in [each.label for each in folded]
    assert folded[0] == days[0]


@pytest.mark.usefixtures("demonstration")
def test_the_page_is_reached_from_the_strip_by_officer_and_citizen(browse: Browse) -> None:
    mother = browse().as_person("mother")
    code = Parent(mother).filed()
    officer_page = browse().as_person("commune-officer")
    assert f'href="/desk/{code}/clock"' in officer_page.get(f"/desk/{code}").text
    assert f'href="/dossiers/{code}/clock"' in mother.get(f"/dossiers/{code}").text
    for page in (officer_page.get(f"/desk/{code}/clock"), mother.get(f"/dossiers/{code}/clock")):
        assert page.status_code == 200
        assert "Ngày Văn hóa Việt Nam: nghỉ, không tính" in page.text
        assert "hết hạn lúc 17:00 ngày 27/11/2026" in page.text
    assert "ends at 17:00 on 27/11/2026" in mother.get(f"/dossiers/{code}/clock?lang=en").text
    assert browse().as_person("father").get(f"/dossiers/{code}/clock").status_code == 404
    assert browse().as_person("commune-officer-2").get(f"/desk/{code}/clock").status_code == 404
    assert mother.get(f"/dossiers/{code}/clock?step=nothing").status_code == 404
