"""Which column is which field: shown with samples, changed by a person, looked at again, confirmed for a dry run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.kernel import legacy
from lienthong.kernel.errors import Conflict, Fault, Invalid, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship import api
from lienthong.stewardship.api import Column, Preview, Proposed, Settings, Told
from lienthong.stewardship.domain.importing import letter
from lienthong.stewardship.web import wording
from lienthong.webkit import forms
from lienthong.webkit.forms import Form
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
_ROWS = 8
DAYS = {
    "": N_("Tự nhận ra theo từng cột"),
    "day_first": N_("Ngày trước, tháng sau"),
    "month_first": N_("Tháng trước, ngày sau"),
}
PARTS = {
    "family": N_("chỉ họ"),
    "middle": N_("chỉ chữ đệm"),
    "given": N_("chỉ tên"),
    "house": N_("số nhà, đường"),
    "village": N_("thôn, tổ dân phố"),
    "commune": N_("xã, phường"),
    "district": N_("quận, huyện cũ"),
    "province": N_("tỉnh, thành phố"),
    "day": N_("chỉ ngày"),
    "month": N_("chỉ tháng"),
    "year": N_("chỉ năm"),
    "male": N_("đánh dấu nam"),
    "female": N_("đánh dấu nữ"),
}
"""Which part of a field a column holds, in words."""


@router.get("/steward/batches/{batch}/columns")
async def show_columns(request: Request, batch: str, sheet: str = "", header: str = "") -> Response:
    """Show how a file would be understood. header: the row of its titles, when a person has said it."""
    who = wording.steward(request)
    found = api.batch(who, batch=batch)
    if found.state not in {"begun", "ready"}:
        return redirect(f"/steward/batches/{batch}")
    try:
        seen = await run_in_threadpool(api.preview, who, batch=batch, sheet=sheet[:200], header=_row(header))
    except Invalid as refused:
        if not sheet:
            raise
        seen = await run_in_threadpool(api.preview, who, batch=batch)
        return _page(request, seen, refused=refused)
    return _page(request, seen)


@router.post("/steward/batches/{batch}/columns")
async def settle_columns(request: Request, batch: str) -> Response:
    """Look again with what was chosen, or confirm it and begin the dry run."""
    form = await forms.read(request)
    sheet, header = form.text("sheet"), form.text("header")
    if header != form.text("header_shown"):  # other titles: its columns are proposed anew
        asked = urlencode({"sheet": sheet, "header": header})
        return redirect(f"/steward/batches/{batch}/columns?{asked}")
    seen = await run_in_threadpool(api.preview, form.who, batch=batch, sheet=sheet, header=_row(header))
    try:
        chosen = _chosen(seen.settings, form)
        if form.text("then") != "trial":
            seen = await run_in_threadpool(
                api.preview, form.who, batch=batch, sheet=sheet, header=_row(header), settings=chosen
            )
            return _page(request, seen, looked=True)
        await run_in_threadpool(api.confirm, form.who, batch=batch, settings=chosen)
        # nothing of a scan lands unseen: there is nothing to try
        api.start(form.who, batch=batch, trial=not seen.batch.is_paper)
    except Invalid as refused:
        return _page(request, seen, refused=refused, form=form)
    except Conflict:  # begun from another tab: its page says how far it is
        return redirect(f"/steward/batches/{batch}")
    return redirect(f"/steward/batches/{batch}{'/papers' if seen.batch.is_paper else ''}")


def _row(typed: str) -> int:
    """Return the number of a row; 0 for anything that is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 0


def token(column: Column) -> str:
    """Return a choice of fields as a form carries it: ``full_name``, ``home_address+home_commune``, ``name:family``."""
    return "+".join(column.fields) + (f":{column.part}" if column.part else "")


def _chosen(settings: Settings, form: Form) -> Settings:
    """Return settings with what the form says in their place. Raises Invalid for a day that is none."""
    columns: list[Column] = []
    for at, each in enumerate(settings.columns):
        given = form.text(f"field-{at}") if f"field-{at}" in form.fields else token(each)
        names, _, part = given.partition(":")
        encoding = form.text(f"encoding-{at}") if f"encoding-{at}" in form.fields else each.encoding
        columns.append(
            Column(
                title=each.title,
                fields=tuple(name for name in names.split("+") if name),
                part=part if part in PARTS and names else "",
                encoding=encoding if encoding in legacy.ENCODINGS else "",
            )
        )
    days, faults = {"units_on": "", "valid_from": ""}, list[Fault]()
    for name in days:
        try:
            days[name] = str(reference.parse_value("date", form.text(name))) if form.text(name) else ""
        except Invalid:
            faults.append(fault(name, "date.form", N_("Ngày viết như 30/06/2025.")))
    if faults:
        raise Invalid("import.settings", N_("Cách hiểu tệp chưa dùng được; sửa các cột được nêu."), faults)
    order = form.text("days")
    return msgspec.structs.replace(settings, columns=tuple(columns), days=order if order in DAYS else "", **days)


def _page(
    request: Request,
    seen: Preview,
    *,
    refused: Invalid | None = None,
    form: Form | None = None,
    looked: bool = False,
) -> Response:
    spec = api.register(register=seen.batch.register)
    typed = form.texts() if form else {}
    settings = seen.settings
    filled = list(dict.fromkeys(name for column in settings.columns for name in column.fields))
    return render(
        request,
        "stewardship/import_columns.html",
        status=refused.status if refused else 200,
        seen=seen,
        batch=seen.batch,
        register=spec,
        faults=_faults(refused, settings),
        looked=looked,
        lines=[_line(spec, at, name, each, typed) for at, (name, each) in enumerate(seen.named)],
        fields=filled,
        missing=[str(spec.title_of(name)) for name in sorted(spec.required) if name not in filled],
        titles={name: str(spec.title_of(name)) for name in spec.fields},
        shown=lambda name, value: wording.shown(spec, name, value),
        days=[(name, gettext(text)) for name, text in DAYS.items()],
        units_on=typed.get("units_on", _day(settings.units_on)),
        valid_from=typed.get("valid_from", _day(settings.valid_from)),
        order=typed.get("days", settings.days),
        has_units=any(spec.terms[name].type == "unit" for name in filled),
        mended=lambda row: ", ".join(dict.fromkeys(wording.title(spec, each.at) for each in row.notes if each.at)),
        remarks=_remarks(spec, seen.rows[:_ROWS]),
        rows=seen.rows[:_ROWS],
        header=", ".join(map(str, settings.header)),
        steps=wording.steps(),
    )


def _line(spec: Register, at: int, called: str, each: Proposed, typed: dict[str, str]) -> dict[str, Any]:
    """Return one column as the page shows it: its samples, what it may be, what it is taken for."""
    own = token(each.column)
    now = typed.get(f"field-{at}", own)
    likely = [(own, _called(spec, each.column))] if own else []
    likely += [(name, str(spec.title_of(name))) for name in each.others if name != own]
    known = {value for value, _ in likely}
    return {
        "at": at,
        "name": called,
        "column": each.column,
        "letter": letter(at),
        "sure": each.sure,
        "why": each.why,
        "samples": each.samples,
        "pairs": each.encoded,
        "certainty": round(each.certainty * 100),
        "now": now,
        "likely": likely,
        "rest": [(name, str(spec.title_of(name))) for name in spec.fields if name not in known],
        "encoding": typed.get(f"encoding-{at}", each.column.encoding),
        "encodings": [(name, legacy.TITLES[name]) for name in legacy.ENCODINGS]
        if each.encoded or each.certainty < legacy.CERTAIN
        else [],
    }


def _remarks(spec: Register, rows: Sequence[Told]) -> list[tuple[str, str]]:
    """Return what was put right in the first rows: field and sentence, each once."""
    told = [(wording.title(spec, each.at), each.text) for row in rows for each in row.notes]
    return list(dict.fromkeys(told))


def _called(spec: Register, column: Column) -> str:
    told = " + ".join(wording.title(spec, name) for name in column.fields)
    return f"{told} ({gettext(PARTS[column.part])})" if column.part in PARTS else told


def _faults(refused: Invalid | None, settings: Settings) -> list[Fault]:
    """Return the faults at the fields of the page: a column that is named by its title stands at its choice."""
    places = {name: f"field-{at}" for at, name in reversed(list(enumerate(settings.names)))}
    own = {"units_on", "valid_from"}
    first = "field-0"
    if refused is not None and refused.code == "import.future":
        first = "valid_from"
    return [
        Fault(each.at if each.at in own else places.get(each.at, first), each.code, each.message, each.data)
        for each in wording.faults(refused, first)
    ]


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-"))) if iso else ""
