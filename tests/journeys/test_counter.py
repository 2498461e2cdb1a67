"""The grandfather without a telephone: served at the counter with a slip, his daughter goes on, and he sees it all."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.conftest import Walker

Walk = Callable[..., Walker]
OFFICER, DAUGHTER = "Đặng Ngọc Trâm", "Phan Thị Ngọc Diệp"
NUMBER = "079 049 990 149"
SERVED = "Đang phục vụ ông Phan Văn Tư"


def serve(officer: Walker, code: str = "") -> None:
    officer.go("/counter")
    officer.page.get_by_label("Số định danh trên thẻ căn cước").fill(NUMBER)
    officer.page.get_by_label("Họ và tên trên thẻ").fill("phan van tu")
    officer.page.get_by_label("Mã người dân mang theo").fill(code)
    officer.page.get_by_label("Tôi đã xem thẻ").check()
    officer.press("Bắt đầu phục vụ")


def test_the_grandfather_his_slip_and_his_daughter(walk: Walk) -> None:
    officer = walk(OFFICER).go("/counter").look("counter")
    officer.press("Bắt đầu phục vụ")
    officer.sees("Nhập đủ 12 chữ số").look()
    serve(officer)
    officer.sees(SERVED).look("counter-service")
    officer.press("In phiếu")
    slip = officer.page.locator(".done .code").inner_text()
    officer.look("counter-slip")
    officer.page.emulate_media(media="print")
    assert not officer.page.get_by_role("button", name="Kết thúc phục vụ").is_visible()
    assert officer.page.locator(".done .code").is_visible()
    officer.page.emulate_media(media="screen")

    officer.go("/counter/now")
    officer.page.locator("li", has_text="Trợ cấp hưu trí xã hội").get_by_role("button").click()
    officer.sees(SERVED).sees("xác nhận").look("counter-fetch")
    officer.press("Tôi đã đọc và xác nhận, lấy dữ liệu")
    officer.sees("nhập mã trên phiếu").look()
    officer.page.get_by_label("Mã trên phiếu").fill(slip.lower())
    officer.press("Tôi đã đọc và xác nhận, lấy dữ liệu")
    officer.look("counter-questions")
    draft = officer.page.url.rpartition("/")[2]
    officer.press("Kết thúc phục vụ")
    assert officer.page.goto(f"{officer.house.address}/drafts/{draft}").status == 403  # type: ignore[union-attr]
    officer.errors.clear()

    stranger = walk().go("/slip").look("slip")
    stranger.page.get_by_label("Mã trên phiếu").fill(slip)
    stranger.press("Xem")
    stranger.sees("bản nháp, chưa nộp").look()
    assert "Phan" not in stranger.page.inner_text("main")

    daughter = walk(DAUGHTER).go("/my/mandates").look("mandates")
    daughter.press("Làm thay")
    daughter.sees("Đang làm thay Phan Văn Tư theo ủy quyền").look("mandate-home")
    daughter.go("/slip")
    daughter.page.get_by_label("Mã trên phiếu").fill(slip)
    daughter.press("Xem")
    daughter.page.get_by_role("link", name="Làm tiếp").click()
    daughter.page.get_by_label("Không").first.check()
    daughter.page.get_by_label("Tiền mặt").check()
    daughter.press("Tiếp tục")
    daughter.page.get_by_label("Tôi cam đoan").check()
    daughter.press("Ký và nộp hồ sơ")
    daughter.sees("Phan Thị Ngọc Diệp thay cho Phan Văn Tư, theo ủy quyền").look()

    serve(officer, slip)
    officer.sees(SERVED).look()
    officer.page.get_by_role("link", name="Mở hồ sơ").click()
    officer.sees("Phan Thị Ngọc Diệp thay cho Phan Văn Tư")
    officer.press("Kết thúc phục vụ")
