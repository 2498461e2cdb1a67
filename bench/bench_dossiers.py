"""Dossiers through the verbs, in process: begin, four registers fetched and logged each, answers, filed under a code.

And the desk's queue and counts over 100,000 open dossiers of one agency. The floor of filing is four bare durable
inserts on the same disk.
"""

from __future__ import annotations

import os
import time

from bench_pages import multiply
from measure import node, timed, write

DOSSIERS = int(os.environ.get("BENCH_FILED", "1000"))
OPEN = int(os.environ.get("BENCH_DOSSIERS", "100000"))
WARD = "26929"
ANSWERS = {"child.full_name": "Lê Nguyễn Minh An", "child.facility": "H29.2.1"}
STEPS = ("residence", "insurance", "card")


def families(count: int) -> None:
    """Load couples of one ward, married, each with a birth notice waiting."""
    from lienthong.kernel.actor import system
    from lienthong.registers import api as registers

    people, homes, marriages, notices = [], [], [], []
    common = {
        "ethnicity": "01",
        "nationality": "VN",
        "home_town": "21220",
        "home_commune": WARD,
        "home_address": "9 Minh Họa",
    }
    for n in range(count):
        mother, father = f"079192{n:06d}", f"079092{n:06d}"
        people.append(
            {
                "number": mother,
                "full_name": "Nguyễn Thị Thu Hà",
                "sex": "2",
                "birth_date": "1992-05-12",
                "spouse_number": father,
                **common,
            }
        )
        people.append(
            {
                "number": father,
                "full_name": "Lê Quốc Huy",
                "sex": "1",
                "birth_date": "1990-07-25",
                "spouse_number": mother,
                **common,
            }
        )
        homes.append(
            {
                "entry_no": f"{WARD}/permanent/2019/{n}",
                "number": mother,
                "kind": "permanent",
                "household": f"{WARD}{n}",
                "relation": "04",
                "commune": WARD,
                "address": "9 Minh Họa",
                "from_date": "2019-06-08",
            }
        )
        marriages.append(
            {
                "entry_no": f"{WARD}/marriage/2019/{n}",
                "kind": "marriage",
                "number": father,
                "spouse_number": mother,
                "person_name": "Lê Quốc Huy",
                "event_date": "2019-06-08",
                "registered_on": "2019-06-08",
                "commune": WARD,
            }
        )
        notices.append(
            {
                "notice_no": f"GCS-{n}",
                "mother_number": mother,
                "birth_date": "2026-11-14",
                "birth_time": "06:35",
                "sex": "2",
                "birth_place": "Bệnh viện",
                "birth_commune": WARD,
                "status": "waiting",
            }
        )
    for register, rows in (
        ("population", people),
        ("residence", homes),
        ("civil_status", marriages),
        ("birth_notices", notices),
    ):
        registers.bulk_load(system("bench", agency=registers.definition(register).owner), register=register, rows=rows)


def file_one(n: int) -> str:
    """Prepare and file one dossier as its applicant: four verbs, each its own durable transaction."""
    from lienthong.kernel.actor import Actor, Kind
    from lienthong.services import api

    who = Actor(kind=Kind.CITIZEN, subject=f"079192{n:06d}", level=2)
    draft = api.begin(who, procedure="linked-birth")
    api.fetch_facts(who, draft=draft)
    api.answer(who, draft=draft, values=ANSWERS, sharing=STEPS)
    return api.file(who, draft=draft)


def floor() -> float:
    """Return bare durable transactions a second on this disk: four of them are a dossier's least."""
    from sqlalchemy import text

    from lienthong.kernel.runtime import current

    with current().database.transaction() as connection:
        connection.execute(text("CREATE TABLE bare (n INTEGER, body TEXT)"))
    with timed() as timing:
        for n in range(400):
            with current().database.transaction() as connection:
                connection.execute(text("INSERT INTO bare VALUES (:n, :body)"), {"n": n, "body": "x" * 2000})
    return 400 / timing.seconds / 4


def filing() -> None:
    """Measure filing."""
    families(DOSSIERS + 51)
    for n in range(DOSSIERS, DOSSIERS + 50):
        file_one(n)
    bare = floor()
    latencies: list[float] = []
    with timed() as timing:
        for n in range(DOSSIERS):
            began = time.perf_counter()
            file_one(n)
            latencies.append(1000 * (time.perf_counter() - began))
    write(
        "dossiers", engine="sqlite", rows=DOSSIERS, timing=timing, floor_rate=bare, latencies_ms=latencies, registers=4
    )


def queueing() -> None:
    """Measure the first page, a later page and the counts of a queue."""
    from lienthong.kernel.actor import Actor, Kind
    from lienthong.services import api

    multiply(file_one(DOSSIERS + 50), OPEN)
    clerk = Actor(
        kind=Kind.OFFICER,
        subject="cb-bench",
        agency="H29.26.929",
        units=frozenset({WARD}),
        roles=frozenset({"one-stop-officer", "civil-status-officer"}),
    )
    later = api.queue(clerk).after
    for name, work in (
        ("queue-first-page", lambda: api.queue(clerk)),
        ("queue-next-page", lambda: api.queue(clerk, after=later)),
        ("queue-all-of-the-agency", lambda: api.queue(clerk, tab="all")),
        ("queue-counts", lambda: api.counts(clerk)),
    ):
        work()
        latencies: list[float] = []
        with timed() as timing:
            for _ in range(200):
                began = time.perf_counter()
                work()
                latencies.append(1000 * (time.perf_counter() - began))
        write(name, engine="sqlite", rows=200, timing=timing, latencies_ms=latencies, open_dossiers=OPEN)


if __name__ == "__main__":
    with node():
        filing()
        queueing()
