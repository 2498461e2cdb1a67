"""Filing: a draft becomes a dossier with a code and a legal clock, exactly once; the receipt says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from lienthong.exchange.api import Agreement
from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.rows import Row
from lienthong.ledger import api as ledger
from lienthong.reference import api as reference
from lienthong.reference.api import Agency
from lienthong.services import store
from lienthong.services.api import drafting, facts, held, helped, matching, procedures, show, steps, timing
from lienthong.services.api.drafts import by, new_row
from lienthong.services.api.held import Held
from lienthong.services.api.views import Receipt
from lienthong.services.domain.codes import dossier_code
from lienthong.services.events import DossierFiled
from lienthong.services.spec.shape import Procedure


def file(who: Actor, *, draft: str, word: identity.Word = identity.NO_WORD) -> str:
    """File a draft and answer the dossier's code; filed again (double click, two tabs, a retry) it answers the same.

    word: how a person at a counter confirmed the declaration. Raises Invalid with everything that stands against filing
    (a missing word too), NotFound for anyone else's draft, SignInNeeded.
    """
    row = held.own_row(who, draft)
    if row.code is not None:
        return row.code
    matching.compare(who, row)
    how = identity.take_word(who, word)
    with runtime.current().database.transaction():
        case = held.own_draft(who, draft, lock=True)
        if case.row.code:
            return case.row.code
        held.require_level(who, case.procedure)
        _require_complete(case)
        return _file(who, case, how)


def consents(who: Actor, *, dossier: str) -> list[Agreement]:
    """Return the consents that the procedure of one's own dossier offers, with one's word on each.

    None under a mandate and at a counter: nobody consents for another. Raises NotFound for anyone else's.
    """
    if who.reach is not None:
        return []
    row = store.dossiers.by_code(dossier)
    if row is None or not held.is_own(who, row):
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    return facts.consents(who, procedures.version(row.procedure, row.version))


def receipt(who: Actor, *, dossier: str) -> Receipt:
    """Return the receipt of the applicant's own dossier. Raises NotFound for anyone else's."""
    row = store.dossiers.by_code(dossier)
    if row is None or not held.is_own(who, row):
        raise NotFound("dossier.unknown", N_("Không tìm thấy hồ sơ này."))
    case = held.of(row)
    filed = clock.moment(row.filed_at)
    stood, marks = store.dossiers.stops_of(row.id), store.clocks.of(row.id)
    reply = timing.step(case.procedure.clock.reply, opened=filed, agency=row.agency)
    total, declared = _counted(case)
    newest = ledger.checkpoint()
    return Receipt(
        dossier=row.code,
        procedure=case.procedure.title,
        agency=show.agency_title(row.agency),
        applicant=row.applicant_name,
        filed_by=helped.said_by([row.id], row.applicant_name).get((row.id, "filed"), ""),
        filed_at=filed,
        received_at=clock.moment(row.received_at),
        clock=timing.dossier(row, case.procedure, stood=stood, marks=marks),
        reply_by=reply.at,
        fee=drafting.fee(case),
        values=total,
        declared=declared,
        checkpoint=str(newest) if newest else "",
        papers=bool(case.procedure.results),
    )


def file_told(
    who: Actor,
    procedure: Procedure,
    *,
    person: str,
    values: Mapping[str, str],
    agency: Agency,
    role: str,
    unit: str,
    at: datetime,
) -> Row:
    """Make a dossier that a fact of a lower room begins; joins the open transaction and answers its row.

    person: whose affair it is. values: what the fact told, by name. role: of who decides there. at: when it happened;
    the clock runs from then.
    """
    due = timing.whole(procedure, filed=at, stood=(), extended=False, agency=agency.code)
    filed = {
        "code": _code(agency, runtime.current().clock.now()),
        "state": "open",
        "channel": procedure.channel,
        "unit": unit,
        "agency": agency.code,
        "name": values.get(procedure.name, "")[:200],
        "filed_at": clock.stamp(at),
        "received_at": clock.stamp(due.received_at),
        "due_at": clock.stamp(due.at),
    }
    row = store.dossiers.add(new_row(who, new_id(), person, procedure.procedure, procedure.version) | filed)
    store.dossiers.put_values(row.id, values, kind="declared", at=clock.stamp(at))
    store.dossiers.tell(row.id, at=clock.stamp(at), kind="filed", by=(str(Kind.CITIZEN), person, ""))
    case = held.of(row)
    _tell_filed(who, case)
    steps.open_first(who, case, role=role)
    return row


def _require_complete(case: Held) -> None:
    faults = [*drafting.open_faults(case)]
    if not case.row.fetched_at:
        faults.append(fault("facts", "required", N_("Chưa lấy dữ liệu; bấm Lấy dữ liệu trước.")))
    faults += [
        fault(f"{item}.number", "required", N_("Chưa đối chiếu người này; lưu lại rồi nộp."))
        for item in case.form.unmatched
    ]
    for each in () if faults else drafting.signatures(case):
        if each.state != "signed":
            message = N_("Còn chờ chữ ký của %(name)s.") if each.state == "needed" else N_("%(name)s không đồng ý ký.")
            faults.append(fault(f"signature.{each.item}", "signature", message, name=each.name))
    in_use = store.dossiers.records_in_use(case.row.applicant)
    for item_id, item in case.procedure.data.items():
        known = case.form.record(item_id) if item.choose else None
        if known and (item_id, known.record) in in_use:
            faults.append(fault(item_id, "in_use", N_("Đã có hồ sơ khác đang giải quyết cho giấy này.")))
    if faults:
        raise Invalid("draft.incomplete", N_("Hồ sơ còn chỗ cần sửa trước khi nộp."), faults)


def _file(who: Actor, case: Held, how: str) -> str:
    now = runtime.current().clock.now()
    unit = str(case.form.value(case.procedure.unit))
    agency = reference.competent(role=case.procedure.flow[case.procedure.first_step].by, unit=unit)
    due = timing.whole(case.procedure, filed=now, stood=(), extended=False, agency=agency.code)
    code = _code(agency, now)
    if len(case.form.used) < len(case.form.records):  # the notice of the other twin is not this dossier's
        store.dossiers.put_records(case.id, case.form.used)
    channel = case.row.channel or case.procedure.channel
    case = drafting.settle(
        case,
        code=code,
        state="open",
        applicant_name=str(case.form.value(case.procedure.applicant.name) or "")[:200],
        channel=channel,
        unit=unit,
        agency=agency.code,
        filed_at=clock.stamp(now),
        received_at=clock.stamp(due.received_at),
        saved_at=clock.stamp(now),
        due_at=clock.stamp(due.at),
        fee=case.form.fee,
        compared=sum(len(each.values) for each in case.form.used),
    )
    store.dossiers.tell(case.id, at=clock.stamp(now), kind="filed", by=by(who))
    helped.note(who, case.row, "filed", how=how, digest=case.digest)
    if who.assisted_by:  # the officer may still print the receipt and, when they are there, the results
        identity.serve_about(who, thing=case.id, reach=frozenset({f"dossier:{case.id}", f"dossier:{code}"}))
    _tell_filed(who, case)
    steps.open_first(who, case)
    return code


def _tell_filed(who: Actor, case: Held) -> None:
    row = case.row
    total, declared = _counted(case) if case.procedure.begins == "person" else (0, 0)
    publish(
        who,
        DossierFiled(
            dossier=row.code,
            procedure=row.procedure,
            version=row.version,
            unit=row.unit,
            agency=row.agency,
            channel=row.channel,
            filed_at=row.filed_at,
            received_at=row.received_at,
            due_at=row.due_at,
            values_total=total,
            values_prefilled=total - declared,
            values_declared=declared,
        ),
    )


def _code(agency: Agency, now: datetime) -> str:
    day = now.date()
    return dossier_code(agency.code, day, store.dossiers.next_serial(f"dossier/{agency.code}/{day:%y%m%d}"))


def _counted(case: Held) -> tuple[int, int]:
    """How many values the form has, and how many of them the applicant typed or chose."""
    values = case.form.values
    total = sum(
        values.get(item_id, {}).get(name) is not None
        for item_id, item in case.procedure.data.items()
        for name in (*item.reads, *item.fields)
    )
    return total, sum(1 for ask in case.form.asks if case.form.value(ask.name) is not None)
