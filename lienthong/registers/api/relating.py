"""Who a record is tied to, some steps out, by the relations that the definitions of registers name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.registers.api.defining import definition, definitions, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.api.reading import current_row, log_search
from lienthong.registers.domain import Grounds, Record
from lienthong.registers.spec import Register, Relation
from lienthong.registers.store import records

MOST_STEPS = 3
MOST = 300
"""Records of one picture: more than that is a list, not a picture."""


@dataclass(frozen=True, slots=True)
class Tie:
    """One line of the picture, from one record's id to another's. title: what the second is to the first."""

    relation: str
    kind: str
    near: str
    far: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Related:
    """The records around one, with the number of steps to each, and the ties between them.

    centre: id of the record asked about. cut: there are more than could be shown.
    """

    centre: str
    records: dict[str, Record]
    steps: dict[str, int]
    ties: list[Tie]
    cut: bool


@dataclass(frozen=True, slots=True)
class _Path:
    """A relation as it is walked: where it starts, by which field, where it leads, by which field it is found there."""

    relation: Relation
    name: str
    start: str
    field: str
    end: str
    by: str
    title: Bilingual


def relations(
    who: Actor,
    *,
    register: str,
    key: str,
    grounds: Grounds,
    steps: int = MOST_STEPS,
    registers: Collection[str] = (),
) -> Related:
    """Return the records that one is tied to, up to ``steps`` steps out: parents, spouse, children, household, …

    key: the record's key, or its id. registers: only records of these; all when empty. Everyone shown finds a search in
    their log. Raises NotFound, and Invalid for more than three steps.
    """
    require(who, grounds)
    if not 1 <= steps <= MOST_STEPS:
        raise Invalid("relations.steps", N_("Xem quan hệ từ một đến ba bước."))
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        row = current_row(connection, layout_of(connection, register), spec, key)
        if row is None:
            log_search(who, connection, spec, [], (), grounds, "")
        walk = _Walk(connection, registers)
        if row is not None:
            walk.begin(records.record_of(spec.id, spec.key, row, ()))
            for step in range(1, steps + 1):
                walk.go(step)
            for each in definitions():
                if each.id in walk.asked:  # also where nobody was found
                    shown = [record for record in walk.records.values() if record.register == each.id]
                    log_search(who, connection, each, shown, (), grounds, "")
    if row is None:
        raise NotFound("record.none", N_("Không có bản ghi mang khóa này."))
    return Related(row[0], walk.records, walk.steps, list(walk.ties.values()), walk.cut)


def _paths() -> list[_Path]:
    """Return every relation of the registers in force, walked forth and, where it can be looked up, back."""
    specs = {each.id: each for each in definitions()}
    found: list[_Path] = []
    for spec in specs.values():
        for name, relation in spec.relations.items():
            target = specs.get(relation.to or spec.id)
            if target is None:
                continue
            by = relation.by or target.key
            if by in target.lookups:
                found.append(_Path(relation, name, spec.id, relation.field, target.id, by, relation.title))
            if relation.field in spec.lookups:
                found.append(_Path(relation, name, target.id, by, spec.id, relation.field, relation.back))
    return found


class _Walk:
    """Walks outward: all records of a step are asked for together, one statement for each relation and direction."""

    def __init__(self, connection: Connection, registers: Collection[str]) -> None:
        self.records: dict[str, Record] = {}
        self.steps: dict[str, int] = {}
        self.ties: dict[tuple[str, frozenset[str]], Tie] = {}
        self.cut = False
        self.asked: set[str] = set()
        self._connection = connection
        self._edge: list[Record] = []
        self._paths = [each for each in _paths() if not registers or each.end in registers]

    def begin(self, record: Record) -> None:
        """Stand at a record."""
        self.records[record.id], self.steps[record.id] = record, 0
        self.asked.add(record.register)
        self._edge = [record]

    def go(self, step: int) -> None:
        """Go one step further from everybody met in the step before."""
        edge, self._edge = self._edge, []
        for path in self._paths:
            starts = _by_value(edge, path)
            if starts:
                self._follow(path, starts, step)

    def _follow(self, path: _Path, starts: Mapping[str, list[Record]], step: int) -> None:
        spec = definition(path.end)
        self.asked.add(path.end)
        layout = layout_of(self._connection, path.end)
        left = MOST - len(self.records)
        rows = records.find(self._connection, layout, {path.by: list(starts)}, max(left, 0) + len(self.records) + 1)
        for row in rows:
            far = self.records.get(row[0]) or records.record_of(spec.id, spec.key, row, ())
            if far.id not in self.records:
                if len(self.records) >= MOST:
                    self.cut = True
                    continue
                self.records[far.id], self.steps[far.id] = far, step
                self._edge.append(far)
            for near in starts.get(str(far.values.get(path.by) or ""), ()):
                self._tie(path, near, far)

    def _tie(self, path: _Path, near: Record, far: Record) -> None:
        if near.id == far.id:
            return
        pair = (path.relation.kind if path.relation.kind == "spouse" else path.name, frozenset((near.id, far.id)))
        tie = Tie(path.name, path.relation.kind, near.id, far.id, path.title)
        self.ties.setdefault(pair, tie)


def _by_value(edge: Iterable[Record], path: _Path) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in edge:
        if record.register == path.start and (value := str(record.values.get(path.field) or "")):
            found.setdefault(value, []).append(record)
    return found


def related_registers(register: str) -> list[Register]:
    """Return the registers that a picture around a record of this one may reach in one step."""
    ends = {path.end for path in _paths() if path.start == register}
    return [each for each in definitions() if each.id in ends]
