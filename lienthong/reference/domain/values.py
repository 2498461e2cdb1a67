"""Reads what a person or a file gives for a dictionary term into its stored form, and shows the stored form again.

Stored forms: text for everything but integers, money (whole đồng) and booleans; dates ``2026-11-21`` (partial ones
``1955`` or ``1955-04``), times ``20:16``, moments as UTC stamps, codes, unit and agency codes as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from lienthong.kernel import clock
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import clean, day, day_time, fold, money, number, partial_day
from lienthong.reference.domain.agencies import Agency
from lienthong.reference.domain.terms import CodeList, DataTerm, TermType
from lienthong.reference.domain.units import Unit

Value = str | int | bool
LIMITS: Mapping[str, int] = {"text": 200, "address": 300, "person_name": 120}
_YES = {"1", "true", "yes", "x", "co", "dong y"}
_NO = {"0", "false", "no", "khong", "khong dong y"}
_PARTIAL = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_NAME_MARKS = set(" '’.-")


class Wrong(Exception):
    """A value cannot be read; carries the code and the sentence of the fault."""

    def __init__(self, code: str, message: str, **data: object) -> None:
        super().__init__(code)
        self.code, self.message, self.data = code, message, data

    def at(self, place: str) -> Fault:
        """Return the fault at the place where the value stood."""
        return fault(place, self.code, self.message, **self.data)


@dataclass(frozen=True, slots=True)
class Lookups:
    """What reading and showing need from the rest of the reference data."""

    code_list: Callable[[str], CodeList]
    unit: Callable[[str], Unit | None]
    unit_named: Callable[[str], Unit | None]
    place: Callable[[Unit], str]
    agency: Callable[[str], Agency | None]


def parse(term: DataTerm, raw: object, lookups: Lookups) -> Value:
    """Return the stored form of a value given as text, number, boolean or date. Raises Invalid with its one fault."""
    try:
        value = _parse(term, _plain(raw), lookups)
    except Wrong as wrong:
        raise Invalid("value.invalid", N_("Có giá trị chưa đúng."), [wrong.at(term.id)]) from None
    return value


def _plain(raw: object) -> str:
    if isinstance(raw, bool):
        return "1" if raw else "0"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return clock.local(raw).isoformat()
    if isinstance(raw, date | time):
        return raw.isoformat()
    return clean(str(raw))


def _parse(term: DataTerm, text: str, lookups: Lookups) -> Value:
    if not text:
        raise Wrong("value.empty", N_("Nhập “%(title)s”."), title=term.title)
    if term.type == "code":
        return _code(text, lookups.code_list(term.code_list))
    if term.type == "unit":
        return _unit(text, lookups)
    if term.type == "agency":
        if lookups.agency(text) is None:
            raise Wrong(
                "value.agency", N_("Không có cơ quan mang mã “%(value)s”; chọn một mã trong danh mục."), value=text
            )
        return text
    value = _READERS[term.type](text)
    limit = term.max_length or LIMITS.get(term.type, 0)
    if limit and len(str(value)) > limit:
        raise Wrong("value.long", N_("Rút ngắn còn nhiều nhất %(limit)s ký tự."), limit=limit)
    if term.format and not re.fullmatch(term.format, str(value)):
        raise Wrong(
            "value.format", N_("“%(title)s” chưa đúng khuôn dạng; kiểm tra lại trên giấy tờ."), title=term.title
        )
    return value


def _code(text: str, codes: CodeList) -> str:
    if text in codes.codes:
        return text
    wanted = fold(text).replace("-", " ")
    for each in codes.codes.values():
        if wanted in {fold(each.title.vi).replace("-", " "), fold(each.title.en).replace("-", " ")}:
            return each.code
    raise Wrong(
        "value.code",
        N_("“%(value)s” không có trong danh mục %(list)s; chọn một giá trị trong danh mục."),
        value=text,
        list=codes.title,
    )


def _unit(text: str, lookups: Lookups) -> str:
    found = lookups.unit(text) if text.isdigit() else lookups.unit_named(text)
    if found is None:
        raise Wrong(
            "value.unit", N_("Không tìm thấy đơn vị hành chính “%(value)s”; nhập mã hoặc tên kèm tên tỉnh."), value=text
        )
    return found.code


def _personal_number(text: str) -> str:
    digits = re.sub(r"[ .]", "", text)
    if not re.fullmatch("[0-9]{12}", digits):
        raise Wrong("value.personal_number", N_("Nhập đủ 12 chữ số của số định danh, ví dụ 079095001234."))
    return digits


def _person_name(text: str) -> str:
    if not any(c.isalpha() for c in text) or not all(
        c in _NAME_MARKS or unicodedata.category(c)[0] in "LM" for c in text
    ):
        raise Wrong("value.name", N_("Họ tên chỉ gồm chữ, ví dụ Nguyễn Thị Thu Hà."))
    return text


def _partial_date(text: str) -> str:
    if iso := _ISO.fullmatch(text):
        parts: tuple[str | None, ...] = iso.groups()
    elif local := _PARTIAL.fullmatch(text):
        parts = tuple(reversed(local.groups()))
    else:
        raise _not_a_date()
    year, month, day_of_month = (int(each) if each else 0 for each in parts)
    _check_date(year, month or 1, day_of_month or 1)
    stored = f"{year:04d}" + (f"-{month:02d}" if month else "")
    return stored + (f"-{day_of_month:02d}" if day_of_month else "")


def _date(text: str) -> str:
    stored = _partial_date(text.split("T", maxsplit=1)[0])
    if len(stored) != 10:
        raise _not_a_date()
    return stored


def _check_date(year: int, month: int, day_of_month: int) -> None:
    try:
        date(year, month, day_of_month)
    except ValueError:
        raise _not_a_date() from None
    if not 1800 <= year <= 2200:
        raise _not_a_date()


def _not_a_date() -> Wrong:
    return Wrong("value.date", N_("Nhập ngày, ví dụ 14/11/2026."))


def _time(text: str) -> str:
    found = re.fullmatch(r"(\d{1,2})[:hg]\s?(\d{2})?(?::\d{2})?", text.lower())
    if not found or int(found[1]) > 23 or int(found[2] or 0) > 59:
        raise Wrong("value.time", N_("Nhập giờ và phút, ví dụ 20:16."))
    return f"{int(found[1]):02d}:{int(found[2] or 0):02d}"


def _moment(text: str) -> str:
    try:
        return clock.stamp(clock.local(datetime.fromisoformat(text)))
    except ValueError:
        raise Wrong("value.moment", N_("Nhập ngày giờ, ví dụ 2026-11-21T20:16.")) from None


def _integer(text: str) -> int:
    digits = re.sub(r"(?<=\d)[. ](?=\d{3}(?:\D|$))", "", text.replace("−", "-"))
    if not re.fullmatch(r"-?[0-9]{1,18}", digits):
        raise Wrong("value.integer", N_("Nhập một số nguyên, ví dụ 3200."))
    return int(digits)


def _money(text: str) -> int:
    return _integer(re.sub(r"\s*(đ|đồng|VND|VNĐ)$", "", text, flags=re.IGNORECASE))


def _phone(text: str) -> str:
    digits = re.sub(r"[ .()-]", "", text)
    national = "0" + digits.removeprefix("+84").removeprefix("0084") if digits.startswith(("+84", "0084")) else digits
    if not re.fullmatch(r"0[0-9]{9,10}", national):
        raise Wrong("value.phone", N_("Nhập số điện thoại có 10 chữ số, ví dụ 0912 345 678."))
    return national


def _boolean(text: str) -> bool:
    folded = fold(text)
    if folded not in _YES | _NO:
        raise Wrong("value.boolean", N_("Trả lời có hoặc không."))
    return folded in _YES


_READERS: Mapping[TermType, Callable[[str], Value]] = {
    "personal_number": _personal_number,
    "person_name": _person_name,
    "partial_date": _partial_date,
    "date": _date,
    "time": _time,
    "moment": _moment,
    "text": str,
    "address": str,
    "integer": _integer,
    "money": _money,
    "phone": _phone,
    "boolean": _boolean,
}


def show(term: DataTerm, value: Value, lookups: Lookups) -> str:
    """Return a stored value as people read it: names of codes, units and agencies, dates dd/mm/yyyy."""
    text = str(value)
    match term.type:
        case "code":
            found = lookups.code_list(term.code_list).codes.get(text)
            return str(found.title) if found else text
        case "unit":
            unit = lookups.unit(text)
            return lookups.place(unit) if unit else text
        case "agency":
            agency = lookups.agency(text)
            return str(agency.name) if agency else text
        case "partial_date":
            return partial_day(text)
        case "date":
            return day(date.fromisoformat(text))
        case "moment":
            return day_time(clock.moment(text))
        case "integer":
            return number(int(value))
        case "money":
            return money(int(value))
        case "boolean":
            return gettext(N_("có")) if value in {True, "1", "true"} else gettext(N_("không"))
        case _:
            return text
