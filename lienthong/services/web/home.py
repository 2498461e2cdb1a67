"""Pieces of My page: what needs me now, dossiers with the strip of real days, what happens in a family."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from lienthong.kernel.actor import Actor
from lienthong.kernel.i18n import N_, gettext, ngettext
from lienthong.services import api
from lienthong.services.api.views import Mine
from lienthong.services.web import shown
from lienthong.webkit.page import fragment
from lienthong.webkit.parts import Panel
from lienthong.webkit.request import you
from lienthong.webkit.show import day, upper_first

SHOWN = 3
"""Panels show this many of each; the rest is a link away."""
Need = tuple[str, str, str, str]
"""Title, text, address, action."""
DRAFTS = {
    "begun": (N_("Mới bắt đầu, chưa lấy dữ liệu"), N_("Làm tiếp")),
    "asking": (N_("Còn vài điều chưa trả lời"), N_("Làm tiếp")),
    "signing": (N_("Đang chờ người cùng ký"), N_("Xem")),
    "ready": (N_("Đã đủ, chỉ còn ký và nộp"), N_("Kiểm tra và nộp")),
}


def needs(request: HTTPConnection, who: Actor) -> str:
    """Return what needs this person now: signatures, supplements, drafts to finish. "" when nothing does."""
    listed = _needs(_mine(request, who), you(request))
    if not listed:
        return ""
    title = ngettext("%(n)s việc cần %(you)s làm", "%(n)s việc cần %(you)s làm", len(listed), you=you(request))
    more = len(listed) - SHOWN
    return fragment(request, "services/panel_needs.html", title=title, needs=listed[:SHOWN], more=max(0, more))


def dossiers(request: HTTPConnection, who: Actor) -> str:
    """Return dossiers at work with their strip of real days, and the newest results."""
    lines = _mine(request, who).dossiers
    at_work = [line for line in lines if line.finished_at is None]
    ended = [line for line in lines if line.finished_at is not None]
    return fragment(
        request,
        "services/panel_dossiers.html",
        at_work=[
            (line, shown.strip(line.clock), shown.left(line.clock), shown.until(line.clock), shown.way(line.steps))
            for line in at_work[:SHOWN]
        ],
        ended=[(line, shown.ended(line)) for line in ended[: max(1, SHOWN - len(at_work))]],
        any=bool(lines),
        tag=shown.tag,
    )


def events(request: HTTPConnection, who: Actor) -> str:
    """Return what can be asked for, as events of a life, or of an enterprise for who acts for one."""
    found = [each for each in api.catalogue() if each.for_enterprise == who.for_enterprise]
    return fragment(request, "services/panel_events.html", procedures=found)


def _mine(request: HTTPConnection, who: Actor) -> Mine:
    """Return everything of this person, read once for all panels of a page."""
    if not hasattr(request.state, "mine"):
        request.state.mine = api.mine(who)
    return request.state.mine


def _needs(mine: Mine, you: str) -> list[Need]:
    """Return everything that waits for this person, most binding first."""
    signing: list[Need] = [
        (
            gettext("%(name)s nhờ %(you)s cùng ký", name=each.applicant, you=you),
            str(each.title),
            f"/to-sign/{each.draft}",
            gettext("Xem và ký"),
        )
        for each in mine.to_sign
        if each.state == "needed"
    ]
    supplements: list[Need] = [
        (
            gettext("%(agency)s cần %(you)s bổ sung hồ sơ", agency=each.agency, you=you),
            f"{_named(str(each.procedure), each.about)} · {each.code}",
            f"/dossiers/{each.code}",
            gettext("Bổ sung"),
        )
        for each in mine.dossiers
        if each.needs == "supplement"
    ]
    drafts: list[Need] = []
    for each in sorted(mine.drafts, key=lambda draft: draft.state != "ready"):
        text, action = DRAFTS[each.state]
        kept = gettext("giữ đến %(day)s", day=day(each.kept_until))
        place = "/check" if each.state in {"ready", "signing"} else ""
        drafts.append(
            (
                upper_first(_named(str(each.procedure), each.about)),
                f"{gettext(text)} · {kept}",
                f"/drafts/{each.id}{place}",
                gettext(action),
            )
        )
    return signing + supplements + drafts


def _named(procedure: str, about: str) -> str:
    return gettext("%(procedure)s cho %(about)s", procedure=procedure, about=about) if about else procedure


panels = (
    Panel(id="needs", place="home-top", order=10, render=needs, needs="file"),
    Panel(id="dossiers", order=20, render=dossiers, needs="file"),
    Panel(id="events", order=60, render=events, needs="file"),
)
