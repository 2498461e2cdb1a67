"""Life events across registers: each register follows in a transaction of its own, as its definition says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from lienthong.kernel import clock, jobs, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.events import Delivered, publish
from lienthong.kernel.expressions import Kind
from lienthong.registers.api.defining import definition, definitions, layout_of
from lienthong.registers.api.writing import write
from lienthong.registers.domain import Assertion, Grounds, Values, first_day, state_at
from lienthong.registers.events import LifeEventFollowed, LifeEventTold
from lienthong.registers.spec import Announcement, Following, Register
from lienthong.registers.spec.words import follows
from lienthong.registers.store import accesses, merges, records
from lienthong.registers.store.layout import lookup_key

JOB = "registers.follow"
PURPOSE = "life-event"
FOLLOWER = "life-events"
"""Name of the machine as an author of versions."""
_MOST = 500
"""Records of one register that one event may change."""


@dataclass(frozen=True, slots=True)
class _Told:
    """A life event as its followers see it: the telling record now and before, whom it happens to, since when.

    stands: False once what was told of was taken back, or corrected so that it is no such event any more.
    """

    spec: Register
    its: Values
    was: Values
    people: tuple[str, ...]
    day: str
    stands: bool

    def names(self, person: str) -> dict[str, Any]:
        """Return what an expression may use, for one of the people."""
        others = [each for each in self.people if each != person]
        return {
            "its": self.its,
            "was": self.was,
            "person": person,
            "other": others[0] if others else None,
            "day": self.day,
        }


def hand_on(fact: Delivered) -> None:
    """Ask every register that follows the life event to do so, each in a job of its own, at the earliest on its day."""
    told = fact.event
    assert isinstance(told, LifeEventTold)  # noqa: S101  the listener asks for this kind alone
    day = first_day(told.day)
    begins = clock.local(datetime.combine(date.fromisoformat(day), datetime.min.time()))
    starts = begins if begins > runtime.current().clock.now() else None
    for spec in definitions():
        if any(each.after == f"{told.register}.{told.event}" for each in spec.follows):
            payload = {"source": fact.id, "into": spec.id, "told": told.__dict__}
            jobs.enqueue(JOB, payload, key=f"{JOB}:{fact.id}:{spec.id}", run_at=starts)


def follow_event(who: Actor, *, into: str, source: str, told: LifeEventTold) -> int:
    """Do in one register what a life event asks of it, in one transaction; answer how many records it changed.

    source: id of the event's fact. Done again it changes nothing more. Raises Invalid when the definition asks for what
    the register does not take: the job stays visible.
    """
    spec = definition(into)
    changed = 0
    touched: dict[str, None] = {}
    with runtime.current().database.transaction() as connection:
        seen = _seen(connection, told)
        if not seen.stands:
            publish(who, LifeEventFollowed(event=told.event, source=source, register=into, records=0))
            return 0
        for rule in (each for each in spec.follows if each.after == f"{told.register}.{told.event}"):
            for person in seen.people:
                changed += _follow(who, connection, spec, rule, seen, person, touched)
        _note(who, connection, spec, told, seen, touched)
        publish(who, LifeEventFollowed(event=told.event, source=source, register=into, records=changed))
    return changed


def machine(register: str) -> Actor:
    """Return who follows life events: the machine, for the agency that owns the register."""
    return system(FOLLOWER, agency=definition(register).owner)


def _note(
    who: Actor, connection: Connection, spec: Register, told: LifeEventTold, seen: _Told, touched: Mapping[str, None]
) -> None:
    """Write that the telling record and those that might follow were looked at."""
    about = {told.register: [seen.its.get(seen.spec.subject) or told.record]}
    about.setdefault(spec.id, []).extend(touched)
    for register, subjects in about.items():
        if subjects:
            accesses.add(
                connection,
                who,
                act="read",
                register=register,
                subjects=sorted(set(map(str, subjects))),
                fields=list(definition(register).fields),
                grounds=Grounds(purpose=PURPOSE, basis=spec.basis[0]),
            )


def _follow(
    who: Actor,
    connection: Connection,
    spec: Register,
    rule: Following,
    seen: _Told,
    person: str,
    touched: dict[str, None],
) -> int:
    changed = 0
    told = seen.names(person)
    reason = str(rule.why)
    for record, values in _found(connection, spec, rule, seen, told, touched):
        names = {**values, **told}
        put = {name: _value(text, spec, seen.spec, names) for name, text in rule.put.items()}
        if all(values.get(name) == value for name, value in put.items()):
            continue
        grounds = Grounds(purpose=PURPOSE, basis=spec.basis[0])
        day = date.fromisoformat(first_day(seen.day))
        written = write(who, register=spec.id, key=record, values=put, valid_from=day, grounds=grounds, reason=reason)
        changed += written.version > 0
    return changed


def _found(
    connection: Connection,
    spec: Register,
    rule: Following,
    seen: _Told,
    told: Mapping[str, Any],
    touched: dict[str, None],
) -> Iterator[tuple[str, Values]]:
    """Yield id and values of the records that the rule means."""
    layout = layout_of(connection, spec.id)
    ((field, text),) = rule.find.items()
    key = lookup_key(layout.lookups[field], follows(text, {}, seen.spec.types).evaluate(told))
    if not key:
        return
    for row in records.find(connection, layout, {field: [key]}, _MOST):
        values = records.record_of(spec.id, spec.key, row, ()).values
        touched[str(values.get(spec.subject) or row[0])] = None
        which = follows(rule.which, spec.types, seen.spec.types, gives=Kind.BOOL) if rule.which else None
        if which is None or which.test({**values, **told}):
            yield row[0], values


def _value(text: str, spec: Register, telling: Register, names: Mapping[str, Any]) -> Any:
    return follows(text, spec.types, telling.types).evaluate(names)


def _seen(connection: Connection, told: LifeEventTold) -> _Told:
    """Return the event with the telling record as that version left it, and as it was before."""
    spec = definition(told.register)
    layout = layout_of(connection, told.register)
    (row,) = records.by_ids(connection, layout, [told.record])
    said = records.assertions(connection, layout, [told.record]).get(told.record, [])
    now = records.record_of(spec.id, spec.key, row, ()).values
    its, was = now, Values()
    if said:
        after = state_at(now, said, below=told.version + 1)
        earlier = state_at(now, said, below=told.version) if told.version > 1 else None
        its, was = after.values if after else now, earlier.values if earlier else {}
    announcement = next(each for each in spec.announces if each.event == told.event)
    fields = announcement.person or (spec.subject,)
    people = tuple(dict.fromkeys(str(its[name]) for name in fields if its.get(name)))
    stands = not said or _still_tells(connection, spec, announcement, told, now, said)
    return _Told(spec, its, was, people, told.day, stands)


def _still_tells(
    connection: Connection,
    spec: Register,
    announcement: Announcement,
    told: LifeEventTold,
    now: Values,
    said: Sequence[Assertion],
) -> bool:
    """Say whether a record, by all that is known of it today, still says on the version's day what was told."""
    made = next(each for each in said if each.version == told.version)
    if not now and merges.standing(connection, spec.id, gone=told.record):
        return True
    held = state_at(now, said, as_of=made.valid_from)
    if held is None or not held.values:
        return False
    day = clock.moment(made.known_from).date()
    together = [each.version for each in said if each.known_from == made.known_from and each.version <= told.version]
    befores = [state_at(now, said, below=version) for version in together]
    return any(
        announcement in spec.announced(held.values, before.values if before else None, act=act, today=day)
        for before in befores
        for act in ("created", "changed")
    )
