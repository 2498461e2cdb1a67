"""The people of a session: a secretary, two chairmen, a ward's chair, a minister; and a task they give each other."""

from __future__ import annotations

import io
from typing import Any

from pypdf import PdfWriter

from lienthong.identity import api as identity
from lienthong.kernel import events
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.events import read_after
from lienthong.oversight import api

COMMITTEE, CITY, CAPITAL, WARD = "G06.UBQG", "H29", "H26", "H29.26.929"
SEVEN = {
    "goal": "100% thủ tục có thanh toán trực tuyến",
    "person": "Chủ tịch Ủy ban nhân dân thành phố",
    "work": "Mở thanh toán trực tuyến ở mọi thủ tục có phí",
    "due_on": "15/12/2026",
    "responsibility": "Ủy ban nhân dân chủ trì",
    "product": "Báo cáo kết quả",
    "result": "Người dân trả phí tại nhà",
}


def paper() -> bytes:
    """A PDF of one empty page."""
    writer, output = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=100, height=100)
    writer.write(output)
    return output.getvalue()


PDF = paper()


def officer(subject: str, agency: str, role: str, *units: str) -> Actor:
    """An officer who may sign."""
    return Actor(
        kind=Kind.OFFICER, subject=subject, agency=agency, roles=frozenset({role}), units=frozenset(units), level=3
    )


SECRETARY = officer("thu-ky", COMMITTEE, "committee-secretary")
CHAIRMAN = officer("chu-tich-hcm", CITY, "provincial-leader", "79")
OTHER_CHAIRMAN = officer("chu-tich-hn", CAPITAL, "provincial-leader", "01")
WARD_CHAIR = officer("chu-tich-bt", WARD, "commune-chair", "26929")
MINISTER = officer("bo-truong", "G12", "agency-head")
CLERK = officer("van-thu", CITY, "one-stop-officer", "79")


def open_accounts() -> None:
    """Open the accounts of those who get notices."""
    people = (
        (SECRETARY, "Nguyễn Thị Thư", "Thư ký Ủy ban"),
        (CHAIRMAN, "Lê Văn Chủ", "Chủ tịch Ủy ban nhân dân thành phố"),
        (OTHER_CHAIRMAN, "Trần Thủ Đô", "Chủ tịch"),
        (WARD_CHAIR, "Phạm Văn Phường", "Chủ tịch Ủy ban nhân dân phường"),
        (CLERK, "Hoàng Văn Thư", "Văn thư"),
    )
    for who, name, position in people:
        member = identity.Staff(
            subject=who.subject, name=name, position=position, agency=who.agency, roles=who.roles, units=who.units
        )
        identity.open_staff(system("test"), member=member)


def give(who: Actor = SECRETARY, agency: str = CITY, **changes: str) -> str:
    """Assign a task at once; answer its code."""
    return api.give_task(who.again(), answers={**SEVEN, "agency": agency, **changes})


def hand_in(who: Actor, task: str, **changes: Any) -> None:
    """Answer a task with a product."""
    api.answer_task(who.again(), task=task, files=[api.Upload("bao-cao.pdf", PDF)], **changes)


def hold(who: Actor = SECRETARY, *, held_on: str = "21/11/2026", said: str = "", agency: str = CITY) -> tuple[str, str]:
    """Open a session with one conclusion that is a task; answer both."""
    meeting = api.open_meeting(who.again(), title="Phiên họp tháng 11/2026", held_on=held_on)
    conclusion = api.add_conclusion(who.again(), meeting=meeting, said=said or "Thành phố mở thanh toán trực tuyến")
    return meeting, api.give_task(who.again(), answers={**SEVEN, "agency": agency}, conclusion=conclusion)


def told(kind: type[events.Event]) -> list[Any]:
    """Return the facts of a kind, in order."""
    return [each.event for each in read_after(0, types=[kind])]
