"""Makes things in a second process while this one writes them: a fork that streams, and ends when this one does."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import BinaryIO

_SIZE = 8  # bytes that say how long the next thing is; all zero: that was the last one
_PIPE = 1 << 20


class Unfinished(Exception):
    """The second process ended before its last thing; whoever needs the rest makes it in this process."""


def possible() -> bool:
    """Say whether a second process may be forked, and would have a processor: never beside other threads."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(os.sched_getaffinity(0)) > 1


def made_aside(things: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what ``things`` yields in a second process, which is one or two ahead. Raises Unfinished.

    ``things`` may use all that is in memory, and nothing that is open: no file, no database.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _make(things, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
            while size := int.from_bytes(_read(pipe, _SIZE), "big"):
                yield _read(pipe, size)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _read(pipe: BinaryIO, size: int) -> bytes:
    found = pipe.read(size)
    if len(found) < size:
        raise Unfinished
    return found


def _make(things: Iterable[bytes], writing: int) -> None:
    """Be the second process: keep nothing open that is the first one's, write, and leave without its clean-up."""
    ended = 1
    try:
        gc.freeze()  # what there is now stays: no collection need look at it
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the first process decides, and its end ends this one
        os.closerange(3, writing)
        os.closerange(writing + 1, os.sysconf("SC_OPEN_MAX"))
        with os.fdopen(writing, "wb") as pipe:
            for thing in things:
                pipe.write(len(thing).to_bytes(_SIZE, "big"))
                pipe.write(thing)
                pipe.flush()
            pipe.write(bytes(_SIZE))
        ended = 0
    finally:  # a fault is not told here: the first process goes on alone and meets it
        os._exit(ended)
