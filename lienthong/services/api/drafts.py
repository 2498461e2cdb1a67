"""Preparing a dossier: begin, read what is known, answer the rest, confirm who gets what, sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from lienthong.identity import api as identity
from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor, Kind, file_of, require_reach
from lienthong.kernel.errors import Conflict, Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.services import store
from lienthong.services.api import drafting, facts, held, helped, matching, procedures
from lienthong.services.api.held import Held
from lienthong.services.api.views import DraftView

KEEP = timedelta(days=60)
"""How long a draft is kept after it was saved last."""


def begin(who: Actor, *, procedure: str) -> str:
    """Begin a dossier and answer the draft's id; a draft of the same procedure that is open already is gone on with.

    Nothing is read yet. Raises NotFound for an unknown procedure, SignInNeeded when the level is too low.
    """
    found = procedures.current(procedure)
    person = held.require_level(who, found)
    require_reach(who, *file_of(procedure))
    with runtime.current().database.transaction():
        made = new_id()
        row = store.dossiers.begin(new_row(who, made, person, found.procedure, found.version))
        if row.id == made:
            helped.note(who, row, "begun")
    return row.id


def draft(who: Actor, *, draft: str) -> DraftView:
    """Return the applicant's own draft with everything that is known, asked and missing. Raises NotFound."""
    return drafting.view(held.own_draft(who, draft))


def fetch_facts(who: Actor, *, draft: str, word: identity.Word = identity.NO_WORD) -> None:
    """Read what the registers know, in one call through the exchange; asked again, it reads again.

    word: how a person at a counter confirmed it. Raises NotFound, Denied when the contract does not allow it, Invalid
    without the word of a person at a counter.
    """
    held.own_row(who, draft)
    how = identity.take_word(who, word)
    with runtime.current().database.transaction():
        case = open_draft(who, draft)
        held.require_level(who, case.procedure)
        read = facts.fetch(who, case.procedure, person=case.row.applicant, dossier=case.id)
        in_use = store.dossiers.records_in_use(case.row.applicant)
        choose_once = {item_id for item_id, item in case.procedure.data.items() if item.choose}
        kept = [each for each in read if each.item not in choose_once or (each.item, each.record) not in in_use]
        store.dossiers.put_records(case.id, kept)
        row = saved(case, fetched_at=clock.stamp(runtime.current().clock.now()))
        case = case.again(row, records=kept)
        helped.note(who, row, "fetched", how=how)
        for page in case.attachments:
            if page.item in case.procedure.data and page.item not in case.form.papers:  # the register answers now
                store.attachments.remove(page)
        drafting.ask_signatures(who, held.of(row) if case.attachments else case)


def answer(
    who: Actor,
    *,
    draft: str,
    values: Mapping[str, str],
    sharing: Sequence[str] | None = None,
    confirmed: bool = True,
) -> None:
    """Save what was answered, right or wrong; ``draft`` then lists every fault at once.

    values: ``child.full_name`` → text, or an item to choose (``birth``) → record id. sharing: the steps to be done,
    whose agencies then get values of this dossier; a step left out is not done; None when that was not answered now.
    confirmed: the applicant confirms having read who gets what; without it the choice is kept and filing waits, and
    nobody who is named is compared yet. Raises Invalid for names or steps that are not asked, NotFound, Conflict once
    it is filed, TooMany (with all saved) after naming several people who did not fit.
    """
    with runtime.current().database.transaction():
        case = open_draft(who, draft)
        asked, choices = drafting.sort_answers(case, values)
        cleaned = {name: clean(text)[:2000] for name, text in asked.items()}
        agreed = case.sharing if sharing is None else _agreed(case, sharing)
        now = clock.stamp(runtime.current().clock.now())
        said = now if confirmed and sharing is not None else ""
        matching.forget(case, cleaned)
        store.dossiers.put_values(case.id, cleaned, kind="declared", at=now)
        row = saved(
            case,
            chosen=msgspec.json.encode({**case.form.chosen, **choices}).decode(),
            sharing="" if agreed is None else held.stored_sharing(agreed, _confirmed(case, agreed, said)),
        )
        helped.note(who, row, "answered")
        drafting.ask_signatures(who, case.again(row, answers=cleaned))
    if confirmed:
        matching.compare(who, row)


def discard(who: Actor, *, draft: str) -> None:
    """Throw the applicant's own draft away; the same request again changes nothing.

    Raises NotFound, and Conflict when it was filed.
    """

    def once() -> bool:
        case = open_draft(who, draft)
        helped.note(who, case.row, "discarded")
        store.dossiers.delete_draft(case.id)
        runtime.current().database.after_commit(lambda: store.attachments.drop(case.id))
        return True

    requests.once(who, f"services.discard:{draft}"[:80], bool, once)


def purge() -> int:
    """Delete drafts whose time to keep has ended, with the papers handed in for them; answer how many."""
    gone = store.dossiers.purge_drafts(clock.today(runtime.current().clock).isoformat())
    store.attachments.sweep()
    return gone


def by(who: Actor) -> tuple[str, str, str]:
    """Return who acts as history keeps it: kind, subject, agency."""
    return str(who.kind), who.subject, who.agency


def open_draft(who: Actor, draft: str) -> Held:
    """Return the actor's own draft, locked until the open transaction ends. Raises NotFound, Conflict once filed."""
    case = held.own_draft(who, draft, lock=True)
    if case.row.state != "draft":
        raise Conflict("draft.filed", N_("Hồ sơ này đã nộp; xem ở Hồ sơ của tôi."), dossier=case.row.code)
    return case


def _agreed(case: Held, steps: Sequence[str]) -> dict[str, bool]:
    unknown = set(steps) - set(case.shared_steps)
    if unknown:
        raise Invalid("sharing.step", N_("Không có bước “%(step)s” để chia sẻ."), step=min(unknown))
    return {step: step in steps for step in case.shared_steps}


def _confirmed(case: Held, chosen: dict[str, bool] | None, now: str) -> str:
    """Return when this choice was confirmed: what was confirmed before stays so while the choice is the same."""
    return case.confirmed_at or now if chosen == case.sharing else now


def saved(case: Held, **columns: Any) -> Row:
    """Change columns of a draft, note that it was saved now, and answer its row."""
    now = runtime.current().clock.now()
    keep_until = (now.date() + KEEP).isoformat()
    return store.dossiers.change(case.id, saved_at=clock.stamp(now), keep_until=keep_until, **columns)


def new_row(who: Actor, draft: str, person: str, procedure: str, version: int) -> dict[str, Any]:
    """Return the row of an empty draft, saved now."""
    now = runtime.current().clock.now()
    return {
        "id": draft,
        "code": None,
        "procedure": procedure,
        "version": version,
        "state": "draft",
        "applicant": person,
        "applicant_name": "",
        "name": "",
        "channel": "counter" if who.kind is Kind.OFFICER or who.assisted_by else "",
        "unit": "",
        "agency": "",
        "saved_at": clock.stamp(now),
        "keep_until": (now.date() + KEEP).isoformat(),
        "fetched_at": "",
        "chosen": "{}",
        "sharing": "",
        "filed_at": "",
        "received_at": "",
        "due_at": "",
        "finished_at": "",
        "outcome": "",
        "fee": 0,
        "extended": False,
        "compared": 0,
        "mismatches": 0,
    }
