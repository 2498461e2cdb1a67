"""A sequencer killed with kill -9 loses nothing that was committed and doubles nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.ledger import api

WORK = """
import secrets, sys, threading
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import running, start
from lienthong.kernel.settings import Settings
from lienthong.ledger import api
from pathlib import Path

home = Path(sys.argv[1])
with running(start(Settings(home=home, database_url=f"sqlite:///{home / 'main.sqlite'}"))) as node:
    node.database.create_tables()
    def sequence():
        while True:
            api.sequence()
    threading.Thread(target=sequence, daemon=True).start()
    while True:
        entry = (new_id(), secrets.token_bytes(32))
        with node.database.transaction():
            api.record_many([entry])
        print(entry[0], entry[1].hex(), flush=True)
"""


def test_kill_9_while_sequencing(tmp_path: Path) -> None:
    committed: list[tuple[str, bytes]] = []
    chance = random.Random(20261121)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", WORK, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.25))
        os.kill(process.pid, signal.SIGKILL)
        rest = process.stdout.read()
        process.stdout.close()
        process.wait()
        whole = [line.split() for line in (first + rest).split("\n")[:-1]]
        committed += [(entry, bytes.fromhex(digest)) for entry, digest in whole]
    with running(start(Settings(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'main.sqlite'}"))):
        api.sequence()
        report = api.verify_all()
        assert report.faults == []
        assert len(committed) <= report.size <= len(committed) + 3, "at most the entry at hand of each killed process"
        proofs = api.proofs([entry for entry, _ in committed])
        assert all(api.verify_inclusion(proofs[entry], digest, api.public_key()) for entry, digest in committed)
