"""Tells of life events: a birth, a death, a move, as the definition of the register sees them in what was written."""

from __future__ import annotations

from collections.abc import Sequence

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.events import publish
from lienthong.registers.domain import Draft, Values
from lienthong.registers.events import LifeEventTold
from lienthong.registers.spec import Register


def announce(who: Actor, spec: Register, drafts: Sequence[Draft]) -> None:
    """Publish the life events that these drafts, just saved, tell of; in the open transaction.

    Each draft is seen once, as it was before all its fresh versions and as it is now.
    """
    if not spec.announces:
        return
    today = runtime.current().clock.now().date()
    for draft in drafts:
        if draft.stored and not draft.fresh:
            continue
        act = "created" if not draft.stored else draft.kinds.get(draft.version, "changed")
        for each in spec.announced(draft.values, before(draft), act=act, today=today):
            fact = LifeEventTold(
                event=each.event,
                register=spec.id,
                record=draft.id,
                version=draft.version,
                unit=str(draft.values.get(spec.unit) or ""),
                day=str(draft.values.get(each.day) or draft.valid_from) if each.day else draft.valid_from,
            )
            publish(who, fact)


def before(draft: Draft) -> Values | None:
    """Return what a draft's record said before it was changed; None for a new one."""
    if not draft.stored:
        return None
    values = dict(draft.values)
    for made in reversed(draft.fresh):
        values.update(made.before)
    return {name: value for name, value in values.items() if value is not None}
