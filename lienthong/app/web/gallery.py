"""What the component gallery shows: invented values in every state."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from lienthong.kernel.errors import Fault
from lienthong.webkit.charts import TILES, Line, Tile
from lienthong.webkit.parts import ClockDay, Source, Step

_MONDAY = date(2026, 11, 16)


def _strip(*cells: tuple[int, str, str]) -> list[ClockDay]:
    return [ClockDay(_MONDAY + timedelta(days=day), label, tuple(marks.split())) for day, label, marks in cells]


SAMPLES: dict[str, Any] = {
    "sources": [
        Source("CSDL Dân cư", "21/11 20:14", "register", "#source"),
        Source("Tính từ dữ liệu cha", "", "computed", "#source"),
        Source("Bạn khai", "21/11/2026", "declared"),
        Source("Đọc từ bản quét", "chưa đối chiếu", "scan"),
    ],
    "running": _strip(
        (3, "tiếp nhận", "spent"), (4, "ngày 1", "spent"), (5, "nghỉ", "off"), (6, "nghỉ", "off"),
        (7, "hôm nay", "today"), (8, "nghỉ lễ", "off"), (9, "ngày 3", ""), (10, "hẹn trả", "due"),
    ),
    "late": _strip(
        (2, "ngày 2", "spent"), (3, "hẹn trả", "due"), (4, "trễ", "over"), (5, "nghỉ", "off"), (6, "nghỉ", "off"),
        (7, "hôm nay", "today"), (8, "nghỉ lễ", "off"), (9, "hẹn lại", "due"),
    ),
    "paused": _strip(
        (2, "tiếp nhận", "spent"), (3, "ngày 1", "spent"), (4, "dừng", "hold"), (5, "nghỉ", "off"), (6, "nghỉ", "off"),
        (7, "dừng", "hold today"), (8, "nghỉ lễ", "off"), (9, "dừng", "hold"),
    ),
    "faults": [Fault("birth-bad", "date.missing", "Nhập ngày sinh, ví dụ 14/11/2026")],
    "path_steps": [
        Step("Đã nộp", "21/11/2026 20:16 · trực tuyến", "done"),
        Step("Khai sinh – UBND phường Bình Thạnh", "Trả lời trong 8 giờ làm việc", "now"),
        Step("Thường trú · Thẻ BHYT", "Làm song song, trước 27/11"),
    ],
    "month_line": Line(
        [f"T{month}" for month in range(1, 13)],
        [0.48, 0.52, 0.55, 0.57, 0.6, 0.62, 0.64, 0.66, 0.68, 0.7, 0.718, None],
        [0.5 + 0.025 * month for month in range(12)],
    ),
    "tiles": {code: Tile(1 + place % 5, f"{60 + place},{place % 10}") for place, code in enumerate(TILES)},
}  # fmt: skip
