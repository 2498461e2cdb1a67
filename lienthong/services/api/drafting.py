"""What a draft still needs, and how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import notices, procedures, show, timing
from lienthong.services.api.held import Held
from lienthong.services.api.views import ClockView, DraftState, DraftView, Fee, Sharing, Signature


def view(case: Held) -> DraftView:
    """Return a draft ready to show."""
    form, row = case.form, case.row
    read = bool(row.fetched_at)
    faults = open_faults(case) if read else ()
    signed = signatures(case) if read else ()
    clock_now, agency = _expected(case) if read else (None, None)
    return DraftView(
        id=row.id,
        procedure=procedures.view(case.procedure),
        about=str(form.value(case.procedure.name) or ""),
        state=_state(case, faults, signed),
        fetching=show.fetching(form),
        groups=show.groups(form) if read else (),
        papers=show.papers(form, case.attachments, faults) if read else (),
        pages=show.pages(form, faults) if read else (),
        sharing=sharing(case) if read else (),
        confirmed_at=clock.moment(case.confirmed_at) if case.confirmed_at else None,
        signatures=signed,
        faults=faults,
        asked=len(form.asks) if read else 0,
        fee=fee(case) if read else None,
        clock=clock_now,
        agency=agency,
        saved_at=clock.moment(row.saved_at),
        kept_until=date.fromisoformat(row.keep_until),
        dossier=row.code or "",
    )


def state(case: Held) -> DraftState:
    """Return where a draft stands, without what it shows."""
    read = bool(case.row.fetched_at)
    return _state(case, open_faults(case) if read else (), signatures(case) if read else ())


def open_faults(case: Held) -> tuple[Fault, ...]:
    """Return everything that stands against filing, but for the signatures of others."""
    faults = list(case.form.faults)
    if case.shared_steps and (case.sharing is None or not case.confirmed_at):
        faults.append(fault("sharing", "required", N_("Đọc cơ quan nào nhận điều gì, rồi bấm nút xác nhận.")))
    return tuple(faults)


def signatures(case: Held) -> tuple[Signature, ...]:
    """Return whose signatures are needed; a signature under other values than now counts as needed again."""
    if not case.form.signers:
        return ()
    rows = {row.item: row for row in store.dossiers.signatures_of(case.id)}
    found: list[Signature] = []
    for item_id, person in case.form.signers.items():
        row = rows.get(item_id)
        valid = row is not None and row.state != "needed" and row.digest == case.digest
        found.append(
            Signature(
                item=item_id,
                title=case.procedure.data[item_id].title,
                person=person,
                name=str(case.form.value(f"{item_id}.full_name") or ""),
                because=_because(case, item_id),
                state=row.state if row is not None and valid else "needed",
                at=clock.moment(row.at) if row is not None and valid else None,
            )
        )
    return tuple(found)


def ask_signatures(who: Actor, case: Held) -> None:
    """Ask for the signatures a draft needs once nothing else stands against it; take back those that no longer hold."""
    if not case.row.fetched_at or not case.form.signers or open_faults(case):
        return
    now = clock.stamp(runtime.current().clock.now())
    known = {each.item: each for each in store.dossiers.signatures_of(case.id)}
    for item_id, person in case.form.signers.items():
        row = known.get(item_id)
        if row is None or row.person != person or (row.state != "needed" and row.digest != case.digest):
            store.dossiers.put_signature(case.id, item_id, person=person, state="needed", digest="", at=now)
            asker = str(case.form.value(case.procedure.applicant.name) or "")
            notices.ask_to_sign(who, draft=case.id, person=person, asker=asker, procedure=case.procedure)


def settle(case: Held, **columns: Any) -> Held:
    """Keep the answers in stored form (codes, ISO dates), what lists call the dossier by, and other columns."""
    found = {ask.name: case.form.value(ask.name) for ask in case.form.asks}
    answers = {name: str(value) for name, value in found.items() if value is not None}
    now = clock.stamp(runtime.current().clock.now())
    store.dossiers.put_values(case.id, answers, kind="declared", at=now)
    name = str(case.form.value(case.procedure.name) or "")[:200]
    return case.again(store.dossiers.change(case.id, name=name, **columns), answers=answers)


def sharing(case: Held) -> tuple[Sharing, ...]:
    """Return the agencies that will get values of the dossier, step by step."""
    unit = case.form.value(case.procedure.unit)
    found: list[Sharing] = []
    for step_id in case.shared_steps:
        step = case.procedure.flow[step_id]
        agency = reference.competent(role=step.by, unit=unit).name if isinstance(unit, str) else Bilingual("", "")
        agreed = None if case.sharing is None else case.sharing.get(step_id, False)
        found.append(
            Sharing(
                step=step_id,
                title=step.title,
                agency=agency,
                fields=show.titles(case.procedure, step.sees),
                agreed=agreed,
            )
        )
    return tuple(found)


def fee(case: Held) -> Fee:
    """Return what is to be paid."""
    stated = case.procedure.fee
    return Fee(amount=case.row.fee if case.row.code else case.form.fee, note=stated.say if stated else None)


def sort_answers(case: Held, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return answers to questions, and records chosen for items. Raises Invalid for names that are neither."""
    asked = case.procedure.asked.keys() | {ask.name for paper in case.form.papers.values() for ask in paper.asks}
    items = {item_id for item_id, item in case.procedure.data.items() if item.choose}
    unknown = [name for name in values if name not in asked and name not in items]
    if unknown:
        raise Invalid(
            "answer.unknown",
            N_("Biểu mẫu này không hỏi những điều đó."),
            [fault(name, "unknown", N_("Không hỏi điều này.")) for name in unknown],
        )
    return (
        {name: value for name, value in values.items() if name in asked},
        {name: value for name, value in values.items() if name in items},
    )


def _because(case: Held, item_id: str) -> Bilingual:
    sign = case.procedure.data[item_id].sign
    assert sign is not None  # noqa: S101  signers come from items that say when they sign
    return sign.because


def _state(case: Held, faults: tuple[Fault, ...], signed: tuple[Signature, ...]) -> DraftState:
    if case.row.code:
        return "filed"
    if not case.row.fetched_at:
        return "begun"
    if faults:
        return "asking"
    return "ready" if all(each.state == "signed" for each in signed) else "signing"


def _expected(case: Held) -> tuple[ClockView | None, Bilingual | None]:
    """The clock if it were filed now, and the agency that would get it."""
    unit = case.form.value(case.procedure.unit)
    if not isinstance(unit, str):
        return None, None
    first = case.procedure.flow[case.procedure.first_step]
    agency = reference.competent(role=first.by, unit=unit)
    now = runtime.current().clock.now()
    due = timing.whole(case.procedure, filed=now, stood=(), extended=False, agency=agency.code)
    return timing.view(due, filed=now), agency.name
