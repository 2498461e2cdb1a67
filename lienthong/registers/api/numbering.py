"""Gives a newborn a personal number: unique, and lost with the transaction that did not use it."""

from __future__ import annotations

import secrets

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import domain
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.store import numbers, records

DEMONSTRATION = range(990_000, 1_000_000)
"""Serials of invented people: recognisable at sight, never given to anybody in production."""
_TRIES = 40


def next_personal_number(who: Actor, *, commune: str, birth_date: str, sex: str) -> str:
    """Return an unused personal number for a birth registered in a commune, and note it as given out.

    Structure ``PPP G YY NNNNNN`` with six random digits (99xxxx in demonstration). Call it in the transaction that
    writes the person: if that is rolled back, so is the number. Raises Invalid for an unknown commune, sex or year.
    """
    province = _province(commune)
    if sex not in {"1", "2"} or not birth_date[:4].isdigit() or not 1900 <= int(birth_date[:4]) < 2400:
        raise Invalid("number.parts", N_("Cần giới tính (1 nam, 2 nữ) và năm sinh từ 1900 để cấp số định danh."))
    node = runtime.current()
    serials = DEMONSTRATION if node.settings.is_demo else range(DEMONSTRATION.start)
    with node.database.transaction() as connection:
        register = definition("population")
        layout = layout_of(connection, register.id)
        for _ in range(_TRIES):
            drawn = {serials[secrets.randbelow(len(serials))] for _ in range(50)}
            offered = [domain.personal_number(province, sex, birth_date, serial) for serial in drawn]
            used = records.used_keys(connection, layout, register.key, offered)
            used |= numbers.taken(connection, offered)
            for number in offered:
                at = clock.stamp(node.clock.now())
                if number not in used and numbers.reserve(connection, number, at, who.agency):
                    return number
    raise Conflict("number.exhausted", N_("Đã hết số định danh cho năm sinh, giới tính và tỉnh này; báo Bộ Công an."))


def _province(commune: str) -> str:
    province = reference.province_of(commune)
    if not province:
        raise Invalid(
            "number.commune",
            N_("Không có đơn vị hành chính mang mã này."),
            [
                fault(
                    "commune",
                    "unit.unknown",
                    N_("Mã xã “%(commune)s” không có trong danh mục hiện hành."),
                    commune=commune,
                )
            ],
        )
    return province
