"""Finds what the rooms offer by file name and attribute, so that adding it means writing it and nothing else."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

ROOMS = (
    "kernel",
    "webkit",
    "reference",
    "messages",
    "ledger",
    "registers",
    "stewardship",
    "identity",
    "exchange",
    "documents",
    "services",
    "evidence",
    "oversight",
)
"""The rooms from low to high, as in the import contract (a test compares the two)."""


@cache
def module(room: str, part: str) -> ModuleType | None:
    """Return a room's file (``web``, ``cli``, ``jobs``, ``spec``, ``store``, ``events``, ``demonstration``), if any."""
    name = f"lienthong.{room}.{part}"
    return import_module(name) if find_spec(name) else None


def offered(part: str, attribute: str) -> list[Any]:
    """Return everything that rooms offer in a tuple of this name in this file, from low to high."""
    found: list[Any] = []
    for room in ROOMS:
        where = module(room, part)
        found.extend(getattr(where, attribute, ()))
    return found


def verbs(part: str, name: str) -> list[tuple[str, Any]]:
    """Return (room, function) for every room that has a function of this name in this file, from low to high."""
    found = ((room, getattr(module(room, part), name, None)) for room in ROOMS)
    return [(room, function) for room, function in found if callable(function)]


def load_tables() -> None:
    """Import every room's tables and events, so that the schema and the outbox know all of them."""
    for part in ("events", "delivery", "jobs", "requests"):
        module("kernel", part)
    for room in ROOMS:
        module(room, "store")
        module(room, "events")
