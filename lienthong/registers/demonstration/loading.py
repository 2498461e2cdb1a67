"""Writes the invented nation into the registers, portion by portion; a killed seed goes on where it stopped.

Where it can, a second process invents the people and makes them ready while this one writes.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Conflict, Denied
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.registers import api
from lienthong.registers.api.batches import prepare
from lienthong.registers.api.defining import layout_of
from lienthong.registers.api.landing import load_ready
from lienthong.registers.demonstration import aside, country, enterprises, named, nation, things
from lienthong.registers.demonstration.rows import REGISTERS, Row
from lienthong.registers.store import seeding
from lienthong.registers.store.layout import Layout
from lienthong.registers.store.saving import Ready
from lienthong.registers.store.seeding import Seeding

EDITION = "2026-11"
"""Changes when the generator makes other people: a nation begun by an older one cannot be gone on with."""
_PORTION = (100, 4_000)  # fewest and most people in one transaction
_MESSAGES = 20
_PURPOSE = "demonstration"
_WORTH_A_PROCESS = 500  # people
Portion = dict[str, list[Row]]


class Made(msgspec.Struct, array_like=True):
    """A portion as the second process hands it over: what is ready for each register, the people there are after it."""

    written: int
    ready: list[Ready]


class _Progress:
    """Says how far the nation is, a few times in all."""

    def __init__(self, plan: Seeding, say: Callable[[str], None]) -> None:
        self._people, self._told, self._say = plan.people, plan.written, say

    def tell(self, written: int) -> None:
        """Say it when a further part is written."""
        if written * _MESSAGES // self._people > self._told * _MESSAGES // self._people:
            self._told = written
            counts = {"written": number(written), "people": number(self._people)}
            self._say(gettext(N_("Đã gieo %(written)s trong %(people)s người."), **counts))


def people() -> dict[str, str]:
    """Return the personal numbers of the named people by key: mother, father, child, grandmother, mother-2, …"""
    return dict(named.NUMBERS)


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """Write a nation of ``scale`` invented people, and what the named ones have beside, unless one is there.

    Each portion of people commits with the note of how far it is, so a killed seed goes on when called again.
    Raises Denied in production, Conflict when another edition of the nation was begun here.
    """
    if not runtime.current().settings.is_demo:
        raise Denied(
            "demonstration.production",
            N_("Nút đang chạy thật nên không gieo người minh họa; đặt LIENTHONG_MODE=demo trên một nút khác."),
        )
    plan = _plan(who, scale)
    if plan.finished:
        say(gettext(N_("Đã có %(people)s người minh họa; không thay đổi gì."), people=number(plan.written)))
        return
    if plan.written:
        say(gettext(N_("Gieo tiếp từ người thứ %(people)s."), people=number(plan.written)))
    progress = _Progress(plan, say)
    with _few_collections():
        if plan.people - plan.written >= _WORTH_A_PROCESS and aside.possible():
            with suppress(aside.Unfinished):
                _write_beside_making(who, plan, progress)
            plan = _plan(who, scale)
        for portion, written in _portions(plan):
            _write(who, portion, written)
            progress.tell(written)


def _plan(who: Actor, scale: int) -> Seeding:
    """Return the nation begun on this node, or begin one, with what only the named people have."""
    node = runtime.current()
    with node.database.transaction() as connection:
        plan = seeding.begun(connection)
        if plan is None:
            plan = Seeding(EDITION, max(scale, nation.SMALLEST), 0)
            seeding.begin(connection, plan, at=clock.stamp(node.clock.now()))
            beside = {enterprises.REGISTER: enterprises.rows(country.places()), **things.rows(country.places())}
            for register, rows in beside.items():
                owner, grounds = _owner(who, register)
                api.bulk_load(owner, register=register, rows=rows, grounds=grounds)
    if plan.edition != EDITION and not plan.finished:
        raise Conflict(
            "demonstration.edition",
            N_("Nút này đang gieo dở dữ liệu minh họa của phiên bản khác; xóa thư mục dữ liệu rồi gieo lại."),
        )
    return plan


def _portions(plan: Seeding) -> Iterator[tuple[Portion, int]]:
    """Yield what is still to be written, with the number of people there are after it."""
    portion: Portion = {register: [] for register in REGISTERS}
    if plan.finished:
        return
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
            owner, grounds = _owner(who, register)
            api.bulk_load(owner, register=register, rows=rows, grounds=grounds, batch=len(rows) or 1)
        seeding.go_on(connection, written=written, at=clock.stamp(node.clock.now()))


def _write_beside_making(who: Actor, plan: Seeding, progress: _Progress) -> None:
    """Write portions that a second process invents and makes ready.

    Raises Unfinished, with the last portion rolled back, when somebody of it is in a register already.
    """
    node, decode = runtime.current(), msgspec.msgpack.Decoder(Made).decode
    with node.database.transaction() as connection:
        layouts = {register: layout_of(connection, register) for register in REGISTERS}
    for packed in aside.made_aside(_made(plan, layouts)):
        made = decode(packed)
        with node.database.transaction() as connection:
            for register, ready in zip(REGISTERS, made.ready, strict=True):
                owner, grounds = _owner(who, register)
                if not load_ready(owner, register=register, ready=ready, grounds=grounds):
                    raise aside.Unfinished
            seeding.go_on(connection, written=made.written, at=clock.stamp(node.clock.now()))
        progress.tell(made.written)


def _made(plan: Seeding, layouts: dict[str, Layout]) -> Iterator[bytes]:
    """Yield the portions still to be written, ready and packed. Uses no database."""
    today, encode = runtime.current().clock.now().date().isoformat(), msgspec.msgpack.Encoder().encode
    for portion, written in _portions(plan):
        made = Made(written, [])
        for register in REGISTERS:
            ready = prepare(api.definition(register), layouts[register], portion[register], today=today)
            if ready is None:
                raise aside.Unfinished
            made.ready.append(ready)
        yield encode(made)


def _owner(who: Actor, register: str) -> tuple[Actor, api.Grounds]:
    definition = api.definition(register)
    return replace(who, agency=definition.owner), api.Grounds(purpose=_PURPOSE, basis=definition.basis[0])


@contextmanager
def _few_collections() -> Generator[None]:
    """Collect garbage seldom: the invented people know each other in circles, and a fifth of the time went there."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
