"""A session compiles what changed by itself and freezes it; its conclusions are tasks; the next one follows up."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader
from sqlalchemy import update

from lienthong.documents import jobs as documents_jobs
from lienthong.evidence import api as evidence
from lienthong.kernel import clock as clocks
from lienthong.kernel import events, jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound, SignInNeeded
from lienthong.kernel.runtime import Runtime
from lienthong.ledger import api as ledger
from lienthong.oversight import api
from lienthong.oversight import jobs as room_jobs
from lienthong.oversight.domain import word
from lienthong.oversight.domain.tasks import State
from lienthong.oversight.events import MeetingConcluded, MeetingOpened
from lienthong.oversight.store.tables import snapshots
from lienthong.services.events import DossierFinished
from tests.browsing import Browser
from tests.oversight.committee import (
    CHAIRMAN,
    CITY,
    CLERK,
    MINISTER,
    OTHER_CHAIRMAN,
    SECRETARY,
    SEVEN,
    WARD,
    WARD_CHAIR,
    give,
    hand_in,
    hold,
    open_accounts,
)

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def outcome(node: Runtime, code: str, unit: str, *, on_time: bool) -> None:
    """A dossier finished now."""
    at = clocks.stamp(node.clock.now())
    fact = DossierFinished(
        dossier=code,
        procedure="linked-birth",
        unit=unit,
        outcome="granted",
        finished_at=at,
        due_at=at,
        on_time=on_time,
    )
    with node.database.transaction():
        events.publish(system("test"), fact)


def indicator(meeting: str, who: Actor = SECRETARY) -> dict[str, Any]:
    """The frozen share of dossiers on time."""
    found = api.meeting(who, meeting=meeting).changed["indicators"]
    return next(each for each in found if each["id"] == "on-time-share")


@pytest.fixture
def counted(node: Runtime, clock: SetClock) -> Runtime:
    """October: 1 of 2 on time in Bình Thạnh. November: 3 of 3 there, 0 of 1 in Hà Nội."""
    clock.advance(timedelta(days=-31))
    outcome(node, "T10-0", "26929", on_time=True)
    outcome(node, "T10-1", "26929", on_time=False)
    clock.advance(timedelta(days=31))
    for number in range(3):
        outcome(node, f"T11-{number}", "26929", on_time=True)
    outcome(node, "T11-3", "00166", on_time=False)
    evidence.ingest()
    return node


def test_a_session_compiles_then_and_now_from_evidence(counted: Runtime) -> None:
    meeting, _code = hold()
    found = indicator(meeting)
    assert (found["then"], found["then_month"]) == ([2, 1], "2026-10")
    assert (found["now"], found["month"]) == ([4, 3], "2026-11")
    rows = {row["unit"]: (row["then"], row["now"], row["state"]) for row in found["rows"]}
    assert rows == {"79": ([2, 1], [3, 3], "ok"), "01": ([0, 0], [1, 0], "late")}
    assert (found["reached"], found["missed"]) == (1, 1)
    assert found["trend"][-2:] == [0.5, 0.75]


def test_what_was_frozen_stays_and_the_next_session_begins_from_it(counted: Runtime, clock: SetClock) -> None:
    meeting, code = hold()
    before = api.meeting(SECRETARY, meeting=meeting)
    api.conclude(SECRETARY.again(), meeting=meeting)
    outcome(counted, "LATER", "00166", on_time=True)
    evidence.ingest()
    assert api.figure(SECRETARY, indicator="on-time-share").of == 5
    after = api.meeting(SECRETARY, meeting=meeting)
    assert (after.digest, after.changed) == (before.digest, before.changed)
    hand_in(CHAIRMAN, code)
    api.accept(SECRETARY.again(), task=code)
    clock.advance(timedelta(days=5))
    following = api.open_meeting(SECRETARY.again(), title="Phiên sau", held_on="26/11/2026")
    found = indicator(following)
    assert (found["then"], found["now"]) == ([4, 3], [5, 4])
    changed = api.meeting(SECRETARY, meeting=following).changed
    (became,) = changed["previous"]
    assert (became["number"], became["task"]["code"], became["task"]["standing"]) == (1, code, "done")
    assert (changed["tasks"]["given"], changed["tasks"]["done_on_time"], changed["tasks"]["done_since"]) == (1, 1, 1)
    assert changed["since"] == "2026-11-21"


def test_frozen_figures_are_proved_and_a_change_behind_their_back_shows(counted: Runtime) -> None:
    meeting, _code = hold()
    assert api.meeting(SECRETARY, meeting=meeting).proof == "waiting"
    ledger.sequence()
    seen = api.meeting(SECRETARY, meeting=meeting)
    assert seen.proof == "proved"
    assert seen.changed["rests_on"]["evidence_position"] > 0
    with counted.database.transaction() as connection:
        connection.execute(update(snapshots).values(content=json.dumps({**seen.changed, "month": "2026-12"})))
    assert api.meeting(SECRETARY, meeting=meeting).proof == "wrong"


def test_figures_are_frozen_anew_while_the_session_is_open_only(counted: Runtime) -> None:
    meeting, _code = hold()
    first = api.meeting(SECRETARY, meeting=meeting).digest
    outcome(counted, "LATER", "00166", on_time=True)
    evidence.ingest()
    api.recompile(SECRETARY.again(), meeting=meeting)
    assert api.meeting(SECRETARY, meeting=meeting).digest != first
    api.conclude(SECRETARY.again(), meeting=meeting)
    with pytest.raises(Conflict):
        api.recompile(SECRETARY.again(), meeting=meeting)


def test_no_session_is_concluded_before_every_conclusion_is_a_clear_task(node: Runtime) -> None:
    meeting = api.open_meeting(SECRETARY.again(), title="Phiên họp", held_on="21/11/2026")
    with pytest.raises(Invalid, match=r"meeting\.empty"):
        api.conclude(SECRETARY.again(), meeting=meeting)
    said = api.add_conclusion(SECRETARY.again(), meeting=meeting, said="Bộ Tài chính hướng dẫn thu phí trực tuyến")
    with pytest.raises(Invalid) as unclear:
        api.conclude(SECRETARY.again(), meeting=meeting)
    assert "1" in unclear.value.message
    with pytest.raises(Invalid):
        api.give_task(SECRETARY.again(), answers={**SEVEN, "agency": "G12", "product": ""}, conclusion=said)
    first = api.give_task(SECRETARY.again(), answers={**SEVEN, "agency": "G12"}, conclusion=said)
    with pytest.raises(Conflict):
        api.give_task(SECRETARY.again(), answers={**SEVEN, "agency": "G12"}, conclusion=said)
    api.undo_task(SECRETARY.again(), conclusion=said)
    second = api.give_task(SECRETARY.again(), answers={**SEVEN, "agency": "G01"}, conclusion=said)
    with pytest.raises(NotFound):
        api.task(SECRETARY, task=first)
    again = SECRETARY.again()
    assert api.conclude(again, meeting=meeting) == api.conclude(again, meeting=meeting) == 1
    assert api.task(SECRETARY, task=second).state is State.ASSIGNED
    for write in (
        lambda: api.add_conclusion(SECRETARY.again(), meeting=meeting, said="Thêm một việc nữa"),
        lambda: api.remove_conclusion(SECRETARY.again(), conclusion=said),
        lambda: api.undo_task(SECRETARY.again(), conclusion=said),
        lambda: api.conclude(SECRETARY.again(), meeting=meeting),
    ):
        with pytest.raises(Conflict):
            write()
    told = [type(each.event) for each in events.read_after(0, types=[MeetingOpened, MeetingConcluded])]
    assert told == [MeetingOpened, MeetingConcluded]


def test_a_conclusion_that_is_dropped_takes_its_draft_with_it(node: Runtime) -> None:
    meeting, code = hold()
    (said,) = api.meeting(SECRETARY, meeting=meeting).conclusions_said
    api.remove_conclusion(SECRETARY.again(), conclusion=said.id)
    assert api.meeting(SECRETARY, meeting=meeting).conclusions_said == ()
    with pytest.raises(NotFound):
        api.task(SECRETARY, task=code)


def test_one_session_at_a_time_from_its_day_on_signed_at_level_three(node: Runtime) -> None:
    meeting, _code = hold(held_on="26/11/2026")
    with pytest.raises(Conflict):
        api.open_meeting(SECRETARY.again(), title="Phiên khác", held_on="27/11/2026")
    with pytest.raises(Conflict):
        api.conclude(SECRETARY.again(), meeting=meeting)
    low = Actor(kind=Kind.OFFICER, subject="x", agency=SECRETARY.agency, roles=SECRETARY.roles, level=2)
    with pytest.raises(SignInNeeded):
        api.conclude(low, meeting=meeting)
    hold(CHAIRMAN, agency=WARD)  # another body has a session of its own


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"title": ""}, "title"),
        ({"held_on": "hôm nay"}, "held_on"),
        ({"begins": "25:00"}, "begins"),
        ({"agenda": "Mục\n" * 31}, "agenda"),
    ],
)
def test_what_is_wrong_with_a_session_is_said(sqlite_node: Runtime, changes: dict[str, str], at: str) -> None:
    with pytest.raises(Invalid) as refused:
        api.open_meeting(SECRETARY.again(), **{"title": "Phiên họp", "held_on": "21/11/2026", **changes})
    assert [each.at for each in refused.value.faults] == [at]


def test_an_agenda_is_read_line_by_line(sqlite_node: Runtime) -> None:
    agenda = "08:00 | Tiến độ | Bộ KH&CN | UBND\n9h30 | Dữ liệu\nKết luận\n25:00 | Lạ"
    meeting = api.open_meeting(SECRETARY.again(), title="Phiên họp", held_on="21/11/2026", begins="8:05", agenda=agenda)
    seen = api.meeting(SECRETARY, meeting=meeting)
    assert seen.begins == "08:05"
    assert [(each.at, each.title, each.who) for each in seen.agenda] == [
        ("08:00", "Tiến độ", "Bộ KH&CN, UBND"),
        ("09:30", "Dữ liệu", ""),
        ("", "Kết luận", ""),
        ("", "25:00", "Lạ"),
    ]


def test_an_open_session_is_its_bodys_own_a_concluded_one_is_read_where_it_counts(node: Runtime) -> None:
    national, _code = hold()
    local, _draft = hold(OTHER_CHAIRMAN, agency="H26.00.166")
    everybody = (SECRETARY, CHAIRMAN, OTHER_CHAIRMAN, WARD_CHAIR, MINISTER)
    for who in everybody:
        for meeting, body in ((national, SECRETARY), (local, OTHER_CHAIRMAN)):
            if who is body:
                assert api.meeting(who, meeting=meeting).may_write
            else:
                with pytest.raises(NotFound):
                    api.meeting(who, meeting=meeting)
    api.conclude(SECRETARY.again(), meeting=national)
    api.conclude(OTHER_CHAIRMAN.again(), meeting=local)
    for who in everybody:
        assert [each.id for each in api.meetings(who)][-1:] == [national]
        assert not api.meeting(who, meeting=national).may_write
    assert {each.id for each in api.meetings(OTHER_CHAIRMAN)} == {national, local}
    for who in (CHAIRMAN, WARD_CHAIR):
        with pytest.raises(NotFound):
            api.meeting(who, meeting=local)
    assert api.meeting(MINISTER, meeting=national).conclusions_said[0].task is None, "another agency's task"
    assert api.meeting(CHAIRMAN, meeting=national).conclusions_said[0].task is not None
    for who in (CLERK, MINISTER, WARD_CHAIR):
        with pytest.raises(Denied):
            api.open_meeting(who.again(), title="Phiên họp", held_on="21/11/2026")


def test_a_chairman_meets_over_the_communes_of_the_province(counted: Runtime) -> None:
    meeting, _code = hold(CHAIRMAN, agency=WARD)
    found = indicator(meeting, CHAIRMAN)
    assert (found["now"], [row["unit"] for row in found["rows"]]) == ([3, 3], ["26929"])


def texts(content: bytes) -> list[str]:
    """Return the paragraphs of a Word file after reading every part of it as XML."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        parts = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}  # noqa: S314  our own
    types = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
    named = {each.get("PartName", "").lstrip("/") for each in parts["[Content_Types].xml"].iter(types)}
    assert named <= set(parts)
    body = parts["word/document.xml"]
    return ["".join(run.text or "" for run in each.iter(f"{WORD}t")) for each in body.iter(f"{WORD}p")]


@pytest.mark.parametrize("kind", ["minutes", "report"])
def test_word_papers_say_what_was_frozen_and_concluded(counted: Runtime, kind: str) -> None:
    late = give(due_on="21/11/2026", agency="G12")
    meeting, code = hold(said="Ký tự <lạ> & “ngoặc” vẫn đọc được")
    content = api.word_paper(SECRETARY, meeting=meeting, kind=kind)
    assert content == api.word_paper(SECRETARY, meeting=meeting, kind=kind), "the same bytes each time"
    said = texts(content)
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in said
    assert "Giải quyết đúng hạn" in said
    assert api.meeting(SECRETARY, meeting=meeting).digest in said[-6] + "".join(said)
    if kind == "minutes":
        assert "1. Ký tự <lạ> & “ngoặc” vẫn đọc được" in said
        assert SEVEN["product"] in said
        assert f"Nhiệm vụ {code}" in said
    else:
        assert "Hồ Chí Minh" in said
        assert late not in said, "due today is not late yet"
    with pytest.raises(NotFound):
        api.word_paper(CHAIRMAN, meeting=meeting, kind=kind)
    with pytest.raises(NotFound):
        api.word_paper(SECRETARY, meeting=meeting, kind="poem")


def test_a_word_file_leaves_out_what_xml_forbids() -> None:
    content = word.write(
        agency="A\x00B",
        above="",
        number="",
        place_and_day="",
        title="T",
        subject="dòng 1\ndòng 2",
        blocks=(),
        signs=("", ""),
        at=datetime(2026, 11, 21, tzinfo=clocks.ZONE),
    )
    assert "AB" in texts(content)


def test_a_signed_pdf_bears_the_signers_and_the_bodys_signature(node: Runtime) -> None:
    open_accounts()
    meeting, _code = hold()
    with pytest.raises(Conflict):
        api.ask_pdf(SECRETARY.again(), meeting=meeting, kind="minutes")
    api.conclude(SECRETARY.again(), meeting=meeting)
    with pytest.raises(NotFound):
        api.signed_paper(SECRETARY, meeting=meeting, kind="minutes")
    with pytest.raises(Denied):
        api.ask_pdf(CHAIRMAN.again(), meeting=meeting, kind="minutes")
    for _twice in range(2):
        api.ask_pdf(SECRETARY.again(), meeting=meeting, kind="minutes")
    handlers = {each.kind: each for each in (*room_jobs.handlers, *documents_jobs.handlers)}
    assert jobs.run_all(handlers) == 1
    (paper,) = api.meeting(SECRETARY, meeting=meeting).papers
    assert (paper.ready, paper.signer) == (True, "Nguyễn Thị Thư")
    content = api.signed_paper(CHAIRMAN, meeting=meeting, kind="minutes")
    reader = PdfReader(io.BytesIO(content))
    fields = reader.get_fields() or {}
    assert [name for name, each in fields.items() if each.get("/FT") == "/Sig"] == ["ChuKyNguoiKy", "ConDauCoQuan"]
    assert "1. Thành phố mở thanh toán trực tuyến" in reader.pages[0].extract_text()


def test_the_pages_of_a_session(nation: Runtime, browse: Callable[..., Browser]) -> None:
    secretary = browse().as_person("committee-secretary")
    opened = secretary.post(
        "/oversight/sessions",
        seen_on="/oversight/sessions/new",
        title="Phiên họp tháng 11",
        held_on="21/11/2026",
        agenda="08:00 | Tiến độ",
    )
    path = opened.url.path
    assert "Thay đổi từ phiên trước" in opened.text
    assert "7 kết luận" in opened.text, "what became of the last session"
    form = secretary.post(f"{path}/conclusions", seen_on=path, said="Thành phố mở thanh toán trực tuyến")
    refused = secretary.post(form.url.path, **{**SEVEN, "agency": CITY, "product": ""})
    assert refused.status_code == 422
    assert "Chưa rõ sản phẩm" in refused.text
    assert SEVEN["goal"] in refused.text, "what was typed stays"
    saved = secretary.post(form.url.path, **{**SEVEN, "agency": CITY})
    assert saved.url.path == path
    assert "Đủ bảy rõ" in saved.text
    concluded = secretary.post(f"{path}/conclude", seen_on=path)
    assert "Ký số: Biên bản" in concluded.text
    chairman = browse().as_person("provincial-chairman")
    page = chairman.get(f"{path}?lang=en").text
    assert '<span lang="vi">Thành phố mở thanh toán trực tuyến</span>' in page, "what a person wrote is read out right"
    assert f'<span lang="vi">{SEVEN["goal"]}</span>' in page
    assert 'lang="vi">Thành phố' not in chairman.get(f"{path}?lang=vi").text
    assert chairman.get(f"{path}/minutes.docx").content.startswith(b"PK")
    assert chairman.get(f"{path}/minutes.pdf").status_code == 404
    assert browse().as_person("mother").get(path).status_code == 403
