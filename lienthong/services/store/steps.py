"""Rows of the steps of dossiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lienthong.kernel.rows import Row, Rows
from lienthong.services.store import tables

_STEPS = Rows(tables.steps)


def of(dossier: str) -> list[Row]:
    """Return the steps of a dossier that began or will not."""
    return _STEPS.all("WHERE dossier = ?", dossier)


def of_all(dossiers: Sequence[str]) -> list[Row]:
    """Return the steps of several dossiers."""
    return _STEPS.among("dossier", dossiers)


def put(row: Mapping[str, Any]) -> None:
    """Begin a step."""
    _STEPS.add(row)


def close(dossier: str) -> None:
    """End the steps that are at work without a decision, in the open transaction."""
    closed = {"state": "closed", "active": False, "away": False}
    _STEPS.change(closed, "WHERE dossier = ? AND active", dossier)


def change(dossier: str, step: str, **columns: Any) -> None:
    """Change columns of one step."""
    _STEPS.change(columns, "WHERE dossier = ? AND step = ?", dossier, step)
