"""What the tests of registers start from."""

from __future__ import annotations

import pytest

from tests.registers.people import COMMUNE, HA, HUY


@pytest.fixture
def ha() -> dict[str, object]:
    """A mother, as the population register knows her."""
    return {
        "number": HA,
        "full_name": "Nguyễn Thị Thu Hà",
        "sex": "2",
        "birth_date": "1992-03-08",
        "ethnicity": "01",
        "home_commune": COMMUNE,
        "home_address": "12 Lê Quang Định",
        "spouse_number": HUY,
        "life_status": "living",
    }
