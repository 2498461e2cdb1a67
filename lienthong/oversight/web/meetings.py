"""Pages of sessions: the list, a session with what changed and its conclusions, its papers."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Invalid, LienThongError
from lienthong.kernel.i18n import N_, gettext, language
from lienthong.oversight import api
from lienthong.oversight.domain import word
from lienthong.oversight.domain.tasks import Standing
from lienthong.oversight.web import words
from lienthong.oversight.web.figures import STATES
from lienthong.oversight.web.tasks import PART, faults_of, task_form
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
menu = (
    MenuItem(
        id="sessions",
        label=N_("Phiên họp"),
        href="/oversight/sessions",
        kinds=frozenset({Kind.OFFICER}),
        roles=PART,
        order=34,
    ),
)
MOVED = 5
"""So many units that rose and fell the most are shown at once."""


@router.get("/oversight/sessions")
async def show_sessions(request: Request) -> Response:
    """List sessions, newest first."""
    who = require(request, Kind.OFFICER)
    return render(
        request,
        "oversight/sessions.html",
        sessions=api.meetings(who),
        may_open=bool(who.roles & api.ASSIGNERS),
    )


@router.get("/oversight/sessions/new")
async def new_session(request: Request) -> Response:
    """Show the form that opens a session."""
    require(request, Kind.OFFICER, role=api.ASSIGNERS)
    return render(request, "oversight/session_new.html", typed={}, faults=())


@router.post("/oversight/sessions")
async def open_session(request: Request) -> Response:
    """Open a session: its figures are compiled and frozen at once."""
    form = await forms.read(request)
    typed = form.texts()
    asked = {name: typed.get(name, "") for name in ("title", "held_on", "begins", "place", "agenda")}
    try:
        meeting = api.open_meeting(form.who, **asked)
    except (Invalid, Conflict) as refused:
        faults = faults_of(refused, "title")
        return render(request, "oversight/session_new.html", status=refused.status, typed=asked, faults=faults)
    return redirect(f"/oversight/sessions/{meeting}")


@router.get("/oversight/sessions/{meeting}")
async def show_session(request: Request, meeting: str) -> Response:
    """Show a session: agenda, what became of the last one, what changed, conclusions and their tasks."""
    return _session(request, require(request, Kind.OFFICER), meeting)


@router.post("/oversight/sessions/{meeting}/compile")
async def compile_again(request: Request, meeting: str) -> Response:
    """Freeze the figures anew while the session is open."""
    form = await forms.read(request)
    api.recompile(form.who, meeting=meeting)
    return redirect(f"/oversight/sessions/{quote(meeting)}")


@router.post("/oversight/sessions/{meeting}/conclude")
async def conclude(request: Request, meeting: str) -> Response:
    """Conclude a session: its tasks are assigned."""
    form = await forms.read(request)
    try:
        api.conclude(form.who, meeting=meeting)
    except (Invalid, Conflict) as refused:
        return _session(request, form.who, meeting, refused=refused)
    return redirect(f"/oversight/sessions/{quote(meeting)}")


@router.post("/oversight/sessions/{meeting}/conclusions")
async def add_conclusion(request: Request, meeting: str) -> Response:
    """Write a conclusion, then go on to its task."""
    form = await forms.read(request)
    try:
        conclusion = api.add_conclusion(form.who, meeting=meeting, said=form.text("said"))
    except (Invalid, Conflict) as refused:
        return _session(request, form.who, meeting, refused=refused, said=form.text("said"))
    return redirect(f"/oversight/conclusions/{conclusion}/task")


@router.get("/oversight/conclusions/{conclusion}/task")
async def new_task(request: Request, conclusion: str) -> Response:
    """Show the form that turns a conclusion into a task."""
    who = require(request, Kind.OFFICER, role=api.ASSIGNERS)
    meeting, said = api.conclusion(who, conclusion=conclusion)
    return task_form(request, who, {"work": said.said}, conclusion=conclusion, said=said.said, meeting=meeting)


@router.post("/oversight/conclusions/{conclusion}/task")
async def save_task(request: Request, conclusion: str) -> Response:
    """Save the task of a conclusion; it is not saved without its seven "rõ"."""
    form = await forms.read(request)
    meeting, said = api.conclusion(form.who, conclusion=conclusion)
    try:
        api.give_task(form.who, answers=form.texts(), conclusion=conclusion)
    except (Invalid, Conflict) as refused:
        return task_form(
            request,
            form.who,
            form.texts(),
            conclusion=conclusion,
            said=said.said,
            meeting=meeting,
            refused=refused,
        )
    return redirect(f"/oversight/sessions/{meeting}")


@router.post("/oversight/conclusions/{conclusion}/undo")
async def undo_task(request: Request, conclusion: str) -> Response:
    """Take the draft of a conclusion's task back, and open its form again."""
    form = await forms.read(request)
    meeting, _said = api.conclusion(form.who, conclusion=conclusion)
    api.undo_task(form.who, conclusion=conclusion)
    return redirect(f"/oversight/sessions/{meeting}")


@router.post("/oversight/conclusions/{conclusion}/remove")
async def remove_conclusion(request: Request, conclusion: str) -> Response:
    """Take a conclusion of an open session back."""
    form = await forms.read(request)
    meeting, _said = api.conclusion(form.who, conclusion=conclusion)
    api.remove_conclusion(form.who, conclusion=conclusion)
    return redirect(f"/oversight/sessions/{meeting}")


@router.post("/oversight/sessions/{meeting}/papers")
async def ask_paper(request: Request, meeting: str) -> Response:
    """Sign the minutes or the report: a job makes the PDF."""
    form = await forms.read(request)
    try:
        api.ask_pdf(form.who, meeting=meeting, kind=form.text("kind"))
    except (Invalid, Conflict) as refused:
        return _session(request, form.who, meeting, refused=refused)
    return redirect(f"/oversight/sessions/{quote(meeting)}")


@router.get("/oversight/sessions/{meeting}/{kind}.docx")
async def word_paper(request: Request, meeting: str, kind: str) -> Response:
    """Give the minutes or the report as a Word file."""
    content = api.word_paper(require(request, Kind.OFFICER), meeting=meeting, kind=kind)
    return _file(content, word.TYPE, f"{kind}-{meeting}.docx")


@router.get("/oversight/sessions/{meeting}/{kind}.pdf")
async def signed_paper(request: Request, meeting: str, kind: str) -> Response:
    """Give the signed PDF."""
    content = api.signed_paper(require(request, Kind.OFFICER), meeting=meeting, kind=kind)
    return _file(content, "application/pdf", f"{kind}-{meeting}.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response:
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Response(content, media_type=media_type, headers=headers)


def _session(
    request: Request, who: Actor, meeting: str, *, refused: LienThongError | None = None, said: str = ""
) -> Response:
    view = api.meeting(who, meeting=meeting)
    return render(
        request,
        "oversight/session.html",
        status=refused.status if refused else 200,
        view=view,
        rows=[_indicator(each) for each in view.changed["indicators"]],
        became=_became(view.changed["previous"]),
        tasks=view.changed["tasks"],
        standing=lambda name: (words.STANDINGS[Standing(name)][0], gettext(words.STANDINGS[Standing(name)][1])),
        tag=lambda row: (words.STANDINGS[row.standing][0], gettext(words.STANDINGS[row.standing][1])),
        seven={name: gettext(title) for name, (title, _hint) in words.SEVEN.items()},
        clear=sum(each.task is not None for each in view.conclusions_said),
        papers={each.kind: each for each in view.papers},
        kinds={name: gettext(text) for name, text in words.PAPERS.items()},
        proof=(words.PROOFS[view.proof][0], gettext(words.PROOFS[view.proof][1])),
        days=words.days,
        faults=faults_of(refused, "said"),
        said=said,
    )


def _indicator(each: dict[str, Any]) -> dict[str, Any]:
    """Return one frozen indicator as the page shows it: whole, and the units that moved the most."""
    then, now = words.share(each["then"]), words.share(each["now"])
    units = [
        {
            "name": row["name"],
            "unit": row["unit"],
            "then": words.share(row["then"]),
            "now": words.share(row["now"]),
            "change": _change(words.share(row["then"]), words.share(row["now"])),
            "state": row["state"],
        }
        for row in each["rows"]
    ]
    moved = sorted((row for row in units if row["change"] is not None), key=lambda row: -row["change"])
    state, text = STATES[each["state"]]
    return {
        **each,
        "title": each["title"][language()],
        "then": then,
        "now": now,
        "change": _change(then, now),
        "state": state,
        "state_text": gettext(text),
        "units": units,
        "up": [row for row in moved if row["change"] > 0][:MOVED],
        "down": [row for row in reversed(moved) if row["change"] < 0][:MOVED],
        "states": {name: gettext(words_of) for name, (_state, words_of) in STATES.items()},
    }


def _change(then: float | None, now: float | None) -> float | None:
    return None if then is None or now is None else (now - then) * 100


def _became(previous: list[dict[str, Any]]) -> dict[str, Any]:
    """Count what became of the last session's conclusions: done, still in time, late."""
    told = [each["task"] for each in previous if each["task"]]
    done = sum(each["standing"] in {"done", "done-late"} for each in told)
    late = [each for each in told if each["standing"] == "late"]
    return {"all": previous, "count": len(told), "done": done, "late": late, "doing": len(told) - done - len(late)}
