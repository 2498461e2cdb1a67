"""The once-only rule: what a register holds about someone by a key already known is not asked again."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.services.spec.holding import Holdings
from lienthong.services.spec.parts import Item, Lookup
from lienthong.services.spec.shape import Defined


def once_only(one: Defined, held: Holdings) -> Iterator[Fault]:
    """Yield a fault for every question whose answer a register in force holds for that subject by a known key.

    A subject is who an item is ``about`` (itself, when it does not say). Known of it: what its items read, and all else
    in the registers that were asked by their own subject. An item that is the person itself makes their number known,
    and with it every register that can be asked by its subject's number. What is typed from a paper (``else``) is no
    question of its own: it is asked only of who the register had no answer for.
    """
    procedure = one.model
    known: dict[str, dict[str, str]] = {}
    for item_id, item in procedure.data.items():
        if item.lookup:
            subject = known.setdefault(item.about or item_id, {})
            for term, register in _terms(item, item.lookup, held):
                subject.setdefault(term, register)
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


def _terms(item: Item, lookup: Lookup, held: Holdings) -> Iterator[tuple[str, str]]:
    """Yield (dictionary term, register) of what can be known of the item's subject, the nearest first."""
    own = held[lookup.register]
    is_person = not item.about and own.subject in item.reads
    wanted = own.fields if is_person or lookup.field == own.subject else item.reads
    yield from ((own.fields[name], own.register) for name in wanted)
    for other in held.values() if is_person else ():
        if other.subject in other.lookups:
            yield from ((term, other.register) for term in other.fields.values())
