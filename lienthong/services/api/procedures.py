"""The procedures one can use, and the version a dossier began with."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.text import collate
from lienthong.reference import api as reference
from lienthong.services import spec
from lienthong.services.api.views import ProcedureView
from lienthong.services.spec.load import Catalogue
from lienthong.services.spec.shape import Procedure


def catalogue() -> list[ProcedureView]:
    """Return the procedures in force today that a person may begin, by title."""
    return list(_listed(spec.catalogue(), clock.today(runtime.current().clock)))


@lru_cache(maxsize=2)
def _listed(known: Catalogue, on: date) -> tuple[ProcedureView, ...]:
    views = (view(each) for each in known.in_force(on) if each.begins == "person")
    return tuple(sorted(views, key=lambda each: collate(each.title.vi)))


def procedure(*, procedure: str) -> ProcedureView:
    """Return one procedure in force today. Raises NotFound."""
    return view(current(procedure))


def current(procedure_id: str) -> Procedure:
    """Return the definition in force today that a person may begin. Raises NotFound."""
    found = in_force(procedure_id)
    if found is not None and found.begins == "person":
        return found
    raise NotFound("procedure.unknown", N_("Không có thủ tục này, hoặc thủ tục không còn hiệu lực."))


def newest(procedure_id: str) -> Procedure:
    """Return the newest definition of a procedure, in force or not. Raises NotFound when its file was taken away."""
    return version(procedure_id, spec.catalogue().newest(procedure_id))


def in_force(procedure_id: str) -> Procedure | None:
    """Return the definition in force today, whoever begins it; None when there is none."""
    found = spec.catalogue().in_force(clock.today(runtime.current().clock))
    return next((each for each in found if each.procedure == procedure_id), None)


def version(procedure_id: str, number: int) -> Procedure:
    """Return the definition a dossier began with. Raises NotFound when its file was taken away."""
    found = spec.catalogue().find(procedure_id, number)
    if found is None:
        raise NotFound(
            "procedure.version",
            N_("Không còn tệp thủ tục “%(id)s” phiên bản %(version)s; người vận hành cần khôi phục tệp."),
            id=procedure_id,
            version=number,
        )
    return found


def view(found: Procedure) -> ProcedureView:
    """Return a definition as the public sees it."""
    roles = dict.fromkeys(step.by for step in found.flow.values() if step.by)
    return ProcedureView(
        id=found.procedure,
        version=found.version,
        code=found.codes.national,
        title=found.title,
        short=found.short or found.title,
        event=found.event.title if found.event else None,
        icon=found.event.icon if found.event else "paper",
        about=found.about,
        basis=tuple((each, reference.basis(each).title) for each in found.basis),
        applicant=(found.data[found.applicant.item].title,),
        for_enterprise=found.applicant.kind == "enterprise",
        level=found.applicant.level,
        term=found.clock.total,
        agencies=tuple(ROLES.get(role, Bilingual(role, role)) for role in roles),
        asks=tuple(field.ask for field in found.asked.values() if field.ask),
        papers=tuple(each.otherwise.upload for each in found.data.values() if each.otherwise),
        fee=found.fee.say if found.fee else None,
        results=tuple(each.title for each in found.results.values()),
        purpose=found.purpose,
        answers={"approve": found.says.approve, "refuse": found.says.refuse} if found.says else {},
    )


ROLES = {
    "one-stop": Bilingual("Trung tâm Phục vụ hành chính công", "One-stop desk"),
    "civil-status": Bilingual("Ủy ban nhân dân cấp xã", "Commune people's committee"),
    "social": Bilingual("Ủy ban nhân dân cấp xã", "Commune people's committee"),
    "residence": Bilingual("Công an cấp xã", "Commune police"),
    "insurance": Bilingual("Bảo hiểm xã hội cơ sở", "Insurance branch"),
    "identity": Bilingual("Công an cấp tỉnh", "Provincial police"),
}
"""What kinds of agency take part, as told before the commune is known."""
