"""Invented figures for every commune, so that a demonstration's dashboard has something to say: thirteen months in the
units of today, and fewer from January 2025 on, until June 2025 in the 63 provinces and the communes of that time.

They are adopted as facts of an earlier system: no dossier of this node stands behind them and their codes say so
(serials from 9000). Deterministic: the same people, the same figures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

from lienthong.evidence import api as evidence
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.clock import ZONE
from lienthong.reference import api as reference

MONTHS = 13
TWO_TIERS = date(2025, 7, 1)
EARLIEST = date(2025, 1, 1)
EARLIER = 4
"""One dossier of earlier times for so many of the thirteen months."""
LEAST, MOST = 4_000, 40_000
BATCH = "demonstration"
STRIDE = 1_009
"""Shares no factor with the number of communes: the first few thousand dossiers reach every province."""
TYPED_LATER = (2, 3, 3, 3, 4)


@dataclass(frozen=True, slots=True)
class _Habit:
    """How a province works: its share on time and online at the start, and how much both gain by now."""

    on_time: float
    online: float
    gain: float


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """Adopt the invented months, about four dossiers for ten people of the nation, 4,000 to 40,000."""
    filings: list[dict[str, Any]] = []
    outcomes: list[dict[str, Any]] = []
    count = min(MOST, max(LEAST, scale * 4 // 10))
    for filed, finished in chain(_earlier(count // EARLIER), _dossiers(count)):
        filings.append(filed)
        if finished:
            outcomes.append(finished)
    taken = evidence.adopt(who, facts="filings", batch=BATCH, rows=sorted(filings, key=lambda row: row["filed_at"]))
    evidence.adopt(who, facts="outcomes", batch=BATCH, rows=sorted(outcomes, key=lambda row: row["finished_at"]))
    say(f"oversight: {taken}")


def _dossiers(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    chance = random.Random(20_261_121)  # noqa: S311  invented figures, not secrets
    now = runtime.current().clock.now()
    communes = reference.units(level="commune")
    habits = {
        each.code: _Habit(chance.uniform(0.90, 0.985), chance.uniform(0.35, 0.72), chance.uniform(0.01, 0.13))
        for each in reference.units(level="province")
    }
    first_day = (now - timedelta(days=30 * MONTHS)).date().replace(day=1)
    days = (now.date() - first_day).days
    for number in range(count):
        commune = communes[number * STRIDE % len(communes)]
        filed = _office_hour(first_day + timedelta(days=chance.randrange(days)), chance)
        progress = (filed.date() - first_day).days / max(1, days)
        yield _dossier(number, commune.code, commune.parent, filed, progress, habits[commune.parent], now, chance)


def _earlier(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yield dossiers of before: each in a commune that was in force on its day, whatever became of it."""
    chance = random.Random(20_250_630)  # noqa: S311  invented figures, not secrets
    now = runtime.current().clock.now()
    first_day = (now - timedelta(days=30 * MONTHS)).date().replace(day=1)
    days = (first_day - EARLIEST).days
    if days <= 0:
        return
    former = reference.units(level="commune", on=TWO_TIERS - timedelta(days=1))
    communes = reference.units(level="commune")
    habit = _Habit(0.91, 0.3, 0.02)
    for number in range(count):
        day = EARLIEST + timedelta(days=number * days // count)
        known = former if day < TWO_TIERS else communes
        unit = known[number * STRIDE % len(known)].code
        province = reference.province_of(unit, on=day)
        yield _dossier(number, unit, province, _office_hour(day, chance), 0.0, habit, now, chance)


def _dossier(
    number: int,
    unit: str,
    province: str,
    filed: datetime,
    progress: float,
    habit: _Habit,
    now: datetime,
    chance: random.Random,
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    agency = _agency(unit) if filed.date() >= TWO_TIERS else f"H.{unit}"  # agencies of former communes have no code
    code = f"{agency}-{filed:%y%m%d}-{9000 + number % 1000}"
    due = _due(filed.replace(hour=20 if filed.hour >= 17 else 9, minute=0))
    online = chance.random() < habit.online + habit.gain * progress * 2
    channel = "online_full" if online else chance.choice(("counter", "counter", "online_part", "post"))
    total = chance.randint(24, 30)
    typed = round(chance.choice(TYPED_LATER) * (1 + 3 * (1 - progress))) if online else chance.randint(9, 16)
    filing = _row(filed, unit, province) | {
        "dossier": code,
        "procedure": "linked-birth",
        "version": 1,
        "agency": agency,
        "channel": channel,
        "filed_at": int(filed.timestamp()),
        "received_at": int(filed.timestamp()),
        "due_at": int(due.timestamp()),
        "values_total": total,
        "values_prefilled": total - min(total, typed),
        "values_declared": min(total, typed),
    }
    on_time = chance.random() < min(0.997, habit.on_time + habit.gain * progress / 2)
    finished = due - timedelta(hours=chance.randint(1, 40)) if on_time else due + timedelta(hours=chance.randint(3, 90))
    finished = max(finished, filed + timedelta(minutes=20))
    if finished > now:
        return filing, None
    return filing, _row(finished, unit, province) | {
        "dossier": code,
        "procedure": "linked-birth",
        "outcome": "granted" if chance.random() < 0.97 else "refused",
        "finished_at": int(finished.timestamp()),
        "due_at": int(due.timestamp()),
        "on_time": on_time,
    }


def _row(at: datetime, unit: str, province: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "province": province,
        "recorded": int(at.timestamp()),
        "day": f"{at:%Y-%m-%d}",
        "month": f"{at:%Y-%m}",
    }


def _office_hour(day: date, chance: random.Random) -> datetime:
    hour = chance.choice((8, 9, 10, 11, 13, 14, 15, 16, 20))
    return datetime(day.year, day.month, day.day, hour, chance.randrange(60), tzinfo=ZONE)


@cache
def _agency(unit: str) -> str:
    return reference.competent(role="one-stop", unit=unit).code


@cache
def _due(filed: datetime) -> datetime:
    """When three working days end; the same for every hour of an office day, hence asked once a day."""
    return reference.due(received=filed, term=reference.Term.parse("3wd")).at
