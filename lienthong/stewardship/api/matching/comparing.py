"""Finds the doubles of a register, or its people in another one; the pairs wait for a person's word."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from lienthong.kernel import clock, jobs, requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.columns import Workshop, sweep, text, workshop
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register
from lienthong.stewardship.api.likeness import fields_of, is_about_people, rules_for, today
from lienthong.stewardship.api.looking import own_registers
from lienthong.stewardship.api.rights import own_unit, require_both, require_whole
from lienthong.stewardship.domain.matching import Score
from lienthong.stewardship.events import DuplicatesFound
from lienthong.stewardship.store.matching import pairing, people, runs
from lienthong.stewardship.store.matching.pairing import Found, Linked, Say, unsaid
from lienthong.stewardship.store.matching.runs import Run

JOB = "stewardship.duplicates"


def start_duplicates(who: Actor, *, register: str, grounds: Grounds) -> Run:
    """Ask for the doubles of a register to be found, as a job; answer the run, which ``duplicate_runs`` follows.

    Raises Denied for an agency that does not own the register, Invalid for a register that is not about people.
    """
    return _begun(who, register, "", grounds, later=True)


def start_links(who: Actor, *, register: str, other: str, grounds: Grounds) -> Run:
    """Ask for the people of a register to be found in another one of the agency, as a job; answer the run.

    Raises Denied unless the agency keeps both, Invalid for a register that is not about people or one with itself.
    """
    if register == other:
        raise Invalid("links.same", N_("Chọn một cơ sở dữ liệu khác; tìm người trùng ở một nơi là việc riêng."))
    require_both(who, register=f"{register}:{other}", grounds=grounds)
    return _begun(who, register, other, grounds, later=True)


def linkable(who: Actor, *, register: str) -> list[Register]:
    """Return the registers of people that the agency keeps beside this one, whose people may stand side by side."""
    kept = [registers.definition(each) for each in own_registers(who) if each != register]
    return [each for each in kept if not own_unit(who, each) and is_about_people(each)]


def find_duplicates(who: Actor, *, register: str, grounds: Grounds, rows: Path | None = None, say: Say = unsaid) -> Run:
    """Find the doubles of a register now. Pairs that are sure or to be reviewed wait in ``duplicates`` for a word.

    rows: CSV file that gets a line for each record: record_id (its key), cluster_id, verdict. Everybody in the register
    finds the comparison in their log. Raises as ``start_duplicates``.
    """
    return _find(who, _begun(who, register, "", grounds), rows, say)


def find_links(
    who: Actor, *, register: str, other: str, grounds: Grounds, rows: Path | None = None, say: Say = unsaid
) -> Run:
    """Find who of a register is who in another one, by number or without one; pairs wait in ``duplicates``.

    rows: CSV file: record_id, other_id, verdict, probability, one line for each candidate, likeliest first, one with
    verdict ``no`` for a record that has none. Raises Denied unless the agency owns the first register.
    """
    return _link(who, _begun(who, register, other, grounds), rows, say)


def duplicate_runs(who: Actor, *, register: str, grounds: Grounds) -> list[Run]:
    """Return the runs over a register, newest first. register: its id, or ``one:other`` for links."""
    require_whole(who, register=register.partition(":")[0], grounds=grounds)
    return runs.runs(register)


def run_job(who: Actor, payload: dict[str, str]) -> None:
    """Do what ``start_duplicates`` or ``start_links`` asked for."""
    run = runs.run_of(payload["run"])
    if run is not None and run.state == "working":
        work = _link if ":" in run.register else _find
        work(replace(who, agency=run.agency), run, None, partial(runs.say, run.id))


def _begun(who: Actor, register: str, other: str, grounds: Grounds, *, later: bool = False) -> Run:
    """Return the run of this request, begun when it is asked for the first time; later: as a job."""
    for each in filter(None, (register, other)):
        fields_of(registers.definition(each))
    require_whole(who, register=register, grounds=grounds)

    def work() -> str:
        run = Run(
            id=new_id(),
            at=clock.stamp(runtime.current().clock.now()),
            agency=who.agency,
            actor=f"{who.kind}:{who.subject}",
            register=f"{register}:{other}" if other else register,
            purpose=grounds.purpose,
            basis=grounds.basis,
            state="working",
            rows=0,
            compared=0,
            sure=0,
            review=0,
            entry="",
            done_at="",
        )
        runs.add(run)
        if later:
            jobs.enqueue(JOB, {"run": run.id}, key=f"{JOB}:{run.id}")
        return run.id

    return _run(requests.once(who, f"stewardship.duplicates.{register}.{other}"[:80], str, work))


def _run(name: str) -> Run:
    found = runs.run_of(name)
    if found is None:
        raise NotFound("duplicates.run", N_("Không có lần tìm trùng mang mã này."))
    return found


def _find(who: Actor, run: Run, rows: Path | None, say: Say) -> Run:
    spec = registers.definition(run.register)
    with workshop(place_for(run.id)) as shop:
        count, entry = _bring_in(who, shop, spec, run, "people")
        different = runs.different(spec.id)

        def apart(records: Mapping[int, str]) -> Collection[tuple[int, int]]:
            places = {record: place for place, record in records.items()}
            return [(places[one], places[other]) for one, other in different if one in places and other in places]

        found = pairing.find_duplicates(
            shop, rows=count, rules=rules_for(spec, count), today=today, apart=apart, say=say
        )
        if rows is not None:
            write_rows(shop, found, rows, "people_key")
    pairs = [_ordered(found.records[one], found.records[other], made) for (one, other), made in found.scores.items()]
    return _done(who, run, pairs, found.rows, found.compared, entry)


def _link(who: Actor, run: Run, rows: Path | None, say: Say) -> Run:
    first, second = (registers.definition(each) for each in run.register.split(":"))
    with workshop(place_for(run.id)) as shop:
        count, entry = _bring_in(who, shop, first, run, "people")
        there, _ = _bring_in(who, shop, second, run, "there")
        rules = rules_for(first, max(count, there))
        found = pairing.find_links(shop, rows=count, there=there, rules=rules, today=today, say=say)
        if rows is not None:
            _write_links(shop, found, rows)
    return _done(who, run, found.pairs, found.rows, found.compared, entry)


def _bring_in(who: Actor, shop: Workshop, spec: Register, run: Run, table: str) -> tuple[int, str]:
    """Bring a register's people into the workshop, and write the entry by which everybody finds it."""
    roles, why = fields_of(spec), Grounds(purpose=run.purpose, basis=run.basis)
    fields: list[str] = [*dict.fromkeys(each for each in (spec.subject, spec.key, *roles.values()) if each)]
    image = registers.image(who, register=spec.id, fields=fields, grounds=why)
    source = f"read_parquet({text(str(image.path))})"
    count = people.bring_in(shop, source, roles, "record", table)
    subject = spec.subject or spec.key
    named = (
        f"SELECT CASE WHEN length({subject}) = 12 THEN TRY_CAST({subject} AS UBIGINT) END AS number,"  # noqa: S608
        f" CASE WHEN length({subject}) = 12 THEN '' ELSE coalesce({subject}, record) END AS other FROM {source}"
    )
    reason = f"duplicates:{run.id}"
    entry = registers.compared(who, register=spec.id, fields=fields, grounds=why, people=named, reason=reason)
    shop.run(f"CREATE TABLE {table}_key AS SELECT record, coalesce({spec.key}, record) AS key FROM {source}")  # noqa: S608
    return count, entry


def write_rows(shop: Workshop, found: Found, path: Path, keys: str = "") -> None:
    """Write a CSV line for each record: record_id, cluster_id (a record_id), verdict. keys: table record → key."""
    shop.table(
        "placed",
        "place BIGINT, first BIGINT, verdict VARCHAR",
        ((place, first, found.verdict_of(place)) for place, first in found.clusters.of.items()),
    )
    name = f"SELECT p.place, coalesce(k.key, p.record) AS name FROM people p LEFT JOIN {keys} k USING (record)"  # noqa: S608
    shop.run(
        f"COPY (WITH named AS ({name if keys else 'SELECT place, record AS name FROM people'})"  # noqa: S608
        " SELECT n.name AS record_id, coalesce(f.name, n.name) AS cluster_id, coalesce(verdict, 'no') AS verdict"
        " FROM named n LEFT JOIN placed USING (place) LEFT JOIN named f ON f.place = placed.first ORDER BY n.place)"
        f" TO {text(str(path))} (FORMAT csv, HEADER)"
    )


def _write_links(shop: Workshop, found: Linked, path: Path) -> None:
    shop.table(
        "linked",
        "record VARCHAR, other VARCHAR, verdict VARCHAR, probability DOUBLE",
        ((one, other, made.verdict, round(made.probability, 6)) for one, other, made in found.pairs),
    )
    shop.run(
        "COPY (SELECT k.key AS record_id, coalesce(o.key, '') AS other_id, coalesce(verdict, 'no') AS verdict,"  # noqa: S608
        " probability FROM people JOIN people_key k USING (record) LEFT JOIN linked l USING (record)"
        " LEFT JOIN there_key o ON o.record = l.other ORDER BY place, probability DESC)"
        f" TO {text(str(path))} (FORMAT csv, HEADER)"
    )


def _done(who: Actor, run: Run, pairs: Sequence[tuple[str, str, Score]], rows: int, compared: int, entry: str) -> Run:
    sure = sum(made.verdict == "sure" for _, _, made in pairs)
    with runtime.current().database.transaction() as connection:
        ended = {"state": "done", "done_at": clock.stamp(runtime.current().clock.now()), "entry": entry}
        if runs.finish(run.id, rows=rows, compared=compared, sure=sure, review=len(pairs) - sure, **ended):
            runs.put(connection, run.register, run.id, pairs)
            fact = DuplicatesFound(register=run.register, run=run.id, rows=rows, sure=sure, review=len(pairs) - sure)
            publish(who, fact)
    return _run(run.id)


def _ordered(one: str, other: str, made: Score) -> tuple[str, str, Score]:
    return (one, other, made) if one < other else (other, one, made)


def place_for(work: str) -> Path:
    """Return a folder for one piece of work; those that a killed process left are swept away."""
    images = runtime.current().settings.home / "images"
    sweep(images)
    return images / f".work-{work}"
