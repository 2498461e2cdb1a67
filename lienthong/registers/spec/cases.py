"""Runs the cases of a register: of this record, these rules are broken and these life events are announced."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.spec.parts import Case, Rule
from lienthong.registers.spec.shape import Register
from lienthong.registers.spec.words import loose

Values = dict[str, Any]


def case_faults(one: Definition[Register]) -> Iterator[Fault]:
    """Yield a fault for everything that does not come out as a case says, with file and line."""
    for at, case in enumerate(one.model.cases):
        place = one.place("cases", at)
        try:
            yield from _run(one.model, case, place)
        except Invalid as wrong:
            for each in wrong.faults:
                yield Fault(place, each.code, each.message, each.data)


def broken_by(register: Register, case: Case, record: Values) -> list[str]:
    """Return the ids of the rules that a case's record breaks, in the order of the file.

    ``where`` of a rule is asked of the case's records elsewhere as they are written.
    """
    alone = {rule.id for rule in register.broken(record, today=case.today)}
    beside = [stored(register, each) for each in case.beside]
    return [
        rule.id
        for rule in register.quality
        if rule.id in alone
        or (
            rule.kind != "that"
            and register.concerns(rule, record, today=case.today)
            and _breaks(register, rule, record, beside, case)
        )
    ]


def stored(register: Register, given: Mapping[str, Any]) -> Values:
    """Return a case's record as the register would store it. Raises Invalid."""
    for name in given:
        if name not in register.fields:
            raise Invalid("case.field", N_("Không có trường “%(name)s”."), name=name)
    return {
        name: reference.parse_value(register.term_of(name), value)
        for name, value in given.items()
        if value not in (None, "")
    }


def _run(register: Register, case: Case, place: str) -> Iterator[Fault]:
    record = stored(register, case.given)
    for name in case.breaks:
        if name not in register.rules:
            yield fault(place, "case.rule", N_("Trường hợp nhắc quy tắc “%(rule)s” không có."), rule=name)
    broken = broken_by(register, case, record)
    if set(broken) != set(case.breaks):
        yield _differs(place, case, "breaks", sorted(case.breaks), broken)
    if case.announces is not None:
        before = stored(register, case.before) if case.before else None
        act = case.act or ("changed" if before is not None else "created")
        told = [each.event for each in register.announced(record, before, act=act, today=case.today)]
        if sorted(told) != sorted(case.announces):
            yield _differs(place, case, "announces", sorted(case.announces), told)


def _breaks(register: Register, rule: Rule, record: Values, beside: Sequence[Values], case: Case) -> bool:
    if rule.unique:
        wanted = [record.get(name) for name in rule.unique]
        return None not in wanted and wanted in [[each.get(name) for name in rule.unique] for each in beside]
    if other := rule.elsewhere:
        value = record.get(other.field)
        there = [
            each
            for each in case.elsewhere.get(other.register_id, ())
            if not other.where or loose(other.where).test(each, today=case.today)
        ]
        return value is not None and (value in [each.get(other.by) for each in there]) == bool(rule.absent)
    ancestors: dict[str, set[str]] = {}
    for each in (record, *beside):
        ancestors[str(each.get(register.key))] = {str(each[name]) for name in rule.acyclic if each.get(name)}
    return leads_back(str(record.get(register.key)), ancestors)


def leads_back(start: str, ancestors: Mapping[str, set[str]]) -> bool:
    """Say whether somebody is an ancestor of themselves. ancestors: key → keys of the next older ones."""
    seen: set[str] = set()
    waiting = list(ancestors.get(start, ()))
    while waiting:
        name = waiting.pop()
        if name == start:
            return True
        if name not in seen:
            seen.add(name)
            waiting.extend(ancestors.get(name, ()))
    return False


def _differs(place: str, case: Case, what: str, wanted: Sequence[str], got: Sequence[str]) -> Fault:
    return fault(
        place,
        f"case.{what}",
        N_("Trường hợp “%(case)s”: %(what)s phải là [%(wanted)s] nhưng tính ra [%(got)s]."),
        case=str(case.name),
        what=what,
        wanted=", ".join(wanted),
        got=", ".join(got),
    )
