"""The node itself: evidence taken over and tidied, backups, what is forgotten when its time is over."""

from __future__ import annotations

from typing import Any

from lienthong.app import schedule
from lienthong.app.backup import making, verifying
from lienthong.documents import api as documents
from lienthong.evidence import api as evidence
from lienthong.exchange import api as exchange
from lienthong.ledger import api as ledger
from lienthong.oversight import api as oversight
from lienthong.services import api as services
from tests.proofs.stage import Act, World, later, works

SECRET = "một mật khẩu đủ dài".encode()
ROWS = 40


def adopts(world: World) -> int:
    """How many facts of an earlier system are taken over; the same batch again changes nothing."""
    row = {"province": "79", "unit": "26929", "month": "2025-06", "procedure": "linked-birth", "on_time": True}
    rows = [row | {"dossier": f"OLD-{at}"} for at in range(ROWS)]
    return evidence.adopt(world.machine(), facts="outcomes", batch="earlier", rows=rows)


def leaves_a_draft(world: World) -> None:
    """A draft that nobody goes on with, and a word that stays."""
    services.begin(world.citizen("mother-3"), procedure="linked-birth")
    exchange.consent_given(world.citizen("mother-3"), contract="hospital-reminders")


def backs_up(world: World) -> None:
    """A backup: whole, or not there under its name."""
    making.make(world.folder / "backups", SECRET)
    ledger.checkpoint()


def gives_places(world: World) -> None:
    """Documents of before there were lists are listed."""
    documents.give_places()


@later(days=1000)
def forgets(world: World) -> None:
    """What need not be kept any more goes; it is the first thing of a day."""
    schedule.purge()


def tidies(world: World) -> None:
    """Small files of evidence are merged."""
    evidence.tidy()


def everything_stands(world: World) -> dict[str, Any]:
    """Every backup that has a name is whole, nothing half lies about, the draft is gone and the word is there."""
    folder = world.folder / "backups"
    backups = [each for each in folder.iterdir() if each.is_dir()]
    assert not [each for each in backups if each.name.startswith(".")], "a half backup was left behind"
    assert backups
    return {
        "faults": [fault.text for each in backups for fault in verifying.verify(each, SECRET).faults],
        "drafts": len(services.mine(world.citizen("mother-3")).drafts),
        "consent": [each.given for each in exchange.agreements(world.citizen("mother-3"))],
        "adopted": oversight.figure(
            world.officer("committee-secretary"), indicator="on-time-share", month="2025-06"
        ).of,
    }


ACTS: tuple[Act, ...] = (
    adopts,
    leaves_a_draft,
    works,
    backs_up,
    gives_places,
    forgets,
    tidies,
    works,
    backs_up,
    everything_stands,
)
