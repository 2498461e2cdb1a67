"""Keeps evidence fresh: new facts become evidence within a second or two; small files are merged now and then."""

from __future__ import annotations

import time

from lienthong.evidence import api

_EVERY = 1.0
_TIDY_EVERY = 300.0
_last = {"ingest": 0.0, "tidy": 0.0}


def keep_fresh() -> None:
    """Ingest what waits, at most once a second."""
    if time.monotonic() - _last["ingest"] >= _EVERY:
        api.ingest()
        _last["ingest"] = time.monotonic()


def keep_tidy() -> None:
    """Merge small files every five minutes."""
    if time.monotonic() - _last["tidy"] >= _TIDY_EVERY:
        api.tidy()
        _last["tidy"] = time.monotonic()


ticks = (keep_fresh, keep_tidy)
figures = (("evidence_waiting_seconds", lambda: api.freshness().waiting_seconds),)
