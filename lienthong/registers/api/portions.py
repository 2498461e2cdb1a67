"""Portions of a long import: rows land, or are only looked at; each says which record it became and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.defining import definition
from lienthong.registers.api.landing import Hold, Keep, Landing, Row
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.api.readers import Reader
from lienthong.registers.domain import Draft, Grounds
from lienthong.registers.spec import Register


class Touched(NamedTuple):
    """A record and its versions before and after an act; ``before`` 0: the act made it."""

    record: str
    before: int
    after: int


@dataclass(slots=True)
class Portion:
    """What became of the rows of a portion, each by its place.

    touched: records of rows that landed, or would. changes: field → (before, after) of records that were there.
    held: rows that must not land without a person's word. rejects: place and fault of each that cannot land.
    """

    touched: dict[int, Touched] = field(default_factory=dict[int, Touched])
    changes: dict[int, dict[str, tuple[Any, Any]]] = field(default_factory=dict[int, dict[str, tuple[Any, Any]]])
    held: list[tuple[int, Fault]] = field(default_factory=list[tuple[int, Fault]])
    rejects: list[tuple[int, Fault]] = field(default_factory=list[tuple[int, Fault]])


def readers(*, register: str) -> Mapping[str, Reader]:
    """Return what reads values of each field of a register, a value or a whole column at a time."""
    return shapes.readers_of(definition(register))


def land_portion(
    who: Actor,
    *,
    register: str,
    rows: Sequence[tuple[int, Mapping[str, Any]]],
    grounds: Grounds,
    reason: str = "",
    changes_from: str = "",
    trial: bool = False,
    hold: Hold | None = None,
    keep: Keep | None = None,
) -> Portion:
    """Land rows of stored values in one transaction (or the caller's), by columns when all of them are new.

    rows: place and values of each; None for a field of which the row says nothing.
    changes_from: the day since when changes hold, today when empty. trial: only find out what would become of them.
    hold: says which rows must not land. keep: says which values of a row are worse than those of its record.
    A row without a key that says nothing new about a record without one is that record. Raises Denied for an agency
    that is not the owner's.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    landing = Landing(who, spec, grounds, reason=reason, recognise=True, announce=True)
    landing.hold, landing.keep = hold, keep
    if not trial and (done := _all_new(landing, spec, rows)) is not None:
        return done
    named = [_row(spec.key, place, values) for place, values in rows]
    if trial:
        landing.look(named, changes_from=changes_from)
    else:
        landing.land(named, changes_from=changes_from)
    found = Portion(held=landing.held, rejects=landing.result.rejects)
    for place, draft in landing.told.items():
        found.touched[place] = _touched(draft)
        if draft.stored and draft.fresh:
            found.changes[place] = _changes(draft)
    return found


def _all_new(landing: Landing, spec: Register, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> Portion | None:
    """Write the rows the fast way when each is a new, allowed record with a key of its own; None when one is not."""
    keys = [values.get(spec.key) for _, values in rows]
    if not rows or not all(keys) or len(set(keys)) < len(keys):
        return None
    today = runtime.current().clock.now().date()
    said = [{name: value for name, value in values.items() if value is not None} for _, values in rows]
    if any(shapes.broken(spec, each, today) for each in said) or not landing.load_new([each for _, each in rows]):
        return None
    return Portion({place: Touched(record, 0, 1) for (place, _), record in zip(rows, landing.ids, strict=True)})


def _row(key: str, place: int, values: Mapping[str, Any]) -> Row:
    said = {name: value for name, value in values.items() if value is not None}
    return Row(place, said, "", "" if said.get(key) else f"row {place}")


def _touched(draft: Draft) -> Touched:
    made = [each.version for each in draft.fresh if each.version > 1]
    before = (min(made) - 1 if made else draft.version) if draft.stored else 0
    return Touched(draft.id, before, draft.version)


def _changes(draft: Draft) -> dict[str, tuple[Any, Any]]:
    changes: dict[str, tuple[Any, Any]] = {}
    for made in draft.fresh:
        for name, value in made.after.items():
            changes[name] = (changes[name][0] if name in changes else made.before.get(name), value)
    return changes
