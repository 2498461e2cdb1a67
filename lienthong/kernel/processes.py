"""Who a process is, so that another one can say later, and surely, that it is no more."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")


def this_one() -> str:
    """Return a name of this process that no other one ever has: machine since its start, place, number, own start.

    Where the system does not tell these (no ``/proc``), the name is "" and nobody is ever called dead.
    """
    return _named(os.getpid())


def is_dead(name: str) -> bool:
    """True only when the process was of this machine since its start, in this place (container), and is no more."""
    here, _, process = name.rpartition("|")
    number, _, began = process.partition(":")
    return bool(began) and here == _here() and _began(int(number)) != began


@lru_cache(maxsize=1)
def _named(number: int) -> str:
    here = _here()
    return f"{here}|{number}:{_began(number)}" if here else ""


@lru_cache(maxsize=1)
def _here() -> str:
    try:
        started = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{started}|{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def _began(number: int) -> str:
    """Return when a process began, in ticks since the machine's start; "" when there is none (a zombie is none)."""
    try:
        after_name = (_PROC / str(number) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if after_name[0] == "Z" else after_name[19]
