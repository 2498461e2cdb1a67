"""A row that is somebody who stands already: it changes that record, and its other number leads to it from now on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2s
from typing import Any

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Query, Record
from lienthong.stewardship.api.importing.judging import Waiting
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.api.matching.deciding import merge
from lienthong.stewardship.domain import consistency
from lienthong.stewardship.domain.importing import Fate

OTHER = "other"
"""The answer that a row is about nobody who stands already."""


@dataclass(frozen=True, slots=True)
class Same:
    """What came of it. gone: id of the record that held the other number, version: of it now; "", 0 without one."""

    fate: Fate
    gone: str = ""
    version: int = 0


def require_answer(kept: Waiting, person: str | None) -> None:
    """Refuse an answer that is none of a row's people; None answers nothing. Raises Invalid."""
    known = {each.record for each in kept.twins if each.record}
    if person is not None and kept.twins and person != OTHER and person not in known:
        message = N_("Chọn: dòng này là người đã có, hay là một người khác.")
        raise Invalid("review.person", message, [fault("person", "review.person", message)])


def land_same(who: Actor, batch: Batch, row: int, values: dict[str, Any], person: str, reason: str = "") -> Same:
    """Let a row change the record of the person it is about, in the open transaction.

    What the row says worse than the record (a name without its marks) is left out. Its number, when it is another one,
    is kept as one that leads to the record, as a merge does, and can be taken back like one. Raises Denied for an
    agency that may not merge, Conflict when the record is gone meanwhile, Invalid for values that cannot stand or the
    number of a third record.
    """
    spec = registers.definition(batch.register)
    own = replace(who, request_id=_request(who, batch, row))
    found = registers.read_records(own, register=spec.id, ids=[person], grounds=batch.grounds)
    if not found or not found[0].values:
        raise Conflict("review.person_gone", N_("Bản ghi này vừa được gộp hoặc thu hồi; tải lại trang rồi quyết định."))
    standing = found[0]
    why = f"{reason or batch.reason or 'Cùng một người'} · {batch.name}, dòng {row}"[:500]
    number = str(values.get(spec.key) or "")
    worse = consistency.poorer(standing.values, values)
    given = {
        name: value for name, value in values.items() if value is not None and name not in worse and name != spec.key
    }
    gone, version = "", 0
    if number and not standing.key:
        given[spec.key] = number
    elif number and number != standing.key:
        gone, version = _lead(own, batch, standing, values, number, why)
    settings = batch.settings
    day = date.fromisoformat(settings.valid_from) if settings and settings.valid_from else None
    made = registers.write(
        own, register=spec.id, key=person, values=given, valid_from=day, grounds=batch.grounds, reason=why
    )
    what = "changed" if made.version > standing.version else "same"
    return Same(Fate(row, what, person, standing.version, made.version), gone, version)


def _lead(who: Actor, batch: Batch, standing: Record, values: dict[str, Any], number: str, why: str) -> tuple[str, int]:
    """Let the number lead to the record: as one of its own that is merged, so that it can be taken back."""
    spec = registers.definition(batch.register)
    ((*there,),) = registers.read(who, queries=[Query(spec.id, key=number)], grounds=batch.grounds)
    if there and there[0].id == standing.id:
        return "", 0  # it leads there already
    if there:  # nobody has compared the two
        message = N_("Số này là của một bản ghi khác với người đã chọn; xem lại số, hoặc gộp hai bản ghi trước.")
        raise Invalid("review.number_taken", message, [fault(spec.key, "review.number_taken", message)])
    # written without telling of a life event: nobody was born, nobody was given a number
    said = {name: value for name, value in values.items() if value is not None}
    registers.bulk_load(who, register=spec.id, rows=[said], grounds=batch.grounds)
    made = merge(who, register=spec.id, keep=standing.id, gone=number, reason=why, grounds=batch.grounds)
    return made.gone, made.gone_version


def _request(who: Actor, batch: Batch, row: int) -> str:
    return blake2s(f"{who.request_id}/{batch.id}/{row}".encode(), digest_size=16).hexdigest()
