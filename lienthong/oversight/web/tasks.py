"""Pages of tasks: the board, a task with its seven "rõ", the form that writes one, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel import uploads
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext
from lienthong.oversight import api, spec
from lienthong.oversight.api import Upload
from lienthong.oversight.api.showing import LATENESS, NO_PILLAR
from lienthong.oversight.spec.plans import PILLARS
from lienthong.oversight.web import words
from lienthong.reference import api as reference
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require
from lienthong.webkit.show import day

router = APIRouter(include_in_schema=False)
PART = api.ASSIGNERS | api.HEADS
VIEWS = {"lateness": N_("Theo hạn"), "agency": N_("Theo cơ quan"), "pillar": N_("Theo trụ cột")}
ALL_FILES = 5 * uploads.LIMIT + 64 * 1024
ENDINGS = sorted(uploads.ENDINGS[each] for each in uploads.OFFICE)
menu = (
    MenuItem(
        id="tasks", label=N_("Nhiệm vụ"), href="/oversight/tasks", kinds=frozenset({Kind.OFFICER}), roles=PART, order=32
    ),
)


@router.get("/oversight/tasks")
async def show_board(
    request: Request,
    by: str = "lateness",
    agency: str = "",
    pillar: str = "",
    standing: str = "",
    plan: str = "",
    after: str = "",
) -> Response:
    """Show the board of tasks; every filter is a plain link."""
    who = require(request, Kind.OFFICER)
    board = api.board(who, agency=agency, pillar=pillar, standing=standing, plan=plan, after=after)
    by = by if by in VIEWS else "lateness"
    chosen = {"by": by, "agency": agency, "pillar": pillar, "standing": standing, "plan": plan}

    def link(**changes: str) -> str:
        kept = {name: value for name, value in {**chosen, **changes}.items() if value}
        return f"/oversight/tasks?{urlencode(kept)}"

    groups = {"agency": board.agencies, "pillar": board.pillars}.get(by, ())
    return render(
        request,
        "oversight/tasks.html",
        board=board,
        by=by,
        groups=groups,
        views=[(gettext(text), link(by=name), name == by) for name, text in VIEWS.items()],
        standings=[(name, *words.STANDINGS[name]) for name in LATENESS],
        link=link,
        chosen=_chosen(chosen, link),
        standing=standing,
        tag=_tag,
        days=words.days,
        waiting=api.waiting(who),
        no_pillar=NO_PILLAR,
        next_href=link(after=board.after) if board.after else "",
        first_href=link() if after else "",
    )


@router.get("/oversight/tasks/new")
async def new_task(request: Request, agency: str = "") -> Response:
    """Show the form that assigns a task outside a session."""
    who = require(request, Kind.OFFICER, role=api.ASSIGNERS)
    return task_form(request, who, {"agency": agency})


@router.post("/oversight/tasks")
async def assign_task(request: Request) -> Response:
    """Assign a task outside a session; it is not saved without its seven "rõ"."""
    form = await forms.read(request)
    try:
        code = api.give_task(form.who, answers=form.texts())
    except (Invalid, Conflict) as refused:
        return task_form(request, form.who, form.texts(), refused=refused)
    return redirect(f"/oversight/tasks/{code}")


@router.get("/oversight/tasks/{task}")
async def show_task(request: Request, task: str) -> Response:
    """Show one task: its seven "rõ", what was handed in, its history with proofs."""
    return _task(request, require(request, Kind.OFFICER), task)


@router.post("/oversight/tasks/{task}/answer")
async def answer(request: Request, task: str) -> Response:
    """Answer a task with product files, or with its indicator."""
    form = await forms.read(request, limit=ALL_FILES)
    handed = [Upload(name, content) for name, content in await form.uploads("file")]
    by_indicator = form.checked("by_indicator")
    note = form.text("note")
    return _said(
        request,
        task,
        form,
        lambda: api.answer_task(form.who, task=task, note=note, files=handed, by_indicator=by_indicator),
    )


@router.post("/oversight/tasks/{task}/accept")
async def accept(request: Request, task: str) -> Response:
    """Accept an answer."""
    form = await forms.read(request)
    return _said(request, task, form, lambda: api.accept(form.who, task=task, note=form.text("note")))


@router.post("/oversight/tasks/{task}/return")
async def send_back(request: Request, task: str) -> Response:
    """Return an answer with a reason."""
    form = await forms.read(request)
    return _said(request, task, form, lambda: api.send_back(form.who, task=task, reason=form.text("reason")))


@router.post("/oversight/tasks/{task}/withdraw")
async def withdraw(request: Request, task: str) -> Response:
    """Take a task back with a reason."""
    form = await forms.read(request)
    return _said(request, task, form, lambda: api.withdraw(form.who, task=task, reason=form.text("reason")))


@router.get("/oversight/tasks/{task}/products/{product}")
async def download(request: Request, task: str, product: str) -> Response:
    """Give a file that was handed in; always to be saved, never shown inside our pages."""
    found, content = api.product_file(require(request, Kind.OFFICER), task=task, product=product)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(found.name)}"}
    return Response(content, media_type=found.type, headers=headers)


def task_form(
    request: Request,
    who: Actor,
    typed: Mapping[str, str],
    *,
    conclusion: str = "",
    said: str = "",
    meeting: str = "",
    refused: LienThongError | None = None,
) -> Response:
    """Show the form of a task, of a conclusion or of its own; what was typed stays when it is refused."""
    return render(
        request,
        "oversight/task_form.html",
        status=refused.status if refused else 200,
        typed=typed,
        faults=faults_of(refused, "goal"),
        action=f"/oversight/conclusions/{conclusion}/task" if conclusion else "/oversight/tasks",
        back=f"/oversight/sessions/{meeting}" if meeting else "/oversight/tasks",
        said=said,
        seven={name: (gettext(title), gettext(hint)) for name, (title, hint) in words.SEVEN.items()},
        agencies=[(each.code, str(each.name)) for each in api.assignable(who)],
        pillars=[(each.code, str(each.title)) for each in reference.code_list(PILLARS).codes.values()],
        indicators=[(each.id, str(each.title)) for each in spec.indicators().values()],
    )


def faults_of(refused: LienThongError | None, at: str) -> Sequence[Fault]:
    """Return the faults of a refusal; one that names no field stands at ``at``."""
    if refused is None:
        return ()
    return getattr(refused, "faults", ()) or (Fault(at, refused.code, refused.template, tuple(refused.data.items())),)


def _said(request: Request, task: str, form: forms.Form, act: Callable[[], object]) -> Response:
    """Do one act on a task and show it; a refusal is shown on the page with what was typed."""
    try:
        act()
    except (Invalid, Conflict) as refused:
        return _task(request, form.who, task, refused=refused, typed=form.texts())
    return redirect(f"/oversight/tasks/{quote(task)}")


def _task(
    request: Request,
    who: Actor,
    task: str,
    *,
    refused: LienThongError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    view = api.task(who, task=task)
    return render(
        request,
        "oversight/task.html",
        status=refused.status if refused else 200,
        view=view,
        seven=[(gettext(title), _seven(view, name)) for name, (title, _hint) in words.SEVEN.items()],
        tag=_tag,
        days=words.days,
        moments={name: gettext(text) for name, text in words.MOMENTS.items()},
        steps=[(gettext(words.STEPS[step]), day) for step, day in view.reminders],
        proofs={name: (state, gettext(text)) for name, (state, text) in words.PROOFS.items()},
        pillar=_pillar(view.pillar),
        endings=", ".join(each.removeprefix(".").upper() for each in ENDINGS),
        accept=",".join([*ENDINGS, ".jpeg"]),
        most=uploads.LIMIT // 1024**2,
        faults=faults_of(refused, "act"),
        typed=typed or {},
    )


def _seven(view: api.TaskView, name: str) -> str:
    if name != "due_on":
        return str(getattr(view, name))
    if view.due_on == view.counted_on:
        return day(view.due_on)
    return gettext("%(day)s (ngày nghỉ, tính đến %(counted)s)", day=day(view.due_on), counted=day(view.counted_on))


def _tag(row: api.TaskRow) -> tuple[str, str]:
    state, text = words.STANDINGS[row.standing]
    return state, gettext(text)


def _pillar(code: str) -> str:
    known = reference.code_list(PILLARS).codes
    return str(known[code].title) if code in known else ""


def _chosen(chosen: Mapping[str, str], link: Callable[..., str]) -> list[tuple[str, str]]:
    """Return (words, address without it) of each filter that is on."""
    agency = reference.agency(chosen["agency"])
    standings = {str(name): gettext(text) for name, (_state, text) in words.STANDINGS.items()}
    shown = {
        "agency": str(agency.short) if agency else "",
        "pillar": _pillar(chosen["pillar"]) or gettext("Chưa xếp trụ cột"),
        "standing": standings.get(chosen["standing"], ""),
        "plan": chosen["plan"],
    }
    return [(text, link(**{name: ""})) for name, text in shown.items() if chosen[name]]
