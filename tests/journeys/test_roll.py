"""A ward draws up its roll of voters, posts it and corrects it; a citizen finds their name and objects."""

from __future__ import annotations

from collections.abc import Callable

from tests.journeys.conftest import Walker

Walk = Callable[..., Walker]
OFFICER, MOTHER = "Đặng Ngọc Trâm", "Nguyễn Thị Thu Hà"
HOME = "/steward/population/roll"


def test_a_roll_from_drawing_to_the_answer_of_an_objection(walk: Walk) -> None:
    officer = walk(OFFICER).go(HOME).look()
    officer.page.get_by_role("link", name="Lập danh sách").click()
    officer.look().press("Lập danh sách")
    officer.look().sees("Ghi ngày bầu cử")
    fill(officer, day="14/03/2027", areas="Khu vực số 1 | Lê Quang Định, Bùi Hữu Nghĩa\nKhu vực số 2")
    officer.press("Lập danh sách")
    officer.look().sees("Chưa niêm yết")
    officer.press("Lập lại để đối chiếu").sees("giống hệt từng dòng")
    officer.press("Ghi nhận đã niêm yết").look("roll-posted").sees("Đang niêm yết")
    mother = walk(MOTHER).go("/").look().sees("Danh sách cử tri")
    mother.page.get_by_role("link", name="Xem và khiếu nại nếu sai").click()
    mother.look().page.get_by_text("Thông tin của tôi ghi sai").click()
    fill(mother, said="Sai số nhà, đúng là số 14")
    mother.press("Gửi khiếu nại").look("own-roll").sees("Chờ trả lời")
    officer.go(officer.page.url.removeprefix(officer.house.address))
    officer.page.get_by_role("link", name="Thông tin ghi sai").click()
    officer.look().page.get_by_label("Chấp nhận, sửa danh sách").check()
    fill(officer, reason="Đúng")
    officer.press("Trả lời").look().sees("vẫn ghi như cũ")
    officer.page.get_by_label("Không chấp nhận").check()
    officer.press("Trả lời").sees("Không chấp nhận")
    mother.go("/my/roll").look().sees("khởi kiện tại Tòa án")
    officer.page.get_by_role("link", name="Khu vực số 2").first.click()
    officer.look("roll-area").page.get_by_role("link", name="Ghi khiếu nại về dòng số 1", exact=True).click()
    officer.look().page.get_by_label("Không được có tên").check()
    fill(officer, said="Bản án số 12")
    officer.press("Ghi nhận")
    officer.page.get_by_role("link", name="Không được có tên trong danh sách").click()
    officer.page.get_by_label("Chấp nhận, sửa danh sách").check()
    officer.page.get_by_label("Căn cứ xóa tên").select_option("deprived")
    fill(officer, reason="Có bản án")
    officer.press("Trả lời").page.get_by_text("Chốt danh sách").click()
    officer.look().press("Chốt, không sửa nữa").look().sees("Đã chốt")
    officer.page.get_by_role("link", name="Khu vực số 2").first.click()
    officer.look().sees("Đã xóa tên")


def fill(walker: Walker, **answers: str) -> None:
    """Fill in answers by the names of their fields."""
    for name, text in answers.items():
        walker.page.locator(f"[name='{name}']").fill(text)
