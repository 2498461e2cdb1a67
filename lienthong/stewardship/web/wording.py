"""How batches and rows are said on a steward's pages, and who may open them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship import api
from lienthong.webkit.request import require

STATES = {
    "reading": ("info", N_("Đang đọc bản quét")),
    "begun": ("wait", N_("Chờ ghép cột")),
    "ready": ("info", N_("Đã chạy thử")),
    "trying": ("info", N_("Đang chạy thử")),
    "running": ("info", N_("Đang nhập")),
    "done": ("ok", N_("Đã nhập xong")),
    "undone": ("", N_("Đã hoàn tác")),
    "dropped": ("", N_("Đã bỏ")),
}
"""State of a batch → look of its tag, words."""
FATES = {
    "created": ("ok", N_("Ghi mới")),
    "changed": ("ok", N_("Thay đổi")),
    "same": ("", N_("Không đổi")),
    "again": ("", N_("Trùng dòng trước")),
    "review": ("risk", N_("Chờ người quyết định")),
    "rejected": ("late", N_("Bị từ chối")),
    "aside": ("", N_("Không phải dữ liệu")),
}
"""What became of a row → look of its tag, words."""
KINDS = {
    "rejected": ("late", N_("Dòng bị từ chối")),
    "review": ("risk", N_("Dòng chờ người quyết định")),
    "note": ("info", N_("Điều đã được hiểu hoặc sửa giúp")),
}
"""What a problem does to its rows → look of its tag, words."""
DRAFTS = {
    "open": ("risk", N_("Chờ xác nhận")),
    "landed": ("ok", N_("Đã xác nhận, đã nhập")),
    "refused": ("", N_("Đã bỏ, không nhập")),
}
"""State of a draft record → look of its tag, words."""
PAGES = {
    "waiting": ("wait", N_("Chờ đọc")),
    "read": ("ok", N_("Đã đọc")),
    "left": ("late", N_("Không dùng được")),
}
"""State of a page of a scan → look of its tag, words."""
STEPS = (N_("Chọn tệp"), N_("Ghép cột"), N_("Chạy thử"), N_("Nhập thật"))
EVERY = "2"
"""Seconds after which a page that waits for the worker asks again, by a header: no script is needed."""


def steward(request: Request) -> Actor:
    """Return the officer who keeps registers. Raises SignInNeeded, Denied."""
    return require(request, Kind.OFFICER, role=api.ROLE)


def steps() -> list[str]:
    """Return the steps of an import in words."""
    return [gettext(each) for each in STEPS]


def shown(spec: Register, name: str, value: Any) -> str:
    """Return a stored value as people read it; a commune with its province."""
    if value is None or value == "":
        return ""
    if spec.terms[name].type == "unit":
        found = reference.unit(str(value))
        return f"{reference.place(found)} ({value})" if found else str(value)
    return reference.show_value(spec.term_of(name), value)


def title(spec: Register, name: str) -> str:
    """Return what a field is called; "" for what is about a whole row, and a column's own title as it stands."""
    return str(spec.title_of(name)) if name in spec.fields else name


def faults(refused: LienThongError | None, at: str) -> Sequence[Fault]:
    """Return what stands against a form; what names no field of it stands at ``at``."""
    if refused is None:
        return ()
    listed = refused.faults if isinstance(refused, Invalid) else ()
    return listed or (Fault(at, refused.code, refused.template, tuple(refused.data.items())),)
