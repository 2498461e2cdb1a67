"""Reads of personal data that no register holds, such as an issued paper: their entries stand in the same log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lienthong.exchange.domain import Refusal
from lienthong.exchange.spec import catalogue
from lienthong.kernel.actor import Actor
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds


def note(who: Actor, *, holding: str, subjects: Iterable[str], fields: Sequence[str], grounds: Grounds) -> None:
    """Write into the log of each person that the actor read this, in the transaction that reads it.

    holding: its name stands in ``catalogue/purposes``. fields: ids of dictionary terms. Raises Invalid without grounds.
    """
    registers.note(who, holding=holding, subjects=subjects, fields=fields, grounds=grounds)


def note_refused(
    who: Actor, *, holding: str, subjects: Iterable[str], grounds: Grounds, refusal: Refusal = Refusal.ISSUER
) -> None:
    """Write into the log of each person that the actor was refused this; durable whatever becomes of the caller."""
    registers.deny(who, register=holding, subjects=subjects, fields=(), grounds=grounds, reason=refusal.value)


def holding_title(holding: str) -> str:
    """Return what a holding is called in the log."""
    return str(catalogue().holdings.get(holding, holding))


def field_title(term: str) -> str:
    """Return what a field outside the registers is called: its title in the dictionary."""
    known = reference.terms()
    return str(known[term].title) if term in known else term
