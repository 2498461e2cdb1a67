"""Deadlines moved and missed: the one extension, what is marked late.

A machine watches: it asks for apologies before deadlines pass and marks what has passed one, each at most once.
"""

from __future__ import annotations

from collections.abc import Sequence

from lienthong.kernel import clock, jobs, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.errors import Conflict
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.requests import once
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.reference.api import Term
from lienthong.services import spec, store
from lienthong.services.api import apologising, held, timing
from lienthong.services.api import reasons as coded
from lienthong.services.api.drafts import by
from lienthong.services.api.held import Held
from lienthong.services.events import DossierExtended, DossierLate, StepLate
from lienthong.services.spec.shape import Procedure
from lienthong.services.store.tables import FAR

APOLOGY_JOB = "services.apology"
BATCH = 200
"""How many clocks one look of the machine deals with; the next look takes the rest."""


def extend(who: Actor, *, dossier: str, reasons: Sequence[str], note: str = "") -> None:
    """Take the one extension the law allows, for coded reasons the applicant reads; the same request counts once.

    The dossier's time and that of the agency's own steps at work grow by the term of the procedure. note: more
    words. Raises NotFound for other agencies' dossiers, Denied for officers without a part in it, Invalid without a
    coded reason, Conflict the second time, after an apology, while the clock stands still or when the time is over.
    """

    def work() -> None:
        case = held.led(who, store.dossiers.by_code(dossier, lock=True))
        row = case.row
        now = clock.stamp(runtime.current().clock.now())
        _require_extendable(row, case.procedure, now)
        codes = coded.chosen(case.procedure.reasons.extend, reasons)
        reason = coded.kept(codes, note)
        due = reckon(case, extended=True)
        store.clocks.put(case.id, "extended", at=now, due_at=row.due_at, next_at=due, note=reason)
        store.dossiers.change(case.id, extended=True, due_at=due)
        _extend_steps(case)
        store.dossiers.tell(case.id, at=now, kind="extended", by=by(who), data=reason)
        publish(who, DossierExtended(dossier=row.code, unit=row.unit, due_at=due, reasons=tuple(codes)))

    once(who, f"services.extend/{dossier}", type(None), work)


def may_extend(row: Row, procedure: Procedure) -> bool:
    """Say whether the one extension is still to be had."""
    try:
        _require_extendable(row, procedure, clock.stamp(runtime.current().clock.now()))
    except Conflict:
        return False
    return True


def reckon(case: Held, *, extended: bool) -> str:
    """Return the stamp at which the whole dossier is due, by its stops and its extension."""
    stood = timing.stops(store.dossiers.stops_of(case.id))
    filed = clock.moment(case.row.filed_at)
    due = timing.whole(case.procedure, filed=filed, stood=stood, extended=extended, agency=case.row.agency)
    return clock.stamp(due.at)


def extension_of(case: Held, step: Row) -> Term | None:
    """Return what a step got of the extension: the term, when it was at work at the lead agency at that moment."""
    mark = timing.mark_of(store.clocks.of(case.id), "extended")
    grown = mark is not None and step.agency == case.row.agency and step.opened_at <= mark.at
    return Term.parse(case.procedure.clock.extend) if grown else None


def watch() -> int:
    """Look at every clock: ask for the apologies that are due, mark what is late; answer how many were asked or marked.

    An apology is a job of its own, so that one that fails is retried, stays visible and holds up no other.
    """
    return _ask_apologies() + _mark_late()


def _ask_apologies() -> int:
    now = runtime.current().clock.now()
    found = spec.catalogue()
    longest = max((each.clock.warned for each in found.sound.values()), key=spec.least_minutes, default="")
    if not longest:
        return 0
    horizon = reference.on_from(now, Term(spec.least_minutes(longest) // 60, "wh"))
    asked = 0
    for row in store.clocks.to_warn(before=clock.stamp(horizon), limit=BATCH):
        procedure = found.find(row.procedure, row.version)
        if procedure is not None and now >= apologising.warned_from(procedure.clock.warned, row):
            jobs.enqueue(APOLOGY_JOB, {"dossier": row.id}, key=f"apology/{row.code}/{row.due_at}")
            asked += 1
    return asked


def _mark_late() -> int:
    now = clock.stamp(runtime.current().clock.now())
    who = system("services")
    marked = 0
    with runtime.current().database.transaction():
        for row in store.clocks.late_steps(now=now, limit=BATCH):
            if row.due_at != FAR and store.clocks.put(row.dossier, "late", step=row.step, at=now, due_at=row.due_at):
                publish(
                    who,
                    StepLate(
                        dossier=row.code, step=row.step, unit=row.unit, agency=row.agency, at=now, due_at=row.due_at
                    ),
                )
                marked += 1
        for row in store.clocks.late_dossiers(now=now, limit=BATCH):
            if store.clocks.put(row.id, "late", at=now, due_at=row.due_at):
                late = DossierLate(dossier=row.code, unit=row.unit, agency=row.agency, at=now, due_at=row.due_at)
                publish(who, late)
                marked += 1
    return marked


def _require_extendable(row: Row, procedure: Procedure, now: str) -> None:
    if not procedure.clock.extend:
        raise Conflict("extend.none", N_("Thủ tục này không có gia hạn."))
    if row.extended:
        raise Conflict("extend.again", N_("Hồ sơ này đã gia hạn một lần; pháp luật chỉ cho gia hạn một lần."))
    if row.state == "paused":
        raise Conflict("extend.paused", N_("Đồng hồ đang dừng chờ bổ sung; gia hạn được khi đồng hồ chạy lại."))
    if row.state != "open":
        raise Conflict("extend.finished", N_("Hồ sơ đã kết thúc nên không gia hạn được."))
    if now > row.due_at:
        raise Conflict("extend.late", N_("Đã quá hạn nên không gia hạn được nữa; gia hạn phải làm trước khi hết hạn."))
    if timing.mark_of(store.clocks.of(row.id), "apology"):
        raise Conflict("extend.apologised", N_("Đã gửi thư xin lỗi và hẹn lại người dân nên không gia hạn thêm."))


def _extend_steps(case: Held) -> None:
    """Let the steps at work at the lead agency have the time the dossier got."""
    stood = timing.stops(store.dossiers.stops_of(case.id))
    for row in store.steps.of(case.id):
        step = case.procedure.flow[row.step]
        if row.agency != case.row.agency or row.state not in {"open", "signing"} or not step.within:
            continue
        first = row.step == case.procedure.first_step
        opened = clock.moment(case.row.filed_at if first else row.opened_at)
        term = Term.parse(case.procedure.clock.extend)
        due = timing.step(step.within, opened=opened, stood=stood, agency=row.agency, extension=term)
        store.steps.change(case.id, row.step, due_at=clock.stamp(due.at))
