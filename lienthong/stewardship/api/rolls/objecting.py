"""Objections to a posted roll and their answers: somebody is added, changed, moved or taken off; no number changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NoReturn

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.requests import once
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Query, Record
from lienthong.stewardship.api.rolls.drawing import fields_of, has_doubt, is_voter, line, tell
from lienthong.stewardship.api.rolls.reach import areas_of, grounds_of, lists_of, moment_of, worked_on
from lienthong.stewardship.domain.rolls import UNPLACED
from lienthong.stewardship.spec import RollKind, kind
from lienthong.stewardship.store import rolls as store

KINDS = {
    "missing": N_("Thiếu tên trong danh sách"),
    "wrong_data": N_("Thông tin ghi sai"),
    "not_entitled": N_("Không được có tên trong danh sách"),
    "other_area": N_("Thuộc khu vực bỏ phiếu khác"),
}
_LONGEST = 2_000
_NOWHERE = -1


def object_to_roll(who: Actor, *, roll: str, about: str, person: str, said: str, to_area: int = 0) -> str:
    """Object to a posted roll; answer the objection's id. about: one of ``KINDS``. person: personal number.

    An officer of the committee writes down anybody's objection until the roll is closed; a citizen objects about
    themselves on the days for it. to_area: number of the area somebody belongs to.
    Raises Invalid with a fault for each bad answer, Conflict when the same objection waits already or it is too late.
    """

    def work() -> str:
        found, made = _open_to(who, roll, person)
        typed, number = clean(said), clean(person)
        stands = _standing(found, number)
        _check(about, number, typed, to_area, len(areas_of(found)), stands)
        if any(
            each.state == "open" and (each.person, each.kind) == (number, about) for each in store.objections_of(roll)
        ):
            raise Conflict("roll.said", N_("Khiếu nại này đã được ghi nhận và đang chờ trả lời."))
        now = runtime.current().clock.now()
        name = new_id()
        row = {
            "id": name,
            "roll": roll,
            "kind": about,
            "person": number,
            "area": stands.area if stands else _NOWHERE,
            "place": stands.place if stands else _NOWHERE,
            "to_area": to_area,
            "said": typed,
            "raised_by": who.subject,
            "by_citizen": who.kind is Kind.CITIZEN,
            "at": clock.stamp(now),
            "due": (clock.local(now).date() + timedelta(days=made.answer)).isoformat(),
            "state": "open",
            "ground": "",
            "reason": "",
            "decided_by": "",
            "decided_at": "",
        }
        store.objections.add(row)
        return name

    return once(who, f"stewardship.object_to_roll:{roll}", str, work)


def decide_objection(
    who: Actor, *, objection: str, accept: bool, reason: str, ground: str = "", to_area: int = 0
) -> None:
    """Answer an objection with a reason; when it is right, the roll is corrected in the same transaction.

    ground: why somebody is taken off, one of the kind's ``grounds``. to_area: where somebody is added or moved.
    Whoever is added gets the next number of the area; whoever goes leaves an empty number behind.
    Raises Invalid, Conflict when it was answered before or the person stands on another list of this election.
    """

    def work() -> str:
        said = store.objection(objection, lock=True)
        if said is None:
            raise NotFound("roll.no_objection", N_("Không có khiếu nại này."))
        found, made = worked_on(who, said.roll, lock=True)
        if said.state != "open" or found.state != "posted":
            raise Conflict("roll.decided", N_("Khiếu nại này đã được trả lời, hoặc danh sách đã chốt."))
        why = clean(reason)
        if not why or len(why) > _LONGEST:
            wrong = fault("reason", "roll.reason", N_("Ghi lý do trả lời, tối đa 2.000 chữ."))
            raise Invalid("roll.answer", N_("Chưa trả lời được; sửa chỗ được nêu."), [wrong])
        if accept:
            _correct(who, found, made, said, ground, to_area or said.to_area)
        decided = {
            "state": "accepted" if accept else "rejected",
            "ground": ground if accept else "",
            "reason": why,
            "decided_by": who.subject,
            "decided_at": clock.stamp(runtime.current().clock.now()),
        }
        store.objections.change(decided, "WHERE id = ?", objection)
        if accept:
            tell(who, found, "corrected", sum(n for _, _, state, _, n in store.counts(found.id) if state == "listed"))
        return objection

    once(who, f"stewardship.decide_objection:{objection}", str, work)


def last_day(found: Row, made: RollKind) -> date | None:
    """Return the last day on which a citizen may object; None while the roll is not posted."""
    if not found.posted_at:
        return None
    return clock.local(clock.moment(found.posted_at)).date() + timedelta(days=made.objections)


def _open_to(who: Actor, roll: str, person: str) -> tuple[Row, RollKind]:
    """Return a posted roll for an officer of the committee, or for a citizen about themselves in time."""
    if who.kind is not Kind.CITIZEN:
        found, made = worked_on(who, roll, lock=True)
    else:
        one = store.one(roll, lock=True)
        if one is None or one.state == "replaced":
            raise NotFound("roll.none", N_("Không có danh sách cử tri này."))
        if clean(person) != who.subject or who.for_person:
            raise Denied(
                "roll.not_you", N_("Ở đây chỉ khiếu nại được về tên của chính mình; về người khác thì đến Ủy ban.")
            )
        found, made = one, kind(one.kind)
        until = last_day(found, made)
        if until and clock.local(runtime.current().clock.now()).date() > until:
            raise Conflict("roll.late", N_("Đã hết hạn khiếu nại; hãy đến Ủy ban nhân dân nơi lập danh sách."))
    if found.state != "posted":
        raise Conflict("roll.not_posted", N_("Chỉ khiếu nại được khi danh sách đang niêm yết."))
    return found, made


def _standing(found: Row, person: str) -> Row | None:
    """Return the line of a person, the one with this very number first."""
    own = [line for each, line in lists_of(kind(found.kind), person, found.day) if each.id == found.id]
    return min(own, key=lambda line: line.person != person, default=None)


def _check(about: str, person: str, said: str, to_area: int, areas: int, stands: Row | None) -> None:
    faults: list[Fault] = []
    if about not in KINDS:
        faults.append(fault("about", "roll.about", N_("Chọn một loại khiếu nại.")))
    if not person:
        faults.append(fault("person", "roll.person", N_("Ghi số định danh của người được nói tới.")))
    elif about == "missing" and stands is not None:
        faults.append(
            fault("person", "roll.there", N_("Người này có tên: số %(place)s trong danh sách."), place=stands.place)
        )
    elif about in KINDS and about != "missing" and stands is None:
        faults.append(fault("person", "roll.not_there", N_("Số định danh này không có trong danh sách.")))
    if not said or len(said) > _LONGEST:
        faults.append(fault("said", "roll.said", N_("Ghi nội dung khiếu nại, tối đa 2.000 chữ.")))
    if not 0 <= to_area <= areas or (about == "other_area" and (not to_area or (stands and stands.area == to_area))):
        faults.append(fault("to_area", "roll.area", N_("Chọn khu vực bỏ phiếu đúng của người đó.")))
    if faults:
        raise Invalid("roll.objection", N_("Chưa ghi được khiếu nại; sửa các chỗ được nêu."), faults)


def _correct(who: Actor, found: Row, made: RollKind, said: Row, ground: str, to_area: int) -> None:
    if said.kind == "missing":
        _add(who, found, made, said.person, to_area)
        return
    stands = store.line(found.id, said.area, said.place, lock=True)
    if stands is None or stands.state != "listed":
        raise Conflict("roll.gone", N_("Dòng này đã được sửa theo một khiếu nại khác."))
    if said.kind == "not_entitled":
        if ground not in made.grounds:
            _refuse("ground", N_("Chọn căn cứ xóa tên."))
        _change(stands, {"state": "removed"})
    elif said.kind == "other_area":
        _in_an_area(found, to_area)
        _change(stands, {"state": "moved"})
        place = store.last_place(found.id, to_area) + 1
        store.lines.add({**stands._asdict(), "area": to_area, "place": place, "origin": "moved", "state": "listed"})
    else:
        _put_right(who, found, made, stands)


def _add(who: Actor, found: Row, made: RollKind, person: str, to_area: int) -> None:
    """Add somebody of the register at the end of an area: as the register knows them now."""
    _in_an_area(found, to_area)
    store.alone(next(iter(registers.records_of(made.register_id, person)), person))
    for other, _ in lists_of(made, person, found.day):
        sentence = N_("Người này đang có tên ở danh sách của %(agency)s; xóa tên ở đó trước, mỗi người một danh sách.")
        raise Conflict("roll.elsewhere", sentence, agency=other.agency)
    condition = made.expression()
    record = _as_known_now(who, made, person)
    if record is None:
        _refuse("person", N_("Cơ sở dữ liệu dân cư không có người mang số này; kiểm tra số, hoặc đăng ký trước."))
    day = date.fromisoformat(found.day)
    if not is_voter(condition, record.values, day):
        _refuse(
            "person",
            N_("Theo cơ sở dữ liệu, người này không đủ điều kiện vào ngày bầu cử (tuổi, quốc tịch, còn sống)."),
        )
    now = runtime.current().clock.now()
    store.lines.add(
        line(
            found.id,
            to_area,
            store.last_place(found.id, to_area) + 1,
            record,
            doubt=has_doubt(condition, record.values, day),
            origin="added",
            at=(clock.local(now).date(), now),
        )
    )


def _put_right(who: Actor, found: Row, made: RollKind, stands: Row) -> None:
    """Let a line say what the register says now, where it was put right, of the record that is this person's now.

    Who may not vote by it is taken off instead.
    """
    now = runtime.current().clock.now()
    moments = [moment_of(found, stands), (clock.local(now).date(), now)]
    condition = made.expression()
    fields = fields_of(made, condition)
    records = [stands.record, next(iter(registers.records_of(made.register_id, stands.record)), stands.record)]
    before, after = (
        registers.records_then(
            who, register=made.register_id, moments={record: at}, grounds=grounds_of(made), fields=fields
        ).get(record)
        for record, at in zip(records, moments, strict=True)
    )
    if after is None or (before is not None and _shown(made, before) == _shown(made, after)):
        _refuse(
            "reason",
            N_("Cơ sở dữ liệu dân cư vẫn ghi như cũ; sửa ở cơ sở dữ liệu trước rồi trả lời, danh sách theo đó."),
        )
    day = date.fromisoformat(found.day)
    if not is_voter(condition, after.values, day):
        _refuse(
            "reason",
            N_("Theo dữ liệu đã sửa, người này không đủ điều kiện vào ngày bầu cử; ghi khiếu nại “không được có tên”."),
        )
    doubt = has_doubt(condition, after.values, day)
    _change(stands, line(found.id, stands.area, stands.place, after, doubt=doubt, origin=stands.origin, at=moments[1]))


def _shown(made: RollKind, record: Record) -> list[object]:
    return [record.values.get(name) for name in made.shown]


def _as_known_now(who: Actor, made: RollKind, person: str) -> Record | None:
    asked = Query(made.register_id, key=person, fields=fields_of(made, made.expression()))
    (found,) = registers.read(who, queries=[asked], grounds=grounds_of(made))
    return found[0] if found else None


def _in_an_area(found: Row, to_area: int) -> None:
    if not UNPLACED < to_area <= len(areas_of(found)):
        _refuse("to_area", N_("Chọn khu vực bỏ phiếu."))


def _change(stands: Row, columns: dict[str, object]) -> None:
    where = "WHERE roll = ? AND area = ? AND place = ?"
    store.lines.change(columns, where, stands.roll, stands.area, stands.place)


def _refuse(at: str, sentence: str) -> NoReturn:
    raise Invalid("roll.answer", N_("Chưa trả lời được; sửa chỗ được nêu."), [fault(at, f"roll.{at}", sentence)])
