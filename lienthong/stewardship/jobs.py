"""The room's slow work: imports by slices, doubles, quality by night, after doubles were found and after a write."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import system
from lienthong.kernel.delivery import Listener
from lienthong.kernel.events import Delivered
from lienthong.kernel.jobs import Handler, enqueue
from lienthong.registers import api as registers
from lienthong.registers.events import RecordsImported, RecordWritten
from lienthong.stewardship import api
from lienthong.stewardship.api import matching
from lienthong.stewardship.events import DuplicatesFound

JOB = "stewardship.quality"
_NIGHT = range(1, 5)
_SOON = timedelta(minutes=1)
_LONG = timedelta(hours=6)
"""A measure or a comparison of a whole nation takes hours, and twice at once would take the machine."""
_PAGE = timedelta(minutes=10)
"""A page of a scan is given up long before."""


class Nightly:
    """A tick that asks, once a night, for a whole measure of every register that was ever measured.

    A demonstration measures everything at its start: its steward and its chairman find figures, not blanks.
    """

    def __init__(self) -> None:
        self._done = ""
        self._begun = False

    def __call__(self) -> None:
        now = clock.local(runtime.current().clock.now())
        today = now.date().isoformat()
        if not self._begun:
            self._begun = True
            if runtime.current().settings.is_demo:
                self._first()
        if now.hour not in _NIGHT or self._done == today:
            return
        for each in registers.definitions():
            if api.was_measured(register=each.id):
                enqueue(JOB, {"register": each.id, "changed_only": False}, key=f"{JOB}:{each.id}:{today}")
        self._done = today

    @staticmethod
    def _first() -> None:
        for each in registers.definitions():
            if not api.was_measured(register=each.id):
                enqueue(JOB, {"register": each.id, "changed_only": False}, key=f"{JOB}:{each.id}:first")


def _soon(fact: Delivered) -> None:
    """Ask for a measure of what is new, one for all that is written in a minute."""
    written = fact.event
    if isinstance(written, RecordsImported | RecordWritten) and api.was_measured(register=written.register):
        at = runtime.current().clock.now() + _SOON
        key = f"{JOB}:{written.register}:{at:%Y%m%d%H%M}"
        enqueue(JOB, {"register": written.register, "changed_only": True}, key=key, run_at=at)


def _compared(fact: Delivered) -> None:
    """Ask for a whole measure once doubles were found: until then nobody above knows of them."""
    found = fact.event
    if isinstance(found, DuplicatesFound) and ":" not in found.register and api.was_measured(register=found.register):
        payload = {"register": found.register, "changed_only": False}
        enqueue(JOB, payload, key=f"{JOB}:{found.register}:{found.run}")


def _measure(payload: dict[str, Any]) -> None:
    spec = registers.definition(payload["register"])
    who = system("quality", agency=spec.owner)
    api.measure_quality(who, register=spec.id, changed_only=payload["changed_only"])


def _import(payload: dict[str, Any]) -> None:
    api.go_on(batch=payload["batch"], trial=payload["trial"])


def _paper(payload: dict[str, Any]) -> None:
    api.go_on_reading(batch=payload["batch"])


def _duplicates(payload: dict[str, Any]) -> None:
    matching.run_job(system(matching.JOB), payload)


ticks = (Nightly(),)
handlers = (
    Handler(api.JOB, _import),
    Handler(api.PAPER_JOB, _paper, lease=_PAGE),
    Handler(JOB, _measure, lease=_LONG),
    Handler(matching.JOB, _duplicates, lease=_LONG),
)
listeners = (
    Listener("stewardship.quality", (RecordsImported, RecordWritten), _soon),
    Listener("stewardship.doubles", (DuplicatesFound,), _compared),
)
