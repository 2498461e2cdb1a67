"""A reform of units as a dated patch: every record of a register gets the new code from the day on, whole portions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require, require_owner
from lienthong.registers.domain import Assertion, Draft, Grounds, state_at
from lienthong.registers.events import UnitsReplaced
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, patches, records, saving, tasks
from lienthong.registers.store.patches import Patch

PORTION = 10_000
_KIND = "patch"


@dataclass(frozen=True, slots=True)
class Replaced:
    """What a patch did: records changed, and records left whose unit was split, for a person to decide."""

    changed: int
    left: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What a patch would do. units: code → records that have it before and after, of every code of the mapping."""

    replaced: Replaced
    units: dict[str, tuple[int, int]]


class State(msgspec.Struct, frozen=True):
    """How far a patch is: after which id, with how many records."""

    after: str = ""
    changed: int = 0
    left: int = 0


def replace_units(
    who: Actor,
    *,
    register: str,
    mapping: Mapping[str, str],
    on: date,
    grounds: Grounds,
    reason: str,
    field: str = "",
    portion: int = PORTION,
    tell: Callable[[int], None] | None = None,
) -> Replaced:
    """Replace units by their successors in every record, valid from the day of the reform, with its reason.

    mapping: old code → new code, "" where the unit was split: such records are left and counted. field: the unit
    field, the register's own when empty. What was said for days before ``on`` stays as it was; what somebody said for
    a later day with an old code is replaced from that day. A code that is also somebody's successor is the new one
    in what was said for ``on`` or later, so the same patch again changes nothing. portion: records of a transaction,
    each with one event and one access entry; a killed patch goes on when called again. tell: called with records done.
    Raises Invalid for codes that are no units, Denied for another agency, Conflict when another process does it.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    name = field or spec.unit
    _check(spec, name, mapping, on, reason)
    work = _Work(who, spec, name, dict(mapping), on.isoformat(), grounds, reason)
    while not work.is_done(portion):
        if tell:
            tell(work.state.changed)
    return Replaced(work.state.changed, work.state.left)


def try_units(
    who: Actor,
    *,
    register: str,
    mapping: Mapping[str, str],
    on: date,
    grounds: Grounds,
    reason: str,
    field: str = "",
    portion: int = PORTION,
    tell: Callable[[int], None] | None = None,
) -> Tried:
    """Find out what ``replace_units`` would do, by doing it and taking each portion back; raises the same.

    Nothing stays but one access entry that says how many were looked at; other writers wait for a portion at a time.
    """
    spec = definition(register)
    require(who, grounds)
    require_owner(who, register=register, grounds=grounds)
    name = field or spec.unit
    _check(spec, name, mapping, on, reason)
    database, state = runtime.current().database, State()
    totals: dict[str, tuple[int, int]] = {}
    while True:
        try:
            with database.transaction() as connection:
                work = _Work(who, spec, name, dict(mapping), on.isoformat(), grounds, reason)
                raise _TakenBack(work.trial(connection, state, portion, totals))
        except _TakenBack as back:
            if back.state is None:
                break
            state = back.state
            if tell:
                tell(state.changed)
    touched = {*mapping, *mapping.values()}
    counted = {unit: both for unit, both in sorted(totals.items()) if unit in touched}
    with database.transaction() as connection:
        accesses.add(
            connection,
            who,
            act="compare",
            register=register,
            subjects=[""],
            fields=[name],
            grounds=grounds,
            reason=reason,
            people=sum(before for before, _ in totals.values()),
        )
    return Tried(Replaced(state.changed, state.left), counted)


class _TakenBack(Exception):
    """Ends a transaction of a trial. state: how far it is, None at the end."""

    def __init__(self, state: State | None) -> None:
        self.state = state


class _Work:
    """One patch under way."""

    def __init__(
        self, who: Actor, spec: Register, field: str, mapping: dict[str, str], on: str, grounds: Grounds, reason: str
    ) -> None:
        self._who, self._spec, self._mapping, self._grounds, self._reason = who, spec, mapping, grounds, reason
        self._targets = set(mapping.values())
        self._database = runtime.current().database
        said = msgspec.json.encode([field, sorted(mapping.items()), on, reason])
        digest = hashlib.sha256(said).hexdigest()
        with self._database.transaction() as connection:
            layout = layout_of(connection, spec.id)
            found = tasks.begun(connection, spec.id, _KIND, digest, State)
            if found is None:
                at = clock.stamp(runtime.current().clock.now())
                found = tasks.begin(connection, spec.id, _KIND, digest, State(), at=at), State()
                patches.keep(connection, found[0], mapping)
        self._task, self.state = found
        self._patch = Patch(layout, self._task, field, spec.subject, on)

    def is_done(self, size: int) -> bool:
        """Do the next portion; True when there was none left."""
        with self._database.transaction() as connection:
            last = patches.end_of_portion(connection, self._patch.layout, self.state.after, size)
            if last:
                state = self._portion(connection, last)
                tasks.go_on(connection, self._task, self.state, state)
            else:
                state = self.state
                patches.forget(connection, self._task)
                tasks.finish(connection, self._task, state)
        self.state = state
        return not last

    def trial(
        self, connection: Connection, begun: State, size: int, totals: dict[str, tuple[int, int]]
    ) -> State | None:
        """Do a portion from another place in the open transaction, add up its units; None when there is none left."""
        self.state = begun
        last = patches.end_of_portion(connection, self._patch.layout, begun.after, size)
        if not last:
            return None
        portion = self._patch.portion(begun.after, last)
        before = portion.counted(connection)
        state = self._portion(connection, last)
        after = portion.counted(connection)
        for unit in {*before, *after}:
            was, now = totals.get(unit, (0, 0))
            totals[unit] = (was + before.get(unit, 0), now + after.get(unit, 0))
        return state

    def _portion(self, connection: Connection, last: str) -> State:
        portion = self._patch.portion(self.state.after, last)
        now = clock.stamp(runtime.current().clock.now())
        portion.lock(connection)
        left = portion.undecided(connection)
        rows = [*portion.later(connection), *portion.odd(connection)]
        said = records.assertions(connection, self._patch.layout, [row[0] for row in rows if row[1] > 1])
        drafts = [draft for row in rows if (draft := self._changed(row, said.get(row[0]), now))]
        plain = portion.note_history(connection, saving.author(self._who, self._grounds, self._reason), now)
        count = plain + len(drafts)
        if count:
            entry = self._tell(connection, count, left)
            portion.cover(connection, entry)
            portion.replace(connection, now)
            accesses.cover(connection, entry, [str(each.values.get(self._spec.subject) or each.id) for each in drafts])
            saving.save(connection, self._patch.layout, self._who, drafts, self._grounds, self._reason)
        return State(last, self.state.changed + count, self.state.left + left)

    def _changed(self, row: records.Row, stored: list[Assertion] | None, now: str) -> Draft | None:
        """Return a record with what it says for the day and later said in new codes; None when nothing is new."""
        field, on, draft = self._patch.field, self._patch.on, records.draft_of(row)
        if stored is not None:
            draft.assertions = stored
        said = list(draft.assertions or [])
        later = {
            each.valid_from for each in said if each.valid_from > on and (each.version == 1 or field in each.after)
        }
        for day in sorted({max(on, said[0].valid_from), *later}):
            state = state_at(draft.values, draft.assertions or said, as_of=day)
            code = str(state.values.get(field) or "") if state else ""
            since = max(
                (
                    each.valid_from
                    for each in said
                    if each.valid_from <= day and (each.version == 1 or field in each.after)
                ),
                default=day,
            )
            new = self._mapping.get(code, "")
            if new and new != code and (since < on or code not in self._targets):
                draft.change({field: new}, valid_from=day, now=now, kind="changed")
        return draft if draft.fresh else None

    def _tell(self, connection: Connection, count: int, left: int) -> str:
        field = self._patch.field
        fact = UnitsReplaced(register=self._spec.id, field=field, rows=count, left=left, valid_from=self._patch.on)
        publish(self._who, fact)
        (entry,) = accesses.add(
            connection,
            self._who,
            act="write",
            register=self._spec.id,
            subjects=[""],
            fields=[field],
            grounds=self._grounds,
            reason=self._reason,
            people=count,
        )
        return entry


def _check(spec: Register, field: str, mapping: Mapping[str, str], on: date, reason: str) -> None:
    if spec.lookups.get(field) != "exact" or spec.terms[field].type != "unit":
        raise Invalid(
            "patch.field",
            N_("“%(name)s” không phải trường đơn vị hành chính tra cứu được của cơ sở dữ liệu này."),
            name=field,
        )
    if not reason:
        raise Invalid("patch.reason", N_("Cần nêu lý do, ví dụ số nghị quyết sắp xếp đơn vị hành chính."))
    if on > runtime.current().clock.now().date():
        raise Invalid("patch.future", N_("Ngày có hiệu lực của việc sắp xếp không được ở tương lai."))
    unknown = [code for code in mapping.values() if code and reference.unit(code, on=on) is None]
    unknown += [code for code in mapping if not _known_before(code, on)]
    if unknown:
        raise Invalid(
            "patch.units",
            N_("Bảng chuyển đổi có mã không phải đơn vị hành chính vào ngày đó."),
            [
                fault(code, "patch.unit", N_("Không có đơn vị mang mã %(unit)s."), unit=code)
                for code in sorted(set(unknown))
            ],
        )


def _known_before(code: str, on: date) -> bool:
    """Say whether a unit bore the code on the day before, or at any time."""
    return reference.unit(code, on=on - timedelta(days=1)) is not None or reference.unit(code) is not None
