"""How pages of tasks and sessions say things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lienthong.kernel.i18n import N_, gettext
from lienthong.oversight.domain.figures import Figure
from lienthong.oversight.domain.tasks import Standing, Step
from lienthong.webkit.show import number

STANDINGS: Mapping[Standing, tuple[str, str]] = {
    Standing.LATE: ("late", N_("Trễ hạn")),
    Standing.SOON: ("risk", N_("Sắp đến hạn")),
    Standing.TIME: ("info", N_("Đang làm")),
    Standing.WAITING: ("wait", N_("Chờ xem kết quả")),
    Standing.DONE: ("ok", N_("Xong đúng hạn")),
    Standing.DONE_LATE: ("risk", N_("Xong nhưng trễ")),
    Standing.DRAFT: ("wait", N_("Chưa giao")),
    Standing.WITHDRAWN: ("wait", N_("Đã thu hồi")),
}
"""How a task stands → state of a tag, words."""
SEVEN = {
    "goal": (N_("Rõ mục tiêu"), N_("Đích phải đạt; đo được bằng số thì ghi số.")),
    "person": (N_("Rõ người"), N_("Chức danh người chịu trách nhiệm; thêm họ tên để người đó được nhắc.")),
    "work": (N_("Rõ việc"), N_("Những việc phải làm.")),
    "due_on": (N_("Rõ thời gian"), N_("Ngày/tháng/năm. Hạn rơi vào ngày nghỉ tính đến ngày làm việc kế tiếp.")),
    "responsibility": (N_("Rõ trách nhiệm"), N_("Ai chủ trì, ai phối hợp.")),
    "product": (N_("Rõ sản phẩm"), N_("Thứ phải nộp: quyết định, báo cáo, hệ thống đã chạy.")),
    "result": (N_("Rõ kết quả"), N_("Điều người dân, cơ quan nhận được, và cách kiểm tra.")),
}
"""The seven: name → title, what to write."""
MOMENTS = {
    "assigned": N_("Giao nhiệm vụ"),
    "answered": N_("Trả lời"),
    "accepted": N_("Chấp nhận"),
    "returned": N_("Trả lại"),
    "withdrawn": N_("Thu hồi"),
    "reminded-before": N_("Nhắc người chịu trách nhiệm"),
    "reminded-due": N_("Nhắc người đứng đầu, đến hạn"),
    "reminded-after": N_("Báo lên cấp giao nhiệm vụ: trễ hạn"),
}
STEPS = {
    Step.BEFORE: N_("nhắc người chịu trách nhiệm"),
    Step.DUE: N_("nhắc người đứng đầu cơ quan"),
    Step.AFTER: N_("báo lên cấp giao nhiệm vụ"),
}
PROOFS = {
    "proved": ("ok", N_("Đã ghi sổ, đã chứng minh")),
    "waiting": ("wait", N_("Đang ghi sổ")),
    "wrong": ("late", N_("Không khớp sổ: báo người vận hành")),
}
PAPERS = {"minutes": N_("Biên bản"), "report": N_("Báo cáo số liệu")}


def days(left: int) -> str:
    """Return how many working days are left of a task, or how late it is."""
    if left < 0:
        return gettext("trễ %(days)s ngày làm việc", days=number(-left))
    return gettext("còn %(days)s ngày làm việc", days=number(left)) if left else gettext("hôm nay")


def share(counted: Any) -> float | None:
    """Return the share of a frozen [of, part]."""
    return Figure(counted[0], counted[1]).share
