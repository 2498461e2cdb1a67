"""Codes: of dossiers (agency-date-serial), and numbers a step gives by a pattern."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

_CODE = re.compile(r"^(?P<agency>[A-Z0-9]+(?:\.[A-Z0-9]+)*)-(?P<day>\d{6})-(?P<serial>\d{4,})$")
_PLACE = re.compile(r"\{(unit|province|year|serial)(?::0(\d{1,2}))?\}")


def dossier_code(agency: str, day: date, serial: int) -> str:
    """Return ``H29.28.5-261121-0012``: agency, day of filing, serial of the agency on that day."""
    return f"{agency}-{day:%y%m%d}-{serial:04d}"


def is_dossier_code(text: str) -> bool:
    """Say whether the text has the shape of a dossier code."""
    return _CODE.match(text) is not None


def is_pattern(pattern: str) -> bool:
    """Say whether a pattern uses known places only and the serial exactly once."""
    rest = _PLACE.sub("", pattern)
    return "{" not in rest and "}" not in rest and len(re.findall(r"\{serial", pattern)) == 1


@dataclass(frozen=True, slots=True)
class Places:
    """What fills a pattern beside its serial: commune, province and year of the decision."""

    unit: str
    province: str
    year: int


def series(pattern: str, places: Places) -> str:
    """Return the name of the series a pattern counts in: everything filled but the serial."""
    return _fill(pattern, places, "#")


def numbered(pattern: str, places: Places, serial: int) -> str:
    """Return the pattern filled: ``{unit}/KS/{year}/E{serial:05}`` → ``26929/KS/2026/E00017``."""
    return _fill(pattern, places, str(serial))


def _fill(pattern: str, places: Places, serial: str) -> str:
    known = {"unit": places.unit, "province": places.province, "year": str(places.year), "serial": serial}

    def one(found: re.Match[str]) -> str:
        text = known[found[1]]
        return text.zfill(int(found[2])) if found[2] and text != "#" else text

    return _PLACE.sub(one, pattern)
