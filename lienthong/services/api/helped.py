"""What others did for a person, or with them at a counter: kept with a proof, shown to the person, named on papers."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lienthong.identity import api as identity
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import ACTS, Actor, Kind, system
from lienthong.kernel.errors import Denied, SignInNeeded
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_, Bilingual, gettext
from lienthong.kernel.ids import new_id
from lienthong.kernel.rows import Row
from lienthong.ledger import api as ledger
from lienthong.services import store
from lienthong.services.api import procedures, show
from lienthong.services.events import ActedForAnother

WORDS = {
    "begun": N_("Bắt đầu hồ sơ"),
    "fetched": N_("Đồng ý lấy dữ liệu"),
    "answered": N_("Trả lời các câu hỏi"),
    "handed_in": N_("Nộp ảnh giấy tờ"),
    "taken_back": N_("Bỏ ảnh giấy tờ"),
    "signed": N_("Ký đồng ý"),
    "declined": N_("Không đồng ý ký"),
    "filed": N_("Cam đoan, ký và nộp hồ sơ"),
    "supplement": N_("Gửi bổ sung"),
    "withdrawn": N_("Rút hồ sơ"),
    "discarded": N_("Bỏ bản nháp"),
    "opened": N_("Mở hồ sơ ở quầy bằng mã"),
    "printed": N_("In giấy tờ ở quầy"),
    "slip": N_("Thay phiếu bị mất, mã cũ hết hiệu lực"),
    "listed": N_("Xem và in danh sách này ở quầy"),
    "complained": N_("Khiếu nại một lượt xem dữ liệu"),
}
OF_HISTORY = {"filed": "filed", "supplement_given": "supplement", "withdrawn": "withdrawn"}
"""Lines of a dossier's history that one of these acts wrote."""
_FILED = {"complained": "filed"}
"""Acts that began a dossier, as its history calls them."""
WAYS = {
    "mandate": N_("%(by)s thay cho %(person)s, theo ủy quyền"),
    "parent": N_("%(by)s thay cho con %(person)s"),
    "enterprise": N_("%(by)s, người đại diện của %(person)s"),
    "counter": N_("%(person)s, có %(by)s giúp tại quầy"),
}
HOW = {"slip": N_("người dân xác nhận bằng mã trên phiếu"), "signed": N_("người dân ký bản in, cán bộ ghi nhận")}


@dataclass(frozen=True, slots=True)
class ActLine:
    """One act as the person sees it. by: who did it; how: what the person confirmed it with, "" for nothing.

    procedure: None for what was about no dossier. dossier: code, "" while it is a draft; draft: id of the draft that
    can still be thrown away, "" for none. agency: where to ask for a filed dossier.
    """

    at: datetime
    act: str
    way: str
    by: str
    how: str
    procedure: Bilingual | None
    dossier: str
    draft: str
    state: str
    agency: str


def note(who: Actor, row: Row | None, act: str, *, how: str = "", digest: str = "") -> None:
    """Keep what was done for somebody, in the open transaction; nothing for people who act themselves.

    row: of the draft or dossier, None for what is about none. how: what ``identity.take_word`` answered. digest: of the
    values the person confirmed. Answers saved again and again under one mandate or service are one act.
    """
    about = row.id if row is not None else ""
    if not who.is_helped or (act == "answered" and store.acts.has(about, act, who.under, by=who.subject)):
        return
    keep(who, row, act, person=who.person, way=_way(who), by=_who(who), under=who.under, how=how, digest=digest)


def keep(
    who: Actor,
    row: Row | None,
    act: str,
    *,
    person: str,
    way: str,
    by: tuple[str, str, str],
    under: str,
    how: str = "",
    digest: str = "",
) -> None:
    """Keep an act with its proof, in the open transaction. by: subject, name and agency of whose act it is."""
    now = clock.stamp(runtime.current().clock.now())
    kept = {
        "id": new_id(),
        "at": now,
        "person": person,
        "dossier": row.id if row is not None else "",
        "procedure": row.procedure if row is not None else "",
        "act": act,
        "way": way,
        "by": by[0],
        "by_name": by[1],
        "agency": by[2],
        "under": under,
        "how": how,
        "digest": digest,
    }
    salt = secrets.token_bytes(32)
    store.acts.add(kept, salt)
    ledger.record(entry_id=str(kept["id"]), digest=ledger.digest_of(kept, salt))
    dossier = (row.code or row.id) if row is not None else ""
    publish(who, ActedForAnother(dossier=dossier, act=act, way=way, agency=by[2], at=now))


def acts(who: Actor) -> list[ActLine]:
    """Return what others did for the actor, newest first. Raises SignInNeeded; nobody reads another person's list,
    a parent that of a young child excepted, and every representative of an enterprise that of the enterprise.
    """
    if who.kind is not Kind.CITIZEN or who.level < 2 or not who.may(ACTS):
        raise SignInNeeded(
            "acts.level", N_("Chỉ chính người đó, ở mức xác thực 2, xem được ai đã làm thay mình."), level=2
        )
    return _lines(who.person)


def acts_at_counter(who: Actor, *, word: identity.Word) -> list[ActLine]:
    """Return the same list for a person at a counter, for their officer to print; that stands on it from then on.

    who: the person, assisted. Raises Invalid without the person's word, Denied when nobody is served.
    """
    if not who.assisted_by:
        raise Denied("counter.nobody", N_("Không có ai đang được phục vụ tại quầy trong phiên này."))
    how = identity.take_word(who, word)
    with runtime.current().database.transaction():
        note(who, None, "listed", how=how)
    return _lines(who.person)


def _lines(person: str) -> list[ActLine]:
    rows = store.acts.of_person(person)
    known = {row.id: row for row in store.dossiers.by_ids({each.dossier for each in rows})}
    return [_line(each, known.get(each.dossier)) for each in rows]


def said_by(dossiers: Sequence[str], person: str) -> Mapping[tuple[str, str], str]:
    """Return (dossier id, act) → who did it for this person, in words; nothing for what the person did alone."""
    return {
        (row.dossier, str(_FILED.get(row.act, row.act))): said(row, person) for row in store.acts.of_dossiers(dossiers)
    }


def said(row: Row, person: str) -> str:
    """Return who did an act, in words. person: name of whose affair it is."""
    return gettext(WAYS[row.way], by=row.by_name or gettext("một người"), person=person)


def _line(row: Row, dossier: Row | None) -> ActLine:
    procedure = procedures.newest(row.procedure) if row.procedure else None
    filed = dossier is not None and bool(dossier.code)
    return ActLine(
        at=clock.moment(row.at),
        act=gettext(WORDS[row.act]),
        way=row.way,
        by=row.by_name,
        how=gettext(HOW[row.how.partition(":")[0]]) if row.how else "",
        procedure=procedure and (procedure.short or procedure.title),
        dossier=dossier.code if dossier is not None and filed else "",
        draft=row.dossier if dossier is not None and not filed else "",
        state=dossier.state if dossier is not None else "gone",
        agency=str(show.agency_title(dossier.agency)) if dossier is not None and filed else "",
    )


def _way(who: Actor) -> str:
    if who.for_enterprise:
        return "enterprise"
    return "counter" if who.assisted_by else "mandate" if who.under else "parent"


def _who(who: Actor) -> tuple[str, str, str]:
    """Subject, name and agency of who acts."""
    if who.assisted_by:
        found = identity.display(system("services"), subjects=[who.assisted_by]).get(who.assisted_by)
        return who.assisted_by, found.name if found else who.assisted_by, found.agency if found else ""
    named = identity.representatives(who.person).get(who.subject) if who.under and not who.for_enterprise else None
    return who.subject, named or identity.name_of(who), ""
