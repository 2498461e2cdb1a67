"""A household that moves, splits or joins another: found, told what is to happen, seen first, written once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, LienThongError, NotFound, fault
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers.api import EntryChange, Grounds, Move, digest_of
from lienthong.stewardship import api
from lienthong.stewardship.api import Household
from lienthong.stewardship.web.shown import faults_of, link, steward, unit_name
from lienthong.webkit import forms
from lienthong.webkit.forms import Form
from lienthong.webkit.page import redirect, render

router = APIRouter(include_in_schema=False)
HOME = "/steward/residence/households"
REGISTER = "residence"
WAYS = {
    "place": (N_("Chuyển đến nơi ở mới"), N_("Cả hộ, hoặc chỉ những người được chọn: họ thành hộ riêng ở nơi mới.")),
    "split": (N_("Tách hộ, vẫn ở nơi này"), N_("Những người được chọn thành một hộ riêng cùng địa chỉ.")),
    "join": (N_("Nhập vào một hộ khác"), N_("Những người được chọn về ở và thuộc hộ có mã được nêu.")),
}
"""What happens to those who are chosen → its name, what it means."""
TYPED = ("way", "commune", "address", "join", "on", "head", "head_left", "reason", "dossier")
_RELATION = "relation."
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form tells of a move. members: numbers of who was chosen; relations: number → relation to the head."""

    typed: Mapping[str, str]
    members: Sequence[str] = ()
    relations: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Line:
    """What changes of one thing about a person: its name, before, after ("" when nothing is said)."""

    title: str
    before: str
    after: str


@router.get("/steward/residence/households")
async def ask_household(request: Request) -> Response:
    """Show the box: whose household, or its code."""
    steward(request)
    return _asked(request, {"dossier": request.query_params.get("dossier", "")})


@router.post("/steward/residence/households")
async def find_household(request: Request) -> Response:
    """Go to a household by its code, or by the number of somebody in it; the number stands in no address."""
    steward(request)
    form = await forms.read(request)
    typed = {name: form.text(name)[:60] for name in ("household", "dossier")}
    why = api.move_grounds(dossier=typed["dossier"])
    try:
        code = _code_of(form.who, typed["household"], why)
    except (Invalid, NotFound) as refused:
        return _asked(request, typed, refused=refused)
    return redirect(link(f"{HOME}/{code}", dossier=typed["dossier"]))


@router.get("/steward/{definition}/people/{record}/household")
async def open_household(request: Request, definition: str, record: str) -> Response:
    """Go from a person to their household."""
    who, why = steward(request), api.move_grounds()
    spec = api.register(register=definition)
    found = api.person(who, register=definition, key=record, grounds=why)
    number = str(found.now.values.get(spec.subject) or "")
    try:
        return redirect(f"{HOME}/{api.household_of(who, number=number, grounds=why)}")
    except NotFound as refused:
        return _asked(request, {}, refused=refused)


@router.get("/steward/residence/households/{household}")
async def show_household(
    request: Request, household: str, dossier: str = "", done: str = "", left: str = ""
) -> Response:
    """Show who lives in a household, and the form of its move."""
    who = steward(request)
    home = api.household(who, household=household, grounds=api.move_grounds(dossier=dossier))
    return _form(request, home, Asked({"dossier": dossier}), done=done, left=left)


@router.post("/steward/residence/households/{household}")
async def move(request: Request, household: str) -> Response:
    """Show what a move would change; or, when that was seen, write it; or go back to the form with what was typed."""
    steward(request)
    form = await forms.read(request)
    typed = {name: form.text(name)[:_LONGEST] for name in TYPED}
    why = api.move_grounds(dossier=typed["dossier"])
    home = api.household(form.who, household=household, grounds=why)
    asked = Asked(typed, form.all("members"), _relations(form, home))
    if form.text("then") == "edit":
        return _form(request, home, asked)
    choices: list[tuple[str, str]] = []
    try:
        on, how = _read(home, asked, choices)
        if form.text("then") == "write":
            made = api.move_household(form.who, household=home.code, on=on, grounds=why, seen=form.text("seen"), **how)
            return redirect(link(f"{HOME}/{made.household}", done=str(len(made.entries)), left=made.left))
        changes = api.foresee_move(form.who, household=home.code, on=on, grounds=why, **how)
    except (Invalid, Conflict, NotFound) as refused:
        return _form(request, home, asked, refused=refused, choices=choices)
    return _foreseen(request, form.who, home, asked, on, changes, why)


def _code_of(who: Actor, text: str, why: Grounds) -> str:
    """Return the code of the household that somebody typed, or of the person whose number they typed."""
    if not text:
        missing = fault("household", "move.ask", N_("Nhập mã hộ, hoặc số định danh của một người trong hộ."))
        raise Invalid("move.ask", missing.message, [missing])
    digits = "".join(text.split())
    if len(digits) == 12 and digits.isascii() and digits.isdigit():
        return api.household_of(who, number=digits, grounds=why)
    return api.household(who, household=text, grounds=why).code


def _relations(form: Form, home: Household) -> dict[str, str]:
    """Return number → relation to the head as it was chosen."""
    chosen = {each.number: form.text(_RELATION + each.number) for each in home.members if each.number}
    return {number: code for number, code in chosen.items() if code}


def _read(home: Household, asked: Asked, choices: list[tuple[str, str]]) -> tuple[date, Move]:
    """Return the day and the move that a form tells of. choices: takes the units that a name may mean.

    Raises Invalid with everything that is wrong.
    """
    typed, members = asked.typed, asked.members
    faults: list[Fault] = []
    on = _day(typed["on"], faults)
    way, all_numbers = typed["way"], {each.number for each in home.members if each.number}
    if not members:
        faults.append(fault("members", "move.nobody_chosen", N_("Chọn ít nhất một người.")))
    if way not in WAYS:
        faults.append(fault("way", "move.way", N_("Chọn việc cần ghi.")))
    if not typed["reason"]:
        faults.append(fault("reason", "move.reason", N_("Ghi lý do, ví dụ giấy đề nghị ngày nào.")))
    commune = _commune(typed["commune"], faults, choices) if way == "place" else ""
    if way == "place" and not typed["address"]:
        faults.append(fault("address", "move.address", N_("Ghi số nhà, đường hoặc thôn của nơi ở mới.")))
    if way == "join" and not typed["join"]:
        faults.append(fault("join", "move.join", N_("Ghi mã hộ nhập vào.")))
    if faults or on is None:
        raise Invalid("move.unready", N_("Chưa đủ để xem trước; sửa các ô sau."), faults)
    how = Move(
        members=() if set(members) == all_numbers else members,
        commune=commune,
        address=typed["address"] if way == "place" else "",
        join=typed["join"] if way == "join" else "",
        head=typed["head"],
        head_left=typed["head_left"],
        relations=asked.relations,
        reason=typed["reason"],
    )
    return on, how


def _day(text: str, faults: list[Fault]) -> date | None:
    try:
        return date.fromisoformat(str(reference.parse_value("from_date", text[:40])))
    except (Invalid, ValueError):
        faults.append(fault("on", "move.day", N_("Nhập ngày đầy đủ, ví dụ 14/11/2026.")))
        return None


def _commune(text: str, faults: list[Fault], choices: list[tuple[str, str]]) -> str:
    """Return the code of the commune that a text means; what is not certain is asked."""
    found = reference.convert_unit(text)
    if text and found.decision == "certain" and found.candidates[0].level == "commune":
        return found.candidates[0].code
    communes = [each for each in found.candidates if each.level == "commune"] if text else []
    choices += [(each.code, reference.place(each)) for each in communes]
    if choices:
        faults.append(fault("commune", "move.which", N_("Tên này có thể là nhiều nơi; chọn một.")))
    else:
        message = N_("Ghi xã, phường, đặc khu kèm tỉnh, ví dụ: Phường Bình Thạnh, Thành phố Hồ Chí Minh.")
        faults.append(fault("commune", "move.unit", message))
    return ""


def _asked(request: Request, typed: Mapping[str, str], *, refused: LienThongError | None = None) -> Response:
    return render(
        request,
        "stewardship/households.html",
        status=refused.status if refused else 200,
        register=api.register(register=REGISTER),
        typed=typed,
        faults=faults_of(refused, "household"),
    )


def _form(
    request: Request,
    home: Household,
    asked: Asked,
    *,
    refused: LienThongError | None = None,
    choices: Sequence[tuple[str, str]] = (),
    done: str = "",
    left: str = "",
) -> Response:
    today = clock.local(runtime.current().clock.now()).strftime("%d/%m/%Y")
    numbers = [each.number for each in home.members if each.number]
    whole = "join" if isinstance(refused, NotFound) else "members"  # this household was found, so it is the other one
    faults = [replace(each, at="members") if each.at == "household" else each for each in faults_of(refused, whole)]
    return render(
        request,
        "stewardship/household.html",
        status=422 if refused else 200,
        register=api.register(register=REGISTER),
        home=home,
        place=unit_name(home.commune),
        typed={"way": "place", "on": today, **{name: value for name, value in asked.typed.items() if value}},
        chosen=asked.members if asked.members or refused else numbers,
        people=[(each.number, each.name or each.number) for each in home.members if each.number],
        nameless=len(home.members) - len(numbers),
        relation=_relation,
        relations=[(code, str(each.title)) for code, each in _relation_codes().items()],
        said=asked.relations,
        ways=[(name, gettext(title), gettext(what)) for name, (title, what) in WAYS.items()],
        choices=choices,
        faults=faults,
        done=done if done.isascii() and done.isdigit() else "",
        left=left,
    )


def _foreseen(
    request: Request,
    who: Actor,
    home: Household,
    asked: Asked,
    on: date,
    changes: Sequence[EntryChange],
    why: Grounds,
) -> Response:
    numbers = {str(value) for each in changes for value in _people(each) if value}
    names = api.names_of(who, numbers=sorted(numbers), grounds=why)
    told = [(names.get(each.person, each.person), each, _lines(each, names)) for each in changes]
    return render(
        request,
        "stewardship/household_move.html",
        register=api.register(register=REGISTER),
        home=home,
        on=on,
        told=told,
        leaves=any(each.leaves for each in changes),
        unsaid=sum(not each.after.get("relation") for each in changes),
        stay=len({each.number for each in home.members} - {each.person for each in changes}),
        seen=digest_of(changes),
        typed=asked.typed,
        members=asked.members,
        relations={f"{_RELATION}{number}": code for number, code in asked.relations.items()},
    )


def _people(change: EntryChange) -> tuple[object, ...]:
    return (change.person, change.before.get("head_number"), change.after.get("head_number"))


def _lines(change: EntryChange, names: Mapping[str, str]) -> list[Line]:
    """Return what changes about a person, as people read it."""

    def at(values: Mapping[str, object]) -> str:
        return ", ".join(filter(None, (str(values.get("address") or ""), unit_name(str(values.get("commune") or "")))))

    def head(values: Mapping[str, object]) -> str:
        number = str(values.get("head_number") or "")
        return names.get(number, number)

    sides = (change.before, change.after)
    lines = [
        Line(gettext(N_("Nơi thường trú")), *map(at, sides)),
        Line(
            gettext(N_("Mã hộ")),
            str(change.before.get("household") or ""),
            str(change.after.get("household") or gettext(N_("mã mới, cấp khi ghi"))),
        ),
        Line(gettext(N_("Chủ hộ")), *map(head, sides)),
        Line(gettext(N_("Quan hệ với chủ hộ")), *(_relation(str(each.get("relation") or "")) for each in sides)),
    ]
    return [each for each in lines if each.before != each.after]


def _relation_codes() -> Mapping[str, reference.Code]:
    return reference.code_list("household_relation").codes


def _relation(code: str) -> str:
    """Return a relation to the head in words, "" for none."""
    found = _relation_codes().get(code)
    return str(found.title) if found else code
