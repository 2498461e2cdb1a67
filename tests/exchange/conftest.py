"""What the tests of the exchange start from."""

from __future__ import annotations

from typing import Any

import pytest

from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from tests.beginnings import Beginnings
from tests.exchange.people import AN, HA, HOSPITAL, HUY, OTHER_WARD, WARD
from tests.identity.conftest import people

__all__ = ["people"]

SEED = registers.Grounds(purpose="demonstration", basis="L-26-2023")


def put(register: str, **values: Any) -> None:
    registers.write(system("seed"), register=register, values=values, grounds=SEED)


@pytest.fixture
def family(node: Runtime, beginnings: Beginnings) -> Runtime:
    """Hà and Huy of one ward, a birth notice waiting; An lives in another ward."""
    beginnings.lay(node, _family)
    return node


def _family(_node: Runtime) -> None:
    born = {HA: ("Nguyễn Thị Thu Hà", "2", "1992-03-08"), HUY: ("Lê Quốc Huy", "1", "1990-07-01")}
    for number, (name, sex, birth_date) in born.items():
        put(
            "population",
            number=number,
            full_name=name,
            sex=sex,
            birth_date=birth_date,
            ethnicity="01",
            religion="00" if number == HA else None,
            phone="0901234567",
            home_commune=WARD,
            home_address="12 Lê Quang Định",
            spouse_number=HUY if number == HA else HA,
            life_status="living",
        )
    put(
        "population",
        number=AN,
        full_name="Trần Thị An",
        sex="2",
        birth_date="1996-01-01",
        home_commune=OTHER_WARD,
        life_status="living",
    )
    put(
        "residence",
        entry_no=f"{WARD}/permanent/2020/0001",
        number=HA,
        kind="permanent",
        household="HK-1",
        relation="01",
        commune=WARD,
        address="12 Lê Quang Định",
        from_date="2020-01-02",
    )
    for number, facility, mother in (("CS-1", HOSPITAL, HA), ("CS-2", "H29.2.1", AN)):
        put(
            "birth_notices",
            notice_no=number,
            mother_number=mother,
            birth_date="2026-11-14",
            sex="2",
            facility=facility,
            birth_commune=WARD,
            status="waiting",
        )
