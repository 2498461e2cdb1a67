"""What the pages of doubles and of links share: fields of two people beside each other, places in a list of pairs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import LienThongError
from lienthong.kernel.i18n import N_
from lienthong.stewardship.api import PairRow
from lienthong.stewardship.web.shown import Value, agency_name, faults_of

STEPS = {"block": N_("Chọn những cặp đáng so"), "compare": N_("So từng cặp")}
ALIKE = {"equal", "same"}
_GIVEN_UP = timedelta(hours=12)
EVERY = "4"
"""Seconds after which a page that waits for the worker asks again, by a header: no script is needed."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field of both people. state: same, near, different, or alone (only one of them says it)."""

    one: Value
    other: Value
    state: str
    why: str


def asked(
    refused: LienThongError | None, typed: Mapping[str, str] | None, done: str, decisions: Mapping[str, str]
) -> dict[str, Any]:
    """Return what a page that asks for a word on a pair is given besides the pair. done: the word on the one before."""
    return {
        "status": refused.status if refused else 200,
        "faults": faults_of(refused, "reason"),
        "typed": typed or {},
        "done": done if done in decisions else "",
        "decisions": decisions,
        "agency_name": agency_name,
    }


def oldest() -> str:
    """Return the stamp before which a search that is not done will not be done any more."""
    return clock.stamp(runtime.current().clock.now() - _GIVEN_UP)


def cursor(pair: PairRow) -> str:
    """Return where a page ends, for the address of the next one."""
    return f"{round(100 * pair.bits)}.{pair.one}.{pair.other}"


def state_of(mine: Any, theirs: Any, outcome: str) -> str:
    """Return how two values stand to each other. outcome: of their comparison, "" when nothing compared them."""
    if mine is None or theirs is None:
        return "alone"
    if mine == theirs or outcome in ALIKE:
        return "same"
    return "near" if outcome and outcome not in {"different", "other_kind"} else "different"


def place_of(text: str) -> tuple[int, str, str] | None:
    """Return the place that an address names; the beginning for anything that is none."""
    parts = text.split(".")
    if len(parts) != 3 or not parts[0].removeprefix("-").isascii() or not parts[0].removeprefix("-").isdigit():
        return None
    return (int(parts[0]), parts[1][:26], parts[2][:26]) if len(parts[0]) < 8 else None
