"""The parts of a personal number: province of birth registration, century and sex, year, six digits. No check digit."""

from __future__ import annotations

from collections.abc import Container, Iterator

from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_

AT = "personal_number"


def doubts(number: str, provinces: Container[str], *, birth_date: str, sex: str) -> Iterator[Fault]:
    """Yield what does not agree. birth_date: stored, of any precision; sex: ``1`` male, ``2`` female; "" unknown."""
    century, year, is_female = 19 + int(number[3]) // 2, int(number[4:6]), int(number[3]) % 2 == 1
    if number[:3] not in provinces:
        yield fault(AT, "number.province", N_("Ba số đầu không phải mã tỉnh: sinh ở nước ngoài hoặc cần kiểm tra."))
    if birth_date and int(birth_date[:4]) != century * 100 + year:
        message = N_("Số định danh mang năm sinh %(year)s, khác ngày sinh đã ghi.")
        yield fault(AT, "number.year", message, year=century * 100 + year)
    if sex and is_female != (sex == "2"):
        yield fault(AT, "number.sex", N_("Số định danh mang giới tính khác giới tính đã ghi."))
