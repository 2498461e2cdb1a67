"""One nation for all tests that only look at it."""

from __future__ import annotations

import pytest

from tests.registers_demonstration.whole_nation import PEOPLE, Nation, make


@pytest.fixture(scope="session")
def whole() -> Nation:
    """A nation of 20,000 people."""
    return make(PEOPLE)
