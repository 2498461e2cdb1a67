"""Mandates and what was done under them: give, answer, withdraw; who acted for me."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Fault, Invalid, LienThongError, NotFound, TooMany, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.services import api
from lienthong.services.web.counter import entered, faults_of, person_of, word_of
from lienthong.webkit import forms
from lienthong.webkit.page import redirect, render
from lienthong.webkit.request import require, served
from lienthong.webkit.show import day

router = APIRouter(include_in_schema=False)
AT_WORK = frozenset({"open", "paused"})


@router.get("/my/mandates")
async def show_mandates(request: Request, done: str = "") -> Response:
    """Show the mandates one gave and holds, and the form to give one."""
    return _mandates(request, require(request, Kind.CITIZEN, level=2), done=done)


@router.post("/my/mandates")
async def offer(request: Request) -> Response:
    """Give a mandate."""
    form = await forms.read(request)
    who = require(request, Kind.CITIZEN, level=2)
    try:
        give(form.who, form)
    except (Invalid, TooMany) as wrong:
        return _mandates(request, who, wrong=wrong, typed=form)
    return redirect("/my/mandates?done=offered")


@router.post("/my/mandates/answer")
async def answer(request: Request) -> Response:
    """Accept, decline, withdraw or give back a mandate, or act under it."""
    form = await forms.read(request)
    mandate = form.text("mandate")
    said = form.text("answer")
    if said in {"act", "self"}:
        return entered("/", identity.act_for(form.who, mandate=mandate if said == "act" else ""))
    {"accept": identity.accept, "decline": identity.decline}.get(said, identity.withdraw)(form.who, mandate=mandate)
    return redirect("/my/mandates?done=answered")


@router.get("/counter/mandate")
async def show_counter_mandate(request: Request) -> Response:
    """Ask whom the person at the counter trusts, and with what."""
    require(request, Kind.OFFICER, role=identity.ROLE)
    served(request)
    return _counter(request)


@router.post("/counter/mandate")
async def offer_at_counter(request: Request) -> Response:
    """Enter the mandate of the person at the counter, confirmed by their slip or signature."""
    form = await forms.read(request)
    require(request, Kind.OFFICER, role=identity.ROLE)
    who = person_of(request, form)
    try:
        if form.text("withdraw"):
            identity.withdraw(who, mandate=form.text("withdraw"), word=word_of(form))
        else:
            give(who, form, word=word_of(form))
    except (Invalid, TooMany) as wrong:
        return _counter(request, wrong=wrong, typed=form)
    return redirect("/counter/mandate?done=1")


@router.get("/my/acts")
async def show_acts(request: Request, done: str = "") -> Response:
    """Show what others did for this person, and how to withdraw or contest it."""
    who = require(request, Kind.CITIZEN, level=2)
    lines = api.acts(who)
    standing = [each for each in identity.mandates(who) if each.person == who.person and each.holds(_today())]
    return render(
        request,
        "services/acts.html",
        lines=lines,
        standing=standing,
        scope=scope_of,
        drafts=list({each.draft: each for each in lines if each.draft}.values()),
        filed=list({each.dossier: each for each in lines if each.dossier and each.state in AT_WORK}.values()),
        done=done,
    )


@router.post("/my/acts/discard")
async def discard(request: Request) -> Response:
    """Throw away a draft that somebody prepared for this person."""
    form = await forms.read(request)
    try:
        api.discard(form.who, draft=form.text("draft"))
    except NotFound:
        return redirect("/my/acts")
    return redirect("/my/acts?done=1")


def give(who: Actor, form: forms.Form, *, word: identity.Word = identity.NO_WORD) -> str:
    """Give the mandate a form describes. Raises Invalid."""
    return identity.offer(
        who, representative=form.text("representative"), name=form.text("name"), scope=scope_in(form), word=word
    )


def scope_in(form: forms.Form) -> identity.Scope:
    """Return the scope a form describes. Raises Invalid for a day that is none."""
    known = {each.id for each in api.catalogue() if not each.for_enterprise} | {"*"}
    chosen = form.all("scope")
    return identity.Scope(
        procedures=[each for each in chosen if each in known],
        data="+data" in chosen,
        papers="+papers" in chosen,
        until=day_in(form, "until"),
    )


def day_in(form: forms.Form, name: str) -> date | None:
    """Return a day as typed, None when nothing was typed. Raises Invalid."""
    if not form.text(name):
        return None
    try:
        return date.fromisoformat(str(reference.parse_value("date", form.text(name))))
    except (Invalid, ValueError):
        sentence = N_("Nhập ngày theo mẫu ngày/tháng/năm, ví dụ 31/12/2026.")
        raise Invalid("day.typed", sentence, [fault(name, "day.typed", sentence)]) from None


def scope_of(mandate: identity.Mandate) -> list[str]:
    """Return what a mandate opens, in words."""
    titles = {each.id: str(each.short) for each in api.catalogue()}
    found = [
        gettext("mọi thủ tục") if each == "*" else gettext("thủ tục: %(title)s", title=titles.get(each, each))
        for each in mandate.procedures
    ]
    return [
        *found,
        *([gettext("xem dữ liệu và nhật ký truy cập")] if mandate.data else []),
        *([gettext("xem, giữ và xuất trình giấy tờ trong ví")] if mandate.papers else []),
    ]


def scopes() -> list[tuple[str, str]]:
    """Return what a mandate can be for, as answers of a form."""
    found = [each for each in api.catalogue() if not each.for_enterprise]
    return [
        *((each.id, gettext("Làm thủ tục: %(title)s", title=each.short)) for each in found),
        ("*", gettext("Làm mọi thủ tục")),
        ("+data", gettext("Xem dữ liệu nhà nước giữ về tôi và ai đã xem")),
        ("+papers", gettext("Xem, giữ và xuất trình giấy tờ trong ví của tôi")),
    ]


def _mandates(
    request: Request,
    who: Actor,
    *,
    done: str = "",
    wrong: LienThongError | None = None,
    typed: forms.Form | None = None,
) -> Response:
    found = identity.mandates(who)
    today = _today()
    return render(
        request,
        "services/mandates.html",
        status=wrong.status if wrong else 200,
        given=[each for each in found if each.person == who.person and not who.under],
        held=[each for each in found if each.representative == who.subject],
        today=today,
        own=not who.for_person,
        below=identity.parent_acts_below(),
        done=done,
        scope=scope_of,
        **_form(wrong, typed),
    )


def _counter(request: Request, *, wrong: LienThongError | None = None, typed: forms.Form | None = None) -> Response:
    given = [each for each in identity.mandates(served(request)) if not each.over(_today())]
    return render(
        request,
        "services/counter_mandate.html",
        status=wrong.status if wrong else 200,
        given=[each for each in given if each.person == served(request).person],
        done=bool(request.query_params.get("done")),
        scope=scope_of,
        **_form(wrong, typed),
    )


def _form(wrong: LienThongError | None, typed: forms.Form | None) -> dict[str, object]:
    faults: tuple[Fault, ...] = faults_of(wrong) if wrong else ()
    return {
        "faults": faults,
        "typed": typed.texts() if typed else {"until": day(identity.latest_end())},
        "chosen": typed.all("scope") if typed else [],
        "scopes": scopes(),
    }


def _today() -> date:
    return clock.today(runtime.current().clock)
