"""The one-stop counter: an officer serves a person who has no telephone, and what the person does is the person's.

The officer checks the card against the register, prints a slip, and opens exactly one draft: a new one, or the one
whose code the person brought. Nothing else of the person is in reach.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from lienthong.documents import api as documents
from lienthong.exchange import api as exchange
from lienthong.identity import api as identity
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind, file_of
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.rows import Row
from lienthong.reference import api as reference
from lienthong.services import store
from lienthong.services.api import drafts, held, helped, procedures, show, timing, words
from lienthong.services.api.held import Held
from lienthong.services.api.mine import to_sign as awaiting
from lienthong.services.api.views import ClockView

_FORGET_TRIES = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The one draft a service is about, or the dossier filed from it. code, state: "" before filing."""

    draft: str
    code: str
    procedure: Bilingual
    about: str
    state: str
    kept_until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """A draft of somebody else that awaits the signature of the person served."""

    draft: str
    procedure: Bilingual
    applicant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceView:
    """A service as its officer sees it. slip_until: until when the printed slip is good, None before it was printed.

    papers: id and title of the results that can be printed. signing: another person's draft that this one signs.
    """

    slip_until: datetime | None
    brought: Brought | None
    signing: Signing | None
    papers: tuple[tuple[str, Bilingual], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostSlip:
    """A slip that its person says is lost: the draft it opens, or the dossier filed from it. code: "" for a draft."""

    draft: str
    procedure: Bilingual
    code: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What a slip tells without an account: how far it is, never a value. draft: id, for who signs in as the person.

    code, agency, state, clock: of the filed dossier; "" and None before. until: how long the slip is good.
    """

    draft: str
    procedure: Bilingual
    code: str
    agency: Bilingual | None
    state: str
    clock: ClockView | None
    kept_until: date
    until: datetime


def serve(who: Actor, *, number: str, name: str, birth_date: str, seen: bool, code: str = "") -> identity.Entry:
    """Begin to serve the person whose card the officer holds; the session goes on under a new id and secret.

    number, and name or birth_date, as typed from the card; seen: the officer's statement that card and face fit. code:
    what the person brought (a telephone's code, an earlier slip): opens exactly that draft. Raises Invalid with what is
    missing or does not fit, TooMany after several, Denied for others than one-stop officers at level 3.
    """
    if who.kind is not Kind.OFFICER or not who.has(identity.ROLE) or who.level < 3:
        raise Denied("counter.denied", N_("Chỉ cán bộ một cửa, đăng nhập bằng khóa truy cập, phục vụ được tại quầy."))
    number = "".join(number.split())
    faults, born = _typed(number, name, birth_date, seen=seen)
    if faults:
        raise Invalid("counter.invalid", N_("Chưa bắt đầu phục vụ được."), faults)
    identity.count("counter", who.subject, forget_at=runtime.current().clock.now() + _FORGET_TRIES)
    person = exchange.match(who, number=number, name=name, birth_date=born)
    identity.held("counter", who.subject)
    found = identity.take_counter_code(who, code=code, person=number) if code.strip() else None
    with runtime.current().database.transaction():
        entry = identity.serve(who, person=number, name=person.name, sex=person.sex, birth_date=person.birth_date)
        row = store.dossiers.by_id(found.thing) if found is not None and found.thing else None
        served = identity.signed_in(entry.token, request_id=who.request_id).serving
        if served is not None and row is not None and row.applicant == number:
            _bind(served, row)
            helped.note(served, row, "opened")
    return entry


def begin(who: Actor, *, procedure: str, word: identity.Word = identity.NO_WORD) -> str:
    """Begin a draft for the person served and answer its id. who: the person, assisted.

    When the person has begun one elsewhere, they confirm that it may be opened here: word. Raises Conflict when the
    service is about another draft already, Invalid without the word, NotFound for an unknown procedure.
    """
    _require_served(who)
    found = procedures.current(procedure)
    if _row(who) is not None:
        raise Conflict("counter.one", N_("Mỗi lần phục vụ làm một hồ sơ; kết thúc rồi phục vụ lượt mới."))
    known = store.dossiers.draft_of(who.person, procedure)
    how = identity.take_word(who, word) if known is not None else ""
    with runtime.current().database.transaction():
        draft = drafts.begin(replace(who, reach=frozenset(file_of(found.procedure))), procedure=procedure)
        row = store.dossiers.by_id(draft)
        assert row is not None  # noqa: S101  begun a line above
        _bind(who, row)
        if known is not None:
            helped.note(who, row, "opened", how=how)
    return draft


def service(who: Actor) -> ServiceView:
    """Return the service under way. who: the person, assisted. Raises Denied when nobody is served."""
    _require_served(who)
    row = _row(who)
    if row is None:
        return ServiceView(slip_until=identity.slip_until(who), brought=None, signing=None, papers=())
    case = held.of(row)
    if row.applicant != who.person:
        return ServiceView(slip_until=identity.slip_until(who), brought=None, signing=_signing(case), papers=())
    made = [each for each in store.dossiers.papers_of(row.id) if each.document]
    return ServiceView(
        slip_until=identity.slip_until(who),
        brought=_brought(case),
        signing=None,
        papers=tuple((each.document, case.procedure.results[each.type].title) for each in made),
    )


def lost_slips(who: Actor, *, signed: bool) -> list[LostSlip]:
    """Return the slips that the person served may have lost, the newest first. who: the person, assisted.

    signed: the officer's statement that the person said so in writing, before them. Raises Invalid without it or when
    there is no such slip, Conflict when the service is about a draft already: its slip is just printed again.
    """
    _require_served(who)
    if _row(who) is not None:
        raise Conflict("slip.open", N_("Hồ sơ của lượt này đã mở; chỉ cần in phiếu mới."))
    if not signed:
        sentence = N_("Người dân cần ký giấy báo mất phiếu; ghi nhận việc đó trước khi cấp phiếu mới.")
        raise Invalid("slip.lost", sentence, [fault("lost", "slip.lost", sentence)])
    slips = {each.thing: each for each in reversed(identity.slips(who))}
    rows = [row for row in store.dossiers.by_ids(slips) if row.applicant == who.person]
    if not rows:
        sentence = N_("Không có phiếu nào còn hạn để thay. Chọn việc muốn làm bên dưới, phiếu mới in cho việc đó.")
        raise Invalid("slip.none", sentence, [fault("lost", "slip.none", sentence)])
    found = [_lost(row, slips[row.id]) for row in rows]
    return sorted(found, key=lambda each: each.until, reverse=True)


def replace_slip(who: Actor, *, draft: str, signed: bool) -> tuple[identity.Slip, ServiceView]:
    """Make a new slip for a lost one, which opens nothing from then on; the service is about its draft now.

    Raises as ``lost_slips``, and NotFound for a draft that no slip of this person opens.
    """
    if draft not in {each.draft for each in lost_slips(who, signed=signed)}:
        raise NotFound("slip.unknown", N_("Không có phiếu nào của người này cho hồ sơ đó."))
    with runtime.current().database.transaction():
        row = store.dossiers.by_id(draft)
        assert row is not None  # noqa: S101  lost_slips read it
        reach = _bind(who, row)
        slip = identity.print_slip(who)
        helped.note(who, row, "slip", how="signed")
    return slip, service(replace(who, reach=reach))


def signings(who: Actor) -> list[Signing]:
    """Return the drafts of others that await the signature of the person served, who came for that.

    who: the person, assisted. Raises Conflict when the service is about a draft already, Invalid when none awaits it.
    """
    _require_served(who)
    if _row(who) is not None:
        raise Conflict("counter.one", N_("Mỗi lần phục vụ làm một hồ sơ; kết thúc rồi phục vụ lượt mới."))
    asked = [each for each in awaiting(replace(who, reach=None)) if each.state != "signed"]
    if not asked:
        sentence = N_("Không có hồ sơ nào đang chờ người này ký. Người nộp cần làm xong phần của mình trước.")
        raise Invalid("signing.none", sentence, [fault("signing", "signing.none", sentence)])
    return [Signing(draft=each.draft, procedure=each.title, applicant=each.applicant) for each in asked]


def open_signing(who: Actor, *, draft: str) -> None:
    """Let the service show one draft of somebody else, for the person served to read and sign; nothing else of it.

    who: the person, assisted. Raises as ``signings``, and NotFound for a draft that does not await their signature.
    """
    if draft not in {each.draft for each in signings(who)}:
        raise NotFound("signature.unknown", N_("Không có hồ sơ nào chờ bạn ký ở đây."))
    with runtime.current().database.transaction():
        row = store.dossiers.by_id(draft)
        assert row is not None  # noqa: S101  signings read it
        identity.serve_about(who, thing="", reach=frozenset({f"dossier:{draft}"}))  # a slip of theirs opens it not
        helped.note(who, row, "opened")


def paper(who: Actor, *, document: str) -> bytes:
    """Return a result of the dossier served, to print; documents writes who opened it. who: the person, assisted.

    Raises NotFound for any other document.
    """
    _require_served(who)
    content = documents.pdf(who, document)
    row = _row(who)
    if row is not None:
        with runtime.current().database.transaction():
            helped.note(who, row, "printed")
    return content


def is_mine(who: Actor, *, draft: str) -> bool:
    """Say whether the actor may go on with this draft or dossier."""
    row = store.dossiers.by_id(draft)
    return row is not None and held.is_own(who, row)


def hand_over(who: Actor, *, draft: str) -> identity.Slip:
    """Make the code with which a counter opens this draft, once, within a day. Raises NotFound for others' drafts."""
    return identity.counter_code(who, thing=held.own_row(who, draft).id)


def follow(who: Actor, *, code: str, browser: str) -> Followed:
    """Return what a slip tells whoever holds it. browser: what tries are counted by.

    Raises Invalid for a wrong or old code, TooMany after several, NotFound when its draft was thrown away.
    """
    slip = identity.open_slip(who, code=code, browser=browser)
    row = store.dossiers.by_id(slip.thing) if slip.thing else None
    if row is None:
        raise NotFound("slip.empty", N_("Phiếu này chưa gắn với hồ sơ nào, hoặc bản nháp không còn giữ."))
    procedure = procedures.version(row.procedure, row.version)
    return Followed(
        draft=row.id,
        procedure=procedure.short or procedure.title,
        code=row.code or "",
        agency=show.agency_title(row.agency) if row.code else None,
        state=words.dossier_state(row.state, row.outcome) if row.code else "",
        clock=timing.brief(row.due_at, finished=bool(row.finished_at)) if row.code else None,
        kept_until=date.fromisoformat(row.keep_until),
        until=slip.until,
    )


def _bind(who: Actor, row: Row) -> frozenset[str]:
    """Let the service touch a draft; answer what it may touch then."""
    things: frozenset[str] = frozenset(f"dossier:{each}" for each in (row.id, row.code) if each)
    identity.serve_about(who, thing=row.id, reach=things)
    return things


def _signing(case: Held) -> Signing:
    name = str(case.form.value(case.procedure.applicant.name) or "")
    return Signing(draft=case.id, procedure=case.procedure.title, applicant=name)


def _lost(row: Row, slip: identity.Code) -> LostSlip:
    procedure = procedures.version(row.procedure, row.version)
    title = procedure.short or procedure.title
    return LostSlip(draft=row.id, procedure=title, code=row.code or "", until=slip.until)


def _row(who: Actor) -> Row | None:
    """The draft or dossier this service may touch."""
    ids = [each.removeprefix("dossier:") for each in who.reach or () if each.startswith("dossier:")]
    return next(iter(store.dossiers.by_ids(ids)), None)


def _brought(case: Held) -> Brought:
    return Brought(
        draft=case.id,
        code=case.row.code or "",
        procedure=case.procedure.short or case.procedure.title,
        about=str(case.form.value(case.procedure.name) or ""),
        state=words.dossier_state(case.row.state, case.row.outcome) if case.row.code else "",
        kept_until=date.fromisoformat(case.row.keep_until),
    )


def _require_served(who: Actor) -> None:
    if who.kind is not Kind.CITIZEN or not who.assisted_by:
        raise Denied("counter.nobody", N_("Không có ai đang được phục vụ tại quầy trong phiên này."))


def _typed(number: str, name: str, birth_date: str, *, seen: bool) -> tuple[list[Fault], str]:
    """What is missing, and the birth date as ISO."""
    faults: list[Fault] = []
    if not (number.isascii() and number.isdigit() and len(number) == 12):
        faults.append(fault("number", "counter.number", N_("Nhập đủ 12 chữ số trên thẻ căn cước.")))
    if not name.strip() and not birth_date.strip():
        faults.append(fault("name", "counter.name", N_("Nhập họ tên hoặc ngày sinh như trên thẻ.")))
    born = ""
    try:
        born = str(reference.parse_value("birth_date", birth_date)) if birth_date.strip() else ""
    except Invalid:
        faults.append(fault("birth_date", "counter.birth", N_("Nhập ngày sinh, ví dụ 30/04/1949.")))
    if not seen:
        faults.append(fault("seen", "counter.seen", N_("Xem thẻ và người trước, rồi đánh dấu.")))
    return faults, born
