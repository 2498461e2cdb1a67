"""Identifiers that sort by time and can be made anywhere without asking anyone."""

from __future__ import annotations

import secrets
import threading
import time
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32: no i, l, o, u
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_PLACES = tuple(range(120, -1, -10))
_RUN = 20  # bits that tell the ids of one run apart
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a 26-character id: 48 bits of milliseconds, 80 random bits (ULID); rising within one process."""
    global _last  # noqa: PLW0603  one counter per process keeps ids of one millisecond in order
    value = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
    with _lock:
        _last = value if value > _last else _last + 1
        value = _last
    return encode(value)


def new_ids(count: int) -> list[str]:
    """Return many new ids at once, rising, for loads where one by one costs too much: they share all but 20 bits."""
    global _last  # noqa: PLW0603
    ids: list[str] = []
    while len(ids) < count:
        value = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
        with _lock:
            first = (max(value, _last) >> _RUN) + 1 << _RUN
            step = min(count - len(ids), 1 << _RUN)
            _last = first + step - 1
        shared = encode(first)[:-4]
        ids.extend([shared + _PAIRS[low >> 10] + _PAIRS[low & 1023] for low in range(step)])
    return ids


def encode(value: int) -> str:
    """Return a 128-bit number as 26 characters of Crockford base 32, lower case."""
    return "".join([_PAIRS[value >> place & 1023] for place in _PLACES])


def made_at(identifier: str) -> datetime:
    """Return when an id was made, to the millisecond, by the clock of the machine that made it."""
    milliseconds = 0
    for letter in identifier[:10]:
        milliseconds = milliseconds << 5 | _ALPHABET.index(letter)
    return datetime.fromtimestamp((milliseconds) / 1000, UTC)
