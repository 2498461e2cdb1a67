"""The work list of a unit: what breaks which rule, how to put it right, and how complete and fresh the data is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel import clock
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Finding
from lienthong.stewardship.web.shown import ROLE, agency_name, link, named, unit_name, units_below, value_of, values_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
PAGE = 30
DONE = {
    "corrected": N_("Đã cải chính; việc này không còn trong danh sách. Cơ quan bạn được ghi công."),
    "still": N_("Đã ghi cải chính, nhưng bản ghi vẫn chưa qua được quy tắc này. Xem lại các mục bên dưới."),
    "accepted": N_("Đã ghi nhận dữ liệu là đúng; việc này không hiện lại cho tới khi dữ liệu thay đổi."),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One field of the form that corrects. choices: (stored, shown) of a code list; hint: how to type it."""

    name: str
    title: str
    value: str
    hint: str
    choices: list[tuple[str, str]]


@router.get("/steward/{definition}/work-list")
async def show_work(
    request: Request,
    definition: str,
    unit: str = "",
    province: str = "",
    rule: str = "",
    after: str = "",
    done: str = "",
) -> Response:
    """Show what waits to be put right, by rule, and how the unit stands."""
    who, spec = require(request, Kind.OFFICER), api.register(register=definition)
    wanted = unit if unit and (not province or reference.is_within(unit, province)) else province
    if wanted and reference.unit(wanted) is None:
        raise Invalid("quality.no_unit", N_("Không có đơn vị hành chính mang mã “%(unit)s”."), unit=wanted[:20])
    listed = api.work_list(who, register=definition, unit=wanted, rule=rule, after=after, limit=PAGE)
    standing = api.quality_of(register=definition, unit=listed.unit)
    chosen = {"unit": listed.unit, "rule": rule}
    groups = [(kind, list(items)) for kind, items in groupby(_by_rule(spec, listed.items), key=lambda each: each.rule)]
    above = reference.province_of(listed.unit) if listed.unit else ""
    return render(
        request,
        "stewardship/work.html",
        register=spec,
        keeps=ROLE in who.roles,
        listed=listed,
        standing=standing,
        measured=clock.moment(standing.measured_at) if standing.measured_at else None,
        groups=groups,
        chosen=chosen,
        rules=[(each, spec.rules[each.rule]) for each in standing.rules if each.broken or each.rule == rule],
        provinces=[] if reference.agency(who.agency) and who.agency != spec.owner and above else units_below(""),
        communes=units_below(above) if above else [],
        province=above,
        value_of=value_of,
        unit_name=unit_name,
        agency_name=agency_name,
        link=lambda **changes: link(f"/steward/{definition}/work-list", **{**chosen, **changes}),
        done=gettext(DONE[done]) if done in DONE else "",
        missing=_missing(spec, standing.missing, standing.records),
        next_href=link(f"/steward/{definition}/work-list", **chosen, after=listed.after) if listed.after else "",
        first_href=link(f"/steward/{definition}/work-list", **chosen) if after else "",
    )


@router.get("/steward/{definition}/work-list/{finding}")
async def show_finding(request: Request, finding: str, done: str = "") -> Response:
    """Show one thing to put right with its record, the fields it is about first."""
    return _finding(request, require(request, Kind.OFFICER), finding, done=done)


@router.post("/steward/{definition}/work-list/{finding}/accept")
async def accept(request: Request, definition: str, finding: str) -> Response:
    """Keep that the data is right as it is, with the reason."""
    form = await forms.read(request)
    try:
        api.accept(form.who, finding=finding, reason=form.text("accepted_because"))
    except (Invalid, Conflict) as refused:
        return _finding(
            request, form.who, finding, refused=refused, at="accepted_because", typed=_typed(form), way="accept"
        )
    return redirect(link(f"/steward/{definition}/work-list", done="accepted"))


@router.post("/steward/{definition}/work-list/{finding}/correct")
async def correct(request: Request, definition: str, finding: str) -> Response:
    """Correct the fields of a finding, with reason and paper; it is judged again at once."""
    form = await forms.read(request)
    typed = _typed(form)
    version = form.text("version")
    try:
        cleared = api.put_right(
            form.who,
            finding=finding,
            version=int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0,
            values={name[2:]: value for name, value in typed.items() if name.startswith("f-")},
            reason=typed.get("reason", ""),
            evidence=typed.get("evidence", ""),
        )
    except (Invalid, Conflict) as refused:
        return _finding(request, form.who, finding, refused=refused, at="reason", typed=typed, way="correct")
    if cleared:
        return redirect(link(f"/steward/{definition}/work-list", done="corrected"))
    return redirect(link(f"/steward/{definition}/work-list/{finding}", done="still"))


def _finding(
    request: Request,
    who: Actor,
    finding: str,
    *,
    refused: LienThongError | None = None,
    at: str = "",
    typed: Mapping[str, str] | None = None,
    way: str = "",
    done: str = "",
) -> Response:
    found = api.finding(who, finding=finding)
    spec, record = found.register, found.record
    stale = refused is not None and refused.code == "quality.changed"
    return render(
        request,
        "stewardship/finding.html",
        status=refused.status if refused else 200,
        faults=_faults(refused, at, found),
        typed={} if stale else typed or {},
        way=way,
        found=found,
        register=spec,
        name=named(spec, record.values, record.key),
        about=values_of(spec, record.values, found.fields),
        rest=[each for each in values_of(spec, record.values) if each.name not in found.fields],
        answers=[_answer(spec, name, record.values.get(name)) for name in found.may_correct],
        unit_name=unit_name,
        agency_name=agency_name,
        done=gettext(DONE[done]) if done in DONE else "",
    )


def _answer(spec: Register, name: str, value: Any) -> Answer:
    term = spec.terms[name]
    choices: list[tuple[str, str]] = []
    shown, hint = "" if value is None else reference.show_value(term.id, value), ""
    if term.type == "code":
        shown = "" if value is None else str(value)
        choices = [(each.code, str(each.title)) for each in reference.code_list(term.code_list).codes.values()]
    elif term.type == "unit":
        shown, hint = "" if value is None else str(value), gettext(N_("Mã đơn vị; hiện ghi: %(now)s"), now=shown or "–")
    elif term.type in {"date", "partial_date"}:
        hint = gettext(N_("Ngày/tháng/năm, hoặc chỉ năm khi không rõ ngày"))
    elif term.type == "boolean":
        choices = [("true", gettext(N_("Có"))), ("false", gettext(N_("Không")))]
        shown = "" if value is None else str(bool(value)).lower()
    return Answer(name, str(spec.title_of(name)), shown, hint, choices)


def _typed(form: forms.Form) -> dict[str, str]:
    return form.texts()


def _faults(refused: LienThongError | None, at: str, found: Finding) -> Sequence[Fault]:
    """Return the faults of a refusal at the fields of the form; one that names none of them stands at ``at``."""
    if refused is None:
        return ()
    listed: Sequence[Fault] = getattr(refused, "faults", ())
    own = {"reason", "evidence"}
    return [
        Fault(
            each.at if each.at in own else f"f-{each.at}" if each.at in found.may_correct else at,
            each.code,
            each.message,
            each.data,
        )
        for each in listed
    ] or [Fault(at, refused.code, refused.template, tuple(refused.data.items()))]


def _by_rule(spec: Register, items: Sequence[api.Item]) -> list[api.Item]:
    order = {name: place for place, name in enumerate(spec.rules)}
    return sorted(items, key=lambda each: order[each.rule.id])


def _missing(spec: Register, missing: Mapping[str, int], records: int) -> list[tuple[str, bool, int, float]]:
    """Return (title, whether it must be there, records without it, share of records that have it), worst first."""
    found = [
        (str(spec.title_of(name)), name in spec.required, missing.get(name, 0), 1 - missing.get(name, 0) / records)
        for name in spec.fields
        if records
    ]
    return sorted(found, key=lambda each: each[3])
