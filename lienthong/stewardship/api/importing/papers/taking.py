"""A scan comes in: checked, kept whole as evidence, its pages counted and the first of them asked for."""

from __future__ import annotations

from typing import IO

from lienthong.kernel import jobs, requests, runtime, scans, uploads
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship.api.importing import standing as states
from lienthong.stewardship.api.importing.standing import Batch
from lienthong.stewardship.store import batches
from lienthong.stewardship.store import papers as store

JOB = "stewardship.paper"
MOST_BYTES = 50 * 1024**2
MOST_PAGES = 300
_FIRST_BYTES = 16


def is_paper(name: str, source: IO[bytes]) -> bool:
    """Say whether a file is a scan, by its name or by its first bytes; the stream stands at its beginning again."""
    first = source.read(_FIRST_BYTES)
    source.seek(0)
    return name.lower().endswith(states.PAPERS) or uploads.kind_of(first) in uploads.PAPERS


def begin_paper(
    who: Actor, *, register: str, name: str, source: IO[bytes], grounds: Grounds | None = None, reason: str = ""
) -> Batch:
    """Keep a scan (PDF, JPG, PNG) and let its pages be read; the same request again answers the same batch.

    Raises Denied for no steward of the register's owner; Invalid for what cannot be read here: no program for it, more
    than 50 MB or 300 pages, broken, locked, or with code in it.
    """
    spec = registers.definition(register)
    why = grounds or Grounds(purpose="import", basis=spec.basis[0])
    states.require_steward(who, register, why)
    taken, kept = uploads.checked(source.read(MOST_BYTES + 1), name=name, at="file", limit=MOST_BYTES)
    scans.check_ready(kind_of(taken.name))
    digest = runtime.current().files.put(kept)
    pages = scans.count(runtime.current().files.path(digest), kind=kind_of(taken.name))
    if pages > MOST_PAGES:
        message = N_("Bản quét có %(pages)s trang; mỗi lần chỉ nhận %(most)s trang, hãy tách thành nhiều tệp.")
        raise Invalid(
            "paper.pages",
            message,
            [fault("file", "paper.pages", message, pages=pages, most=MOST_PAGES)],
            pages=pages,
            most=MOST_PAGES,
        )

    def work() -> str:
        row = states.new_row(who, register, name=taken.name, digest=digest, size=taken.size, grounds=why, reason=reason)
        batches.add({**row, "state": "reading", "expected": pages})
        batch = str(row["id"])
        store.add(batch, pages)
        jobs.enqueue(JOB, {"batch": batch}, key=f"{JOB}:{batch}:1")
        return batch

    return states.of(who, requests.once(who, f"stewardship.begin.{register}.{digest[:16]}", str, work))


def kind_of(name: str) -> str:
    """Return what draws a scan: ``pdf`` or ``picture``. Its name was given by what it is."""
    return "pdf" if name.endswith(".pdf") else "picture"
