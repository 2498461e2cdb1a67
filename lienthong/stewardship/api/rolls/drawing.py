"""Drawing a roll up, drawing it again from history to prove that it is the same, posting and closing it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, fault
from lienthong.kernel.events import publish
from lienthong.kernel.expressions import Expression
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.kernel.requests import once
from lienthong.kernel.rows import Row
from lienthong.kernel.text import clean
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Act, Moment, Record
from lienthong.stewardship.api.rolls import reach
from lienthong.stewardship.api.rolls.reach import areas_of, grounds_of, moment_of, worked_on
from lienthong.stewardship.domain.rolls import UNPLACED, Area, area_of, digest, latest, name_order
from lienthong.stewardship.events import RollStepped
from lienthong.stewardship.spec import RollKind, kind
from lienthong.stewardship.store import rolls as store

MANY_AREAS = 200
_PORTION = 5_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A roll as the register gives it. lines: (area, number, record, doubt) in the order of the list."""

    lines: list[tuple[int, int, Record, bool]]
    digest: str


@dataclass(frozen=True, slots=True)
class Reproduced:
    """A roll drawn again from history. same: every line says what it said then."""

    same: bool
    voters: int
    digest: str


def draw_roll(who: Actor, *, roll_kind: str, day: date, areas: Sequence[Area], as_of: date | None = None) -> str:
    """Draw up a roll for an election day: who lives in the areas on a day and may vote; answer its id.

    as_of: day of residence, today when None. It is kept as what was asked, the moment of knowing and a digest, so that
    it can be drawn again from history. A roll of the same election that is not posted yet is replaced; everybody on
    the roll finds it in their log.
    Raises Invalid with a fault for each area that cannot be, Denied for another agency, Conflict when one is posted.
    """
    made = kind(roll_kind)
    units = [unit for area in areas for unit in area.units]
    faults = _faults_of(areas) + _faults_of_days(day, as_of)
    if faults:
        raise Invalid("roll.asked", N_("Chưa lập được danh sách; sửa các chỗ được nêu."), faults)
    reach.require_drawer(who, made, units)
    now = runtime.current().clock.now()
    at: Moment = (as_of or clock.local(now).date(), now)
    _require_none_posted(who, made, day)
    drawn = _drawn(who, made, areas, at, day, act="read")  # in transactions of its own: others must not wait for it
    return once(who, "stewardship.draw_roll", str, lambda: _keep(who, made, day, list(areas), at, drawn))


def reproduce_roll(who: Actor, *, roll: str) -> Reproduced:
    """Draw a roll again from what the register knew then, and compare; nobody is told a value of anybody.

    A closed roll's corrected list is compared too. Raises NotFound, Denied.
    """
    found, made = reach.seen(who, roll)
    drawn = _drawn(who, made, areas_of(found), moment_of(found), date.fromisoformat(found.day), act="compare")
    same = drawn.digest == found.digest
    if same and found.final_digest:
        same = _digest_of(who, found, made, _standing(roll)) == found.final_digest
    return Reproduced(same, len(drawn.lines), drawn.digest)


def post_roll(who: Actor, *, roll: str) -> None:
    """Note that a roll hangs in public: numbers stay from here on, objections are taken.

    Raises Conflict when the register gives another list for the same moment (somebody wrote while it was drawn), or
    somebody on it is in no area yet.
    """

    asked, made = worked_on(who, roll)
    drawn: Drawn | None = None
    if asked.state == "drawn":
        drawn = _drawn(who, made, areas_of(asked), moment_of(asked), date.fromisoformat(asked.day), act="compare")

    def work() -> str:
        found, _ = worked_on(who, roll, lock=True)
        if found.state != "drawn":
            raise Conflict("roll.state", N_("Danh sách này đã được niêm yết hoặc đã thay bằng danh sách khác."))
        if any(area == UNPLACED for area, *_ in store.counts(roll)):
            raise Conflict(
                "roll.unplaced", N_("Còn cử tri chưa thuộc khu vực nào; lập lại với đủ khu vực rồi niêm yết.")
            )
        if drawn is None or drawn.digest != found.digest:
            raise Conflict(
                "roll.changed", N_("Có dữ liệu được ghi đúng lúc lập danh sách; hãy lập lại trước khi niêm yết.")
            )
        at = clock.stamp(runtime.current().clock.now())
        store.rolls.change({"state": "posted", "posted_at": at}, "WHERE id = ?", roll)
        tell(who, found, "posted", found.voters)
        return roll

    once(who, f"stewardship.post_roll:{roll}", str, work)


def close_roll(who: Actor, *, roll: str) -> None:
    """Close a roll: nothing is corrected any more, and the list as it stands gets a digest of its own.

    Raises Conflict while an objection waits for its decision.
    """

    asked, made = worked_on(who, roll)
    stands = _standing(roll)
    final = _digest_of(who, asked, made, stands) if asked.state == "posted" else ""

    def work() -> str:
        found, _ = worked_on(who, roll, lock=True)
        if found.state != "posted" or not final:
            raise Conflict("roll.state", N_("Chỉ danh sách đang niêm yết mới chốt được."))
        if any(each.state == "open" for each in store.objections_of(roll)):
            raise Conflict("roll.open", N_("Còn khiếu nại chưa trả lời; trả lời xong rồi chốt danh sách."))
        if _standing(roll) != stands:
            raise Conflict("roll.meanwhile", N_("Danh sách vừa được sửa trong lúc chốt; xem lại rồi chốt lần nữa."))
        at = clock.stamp(runtime.current().clock.now())
        store.rolls.change({"state": "closed", "closed_at": at, "final_digest": final}, "WHERE id = ?", roll)
        tell(who, found, "closed", len(stands))
        return roll

    once(who, f"stewardship.close_roll:{roll}", str, work)


def tell(who: Actor, found: Row, step: str, voters: int) -> None:
    """Publish a step of a roll."""
    publish(who, RollStepped(roll=found.id, kind=found.kind, agency=found.agency, step=step, voters=voters))


def is_voter(condition: Expression, values: dict[str, Any], day: date) -> bool:
    """Say whether somebody may be on a roll for the day."""
    return condition.test(values, today=day)


def _keep(who: Actor, made: RollKind, day: date, areas: list[Area], at: Moment, drawn: Drawn) -> str:
    """Keep a roll in the place of one that is not posted; answer its id."""
    store.alone(f"{made.roll}.{day.isoformat()}.{who.agency}")
    for each in _require_none_posted(who, made, day):
        store.rolls.change({"state": "replaced"}, "WHERE id = ?", each.id)
        store.lines.drop("WHERE roll = ?", each.id)
    roll = new_id()
    row = {
        "id": roll,
        "kind": made.roll,
        "agency": who.agency,
        "actor": who.subject,
        "at": clock.stamp(runtime.current().clock.now()),
        "day": day.isoformat(),
        "as_of": at[0].isoformat(),
        "known_at": clock.stamp(at[1]),
        "areas": msgspec.json.encode(areas).decode(),
        "state": "drawn",
        "voters": len(drawn.lines),
        "doubts": sum(doubt for *_, doubt in drawn.lines),
        "digest": drawn.digest,
        "posted_at": "",
        "closed_at": "",
        "final_digest": "",
    }
    store.rolls.add(row)
    store.lines.add(*(line(roll, area, place, each, doubt=doubt) for area, place, each, doubt in drawn.lines))
    publish(who, RollStepped(roll=roll, kind=made.roll, agency=who.agency, step="drawn", voters=len(drawn.lines)))
    return roll


def _require_none_posted(who: Actor, made: RollKind, day: date) -> list[Row]:
    """Return the agency's rolls of an election that stand. Raises Conflict when one is posted or closed."""
    stands = store.standing(made.roll, day.isoformat(), who.agency)
    if any(each.state != "drawn" for each in stands):
        raise Conflict("roll.posted", N_("Danh sách của cuộc bầu cử này đã niêm yết; từ nay chỉ sửa theo khiếu nại."))
    return stands


def line(
    roll: str, area: int, place: int, record: Record, *, doubt: bool, origin: str = "drawn", at: Moment | None = None
) -> dict[str, object]:
    """Return a line of a roll as it is kept. at: when it is not read at the roll's own moment."""
    return {
        "roll": roll,
        "area": area,
        "place": place,
        "record": record.id,
        "person": record.key or record.id,
        "sex": str(record.values.get("sex") or ""),
        "doubt": doubt,
        "origin": origin,
        "state": "listed",
        "as_of": at[0].isoformat() if at else "",
        "known_at": clock.stamp(at[1]) if at else "",
    }


def _drawn(who: Actor, made: RollKind, areas: Sequence[Area], at: Moment, day: date, *, act: Act) -> Drawn:
    """Return the list that the register gives for a moment: areas in their order, names by given name in each."""
    condition = made.expression()
    units = sorted({unit for area in areas for unit in area.units})
    fields = fields_of(made, condition)
    found = registers.people_then(
        who,
        register=made.register_id,
        field=made.residence,
        units=units,
        at=at,
        holds=lambda values: is_voter(condition, values, day),
        grounds=grounds_of(made),
        fields=fields,
        act=act,
        reason=f"roll {made.roll} {day.isoformat()}",
    )
    name = made.shown[0]

    def order(record: Record) -> tuple[object, ...]:
        values = record.values
        area = area_of(areas, str(values[made.residence]), str(values.get(made.address) or ""))
        birth = str(values.get("birth_date") or "")
        return area, name_order(str(values.get(name) or "")), birth, record.key or record.id

    lines: list[tuple[int, int, Record, bool]] = []
    last, place = -1, 0
    for (area, *_), record in sorted(((order(each), each) for each in found), key=lambda each: each[0]):
        number = int(str(area))
        place = place + 1 if number == last else 1
        last = number
        lines.append((number, place, record, has_doubt(condition, record.values, day)))
    said = ((area, place, each.key or each.id, each.values) for area, place, each, _ in lines)
    return Drawn(lines, digest(said, made.shown))


def fields_of(made: RollKind, condition: Expression) -> tuple[str, ...]:
    """Return the fields that drawing up a roll reads."""
    read = (*made.shown, made.residence, made.address, "sex", "birth_date", *sorted(condition.reads))
    return tuple(dict.fromkeys(read))


def has_doubt(condition: Expression, values: dict[str, Any], day: date) -> bool:
    """Say whether somebody would not be on the roll if born on the last day that the birth date may mean."""
    birth = str(values.get("birth_date") or "")
    return len(birth) < 10 and not condition.test({**values, "birth_date": latest(birth)}, today=day)


def _standing(roll: str) -> list[Row]:
    return [each for each in store.all_lines(roll) if each.state == "listed"]


def _digest_of(who: Actor, found: Row, made: RollKind, stands: Sequence[Row]) -> str:
    """Return the digest of the corrected list: those who stand on it, each as the register knew them then."""
    said: dict[str, Record] = {}
    for first in range(0, len(stands), _PORTION):
        said |= registers.records_then(
            who,
            register=made.register_id,
            moments={each.record: moment_of(found, each) for each in stands[first : first + _PORTION]},
            grounds=grounds_of(made),
            fields=made.shown,
            act="compare",
        )
    return digest(
        (
            (each.area, each.place, each.person, said[each.record].values if each.record in said else {})
            for each in stands
        ),
        made.shown,
    )


def _faults_of(areas: Sequence[Area]) -> list[Fault]:
    faults: list[Fault] = []
    if not areas or len(areas) > MANY_AREAS:
        faults.append(fault("areas", "roll.areas", N_("Cần từ 1 đến %(most)s khu vực bỏ phiếu."), most=MANY_AREAS))
    names = [clean(each.name) for each in areas]
    for place, area in enumerate(areas):
        if not names[place] or names.count(names[place]) > 1:
            message = N_("Mỗi khu vực bỏ phiếu cần một tên riêng; “%(name)s” thì không.")
            faults.append(fault("areas", "roll.area_name", message, name=area.name))
        for unit in area.units or ("",):
            known = reference.unit(unit) if unit else None
            if known is None or known.level != "commune" or known.valid_to is not None:
                message = N_("“%(unit)s” không phải mã của một xã, phường, đặc khu đang có.")
                faults.append(fault("areas", "roll.unit", message, unit=unit))
    return faults


def _faults_of_days(day: date, as_of: date | None) -> list[Fault]:
    today = clock.local(runtime.current().clock.now()).date()
    faults: list[Fault] = []
    if day < today or day > today + timedelta(days=3 * 366):
        faults.append(fault("day", "roll.day", N_("Ngày bầu cử phải từ hôm nay đến ba năm tới.")))
    if as_of and as_of > today:
        faults.append(fault("as_of", "roll.as_of", N_("Ngày xét nơi cư trú không được ở tương lai.")))
    return faults
