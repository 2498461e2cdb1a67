"""A past session of the Committee with tasks in every state, and tasks of a chairman in his province. All invented.

Everything is done through the real verbs, each at a moment of its own, so that the board shows late, urgent and closed.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.clock import ZONE, SetClock
from lienthong.kernel.text import day
from lienthong.oversight import api
from lienthong.oversight.domain import tasks as domain
from lienthong.oversight.domain import word
from lienthong.reference import api as reference

CITY, WARD = "79", "26929"
SECRETARY = Actor(
    kind=Kind.OFFICER,
    subject="cb-committee-secretary",
    agency="G06.UBQG",
    roles=frozenset({"committee-secretary"}),
    level=3,
)
AGENDA = """08:00 | Tiến độ chỉ tiêu năm | Bộ Khoa học và Công nghệ
08:40 | Kết nối, chia sẻ dữ liệu dân cư | Bộ Công an
09:30 | Dịch vụ công trực tuyến toàn trình ở địa phương | Các tỉnh, thành phố
10:30 | Kết luận | Chủ tịch Ủy ban"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Given:
    """A task of the demonstration. due: working days from today, negative for days gone by. then: what became of it."""

    agency: str
    said: str
    goal: str
    person: str
    due: int
    responsibility: str
    product: str
    result: str
    pillar: str
    then: str = "open"
    indicator: str = ""
    target: str = ""


def _national() -> tuple[_Given, ...]:
    city, capital, danang = (_committee(unit) for unit in (CITY, "01", "48"))
    return (
        _Given(
            agency="G01",
            said="Mọi bộ, tỉnh tra cứu được dữ liệu dân cư qua hợp đồng dữ liệu, không xin văn bản riêng",
            goal="100% yêu cầu kết nối được trả lời trong 2 ngày làm việc",
            person="Bộ trưởng Bộ Công an",
            due=-20,
            responsibility="Bộ Công an chủ trì; Bộ Khoa học và Công nghệ phối hợp",
            product="Danh mục hợp đồng dữ liệu đã có hiệu lực",
            result="Cơ quan nào có hợp đồng đều đọc được dữ liệu, đếm trong nhật ký",
            pillar="government",
            then="done",
        ),
        _Given(
            agency="G12",
            said="Thanh toán trực tuyến phí, lệ phí ở mọi thủ tục có thu",
            goal="Mọi thủ tục có phí nhận được thanh toán trực tuyến",
            person="Bộ trưởng Bộ Tài chính",
            due=-4,
            responsibility="Bộ Tài chính chủ trì; các tỉnh, thành phố thực hiện",
            product="Hướng dẫn thu, đối soát phí trực tuyến",
            result="Người dân trả phí mà không phải đến quầy",
            pillar="economy",
        ),
        _Given(
            agency=city,
            said="Thành phố Hồ Chí Minh nâng tỷ lệ hồ sơ trực tuyến toàn trình",
            goal="Ít nhất 60% hồ sơ nộp trực tuyến toàn trình",
            person="Phan Quốc Bảo, Chủ tịch Ủy ban nhân dân Thành phố Hồ Chí Minh",
            due=3,
            responsibility="Ủy ban nhân dân thành phố chủ trì; các phường, xã thực hiện",
            product="Chỉ tiêu do hệ thống đếm đạt mức",
            result="Người dân không phải đến quầy nộp hồ sơ",
            pillar="government",
            indicator="online-full-share",
            target="60",
        ),
        _Given(
            agency=city,
            said="Thành phố Hồ Chí Minh công bố quy trình khai sinh liên thông cho mọi phường, xã",
            goal="Mọi phường, xã áp dụng cùng một quy trình",
            person="Phan Quốc Bảo, Chủ tịch Ủy ban nhân dân Thành phố Hồ Chí Minh",
            due=-15,
            responsibility="Ủy ban nhân dân thành phố chủ trì; Công an, Bảo hiểm xã hội thành phố phối hợp",
            product="Quyết định công bố quy trình",
            result="Cha mẹ khai một lần, nhận đủ kết quả",
            pillar="government",
            then="done",
        ),
        _Given(
            agency=capital,
            said="Hà Nội rà soát dữ liệu hộ tịch còn trên giấy",
            goal="100% sổ hộ tịch từ năm 2000 có bản số",
            person="Chủ tịch Ủy ban nhân dân thành phố Hà Nội",
            due=6,
            responsibility="Ủy ban nhân dân thành phố chủ trì; các phường, xã thực hiện",
            product="Báo cáo kết quả rà soát theo từng phường, xã",
            result="Người dân xin trích lục mà không phải tìm sổ",
            pillar="government",
            then="answered",
        ),
        _Given(
            agency=danang,
            said="Đà Nẵng tổng kết tổ công nghệ số cộng đồng",
            goal="100% thôn, tổ dân phố có tổ công nghệ số hoạt động",
            person="Chủ tịch Ủy ban nhân dân thành phố Đà Nẵng",
            due=-12,
            responsibility="Ủy ban nhân dân thành phố chủ trì",
            product="Báo cáo tổng kết",
            result="Người cao tuổi được hướng dẫn tận nhà",
            pillar="society",
            then="done-late",
        ),
        _Given(
            agency="G06",
            said="Công bố chỉ số chuyển đổi số theo cách tính mới",
            goal="Chỉ số của 34 tỉnh, thành phố được công bố",
            person="Bộ trưởng Bộ Khoa học và Công nghệ",
            due=18,
            responsibility="Bộ Khoa học và Công nghệ chủ trì; các tỉnh, thành phố phối hợp",
            product="Báo cáo chỉ số kèm dữ liệu mở",
            result="Ai cũng xem và tính lại được chỉ số",
            pillar="society",
        ),
    )


def _in_the_city() -> tuple[_Given, ...]:
    ward = reference.competent(role="civil-status", unit=WARD).code
    return (
        _Given(
            agency=ward,
            said="Phường Bình Thạnh giải quyết hồ sơ khai sinh quá hạn",
            goal="Không còn hồ sơ khai sinh quá hạn",
            person="Phạm Hoàng Long, Chủ tịch Ủy ban nhân dân phường Bình Thạnh",
            due=1,
            responsibility="Ủy ban nhân dân phường chủ trì; Công an phường phối hợp",
            product="Báo cáo từng hồ sơ quá hạn và lý do",
            result="Cha mẹ nhận kết quả, kèm thư xin lỗi nếu trễ",
            pillar="government",
        ),
        _Given(
            agency=ward,
            said="Phường Bình Thạnh bố trí người hướng dẫn nộp hồ sơ trực tuyến",
            goal="Mỗi buổi tiếp dân có một người hướng dẫn",
            person="Phạm Hoàng Long, Chủ tịch Ủy ban nhân dân phường Bình Thạnh",
            due=-2,
            responsibility="Ủy ban nhân dân phường chủ trì",
            product="Lịch phân công tháng",
            result="Người không quen máy vẫn nộp được hồ sơ",
            pillar="society",
        ),
    )


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """Hold the past session and give the chairman's tasks; done once, again it changes nothing."""
    del who, scale  # the named officers act, in every size of nation
    if api.meetings(SECRETARY):
        return
    given = _national()
    with _at(-45) as clock:
        meeting = _hold(given)
        clock.advance(timedelta(hours=3))
        api.conclude(SECRETARY.again(), meeting=meeting)
    codes = {
        each.said: each.task.code for each in api.meeting(SECRETARY, meeting=meeting).conclusions_said if each.task
    }
    for each in given:
        _follow(codes[each.said], each)
    chairman = _head(_committee(CITY), CITY, "provincial-leader", subject="cb-provincial-chairman")
    with _at(-9):
        for each in _in_the_city():
            api.give_task(chairman.again(), answers=_answers(each))
    say(f"oversight: {len(codes) + len(_in_the_city())}")


def _hold(given: tuple[_Given, ...]) -> str:
    today = runtime.current().clock.now().date()
    meeting = api.open_meeting(
        SECRETARY.again(),
        title=f"Phiên họp Ủy ban Quốc gia về chuyển đổi số, tháng {today.month}/{today.year} (minh họa)",
        held_on=day(today),
        begins="08:00",
        place="Hà Nội và các điểm cầu",
        agenda=AGENDA,
    )
    for each in given:
        conclusion = api.add_conclusion(SECRETARY.again(), meeting=meeting, said=each.said)
        api.give_task(SECRETARY.again(), answers=_answers(each), conclusion=conclusion)
    return meeting


def _answers(given: _Given) -> dict[str, str]:
    return {
        "agency": given.agency,
        "goal": given.goal,
        "person": given.person,
        "work": given.said,
        "due_on": day(_day(given.due)),
        "responsibility": given.responsibility,
        "product": given.product,
        "result": given.result,
        "pillar": given.pillar,
        "indicator": given.indicator,
        "target": given.target,
    }


def _follow(code: str, given: _Given) -> None:
    """Let the head answer, and the secretary look at it, when the demonstration says so."""
    if given.then == "open":
        return
    agency = reference.agency(given.agency)
    unit = agency.unit if agency else ""
    known = {_committee(CITY): "provincial-chairman", "G01": "security-minister", "G12": "finance-minister"}
    role = "provincial-leader" if given.agency == _committee(CITY) else "agency-head"
    subject = f"cb-{known.get(given.agency, given.agency)}"
    head = _head(given.agency, unit, role, subject=subject)
    with _at({"done": given.due - 2, "done-late": given.due + 3}.get(given.then, -1)) as clock:
        paper = _paper(given, agency.name.vi if agency else given.agency)
        upload = api.Upload("san-pham.docx", paper)
        api.answer_task(
            head.again(), task=code, note="Kính gửi Ủy ban sản phẩm của nhiệm vụ (minh họa).", files=[upload]
        )
        clock.advance(timedelta(hours=4))
        if given.then != "answered":
            api.accept(SECRETARY.again(), task=code, note="Sản phẩm đúng yêu cầu.")


def _paper(given: _Given, agency: str) -> bytes:
    now = runtime.current().clock.now()
    return word.write(
        agency=agency,
        above="",
        number="",
        place_and_day=f"ngày {now.day:02d} tháng {now.month:02d} năm {now.year}",
        title=given.product,
        subject=f"{given.said} (minh họa)",
        blocks=(),
        signs=("Người đứng đầu", ""),
        at=now,
    )


def _head(agency: str, unit: str, role: str, *, subject: str) -> Actor:
    units = frozenset({unit} if unit else ())
    return Actor(kind=Kind.OFFICER, subject=subject, agency=agency, units=units, roles=frozenset({role}), level=3)


def _committee(unit: str) -> str:
    return reference.agencies(kind="people-committee", unit=unit)[0].code


def _day(working_days: int) -> date:
    """Return the day so many working days from today of the real clock, before it when negative."""
    today = _today()
    if working_days < 0:
        return domain.working_days_before(today, -working_days, reference.working_day)
    found = today
    for _each in range(working_days):
        found = domain.counted(found + timedelta(days=1), reference.working_day)
    return found


def _today() -> date:
    """Return today by the real clock, also while another one stands in its place."""
    return runtime.current().part("oversight.demonstration.today", lambda node: node.clock.now().date())


@contextmanager
def _at(working_days: int) -> Generator[SetClock]:
    """Let the node's clock stand at nine on a working day so many working days from today."""
    node = runtime.current()
    there = SetClock(datetime.combine(_day(working_days), time(9, 0), ZONE))
    real, node.clock = node.clock, there
    try:
        yield there
    finally:
        node.clock = real
