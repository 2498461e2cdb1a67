"""The once-only rule: what a register holds about someone by a key already known is not asked again."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.services.spec.holding import Holdings
from lienthong.services.spec.shape import Defined, Item


def once_only(one: Defined, held: Holdings) -> Iterator[Fault]:
    """Yield a fault for every question whose answer a register in force holds for that subject by a known key.

    A subject is who an item is ``about``. What is known of it: the registers its items are read from and, once its
    personal number is among what is read, every register that can be asked by its own subject's number.
    """
    procedure = one.model
    known: dict[str, dict[str, str]] = {}
    for item_id, item in procedure.data.items():
        if item.lookup:
            known.setdefault(item.about or item_id, {}).update(_terms(item, held))
    for name, asked in procedure.asked.items():
        item_id, field_id = name.split(".")
        register = known.get(procedure.data[item_id].about or item_id, {}).get(asked.term)
        if register and asked.ask_because is None:
            yield fault(
                one.place("data", item_id, "fields", field_id),
                "once_only",
                N_("“%(name)s” hỏi lại điều %(register)s đã có; lấy bằng `from`, hoặc nêu lý do ở `ask_because`."),
                name=name,
                register=str(held[register].title),
            )


def _terms(item: Item, held: Holdings) -> dict[str, str]:
    assert item.lookup is not None  # noqa: S101  only items of registers come here
    own = held[item.lookup.register]
    terms = dict.fromkeys(own.fields.values(), own.register)
    if own.subject and own.subject in item.reads:
        for other in held.values():
            if other.subject in other.lookups:
                terms = {**dict.fromkeys(other.fields.values(), other.register), **terms}
    return terms
