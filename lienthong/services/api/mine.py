"""Everything of one person: what awaits their signature, drafts, dossiers with the path and the papers of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.i18n import Bilingual
from lienthong.kernel.rows import Row
from lienthong.services import store
from lienthong.services.api import drafting, held, path, procedures, show, timing, words
from lienthong.services.api.views import ClockView, DossierLine, DraftLine, Mine, ToSign
from lienthong.services.spec.shape import Procedure

Rows = Sequence[Row]


def mine(who: Actor, *, limit: int = 20) -> Mine:
    """Return what awaits this person's signature, their drafts and their dossiers, newest first."""
    person = held.person_of(who)
    if not person:
        return Mine(to_sign=(), drafts=(), dossiers=())
    with runtime.current().database.reading():
        rows = [row for row in store.dossiers.of_applicant(person, limit=limit) if held.in_reach(who, row)]
        return Mine(
            to_sign=tuple(to_sign(who)),
            drafts=tuple(_draft(row) for row in rows if row.state == "draft"),
            dossiers=_lines([row for row in rows if row.state != "draft"]),
        )


def to_sign(who: Actor) -> list[ToSign]:
    """Return the drafts that await this person's signature, or were answered under exactly these values."""
    found: list[ToSign] = []
    asked = store.dossiers.signatures_by(who.person, limit=20) if who.kind is Kind.CITIZEN else []
    owners = {row.id: row for row in store.dossiers.by_ids({row.dossier for row in asked}) if row.state == "draft"}
    for row in asked:
        owner = owners.get(row.dossier)
        if owner is None or not held.in_reach(who, owner):
            continue
        case = held.of(owner)
        sign = case.procedure.data[row.item].sign
        if sign is None or row.item not in case.form.signers:
            continue
        found.append(
            ToSign(
                draft=row.dossier,
                title=case.procedure.title,
                because=sign.because,
                applicant=str(case.form.value(case.procedure.applicant.name) or ""),
                groups=show.groups(case.form, only=sign.sees),
                state=row.state,
                since=clock.moment(row.at),
            )
        )
    return found


def _draft(row: Row) -> DraftLine:
    case = held.of(row)
    return DraftLine(
        id=row.id,
        procedure=case.procedure.short or case.procedure.title,
        about=str(case.form.value(case.procedure.name) or ""),
        state=drafting.state(case),
        saved_at=clock.moment(row.saved_at),
        kept_until=date.fromisoformat(row.keep_until),
    )


def _lines(rows: Rows) -> tuple[DossierLine, ...]:
    """Return the dossiers of these rows; what belongs to them is read for all at once."""
    ids = [row.id for row in rows]
    steps, papers = _by_dossier(store.steps.of_all(ids)), _by_dossier(store.dossiers.papers_of_all(ids))
    running = [row.id for row in rows if not row.finished_at]
    stood, marks = _by_dossier(store.dossiers.stops_of_all(running)), _by_dossier(store.clocks.of_all(running))
    return tuple(_line(row, steps[row.id], papers[row.id], stood[row.id], marks[row.id]) for row in rows)


def _line(row: Row, steps: Rows, papers: Rows, stood: Rows, marks: Rows) -> DossierLine:
    procedure = procedures.version(row.procedure, row.version)
    return DossierLine(
        code=row.code,
        procedure=_title(row, procedure),
        about=row.name if procedure.begins == "person" else "",
        agency=show.agency_title(row.agency),
        state=row.state,
        state_text=words.dossier_state(row.state, row.outcome, procedure),
        outcome=row.outcome,
        filed_at=clock.moment(row.filed_at),
        finished_at=clock.moment(row.finished_at) if row.finished_at else None,
        clock=_clock(row, procedure, stood, marks),
        needs="supplement" if row.state == "paused" else None,
        steps=path.steps(procedure, row, steps),
        papers=path.papers(procedure, papers),
    )


def _title(row: Row, procedure: Procedure) -> Bilingual:
    """What a dossier is called: for somebody (``about``), or, where a fact began it, with what it is about."""
    title = procedure.short or procedure.title
    if procedure.begins == "person" or not row.name:
        return title
    about = show.called(procedure, row.name)
    return Bilingual(f"{title.vi}: {about.vi}", f"{title.en}: {about.en}")


def _clock(row: Row, procedure: Procedure, stood: Rows, marks: Rows) -> ClockView:
    """The clock of an open dossier with its days; of a finished one just when it was due."""
    if row.finished_at:
        return timing.brief(row.due_at, finished=True)
    return timing.dossier(row, procedure, stood=stood, marks=marks)


def _by_dossier(rows: Rows) -> defaultdict[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.dossier].append(row)
    return found
