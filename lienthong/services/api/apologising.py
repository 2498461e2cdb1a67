"""The one apology of a dossier with its new appointment: by the machine before the end, or earlier by an officer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.requests import once
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.reference.api import Term
from lienthong.services import store
from lienthong.services.api import complaints, held, timing
from lienthong.services.api.drafts import by
from lienthong.services.api.held import Held
from lienthong.services.domain import flow
from lienthong.services.events import DossierApologised
from lienthong.services.spec.shape import Procedure


def apologise(who: Actor, *, dossier: str) -> bool:
    """Write the apology for a dossier (id, not code) that will not be ready in time, with a new appointment, and have
    the applicant told; answer whether it was written now. Once for a dossier, whoever asks and however often.
    """
    now = runtime.current().clock.now()
    with runtime.current().database.transaction():
        row = store.dossiers.by_id(dossier, lock=True)
        if row is None or row.state != "open":
            return False
        case = held.of(row)
        return now >= warned_from(case.procedure.clock.warned, row) and _send(who, case, now)


def apologise_early(who: Actor, *, dossier: str, note: str = "") -> None:
    """Send the one apology of a dossier of one's own agency before the machine would; the same request sends it once.

    note: words of the officer's own. Raises NotFound for other agencies' dossiers, Denied for officers without a part
    in it, Conflict when it was sent already, while the clock stands still and when the dossier has ended.
    """

    def work() -> None:
        case = held.led(who, store.dossiers.by_code(dossier, lock=True))
        complaints.require_other(who, case.id)
        if case.row.state == "paused":
            raise Conflict("apology.paused", N_("Đồng hồ đang dừng chờ bổ sung nên chưa có gì để xin lỗi."))
        if case.row.state != "open":
            raise Conflict("apology.finished", N_("Hồ sơ đã kết thúc nên không gửi thư xin lỗi nữa."))
        if not _send(who, case, runtime.current().clock.now(), note=note):
            raise Conflict("apology.again", N_("Đã gửi thư xin lỗi và hẹn lại; mỗi hồ sơ chỉ hẹn lại một lần."))

    once(who, f"services.apologise/{dossier}", type(None), work)


def may_apologise(who: Actor, row: Row, procedure: Procedure, marks: Sequence[Row]) -> bool:
    """Say whether this officer of the agency that leads may still send the apology."""
    return row.state == "open" and held.has_part(who, procedure) and timing.mark_of(marks, "apology") is None


def warned_from(warned: str, row: Row) -> datetime:
    """Return from when the machine sends the apology. warned: how long before the end."""
    return reference.warned_from(clock.moment(row.due_at), Term.parse(warned), agency=row.agency)


def _send(who: Actor, case: Held, now: datetime, *, note: str = "") -> bool:
    row, due = case.row, clock.moment(case.row.due_at)
    again = clock.stamp(reference.on_from(max(due, now), Term.parse(case.procedure.clock.again), agency=row.agency))
    at, words = clock.stamp(now), " ".join(clean(note)[:1000].split())
    why = "\n".join((_at_work(case), words))
    if not store.clocks.put(row.id, "apology", at=at, due_at=row.due_at, next_at=again, note=why):
        return False
    store.dossiers.tell(row.id, at=at, kind="apology", by=by(who), data=again)
    fact = DossierApologised(
        dossier=row.code, unit=row.unit, agency=row.agency, at=at, due_at=row.due_at, again_at=again
    )
    publish(who, fact)
    return True


def _at_work(case: Held) -> str:
    """The steps that are not done, by id: the reason an apology gives is where the dossier stands."""
    return ",".join(each.step for each in store.steps.of(case.id) if each.state in flow.ACTIVE)
