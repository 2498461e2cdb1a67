"""Pieces of My page: what needs me now, dossiers with the strip of real days, what happens in a family."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from lienthong.kernel.actor import Actor
from lienthong.kernel.i18n import gettext, ngettext
from lienthong.services import api
from lienthong.services.api.views import Mine
from lienthong.services.web import shown
from lienthong.webkit.page import fragment
from lienthong.webkit.parts import Panel
from lienthong.webkit.show import day

SHOWN = 3
"""Panels show this many of each; the rest is a link away."""


def needs(request: HTTPConnection, who: Actor) -> str:
    """Return what needs this person now: signatures, supplements, drafts to finish. "" when nothing does."""
    listed = _needs(_mine(request, who))
    if not listed:
        return ""
    title = ngettext("%(n)s việc cần bạn làm", "%(n)s việc cần bạn làm", len(listed))
    return fragment(request, "services/panel_needs.html", title=title, needs=listed[:SHOWN])


def dossiers(request: HTTPConnection, who: Actor) -> str:
    """Return the newest dossiers, open ones with their strip of real days."""
    mine = _mine(request, who)
    newest = [(line, api.dossier(who, code=line.code)) for line in mine.dossiers[:SHOWN]]
    return fragment(
        request,
        "services/panel_dossiers.html",
        newest=[
            (line, shown.strip(view.clock), shown.left(view.clock), shown.until(view.clock), shown.way(view.steps))
            for line, view in newest
        ],
        count=len(mine.dossiers),
    )


def events(request: HTTPConnection, _who: Actor) -> str:
    """Return what can be asked for, as events of a life."""
    return fragment(request, "services/panel_events.html", procedures=api.catalogue())


def _mine(request: HTTPConnection, who: Actor) -> Mine:
    """Return everything of this person, read once for all panels of a page."""
    if not hasattr(request.state, "mine"):
        request.state.mine = api.mine(who)
    return request.state.mine


def _needs(mine: Mine) -> list[tuple[str, str, str, str]]:
    """Return (title, text, address, action) of everything that waits for this person, most binding first."""
    listed = [
        (
            gettext("%(name)s chờ bạn cùng ký", name=each.applicant),
            str(each.title),
            f"/to-sign/{each.draft}",
            gettext("Xem và ký"),
        )
        for each in mine.to_sign
        if each.state == "needed"
    ]
    listed += [
        (
            gettext("Hồ sơ %(dossier)s cần bổ sung", dossier=each.code),
            str(each.procedure),
            f"/dossiers/{each.code}",
            gettext("Bổ sung"),
        )
        for each in mine.dossiers
        if each.needs == "supplement"
    ]
    listed += [
        (
            str(each.procedure),
            gettext("Bản nháp giữ đến %(day)s", day=day(each.kept_until)),
            f"/drafts/{each.id}",
            gettext("Làm tiếp"),
        )
        for each in mine.drafts
    ]
    return listed


panels = (
    Panel(id="needs", place="home-top", order=10, render=needs),
    Panel(id="dossiers", order=20, render=dossiers),
    Panel(id="events", order=60, render=events),
)
