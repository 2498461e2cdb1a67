"""The applicant takes a filed dossier back, as long as nothing of it was decided."""

from __future__ import annotations

from collections.abc import Mapping

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, NotFound
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.services import store
from lienthong.services.api import deadlines, held, helped, procedures
from lienthong.services.api.drafts import by
from lienthong.services.domain import flow
from lienthong.services.events import DossierWithdrawn
from lienthong.services.spec.shape import Procedure

WITHDRAWN = "withdrawn"


def withdraw(who: Actor, *, dossier: str, reason: str = "", word: identity.Word = identity.NO_WORD) -> None:
    """Take one's own dossier back: its steps close, its clocks stop for good; withdrawn already, nothing happens.

    reason: in the applicant's words, for the agency to read, "" for none. word: how a person at a counter confirmed.
    Raises NotFound for others' dossiers, Conflict once something was decided or it ended, Invalid without the word.
    """
    row = _own(who, dossier)
    if row.state == WITHDRAWN:
        return
    _require_undecided(row, procedures.version(row.procedure, row.version), _states(row))
    how = identity.take_word(who, word)
    with runtime.current().database.transaction():
        row = _own(who, dossier, lock=True)
        if row.state == WITHDRAWN:
            return
        case = held.of(row)
        held.require_level(who, case.procedure)
        _require_undecided(row, case.procedure, _states(row))
        now = clock.stamp(runtime.current().clock.now())
        for stop in store.dossiers.stops_of(row.id):
            if not stop.until_at:
                store.dossiers.end_stop(row.id, stop.number, at=now)
        due_at = deadlines.reckon(case, extended=row.extended)
        store.steps.close(row.id)
        store.dossiers.change(row.id, state=WITHDRAWN, finished_at=now, due_at=due_at)
        store.dossiers.tell(row.id, at=now, kind=WITHDRAWN, by=by(who), data=clean(reason)[:500])
        helped.note(who, row, WITHDRAWN, how=how)
        publish(
            who,
            DossierWithdrawn(dossier=row.code, procedure=row.procedure, unit=row.unit, agency=row.agency, at=now),
        )


def kept_because(row: Row, procedure: Procedure, states: Mapping[str, str]) -> str:
    """Return why a dossier cannot be taken back any more, "" while it can. states: of its steps."""
    try:
        _require_undecided(row, procedure, states)
    except Conflict as why:
        return why.message
    return ""


def _own(who: Actor, dossier: str, *, lock: bool = False) -> Row:
    row = store.dossiers.by_code(dossier, lock=lock)
    if row is None or not held.is_own(who, row):
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    return row


def _states(row: Row) -> dict[str, str]:
    return {each.step: each.state for each in store.steps.of(row.id)}


def _require_undecided(row: Row, procedure: Procedure, states: Mapping[str, str]) -> None:
    if procedure.begins == "fact":
        raise Conflict("withdraw.told", N_("Việc này không nộp bằng tờ khai nên không rút ở đây; cơ quan vẫn trả lời."))
    if row.state == WITHDRAWN:
        raise Conflict("withdraw.again", N_("Hồ sơ này đã rút rồi."))
    if row.finished_at:
        raise Conflict("withdraw.finished", N_("Hồ sơ đã giải quyết xong nên không rút được nữa."))
    if flow.is_decided(states, procedure.binding):
        sentence = N_(
            "Đã có quyết định trong hồ sơ này nên không rút được nữa. "
            "Muốn thay đổi kết quả, hãy hỏi hoặc khiếu nại với cơ quan giải quyết."
        )
        raise Conflict("withdraw.decided", sentence)
