"""Telephone numbers: +84, 84, 0084, a zero that was lost, eleven digits of before 2018, landlines, two in one cell."""

from __future__ import annotations

import re
from typing import Any

from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.cells import digits_of_power, unquoted
from lienthong.stewardship.domain.understanding.numbers import without_fraction
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Settings,
    Understood,
    asked,
    refused,
    told,
)

_KEPT = re.compile(r"[^\d+]")
_SEVERAL = re.compile(r"\s*(?:[/;|\n]|,|\bhoac\b|\bhoặc\b|\bva\b|\bvà\b|\s-\s)\s*", re.IGNORECASE)
_LABEL = re.compile(r"^(?:sđt|sdt|đt|dt|tel|di động|mobile|phone)\s*[:.]?\s*", re.IGNORECASE)
_MOBILE = re.compile(r"0[35789]\d{8}")
_LANDLINE = re.compile(r"02(?:[48]\d{8}|\d{9})")
_SERVICE = re.compile(r"1[89]00\d{4,6}")
_NOBODYS = re.compile(r"0199\d{6}")
"""Ten digits after a prefix that was withdrawn in 2018: the telephones of the demonstration, which nobody has."""

_WRONG = N_("Không phải số điện thoại; cần 10 chữ số, ví dụ 0912 345 678.")


def understand_phone(term: DataTerm, _raw: Any, text: str, _settings: Settings) -> Understood:
    """Understand a telephone number; stored: digits beginning with 0."""
    at = term.id
    whole = digits_of_power(text)
    if whole == "":
        message = N_("Bảng tính đã làm mất các chữ số của số này; lấy lại tệp gốc, định dạng cột là Văn bản (Text).")
        return refused(at, "number.digits_lost", message)
    plain = _LABEL.sub("", without_fraction(unquoted(text)))
    parts = [part for part in _SEVERAL.split(plain) if _KEPT.sub("", part)] if not whole else [whole]
    found = [_one(at, part) for part in parts]
    good = [each for each in found if each.value is not None]
    if len(parts) == 1:
        return found[0]
    joined = _one(at, plain)
    if joined.value is not None:  # one number, grouped in an unusual way
        return joined
    if len({each.value for each in good}) == 1 and len(good) == len(found):
        return good[0]
    if good:
        choices = tuple(Candidate(str(each.value), str(each.value)) for each in good if each.value is not None)
        return asked(at, "phone.several", N_("Ô có nhiều số điện thoại; chọn một số."), choices)
    return refused(at, "phone.unreadable", _WRONG)


def _one(at: str, text: str) -> Understood:
    digits = _KEPT.sub("", text)
    national = _national(digits)
    if _MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national):
        return _stored(at, digits, national)
    for old, new, length in reference.phone_changes():
        if len(national) == length and national.startswith(old):
            changed = new + national[len(old) :]
            message = N_("Số cũ đã đổi sang đầu số mới.")
            return told(at, changed, ("phone.changed", message))
    if _NOBODYS.fullmatch(national):
        return told(
            at, national, ("phone.withdrawn", N_("Đầu số 0199 đã thu hồi năm 2018; giữ như ghi, không gọi được."))
        )
    if _SERVICE.fullmatch(digits):
        message = N_("Đây là số tổng đài, không phải số của một người.")
        return refused(at, "phone.service", message)
    return refused(at, "phone.unreadable", _WRONG)


def _national(digits: str) -> str:
    """Return a number with one 0 before it instead of the country's code, or where a spreadsheet dropped it."""
    for before in ("+840", "00840", "+84", "0084"):
        if digits.startswith(before):
            return "0" + digits[len(before) :]
    plain = digits.lstrip("+")
    if plain.startswith("84") and len(plain) in {11, 12}:
        return "0" + plain[2:].removeprefix("0")
    return plain if plain.startswith("0") else "0" + plain


def _stored(at: str, digits: str, national: str) -> Understood:
    if digits == national:
        return told(at, national)
    if digits.startswith(("+", "84", "00")):
        return told(at, national)
    message = N_("Bảng tính đã bỏ số 0 ở đầu; đã bù lại.")
    return told(at, national, ("phone.zero", message))
