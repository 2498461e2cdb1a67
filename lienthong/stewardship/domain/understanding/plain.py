"""What has no trap of its own: texts, times, moments, yes and no, agencies: as the dictionary reads them."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any

from lienthong.kernel.errors import Invalid
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.shapes import Settings, Understood

_TIME_TAIL = re.compile(r"(\d{1,2})\s*(?:h|giờ|g|:)\s*(\d{2})?\s*(?:p|phút|')?", re.IGNORECASE)


def understand_plain(term: DataTerm, raw: Any, text: str, _settings: Settings) -> Understood:
    """Understand what the dictionary's own reader takes; its fault is the refusal."""
    if term.type == "time":
        text = _time(raw, text)
    try:
        return Understood(reference.parse_value(term.id, text))
    except Invalid as refusal:
        return Understood(None, faults=refusal.faults)


def _time(raw: Any, text: str) -> str:
    if isinstance(raw, float) and 0 <= raw < 1:  # a spreadsheet keeps a time as a part of a day
        minutes = round(raw * 24 * 60)
        return f"{minutes // 60 % 24}:{minutes % 60:02d}"
    if isinstance(raw, timedelta):
        minutes = int(raw.total_seconds()) // 60
        return f"{minutes // 60 % 24}:{minutes % 60:02d}"
    if isinstance(raw, time | datetime):
        return f"{raw.hour}:{raw.minute:02d}"
    if found := _TIME_TAIL.fullmatch(text):
        return f"{found[1]}:{found[2] or '00'}"
    return text
