"""Comparing whom an applicant names with the population register: yes or no, and the person sees who asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.rows import Row
from lienthong.services import store
from lienthong.services.api import drafting, facts, held, procedures
from lienthong.services.api.held import Held
from lienthong.services.spec.form import MATCHED
from lienthong.services.spec.parts import Item

_FORGET_TRIES = timedelta(hours=12)


def compare(who: Actor, row: Row) -> None:
    """Compare everybody of one's own draft whose number and name are there and were not compared yet; keep the answers.

    Raises TooMany after several that did not fit (what was typed is kept).
    """
    if row.state != "draft" or not any(each.match for each in _items(row)):
        return
    case = held.of(row)
    for item, (number, name) in case.form.unmatched.items():
        now = runtime.current().clock.now()
        identity.count("match", who.subject, forget_at=now + _FORGET_TRIES)
        fits = facts.agrees(who, case.procedure, number=number, name=name, dossier=case.id)
        if fits:
            identity.held("match", who.subject)
        with runtime.current().database.transaction():
            again = held.own_draft(who, row.id, lock=True)
            if again.row.state == "draft" and again.form.unmatched.get(item) == (number, name):
                _keep(again, {item: "yes" if fits else "no"})
                drafting.ask_signatures(who, held.of(again.row))


def forget(case: Held, answers: Mapping[str, str]) -> None:
    """Drop what was found of people whose number or name is another one now, in the open transaction."""
    changed = {name for name, text in answers.items() if text != case.form.answers.get(name, "")}
    _keep(
        case, {item: "" for item in case.form.matched if not changed.isdisjoint(f"{item}.{each}" for each in MATCHED)}
    )


def _items(row: Row) -> Collection[Item]:
    return procedures.version(row.procedure, row.version).data.values()


def _keep(case: Held, found: Mapping[str, str]) -> None:
    store.dossiers.put_values(case.id, found, kind="matched", at=clock.stamp(runtime.current().clock.now()))
