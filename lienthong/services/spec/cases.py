"""Runs the cases of a procedure: with these facts, this is asked, paid, due and signed."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.kernel.clock import local
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.services.spec.form import Form, Known
from lienthong.services.spec.parts import Case
from lienthong.services.spec.shape import Procedure


def case_form(procedure: Procedure, case: Case) -> Form:
    """Return the form of a case as it stands before anything is answered."""
    day = local(case.filed).date()
    records = [
        Known(item=item_id, register=item.lookup.register, record="case", version=1, at="", values=case.given[item_id])
        for item_id, item in procedure.data.items()
        if item.lookup and case.given.get(item_id)
    ]
    applicant = str(case.given.get("applicant", {}).get("number", ""))
    return Form(procedure=procedure, applicant=applicant, submitted=day, today=day, records=records)


def run_case(procedure: Procedure, case: Case) -> Iterator[Fault]:
    """Yield a fault for everything that does not come out as the case says."""
    form = case_form(procedure, case)
    asked = [ask.name for ask in form.asks]
    if case.asks_at_most is not None and len(asked) > case.asks_at_most:
        yield _differs(case, "asks_at_most", case.asks_at_most, len(asked))
    if case.asks is not None and list(case.asks) != asked:
        yield _differs(case, "asks", ", ".join(case.asks), ", ".join(asked))
    if case.papers is not None and list(case.papers) != list(form.papers):
        yield _differs(case, "papers", ", ".join(case.papers), ", ".join(form.papers))
    if case.fee is not None and form.fee != case.fee:
        yield _differs(case, "fee", case.fee, form.fee)
    if case.signs is not None and list(case.signs) != list(form.signers):
        yield _differs(case, "signs", ", ".join(case.signs), ", ".join(form.signers))
    if case.due is not None:
        due = reference.due(received=local(case.filed), term=reference.Term.parse(procedure.clock.total)).at
        if due != local(case.due):
            yield _differs(case, "due", f"{local(case.due):%Y-%m-%d %H:%M}", f"{due:%Y-%m-%d %H:%M}")


def _differs(case: Case, what: str, wanted: object, got: object) -> Fault:
    return fault(
        "",
        f"case.{what}",
        N_("Trường hợp “%(case)s”: %(what)s phải là %(wanted)s nhưng tính ra %(got)s; sửa quy tắc hoặc trường hợp."),
        case=str(case.name),
        what=what,
        wanted=str(wanted),
        got=str(got),
    )
