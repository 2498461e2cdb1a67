"""Administrative units over time, and what became of one when the map of the country was redrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lienthong.kernel.i18n import N_, Bilingual, gettext
from lienthong.kernel.text import fold

Level = Literal["province", "district", "commune"]
Decision = Literal["certain", "ask", "refuse"]
TWO_TIERS = date(2025, 7, 1)
"""From this day there are provinces and communes; districts ended the day before (Resolution 202/2025/QH15)."""

TYPES = {
    "thành phố trực thuộc trung ương": Bilingual("thành phố", "City"),
    "tỉnh": Bilingual("tỉnh", "Province"),
    "phường": Bilingual("phường", "Ward"),
    "xã": Bilingual("xã", "Commune"),
    "đặc khu": Bilingual("đặc khu", "Special Zone"),
    "thị trấn": Bilingual("thị trấn", "Township"),
    "quận": Bilingual("quận", "Urban District"),
    "huyện": Bilingual("huyện", "District"),
    "thị xã": Bilingual("thị xã", "Town"),
    "thành phố": Bilingual("thành phố", "City"),
}
"""How a type of unit is said inside a name, in both languages."""
_SHORT = {
    "tp": "thanh pho",
    "tt": "thi tran",
    "tx": "thi xa",
    "p": "phuong",
    "q": "quan",
    "h": "huyen",
    "hcm": "ho chi minh",
    "tphcm": "thanh pho ho chi minh",
}
_ONE_WORD = ("Phường", "Xã", "Tỉnh", "Quận", "Huyện")


@dataclass(frozen=True, slots=True)
class Unit:
    """One version of an administrative unit.

    code: two digits (province), three (district until 30/06/2025) or five (commune). full_name: with its type,
    ``Phường Bình Thạnh``; name: without. parent: code of the unit above, "" for a province.
    valid_from: first day in force, None when not recorded; valid_to: last day in force, None while in force.
    """

    code: str
    name: str
    full_name: str
    type: str
    level: Level
    parent: str
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Say whether this version was in force on the day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    @property
    def said(self) -> Bilingual:
        """The name inside a sentence: ``phường Bình Thạnh``, ``Bình Thạnh Ward``."""
        kind = TYPES[self.type]
        return Bilingual(self.full_name[:1].lower() + self.full_name[1:], f"{self.name} {kind.en}")


Reason = Literal[
    "same", "merged", "split", "doubtful", "broad", "several", "spelling", "type", "older", "unknown", "chain", "empty"
]
_WHY: Mapping[Reason, str] = {
    "same": N_("Vẫn là đơn vị hiện hành"),
    "merged": N_("Toàn bộ đơn vị cũ thuộc một đơn vị mới"),
    "split": N_("Đơn vị cũ được chia cho nhiều đơn vị mới; cần biết thôn, tổ dân phố hoặc hỏi người dân"),
    "doubtful": N_("Các nguồn dữ liệu chưa thống nhất; đối chiếu nghị quyết sắp xếp đơn vị hành chính"),
    "broad": N_("Mới biết đến cấp huyện; bổ sung tên xã"),
    "several": N_("Nhiều đơn vị cùng mang tên này; bổ sung tên huyện hoặc tỉnh"),
    "spelling": N_("Dấu của tên khác tên đã biết; xác nhận có đúng đơn vị này không"),
    "type": N_("Loại đơn vị (xã, phường, thị trấn) khác với tên đã biết; xác nhận có đúng đơn vị này không"),
    "older": N_("Tên có từ trước lần sắp xếp trước đây, ranh giới đã khác; xác nhận đơn vị"),
    "unknown": N_("Không có đơn vị nào mang mã hoặc tên này; kiểm tra lại chính tả"),
    "chain": N_("Tên xã, huyện, tỉnh không khớp nhau; kiểm tra lại từng cấp"),
    "empty": N_("Ô trống"),
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """What became of a unit. ``certain``: one successor; ``ask``: the person must choose; ``refuse``: unknown.

    candidates: units in force. old: the units that were meant, as they were. rest: the part of an address before them.
    reason: ``same`` (still in force), ``merged``, ``split`` (divided among several), ``doubtful`` (sources disagree),
    ``broad`` (only a district is known), ``several`` (one name, many units), ``spelling``, ``type``, ``older`` (named
    nearly so), ``unknown``, ``chain`` (the levels contradict each other) or ``empty``.
    """

    decision: Decision
    candidates: tuple[Unit, ...]
    reason: Reason
    old: tuple[Unit, ...] = ()
    rest: str = ""

    @property
    def old_codes(self) -> tuple[str, ...]:
        """Codes of the units that were meant."""
        return tuple(dict.fromkeys(unit.code for unit in self.old))

    @property
    def new_codes(self) -> tuple[str, ...]:
        """Codes of the units in force: one when certain, all candidates when a person must choose."""
        return tuple(unit.code for unit in self.candidates)

    @property
    def sentence(self) -> str:
        """The reason as a Vietnamese sentence of the catalogues."""
        return _WHY[self.reason]

    @property
    def why(self) -> str:
        """The reason in words."""
        return in_words(self.reason)


def in_words(reason: Reason) -> str:
    """Return why a conversion is certain, asked or refused, as a sentence."""
    return gettext(_WHY[reason])


def bare_name(full_name: str) -> tuple[str, str]:
    """Return (type, name) of ``Phường Bình Thạnh``; a bare number keeps its type in the name (``Phường 1``)."""
    words = 1 if full_name.startswith(_ONE_WORD) else 2
    parts = full_name.split(" ", words)
    return " ".join(parts[:words]).lower(), full_name if parts[-1].isdigit() else parts[-1]


def words(text: str) -> list[str]:
    """Return the folded words of a place as people write it: no commas, common abbreviations in full."""
    found = fold(text).replace(",", " ").replace(".", " ").split()
    return " ".join(_SHORT.get(word, word) for word in found).split()


def rank(query: str, candidates: Iterable[tuple[str, Unit]]) -> list[Unit]:
    """Return the units whose folded name holds every word of the query, best first.

    candidates: (folded name with the names above it, unit). Whole names come before beginnings, units in force before
    former ones, provinces before communes.
    """
    wanted = words(query)
    text = " ".join(wanted)
    found: list[tuple[tuple[object, ...], Unit]] = []
    for key, unit in candidates if wanted else ():
        spaced = " " + key
        if not all(" " + word in spaced for word in wanted):
            continue
        name, full = fold(unit.name), fold(unit.full_name)
        exact = 0 if text in {name, full, key} else 1 if text.startswith((full, name)) else 2
        found.append(((exact, unit.valid_to is not None, len(unit.code), unit.code), unit))
    return [unit for _, unit in sorted(found, key=lambda each: each[0])]
