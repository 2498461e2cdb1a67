"""Reading records: by lookup field, as of a day, as known at a moment; searching; a record's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean, fold
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.domain import Act, Grounds, Query, Record, Seal, Version, state_at
from lienthong.registers.spec import Register
from lienthong.registers.store import accesses, merges, records
from lienthong.registers.store.layout import Layout, lookup_key

Keys = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a search. after: give it back for the next page; "" when this was the last."""

    records: list[Record]
    after: str


def read(
    who: Actor,
    *,
    queries: Sequence[Query],
    grounds: Grounds,
    contract: str = "",
    act: Act = "read",
    seal: Seal | None = None,
) -> list[list[Record]]:
    """Return the records of every query, in the order asked, and write who read what about whom.

    One access entry for each person and register, for people who were asked about and not found as well. act: how the
    entry calls it; ``compare`` where nobody outside the caller is told a value. seal: until when these entries do not
    stand in the logs of their people.
    Raises Invalid for a field that does not exist or cannot be looked up, or an answer longer than a query's limit.
    """
    require(who, grounds)
    asked = [(definition(query.register), query) for query in queries]
    keys = [_keys(register, query) for register, query in asked]
    seen: dict[str, dict[str, dict[str, None]]] = {}
    answers: list[list[Record]] = []
    with runtime.current().database.transaction() as connection:
        for (register, query), wanted in zip(asked, keys, strict=True):
            found = _find(connection, register, query, _with_former_keys(connection, register, wanted))
            people = seen.setdefault(register.id, {})
            for subject in _subjects(register, found, wanted):
                people.setdefault(subject, {}).update(dict.fromkeys(query.fields or register.fields))
            answers.append([records.trimmed(record, query.fields) for record in found])
        for name, people in seen.items():
            _log(connection, who, act, name, people, grounds, contract, seal)
    return answers


def search(
    who: Actor,
    *,
    register: str,
    grounds: Grounds,
    text: str = "",
    birth_date: str = "",
    unit: str = "",
    fields: Sequence[str] = (),
    limit: int = 20,
    after: str = "",
    contract: str = "",
) -> Page:
    """Return records whose name begins with the text (marks and case do not matter), or whose number it is.

    birth_date, unit: narrow it down. after: what the page before gave. Writes an entry for each person shown.
    """
    require(who, grounds)
    spec = definition(register)
    wanted = clean(text)
    if wanted.isascii() and wanted.isdigit():
        numbers = [name for name in (spec.key, "former_number") if name in spec.lookups]
        queries = [Query(register, by={name: wanted}, fields=fields) for name in numbers]
        found = [each for answer in read(who, queries=queries, grounds=grounds, contract=contract) for each in answer]
        return Page(found, "")
    if not spec.name or spec.lookups.get(spec.name) != "folded" or len(fold(wanted)) < 2:
        raise Invalid(
            "search.text",
            N_("Gõ số định danh hoặc ít nhất hai chữ cái đầu của họ tên; cơ sở dữ liệu này có thể không tìm theo tên."),
        )
    exact = {name: value for name, value in (("birth_date", birth_date), (spec.unit, unit)) if name and value}
    for name in exact:
        _require_lookup(spec, name)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        size = max(1, min(limit, 100))
        rows = records.named(connection, layout, spec.name, fold(wanted), exact, size + 1, after)
        found = [records.record_of(register, spec.key, row, ()) for row in rows[:size]]
        log_search(who, connection, spec, found, fields, grounds, contract)
    return Page([records.trimmed(each, fields) for each in found], found[-1].id if len(rows) > size else "")


def read_records(
    who: Actor, *, register: str, ids: Sequence[str], grounds: Grounds, fields: Sequence[str] = (), contract: str = ""
) -> list[Record]:
    """Return records by their own ids, in the order of these; one entry for each person. For records without a key."""
    require(who, grounds)
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        rows = records.by_ids(connection, layout_of(connection, register), ids)
        found = [records.record_of(register, spec.key, row, ()) for row in rows]
        seen = dict.fromkeys(_subjects(spec, found, {}), dict.fromkeys(fields or spec.fields))
        _log(connection, who, "read", register, seen, grounds, contract)
    return [records.trimmed(each, fields) for each in found]


def history(who: Actor, *, register: str, key: str, grounds: Grounds, contract: str = "") -> list[Version]:
    """Return every version of a record, first to last, each with what it changed, by whom and why.

    key: the record's key, or its id when it has no key yet; of a record that was withdrawn, the key that it had.
    Raises NotFound; the question is logged all the same.
    """
    require(who, grounds)
    spec = definition(register)
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        row = current_row(connection, layout, spec, key) or _withdrawn_row(connection, layout, spec, key)
        record = records.record_of(register, spec.key, row, ()) if row else None
        subjects = _subjects(spec, [record] if record else [], {spec.key: [key]})
        shown = dict.fromkeys(spec.fields)
        _log(connection, who, "history", register, dict.fromkeys(subjects, shown), grounds, contract)
        versions = versions_of(connection, layout, record) if record else []
    if record is None:
        raise NotFound("record.none", N_("Không có bản ghi mang khóa này."))
    return versions


def version_of(register: str, key: str) -> int:
    """Return how often a record (key or id) was written, 0 when there is none: nothing of what it says, so no entry."""
    spec = definition(register)
    with runtime.current().database.reading() as connection:
        return records.version(connection, layout_of(connection, register), spec.key, key)


def current_row(connection: Connection, layout: Layout, spec: Register, key: str) -> records.Row | None:
    """Return the current row of a record by its key, or by its id when it has no key."""
    value = clean(key)
    found = records.find(connection, layout, {spec.key: [value]}, 1)
    return (found or records.by_ids(connection, layout, [value]) or [None])[0]


def _withdrawn_row(connection: Connection, layout: Layout, spec: Register, key: str) -> records.Row | None:
    """Return the newest record that had this key and says nothing any more."""
    rows = records.by_ids(connection, layout, records.find_ever(connection, layout, {spec.key: [clean(key)]}, 50))
    return next((row for row in reversed(rows) if row[4] == records.SAYS_NOTHING), None)


def versions_of(connection: Connection, layout: Layout, record: Record) -> list[Version]:
    """Return every version of a current record, first to last; the caller writes who looked."""
    rows = records.past_rows(connection, layout, record.id)
    if not rows:
        return [_first(record)]
    said = records.assertions(connection, layout, [record.id])[record.id]
    versions: list[Version] = []
    for row, made in zip(rows, said, strict=True):
        if made.version == 1:
            first = state_at(record.values, said, below=2)
            changes = {name: (None, value) for name, value in (first.values if first else {}).items()}
        else:
            held = state_at(record.values, said, as_of=made.valid_from, below=made.version)
            before = held.values if held else {}
            changes = {name: (before.get(name), value) for name, value in made.after.items()}
        author = dict(zip(("agency", "actor", "reason", "basis", "dossier"), row[6:11], strict=True))
        versions.append(
            Version(
                version=made.version,
                kind=row[4],
                valid_from=made.valid_from,
                known_from=made.known_from,
                changes=changes,
                **author,
            )
        )
    return versions


def _first(record: Record) -> Version:
    """Return the only version of a record that never changed."""
    return Version(
        version=1,
        kind="created",
        valid_from=record.valid_from,
        known_from=record.known_from,
        changes={name: (None, value) for name, value in record.values.items()},
        agency="",
        actor="",
        reason="",
        basis="",
        dossier="",
    )


def _find(connection: Connection, register: Register, query: Query, keys: Keys) -> list[Record]:
    layout = layout_of(connection, register.id)
    limit = max(query.limit, len(keys.get(register.key, ())))  # as many keys, as many answers at most
    if query.as_of is None and query.known_at is None:
        rows = records.find(connection, layout, keys, limit + 1)
        _bounded(rows, limit)
        found = [records.record_of(register.id, register.key, row, ()) for row in rows]
        return [*found, *_merged(connection, layout, register, keys, found)]
    ids = records.find_ever(connection, layout, keys, limit + 1)
    _bounded(ids, limit)
    said = records.assertions(connection, layout, ids)
    as_of, known_at = moments(query)
    found: list[Record] = []
    for row in records.by_ids(connection, layout, ids):
        state = records.state_of(row, said.get(row[0], ()), as_of=as_of, known_at=known_at)
        if state is None or not _matches(layout, state.values, keys):
            continue
        key = state.values.get(register.key) or ""
        found.append(Record(register.id, row[0], key, state.version, state.valid_from, state.known_from, state.values))
    return found


def _merged(
    connection: Connection, layout: Layout, register: Register, keys: Keys, found: Sequence[Record]
) -> list[Record]:
    """Return the records to which keys lead whose own record was merged into them: asked by the key alone."""
    asked = keys.get(register.key, ())
    if len(keys) > 1 or len(found) >= len(asked):
        return []
    missing = list(set(asked) - {each.key for each in found})
    leads = merges.leads(connection, register.id, missing)
    rows = {row[0]: row for row in records.by_ids(connection, layout, list(leads.values()))} if leads else {}
    made = [
        (key, records.record_of(register.id, register.key, rows[to], ())) for key, to in leads.items() if to in rows
    ]
    return [replace(record, asked_as=key) for key, record in made]


def moments(query: Query) -> tuple[str, str]:
    """Return the ISO day and the stamp that a question is about, on the two axes of time."""
    known_at = clock.stamp(query.known_at) if query.known_at else "9"
    if query.as_of:
        return query.as_of.isoformat(), known_at
    day: datetime = query.known_at or runtime.current().clock.now()
    return clock.local(day).date().isoformat(), known_at


def _matches(layout: Layout, values: Mapping[str, object], keys: Keys) -> bool:
    return all(lookup_key(layout.lookups[name], values.get(name)) in wanted for name, wanted in keys.items())


def _bounded(found: Sequence[object], limit: int) -> None:
    if len(found) > limit:
        raise Invalid(
            "query.too_broad",
            N_("Câu hỏi trả về hơn %(limit)s bản ghi; hỏi hẹp lại hoặc dùng xuất dữ liệu."),
            limit=limit,
        )


def _keys(register: Register, query: Query) -> Keys:
    asked = {register.key: query.key} if query.key else dict(query.by)
    if not asked:
        raise Invalid("query.empty", N_("Cần ít nhất một khóa tra cứu."))
    unknown = [name for name in query.fields if name not in register.fields]
    if unknown:
        raise Invalid(
            "query.fields",
            N_("Có trường không thuộc cơ sở dữ liệu này."),
            [fault(name, "field.unknown", N_("Không có trường “%(name)s”."), name=name) for name in unknown],
        )
    keys: Keys = {}
    for name, wanted in asked.items():
        _require_lookup(register, name)
        kind = register.lookups[name]
        listed = [wanted] if isinstance(wanted, str) else wanted
        keys[name] = list(dict.fromkeys(key for each in listed if (key := lookup_key(kind, _tidy(each)))))
        if not keys[name]:
            raise Invalid("query.empty", N_("Cần ít nhất một khóa tra cứu."))
    return keys


def _with_former_keys(connection: Connection, register: Register, keys: Keys) -> Keys:
    """Return the keys with those that were merged into them: others may still name these people by the old ones."""
    numbers = [name for name in keys if name != register.key and register.terms[name].type == "personal_number"]
    if not numbers:
        return keys
    return keys | {name: merges.also_known_as(connection, "personal_number", keys[name]) for name in numbers}


def _tidy(value: str) -> str:
    return value if value.isascii() and value.isprintable() else clean(value)


def _require_lookup(register: Register, name: str) -> None:
    if name not in register.lookups:
        raise Invalid(
            "query.lookup",
            N_("Không tra cứu được theo “%(name)s”; các trường tra cứu: %(names)s."),
            name=name,
            names=", ".join(register.lookups),
        )


def _subjects(register: Register, found: Sequence[Record], keys: Keys) -> list[str]:
    """Return whom an answer is about: the people found, and those whose numbers were asked."""
    about = dict.fromkeys(each.values.get(register.subject) or each.id for each in found)
    for name, wanted in keys.items():
        if register.terms[name].type == "personal_number":
            about.update(dict.fromkeys(wanted))
    return list(about) or [""]


def _log(
    connection: Connection,
    who: Actor,
    act: Act,
    register: str,
    seen: Mapping[str, Mapping[str, None]],
    grounds: Grounds,
    contract: str,
    seal: Seal | None = None,
) -> None:
    """Write an entry for each person; seen: person → the fields shown."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for subject, fields in seen.items():
        groups.setdefault(tuple(fields), []).append(subject)
    for fields, subjects in groups.items():
        accesses.add(
            connection,
            who,
            act=act,
            register=register,
            subjects=subjects,
            fields=fields,
            grounds=grounds,
            contract=contract,
            seal=seal,
        )


def log_search(
    who: Actor,
    connection: Connection,
    register: Register,
    found: Sequence[Record],
    fields: Sequence[str],
    grounds: Grounds,
    contract: str,
) -> None:
    """Write a search's entry for each person shown, in the open transaction."""
    shown = dict.fromkeys(fields or register.fields)
    seen = dict.fromkeys(_subjects(register, found, {}), shown)
    _log(connection, who, "search", register.id, seen, grounds, contract)


def log_history(who: Actor, connection: Connection, register: Register, subject: str, grounds: Grounds) -> None:
    """Write that everything a register holds about a person was read, in the open transaction."""
    _log(connection, who, "history", register.id, {subject: dict.fromkeys(register.fields)}, grounds, "")


def of_unit(
    who: Actor,
    *,
    register: str,
    unit: str,
    grounds: Grounds,
    fields: Sequence[str] = (),
    limit: int = 50,
    after: str = "",
) -> Page:
    """Return the records of one unit in the order of their names, page by page, without ever counting them.

    after: what the page before gave. Writes an entry for each person shown. Raises Invalid for a register that knows
    no unit or no name.
    """
    require(who, grounds)
    spec = definition(register)
    if spec.lookups.get(spec.name) != "folded" or spec.unit not in spec.lookups:
        raise Invalid("unit.register", N_("Cơ sở dữ liệu này không xem theo đơn vị được."))
    with runtime.current().database.transaction() as connection:
        layout = layout_of(connection, register)
        size = max(1, min(limit, 200))
        rows = records.of_unit(connection, layout, spec.unit, unit, spec.name, size, after)  # nobody is peeked at
        found = [records.record_of(register, spec.key, row, ()) for row in rows]
        log_search(who, connection, spec, found, fields, grounds, "")
    return Page([records.trimmed(each, fields) for each in found], found[-1].id if len(rows) == size else "")
