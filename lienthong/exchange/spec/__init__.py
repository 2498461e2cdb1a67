"""Contracts and duties: their shape, finding and checking them, and deciding what contracts allow."""

from lienthong.exchange.spec import duties
from lienthong.exchange.spec.load import catalogue
from lienthong.exchange.spec.load import check as check_contracts
from lienthong.kernel.errors import Fault


def check() -> list[Fault]:
    """Return every fault of the room's files, each with file and line."""
    return [*check_contracts(), *duties.check()]


__all__ = ["catalogue", "check", "duties"]
