"""Pages under people: 20 of them, thinking one second, at a house with 100,000 people and 100,000 open dossiers.

For each page: p50/p95/p99, CPU of the server for one request, the closed-loop rate of four impatient clients; the floor
is `/healthz` on the same server. Also how fast the server starts and what it holds.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from measure import Timing, percentile, write
from sqlalchemy import text

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "100000"))
DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", "100000"))
USERS, THINK, SECONDS = 20, 1.0, 12
ROOT = Path(__file__).resolve().parents[1]
FORM = re.compile(r'name="(token|request_id)" value="([^"]+)"')
PAGES = {
    "my-page": ("mother", "/"),
    "form": ("mother", "/drafts/{draft}"),
    "desk-queue": ("commune-officer", "/desk"),
    "dashboard": ("committee-secretary", "/oversight"),
}


def prepare(home: Path) -> str:
    """Seed the nation, file a dossier and multiply it, begin a draft; answer the draft's id."""
    from lienthong.app import demonstration, rooms
    from lienthong.kernel.actor import Actor, Kind
    from lienthong.kernel.runtime import running, start
    from lienthong.kernel.settings import Settings
    from lienthong.registers.demonstration import people
    from lienthong.services import api

    rooms.load_tables()
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")
    with running(start(settings)) as node:
        node.database.create_tables()
        demonstration.seed(people=PEOPLE, say=lambda _line: None)
        mother = Actor(kind=Kind.CITIZEN, subject=people()["mother"], level=2)
        begun = api.begin(mother, procedure="linked-birth")
        api.fetch_facts(mother, draft=begun)
        draft = api.draft(mother, draft=begun)
        answers = {}
        for question in (each for page in draft.pages for each in page.questions):
            answers[question.name] = question.options[0].value if question.options else "Lê Nguyễn Minh An"
        api.answer(mother, draft=begun, values=answers, sharing=[each.step for each in draft.sharing])
        multiply(api.file(mother, draft=begun), DOSSIERS)
        other = Actor(kind=Kind.CITIZEN, subject=people()["mother-2"], level=2)
        begun = api.begin(other, procedure="linked-birth")
        api.fetch_facts(other, draft=begun)
        return begun


def multiply(code: str, copies: int) -> None:
    """Copy a filed dossier with its open step so many times, due at different minutes, for other applicants."""
    from lienthong.kernel.runtime import current

    with current().database.transaction() as connection:
        for name, changed in (
            (
                "dossier",
                {"id": "'c' || n", "code": "'H29.26.929-261101-' || (10000 + n)", "applicant": "printf('9%011d', n)"},
            ),
            ("dossier_step", {"dossier": "'c' || n", "code": "'H29.26.929-261101-' || (10000 + n)"}),
        ):
            columns = [row[1] for row in connection.execute(text(f"PRAGMA table_info({name})"))]
            chosen = ", ".join(changed.get(column, column) for column in columns)
            due = f"strftime('%Y-%m-%dT%H:%M:%S.000000Z', {'due_at'}, '+' || (n % 9000) || ' minutes')"
            chosen = chosen.replace("due_at", due, 1)
            where = "code = :code"
            connection.execute(
                text(
                    f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {copies}) "  # noqa: S608
                    f"INSERT INTO {name} ({', '.join(columns)}) SELECT {chosen} FROM {name}, numbers WHERE {where}"
                ),
                {"code": code},
            )


@dataclass
class Server:
    """A server process: its address, how long it took to answer first, and its process id."""

    address: str
    pid: int
    started: float

    def cpu(self) -> float:
        """Return the CPU seconds it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8").rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> float:
        """Return its resident memory at the peak, in MB."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
        return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """Run `lienthong up` on a prepared home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"LIENTHONG_HOME": str(home), "PORT": str(port), "LIENTHONG_DATABASE": ""}
    begun = time.perf_counter()
    command = [sys.executable, "-c", "from lienthong.app.command_line import main; main()", "up"]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://localhost:{port}"
    while True:
        try:
            httpx.get(f"{address}/healthz", timeout=2)
            break
        except httpx.HTTPError:
            time.sleep(0.02)
    try:
        yield Server(address, process.pid, time.perf_counter() - begun)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def signed_in(server: Server, person: str) -> httpx.Client:
    """Return a client signed in with one click."""
    client = httpx.Client(base_url=server.address, timeout=30, follow_redirects=False)
    hidden = dict(FORM.findall(client.get("/sign-in").text))
    answer = client.post("/sign-in/demonstration", data={**hidden, "person": person})
    assert answer.status_code == 303, answer.text[:200]
    return client


@dataclass
class Load:
    """What a load gave: latencies in ms, and how many seconds it went on (the house's own limit may end it early)."""

    latencies: list[float]
    seconds: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return len(self.latencies) / self.seconds


def load(clients: list[httpx.Client], path: str, *, think: float, seconds: float) -> Load:
    """Let every client open the page again and again, until the time is over or the limit of an account is reached."""
    latencies: list[float] = []
    faults: list[int] = []
    start = time.perf_counter()
    over = threading.Event()

    def one(client: httpx.Client, delay: float) -> None:
        time.sleep(delay)
        while time.perf_counter() < start + seconds and not over.is_set():
            begun = time.perf_counter()
            answer = client.get(path)
            if answer.status_code != 200:
                faults.append(answer.status_code)
                over.set()
                return
            latencies.append(1000 * (time.perf_counter() - begun))
            time.sleep(think)

    threads = [
        threading.Thread(target=one, args=(client, think * at / len(clients))) for at, client in enumerate(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(faults) <= {429}, (path, faults)
    assert not (faults and think), "people who think must never reach a limit"
    return Load(latencies, time.perf_counter() - start)


def main() -> None:
    """Measure every page."""
    with tempfile.TemporaryDirectory(prefix="lienthong-bench-") as folder:
        home = Path(os.environ.get("BENCH_HOME") or folder)
        draft = prepare(home)
        with serving(home) as server:
            write_start(server)
            for name, (person, path) in PAGES.items():
                who = "mother-2" if "{draft}" in path else person
                clients = [signed_in(server, who) for _ in range(USERS)]
                measure(server, name, clients, path.format(draft=draft))
                for client in clients:
                    client.close()
            write(
                "server",
                engine="sqlite",
                rows=1,
                timing=Timing(server.started, 0.0),
                peak_mb=round(server.memory_mb(), 1),
            )


def write_start(server: Server) -> None:
    """Say how long the start took before the load blurs the memory figure."""
    print(f"start {server.started:.2f} s, {server.memory_mb():.0f} MB")


def measure(server: Server, name: str, clients: list[httpx.Client], path: str) -> None:
    """Measure one page, thinking people first, then impatient ones, then the floor."""
    load(clients[:2], path, think=0.1, seconds=1)
    begun = server.cpu()
    thinking = load(clients, path, think=THINK, seconds=SECONDS)
    cpu = server.cpu() - begun
    begun = server.cpu()
    impatient = load(clients[:4], path, think=0, seconds=4)
    impatient_cpu = server.cpu() - begun
    floor = load([httpx.Client(base_url=server.address) for _ in range(4)], "/healthz", think=0, seconds=2)
    write(
        f"page-{name}",
        engine="sqlite",
        concurrency=USERS,
        rows=len(thinking.latencies),
        timing=Timing(thinking.seconds, cpu),
        floor_rate=floor.rate,
        latencies_ms=thinking.latencies,
        closed_loop_rate=round(impatient.rate, 1),
        closed_loop_seconds=round(impatient.seconds, 2),
        closed_loop_p95_ms=round(percentile(impatient.latencies, 0.95), 2),
        closed_loop_cpu_us=round(1e6 * impatient_cpu / len(impatient.latencies), 1),
        ratio=round(impatient.rate / floor.rate, 3),
        peak_mb=round(server.memory_mb(), 1),
    )


if __name__ == "__main__":
    main()
