"""Writes the invented nation into the registers, portion by portion; a killed seed goes on where it stopped."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import replace

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Denied
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.registers import api
from lienthong.registers.demonstration import country, named, nation
from lienthong.registers.demonstration.rows import REGISTERS, Row
from lienthong.registers.store import seeding
from lienthong.registers.store.seeding import Seeding

EDITION = "2026-11"
"""Changes when the generator makes other people: a nation begun by an older one cannot be gone on with."""
_PORTION = (100, 4_000)  # fewest and most people in one transaction
_MESSAGES = 20
_PURPOSE = "demonstration"
Portion = dict[str, list[Row]]


def people() -> dict[str, str]:
    """Return the personal numbers of the named people by key: mother, father, child, grandmother, mother-2, …"""
    return dict(named.NUMBERS)


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """Write a nation of ``scale`` invented people into the five registers, unless one is there.

    Each portion of people commits with the note of how far it is, so a killed seed goes on when called again.
    Raises Denied in production, Conflict when another edition of the nation was begun here.
    """
    if not runtime.current().settings.is_demo:
        raise Denied(
            "demonstration.production",
            N_("Nút đang chạy thật nên không gieo người minh họa; đặt LIENTHONG_MODE=demo trên một nút khác."),
        )
    plan = _plan(scale)
    if plan.finished:
        say(gettext(N_("Đã có %(people)s người minh họa; không thay đổi gì."), people=number(plan.written)))
        return
    if plan.written:
        say(gettext(N_("Gieo tiếp từ người thứ %(people)s."), people=number(plan.written)))
    with _few_collections():
        told = plan.written
        for portion, written in _portions(plan):
            _write(who, portion, written)
            if written * _MESSAGES // plan.people > told * _MESSAGES // plan.people:
                told = written
                counts = {"written": number(written), "people": number(plan.people)}
                say(gettext(N_("Đã gieo %(written)s trong %(people)s người."), **counts))


def _plan(scale: int) -> Seeding:
    """Return the nation begun on this node, or begin one."""
    node = runtime.current()
    with node.database.transaction() as connection:
        plan = seeding.begun(connection)
        if plan is None:
            plan = Seeding(EDITION, max(scale, nation.SMALLEST), 0)
            seeding.begin(connection, plan, at=clock.stamp(node.clock.now()))
    if plan.edition != EDITION and not plan.finished:
        raise Conflict(
            "demonstration.edition",
            N_("Nút này đang gieo dở dữ liệu minh họa của phiên bản khác; xóa thư mục dữ liệu rồi gieo lại."),
        )
    return plan


def _portions(plan: Seeding) -> Iterator[tuple[Portion, int]]:
    """Yield what is still to be written, with the number of people there are after it."""
    portion: Portion = {register: [] for register in REGISTERS}
    made = written = 0
    size = max(_PORTION[0], min(_PORTION[1], plan.people // _MESSAGES))
    for rows, count in nation.rows(plan.people, country.places(), country.Desks()):
        made += count
        if made > plan.written:
            for register in REGISTERS:
                portion[register].extend(rows[register])
        if made - max(written, plan.written) >= size or made == plan.people:
            written = made
            yield portion, written
            portion = {register: [] for register in REGISTERS}


def _write(who: Actor, portion: Portion, written: int) -> None:
    node = runtime.current()
    with node.database.transaction() as connection:
        for register, rows in portion.items():
            definition = api.definition(register)
            grounds = api.Grounds(purpose=_PURPOSE, basis=definition.basis[0])
            owner = replace(who, agency=definition.owner)
            api.bulk_load(owner, register=register, rows=rows, grounds=grounds, batch=len(rows) or 1)
        seeding.go_on(connection, written=written, at=clock.stamp(node.clock.now()))


@contextmanager
def _few_collections() -> Generator[None]:
    """Collect garbage seldom: the invented people know each other in circles, and a fifth of the time went there."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
