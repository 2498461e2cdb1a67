"""Personal numbers and other digits, with what spreadsheets do to them: lost zeros, powers of ten, rounding."""

from __future__ import annotations

import re
from typing import Any

from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.cells import digits_of_power, unquoted
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Note,
    Settings,
    Understood,
    asked,
    refused,
    told,
)

_SEPARATORS = re.compile(r"[\s.\-_,;]")
_LABEL = re.compile(r"^(?:so\s*)?(?:cccd|cmnd|cmt|cc|sdd|ddcn|id|số)\s*(?:số|so)?\s*[:.]?\s*(?=\d)", re.IGNORECASE)
_LETTERS = str.maketrans("OoQDIlSBZ", "000011582")
_ROUNDED = "00000"
_WHOLE = re.compile(r"(\d{8,})[.,]0{1,2}")
"""A number that was exported as a fraction: ``79095012345.0``."""

_LOST = N_("Bảng tính đã làm mất các chữ số của số này; lấy tệp gốc, định dạng cột là Văn bản (Text) rồi nhập lại.")
_WRONG = N_("Có %(length)s chữ số; số định danh cần đủ 12 chữ số, xem lại trên thẻ.")
_NOT_NUMBER = N_("Không phải số định danh; số định danh gồm 12 chữ số, ví dụ 079095001234.")
_RESTORED = N_("Bảng tính đã bỏ số 0 ở đầu; đã bù lại.")
_PREFIX = N_("Ba số đầu không phải mã tỉnh: sinh ở nước ngoài hoặc cần kiểm tra.")
_SPACED = N_("Đã bỏ khoảng trắng, dấu chấm hoặc dấu nháy.")
_FORMER = N_("Đây là số chứng minh nhân dân 9 số; giữ ở mục số cũ, cần tra số định danh 12 số.")
_PLACEHOLDER = N_("Một chữ số lặp lại không phải số định danh; để trống nếu chưa có số.")
_FORMER_ZERO = N_("Có lẽ là số chứng minh nhân dân 9 số bị mất số 0 ở đầu; xác nhận.")


def understand_personal_number(term: DataTerm, raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a 12-digit number; nine digits are a former number and go to ``former_number``."""
    at = term.id
    whole = digits_of_power(text)
    if whole == "":
        return refused(at, "number.digits_lost", _LOST)
    digits = whole or _SEPARATORS.sub("", _LABEL.sub("", without_fraction(unquoted(text))))
    if not (digits.isascii() and digits.isdigit()):
        return _lettered(at, digits)
    numeric = isinstance(raw, int | float) or whole is not None or without_fraction(text) != text
    if numeric and digits.endswith(_ROUNDED) and len(digits) >= 10 and (isinstance(raw, float) or whole):
        return refused(at, "number.digits_lost", _LOST)
    if len(digits) >= 9 and len(set(digits)) == 1:
        return refused(at, "number.placeholder", _PLACEHOLDER)
    if len(digits) == 12:
        return _twelve(at, digits, text, settings)
    if len(digits) in {10, 11} and digits[0] != "0":
        full = digits.zfill(12)
        if _is_possible(full, settings):
            return told(at, full, ("number.zeros", _RESTORED))
    if len(digits) == 9:
        return Understood(
            None,
            told(at, "", ("number.former", _FORMER)).notes,
            elsewhere={"former_number": digits},
        )
    if len(digits) == 8 and digits[0] != "0":
        kept = told(at, "", ("number.former_zero", _FORMER_ZERO)).notes
        return Understood(None, kept, elsewhere={"former_number": f"0{digits}"} if numeric else {})
    return refused(at, "number.length", _WRONG, length=len(digits))


def without_fraction(text: str) -> str:
    """Return digits without the ``.0`` that an export of numbers put behind them."""
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _twelve(at: str, digits: str, text: str, settings: Settings) -> Understood:
    notes: list[Note] = []
    if digits != text:
        notes.append(("number.spaced", _SPACED))
    if digits[:3] not in reference.number_provinces():
        notes.append(("number.province", _PREFIX))
    elif not _is_possible(digits, settings):
        message = N_("Số định danh mang năm sinh chưa tới; kiểm tra lại trên thẻ.")
        notes.append(("number.year", message))
    return told(at, digits, *notes)


def _year(digits: str) -> int:
    return (19 + int(digits[3]) // 2) * 100 + int(digits[4:6])


def _is_possible(digits: str, settings: Settings) -> bool:
    """Say whether province, century and year are those of somebody who may live."""
    return digits[:3] in reference.number_provinces() and _year(digits) <= settings.today.year


def _lettered(at: str, digits: str) -> Understood:
    """A letter typed or scanned for a digit is asked; anything else is refused."""
    mended = digits.translate(_LETTERS)
    if len(mended) == 12 and mended.isdigit() and mended[:3] in reference.number_provinces():
        message = N_("Có chữ cái ở chỗ của chữ số; xác nhận số đã sửa.")
        return asked(at, "number.letters", message, (Candidate(mended, mended),))
    return refused(at, "number.unreadable", _NOT_NUMBER)


def understand_former_number(term: DataTerm, raw: Any, text: str, settings: Settings) -> Understood:
    """Understand a nine-digit number; twelve digits are a personal number and go there."""
    whole = digits_of_power(text)
    if whole == "":
        return refused(term.id, "number.digits_lost", _LOST)
    digits = whole or _SEPARATORS.sub("", _LABEL.sub("", without_fraction(unquoted(text))))
    if digits.isdigit() and len(digits) == 9:
        return told(term.id, digits)
    numeric = isinstance(raw, int | float) or without_fraction(text) != text
    if digits.isdigit() and len(digits) == 8 and numeric:
        full = f"0{digits}"
        return told(term.id, full, ("number.zeros", _RESTORED))
    if digits.isdigit() and len(digits) >= 10:
        found = understand_personal_number(term, raw, text, settings)
        if found.value is not None:
            message = N_("Đây là số định danh 12 số, không phải số chứng minh nhân dân 9 số.")
            moved = told(term.id, "", ("number.personal", message)).notes
            return Understood(None, (*moved, *found.notes), elsewhere={"personal_number": found.value})
    message = N_("Không phải số chứng minh nhân dân 9 chữ số.")
    return refused(term.id, "number.former_length", message)


_TOO_LARGE = 10**18
"""What registers store as a number has 18 digits at most (``reference.parse_value``)."""
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:([.,  ])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")
_UNIT_AFTER = re.compile(r"\s*(?:đồng|đ|vnđ|vnd|₫|d)\.?$", re.IGNORECASE)
_PLAIN = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def understand_whole(term: DataTerm, _raw: Any, text: str, _settings: Settings) -> Understood:
    """Understand a whole number or whole đồng: ``1.234.567``, ``1,234,567``, ``1.234.567,00 đ``; no fraction."""
    if digits_of_power(text) == "":
        return refused(term.id, "number.digits_lost", _LOST)
    plain = _UNIT_AFTER.sub("", unquoted(text)) if term.type == "money" else unquoted(text)
    number = _decimal(plain.replace("−", "-"))
    if number is None:
        message = N_("Không phải số; viết như 1.234.567.")
        return refused(term.id, "number.unreadable", message)
    whole, fraction = number
    if abs(whole) >= _TOO_LARGE:
        return refused(term.id, "number.too_large", N_("Số quá lớn; nhiều nhất 18 chữ số."))
    if fraction.strip("0"):
        message = N_("Số có phần lẻ; trường này chỉ nhận số nguyên.")
        return refused(term.id, "number.fraction", message)
    return told(term.id, whole)


def _decimal(text: str) -> tuple[int, str] | None:
    """Return the whole part and the digits after the decimal mark; a mark before three digits groups thousands."""
    text = text.strip()
    if grouped := _GROUPED.fullmatch(text):
        mark = grouped[1]
        whole, _, fraction = text.partition({".": ",", ",": "."}[mark]) if mark in ".," else _parted(text)
        return int(whole.replace(mark, "")), fraction
    if _PLAIN.fullmatch(text):
        whole, _, fraction = text.replace(",", ".").partition(".")
        return int(whole), fraction
    return None


def _parted(text: str) -> tuple[str, str, str]:
    at = max(text.rfind("."), text.rfind(","))
    return (text, "", "") if at < 0 else (text[:at], text[at], text[at + 1 :])
