"""Sentences for states and history lines, Vietnamese in code, English from the catalogue."""

from __future__ import annotations

from lienthong.kernel import clock
from lienthong.kernel.i18n import N_, gettext, ngettext
from lienthong.kernel.text import day_time
from lienthong.services.api import reasons
from lienthong.services.spec.shape import Procedure

DOSSIER = {
    "draft": N_("Bản nháp"),
    "open": N_("Đang giải quyết"),
    "paused": N_("Chờ bổ sung"),
    "granted": N_("Đã có kết quả"),
    "refused": N_("Bị từ chối"),
    "partly": N_("Đã có kết quả, một việc bị từ chối"),
    "withdrawn": N_("Người nộp đã rút"),
}
STEP = {
    "planned": N_("Chưa đến lượt"),
    "open": N_("Đang xử lý"),
    "signing": N_("Chờ ký"),
    "auto": N_("Hệ thống đang làm"),
    "paused": N_("Chờ người dân bổ sung"),
    "done": N_("Xong"),
    "refused": N_("Bị từ chối"),
    "declined": N_("Người nộp không chọn"),
    "closed": N_("Không thực hiện"),
}
HISTORY = {
    "filed": N_("Đã nộp hồ sơ"),
    "signed": N_("Đã cùng ký"),
    "declined": N_("Không đồng ý ký"),
    "approved": N_("%(step)s: đã thẩm định, trình ký"),
    "returned": N_("%(step)s: người ký trả lại"),
    "step_done": N_("%(step)s: xong"),
    "step_refused": N_("%(step)s: từ chối"),
    "supplement_asked": N_("%(step)s: yêu cầu bổ sung, đồng hồ dừng"),
    "supplement_given": N_("Đã bổ sung, đồng hồ chạy tiếp"),
    "extended": N_("Gia hạn một lần: %(reason)s"),
    "apology": N_("Xin lỗi và hẹn lại: trước %(when)s"),
    "paper": N_("Đã cấp %(paper)s vào ví giấy tờ"),
    "finished": N_("Hồ sơ kết thúc"),
    "withdrawn": N_("Đã rút hồ sơ"),
    "withdrawn_for": N_("Đã rút hồ sơ: %(reason)s"),
}

ANSWERS = {
    "granted": "approve",
    "refused": "refuse",
    "done": "approve",
    "step_done": "approve",
    "step_refused": "refuse",
}
"""Outcome, state or line of the history → the answer it is, where a procedure answers and does not grant."""


def dossier_state(state: str, outcome: str, procedure: Procedure | None = None) -> str:
    """Return where a dossier stands, in words: those of its procedure where its decisions have names of their own."""
    reached = outcome if state == "finished" else state
    if procedure and procedure.says and reached in ANSWERS:
        return str(getattr(procedure.says, ANSWERS[reached]))
    return gettext(DOSSIER[reached])


def step_state(state: str, procedure: Procedure | None = None) -> str:
    """Return where a step stands, in words: those of its procedure where its decisions have names of their own."""
    if procedure and procedure.says and state in ANSWERS:
        return str(getattr(procedure.says, ANSWERS[state]))
    return gettext(STEP[state])


def history(kind: str, step: str, data: str, procedure: Procedure) -> str:
    """Return one line of a dossier's history, in words."""
    title = str(procedure.flow[step].title) if step in procedure.flow else ""
    if procedure.says and kind in ANSWERS:
        return f"{title}: {getattr(procedure.says, ANSWERS[kind])}"
    paper = str(procedure.results[data].title) if kind == "paper" and data in procedure.results else ""
    when = day_time(clock.moment(data)) if kind == "apology" else ""
    reason = str(reasons.told(data, procedure.reasons.extend)) if kind == "extended" else data
    template = HISTORY["withdrawn_for" if kind == "withdrawn" and data else kind]
    return (
        gettext(template, step=title, paper=paper, reason=reason, when=when) if "%(" in template else gettext(template)
    )


def term(text: str) -> str:
    """Return a legal term (``3wd``, ``8h``, ``10cd``, ``same_day``) in words."""
    if text == "same_day":
        return gettext("ngay trong ngày (nộp trước 15:00)")
    if text.endswith("wd"):
        return ngettext("%(n)s ngày làm việc", "%(n)s ngày làm việc", int(text.removesuffix("wd")))
    if text.endswith("cd"):
        return ngettext("%(n)s ngày", "%(n)s ngày", int(text.removesuffix("cd")))
    return ngettext("%(n)s giờ làm việc", "%(n)s giờ làm việc", int(text.removesuffix("h")))
