"""What the tests of a steward's work start from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lienthong.kernel.runtime import Runtime
from tests.beginnings import Beginnings
from tests.browsing import Browser
from tests.registers.conftest import ha
from tests.stewardship import desk

__all__ = ["ha"]


@pytest.fixture
def keeper(demonstration: Runtime, beginnings: Beginnings, browse: Callable[..., Browser]) -> Browser:
    """The steward of the owner, at a nation with doubles and something to put right."""
    beginnings.lay(demonstration, desk.settle)
    return browse().as_person("data-steward")


@pytest.fixture
def desk_people(node: Runtime, beginnings: Beginnings) -> Runtime:
    """The people of the desk alone, on each database."""
    beginnings.lay(node, desk.settle_alone)
    return node
