"""A session of the Committee: figures by themselves, a conclusion that has to be clear, a product, the next session."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import expect
from pypdf import PdfWriter

from lienthong.kernel.clock import SystemClock
from lienthong.kernel.text import day
from tests.journeys.conftest import Walker
from tests.journeys.test_birth import wait_until

Walk = Callable[..., Walker]
SECRETARY, CHAIRMAN, STRANGER = "Vũ Thị Hồng Minh", "Phan Quốc Bảo", "Phạm Hoàng Long"
SAID = "Thành phố Hồ Chí Minh chấm dứt nhận giấy ở 4 dịch vụ còn lại"
SEVEN = {
    "Rõ mục tiêu": "25 trong 25 dịch vụ thiết yếu",
    "Rõ người": "Phan Quốc Bảo, Chủ tịch Ủy ban nhân dân Thành phố Hồ Chí Minh",
    "Rõ thời gian": day(SystemClock().now().date() + timedelta(days=30)),
    "Rõ trách nhiệm": "Sở Khoa học và Công nghệ tham mưu; các phường, xã thực hiện",
    "Rõ kết quả": "Không còn hồ sơ giấy trong 10 ngày liền",
}


def paper() -> bytes:
    """A PDF of one empty page."""
    writer, output = PdfWriter(), io.BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(output)
    return output.getvalue()


def open_session(secretary: Walker, title: str) -> str:
    """Open a session that is held today; answer its address."""
    secretary.go("/oversight/sessions/new")
    secretary.page.get_by_label("Tên phiên họp").fill(title)
    secretary.page.get_by_label("Ngày họp").fill(day(SystemClock().now().date()))
    secretary.page.get_by_label("Chương trình").fill("08:00 | Tiến độ chỉ tiêu | Bộ Khoa học và Công nghệ\nKết luận")
    secretary.press("Mở phiên và tổng hợp số liệu")
    secretary.sees(title).sees("Thay đổi từ phiên trước")
    return secretary.page.url.removeprefix(secretary.house.address)


def test_a_conclusion_becomes_a_task_and_the_next_session_opens_with_it(walk: Walk) -> None:
    secretary = walk(SECRETARY).go("/oversight/sessions").look("sessions")
    secretary.go("/oversight/sessions/new").look()
    session = open_session(secretary, "Phiên họp Ủy ban, kỳ này")
    secretary.look()
    secretary.page.get_by_label("Thêm kết luận").fill(SAID)
    secretary.press("Ghi kết luận và lập nhiệm vụ")

    secretary.page.get_by_label("Giao cho cơ quan").select_option(label="Ủy ban nhân dân thành phố Hồ Chí Minh")
    for label, text in SEVEN.items():
        secretary.page.get_by_label(label).fill(text)
    secretary.press("Lưu nhiệm vụ")
    secretary.sees("Chưa rõ sản phẩm").sees("Có 1 chỗ cần sửa").look("task-refused")
    expect(secretary.page.get_by_label("Rõ mục tiêu")).to_have_value(SEVEN["Rõ mục tiêu"])
    secretary.page.get_by_label("Rõ sản phẩm").fill("4 quy trình đã công bố")
    secretary.press("Lưu nhiệm vụ").sees("Đủ bảy rõ").look("session")

    chairman = walk(CHAIRMAN)
    unseen = chairman.page.goto(chairman.house.address + session)
    assert unseen is not None
    assert unseen.status == 404, "an open session is its body's own"
    secretary.press("Ký kết luận, giao nhiệm vụ").sees("Đang làm")
    code = secretary.page.get_by_role("link", name=re.compile(r"^NV-")).last.inner_text()

    chairman.errors.clear()  # the browser notes the 404 above
    chairman.go("/my/messages").sees(code)
    chairman.go("/oversight/tasks").sees(SAID).look("tasks")
    chairman.go(f"/oversight/tasks/{code}").look("task")
    product = {"name": "Quyết định.pdf", "mimeType": "application/pdf", "buffer": paper()}
    chairman.page.get_by_label("Sản phẩm").set_input_files(product)  # type: ignore[arg-type]
    chairman.page.get_by_label("Nói rõ thêm").fill("Đã công bố đủ 4 quy trình")
    chairman.press("Nộp trả lời").sees("Chờ xem kết quả").sees("Quyết định.pdf")

    secretary.go(f"/oversight/tasks/{code}").sees("Đã công bố đủ 4 quy trình").look("task-answered")
    secretary.press("Chấp nhận").sees("Xong đúng hạn")
    wait_until(lambda: "Đang ghi sổ" not in secretary.go(f"/oversight/tasks/{code}").page.inner_text("body"))
    secretary.sees("Đã ghi sổ, đã chứng minh")

    secretary.go(session).press("Ký số: Biên bản")
    wait_until(lambda: secretary.go(session).page.get_by_role("link", name="Biên bản PDF").count() == 1, 60)
    signed = secretary.page.request.get(f"{secretary.house.address}{session}/minutes.pdf")
    assert signed.body().startswith(b"%PDF")
    word = chairman.page.request.get(f"{chairman.house.address}{session}/report.docx")
    assert word.body().startswith(b"PK")

    open_session(secretary, "Phiên họp Ủy ban, kỳ sau")
    secretary.sees(SAID).sees("1 xong · 0 đang làm · 0 trễ").look("session-next")


def test_plans_and_the_board_fit_every_screen(walk: Walk) -> None:
    secretary = walk(SECRETARY).go("/oversight/plans").look("plans")
    secretary.go("/oversight/tasks?by=agency").look().go("/oversight/tasks?by=pillar").look()
    secretary.go("/oversight/tasks/new").look()
    sheet = secretary.page.request.get(
        f"{secretary.house.address}/oversight/plans/template.csv?plan=national-committee-2023"
    )
    known = {"name": "ke-hoach.csv", "mimeType": "text/csv", "buffer": sheet.body()}
    secretary.go("/oversight/plans").page.get_by_label("Tệp kế hoạch").set_input_files(known)  # type: ignore[arg-type]
    secretary.press("Kiểm tra thử").sees("Chưa rõ người").look("plan-tried")
    refused = walk(STRANGER).page.goto(f"{secretary.house.address}/oversight/plans")
    assert refused is not None
    assert refused.status == 403
