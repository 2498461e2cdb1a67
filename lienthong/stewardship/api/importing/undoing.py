"""A whole batch back, while nothing later depends on it; otherwise it says what does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2s

from lienthong.kernel import clock, requests, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import clean
from lienthong.registers import api as registers
from lienthong.registers.api import Dependent, Touched
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.matching.deciding import unmerge
from lienthong.stewardship.store import batches as store
from lienthong.stewardship.store import rolls

_MOST = 50

_SENTENCES = {
    "changed": N_("Bản ghi %(key)s đã có thay đổi khác sau lần nhập (nay là phiên bản %(by)s)."),
    "merged": N_("Bản ghi %(key)s đã được gộp với bản ghi %(by)s; tách lại trước."),
    "repeated": N_("Lô “%(key)s” nhập sau cũng có %(by)s bản ghi của lô này; hoàn tác lô đó trước."),
    "followed": N_("Bản ghi %(key)s (cơ sở dữ liệu %(by)s) đã ghi theo một sự kiện trong lô; sửa lại ở đó trước."),
    "listed": N_("%(key)s có tên trong danh sách cử tri của %(by)s; xóa tên ở đó trước, hoặc chờ qua ngày bầu cử."),
    "named": N_("Bản ghi %(key)s đang được bản ghi khác nêu tên (cơ sở dữ liệu %(by)s)."),
    "used": N_("Dữ liệu của %(key)s đã được hồ sơ %(by)s dùng."),
}


class Dependents(Conflict):
    """A batch cannot be undone: ``faults`` lists what depends on it, the first of each kind."""

    def __init__(self, batch: str, found: list[Dependent]) -> None:
        super().__init__(
            "undo.depends",
            N_("Không hoàn tác được lô %(batch)s vì có %(n)s điều đã dựa vào nó; xử lý từng điều rồi thử lại."),
            batch=batch,
            n=len(found),
        )
        self.faults: list[Fault] = [
            fault(each.key, f"undo.{each.how}", _SENTENCES[each.how], key=each.key, by=each.by) for each in found
        ]

    def as_dict(self) -> dict[str, object]:
        """Return the JSON shape with everything that depends."""
        return {
            **super().as_dict(),
            "faults": [{"at": one.at, "code": one.code, "message": one.text} for one in self.faults],
        }

    def __str__(self) -> str:
        return "\n".join([super().__str__(), *(f"  {each.text}" for each in self.faults)])


def depends(who: Actor, *, batch: str) -> list[Dependent]:
    """Return what has come to rest on a batch since: later changes, merges, life events, rolls, dossiers."""
    found = states.of(who, batch)
    touched = [*_touched(batch), *_led(batch)]
    rests = registers.dependents(
        who, register=found.register, touched=touched, since=found.started, grounds=found.grounds
    )
    today = clock.local(runtime.current().clock.now()).date().isoformat()
    made = [each.record for each in touched if each.before == 0]
    listed = (Dependent("listed", *line) for line in rolls.standing_on(made, today, limit=_MOST))
    return [*rests, *_repeated(found, frozenset(made)), *listed]


def undo(who: Actor, *, batch: str, reason: str) -> int:
    """Take a whole batch back in one transaction; answer how many records. Undone again, it answers 0.

    Its new records are withdrawn, the others say again what they said; who did it and why stands in their history.
    An import that was interrupted can be undone as far as it came. Raises Invalid without a reason, Conflict for a
    batch that has landed nothing, ``Dependents`` when something later rests on it: then nothing is changed.
    """
    why = clean(reason)
    if not why:
        raise Invalid("undo.reason", N_("Cần nêu lý do hoàn tác."))

    def work() -> int:
        found = states.of(who, batch, lock=True)
        if found.state == "undone":
            return 0
        if found.state not in {"done", "running"}:
            raise Conflict("undo.nothing", N_("Lô này chưa ghi dữ liệu nào nên không có gì để hoàn tác."))
        if rests := depends(who, batch=batch):
            raise Dependents(batch, rests)
        touched = [*_touched(batch), *(_apart(who, found, each.record, why) for each in _led(batch))]
        count = registers.take_back(who, register=found.register, touched=touched, grounds=found.grounds, reason=why)
        store.change(batch, state="undone", ended=states.now(), undone_by=states.author(who), undone_reason=why)
        return count

    with runtime.current().database.transaction():
        return requests.once(who, f"stewardship.undo.{batch}", int, work)


def _repeated(found: states.Batch, made: frozenset[str]) -> Iterator[Dependent]:
    """Yield the later batches that say the same of records which this one made: they would say it of nobody."""
    for other in store.landed_since(found.register, found.started) if made else []:
        portions = store.portions(other.id, trial=False) if other.id != found.id else []
        fates = (fate for portion in portions for fate in states.fates_of(portion))
        if again := len({fate.record for fate in fates if fate.what == "same" and fate.record in made}):
            yield Dependent("repeated", other.name, str(again))


def _led(batch: str) -> list[Touched]:
    """Return the records that were made for other numbers of people who stood already, and merged with these."""
    said = [states.loaded(waited.chosen) for waited in store.reviews(batch, state="landed")]
    return [Touched(each["_gone"][0], 0, each["_gone"][1]) for each in said if "_gone" in each]


def _apart(who: Actor, found: states.Batch, record: str, why: str) -> Touched:
    """Take such a merge back, so that the number's record can be taken back as well."""
    own = replace(who, request_id=blake2s(f"{who.request_id}/{record}".encode(), digest_size=16).hexdigest())
    made = unmerge(own, register=found.register, gone=record, reason=why, grounds=found.grounds)
    return Touched(record, 0, made.gone_version)


def _touched(batch: str) -> list[Touched]:
    """Return each record that rows of the batch made or changed, with its first version before and last one after."""
    found: dict[str, Touched] = {}

    def take(record: str, before: int, after: int) -> None:
        known = found.get(record)
        if known is None:
            if before < after:
                found[record] = Touched(record, before, after)
        else:
            found[record] = Touched(record, min(known.before, before), max(known.after, after))

    for portion in store.portions(batch, trial=False):
        for fate in states.fates_of(portion):
            if fate.record:
                take(fate.record, fate.before, fate.after)
    for waited in store.reviews(batch, state="landed"):
        fate = states.decoded(waited.fate)
        take(fate.record, fate.before, fate.after)
    return list(found.values())
