"""The working calendar from its table of days, national and local."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from lienthong.kernel.i18n import Bilingual
from lienthong.reference.domain.calendar import Calendar, Special
from lienthong.reference.store import files


class Calendars:
    """Calendars by agency: the national days and those of the agency or an agency above it in its code.

    A patch may carry a column ``agency``: ``H29`` closes or opens every office of that province on the day.
    """

    def __init__(self, days: dict[str, dict[date, Special]]) -> None:
        self._days = days
        self._national = Calendar(days[""])
        self._made: dict[str, Calendar] = {}

    def of(self, agency: str) -> Calendar:
        """Return the calendar of an agency; the national one for "" and for an agency without days of its own."""
        parts = agency.split(".")
        own = [code for n in range(1, len(parts) + 1) if (code := ".".join(parts[:n])) in self._days and code]
        if not own:
            return self._national
        if agency not in self._made:
            merged = {day: special for code in ("", *own) for day, special in self._days[code].items()}
            self._made[agency] = Calendar(merged)
        return self._made[agency]


def load() -> Calendars:
    """Read the table of days; ``kind`` is ``off`` (no work) or ``work`` (made up for another day)."""
    days: dict[str, dict[date, Special]] = defaultdict(dict)
    for row in files.rows("holidays_vn.csv"):
        kind = "makeup" if row["kind"] == "work" else "holiday"
        label = Bilingual(row["name_vi"], row.get("name_en") or row["name_vi"])
        days[row.get("agency", "")][date.fromisoformat(row["date"])] = Special(kind, label)
    days[""] = days[""]
    return Calendars(dict(days))
