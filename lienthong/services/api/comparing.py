"""The values of a dossier beside what the registers say now, for the officer who decides."""

from __future__ import annotations

from collections.abc import Sequence

from lienthong.kernel.actor import Actor
from lienthong.kernel.i18n import Bilingual
from lienthong.services import store
from lienthong.services.api import facts, show
from lienthong.services.api.held import Held
from lienthong.services.api.views import Compared, Group, Shown
from lienthong.services.spec.form import Form, Known


def compare(who: Actor, case: Held, groups: Sequence[Group]) -> tuple[Compared, ...]:
    """Read the registers again for an officer and compare value by value, mismatches first; the reading is logged.

    groups: all values of the dossier, as ``show.groups`` has them.
    What was declared stands beside nothing, unless the register that had no answer at filing has one by now; what the
    contract hides is left out. The dossier remembers how many were compared and how many differ.
    """
    if not facts.may_read(who, case.procedure):
        return ()
    now, withheld = facts.fetch_again(
        who,
        case.procedure,
        kept=case.form.used,
        papers=case.form.papers,
        person=case.row.applicant,
        dossier=case.row.code,
    )
    current = show.registered(_as_of_now(case.form, now))
    found = [
        _pair(group.title, each, current.get(each.name))
        for group in groups
        for each in group.values
        if each.name not in withheld
    ]
    pairs = [each for each in found if each.declared.text or (each.register and each.register.text)]
    differing = sum(each.state == "mismatch" for each in pairs)
    against = sum(each.state != "declared" for each in pairs)
    if (differing, against) != (case.row.mismatches, case.row.compared):
        store.dossiers.change(case.id, mismatches=differing, compared=against)
    order = {"mismatch": 0, "declared": 1, "match": 2}
    return tuple(sorted(pairs, key=lambda each: order[each.state]))


def _pair(whose: Bilingual, kept: Shown, current: Shown | None) -> Compared:
    if kept.source.kind != "register" and current is None:
        return Compared(whose=whose, declared=kept, register=None, state="declared")
    same = current is not None and current.value == kept.value
    return Compared(whose=whose, declared=kept, register=current, state="match" if same else "mismatch")


def _as_of_now(form: Form, records: list[Known]) -> Form:
    """The same form over what the registers hold now."""
    return Form(
        procedure=form.procedure,
        applicant=form.applicant,
        submitted=form.submitted,
        today=form.today,
        records=records,
        chosen=form.chosen,
        answers=form.answers,
    )
