"""What must be true when a birth is over, counted in the tables themselves, against what was there before it."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import inspect, text

from lienthong.app import schedule
from lienthong.documents import api as documents
from lienthong.evidence import api as evidence
from lienthong.kernel import clock, delivery, jobs, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.runtime import running
from lienthong.ledger import api as ledger
from lienthong.registers import demonstration as nation
from tests.proofs.house import Home

ONE_BIRTH = {
    "dossier": 1,
    "dossier_step": 6,
    "dossier_paper": 2,
    "reg_civil_status": 1,
    "reg_population": 1,
    "reg_residence": 1,
    "reg_health_insurance": 1,
    "reg_birth_notices": 0,
    "personal_number": 1,
    "document": 2,
    "wallet_document": 6,
}
"""How many rows the tables grow by in one birth: three wallets with two papers each."""
LEFT = "SELECT 1 FROM job WHERE state <> 'done' AND NOT (attempts = 0 AND run_at > :now)"
"""Jobs not done, but for those put off to their time: a measure of quality comes a minute after what was written."""
FACTS = {
    "services.DossierFiled": 1,
    "services.DossierReceived": 1,
    "services.StepOpened": 6,
    "services.StepDecided": 6,
    "services.ResultReady": 2,
    "services.DossierFinished": 1,
    "documents.DocumentIssued": 2,
}
"""Facts told in one birth."""
PAPERS = ["birth-certificate", "health-insurance-card"]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How many rows every table has, and how many facts of every type were told."""

    rows: Counter[str]
    facts: Counter[str]

    @classmethod
    def of(cls, home: Home) -> Reckoning:
        """Count at a home whose house stands still."""
        with running(home.open()):
            return cls.here()

    @classmethod
    def here(cls) -> Reckoning:
        """Count at the node that runs."""
        names = inspect(runtime.current().database.engine).get_table_names()
        rows = {name: select(f'SELECT count(*) FROM "{name}"')[0][0] for name in names}  # noqa: S608
        return cls(Counter(rows), Counter(dict(select(TYPES))))

    def growth(self, of: dict[str, int], *, facts: bool = False) -> dict[str, int]:
        """Return by how much these tables, or facts, have grown at the node that runs."""
        now = Reckoning.here()
        was, is_now = (self.facts, now.facts) if facts else (self.rows, now.rows)
        return {name: is_now[name] - was[name] for name in of}


TYPES = "SELECT type, count(*) FROM outbox GROUP BY type"


def everything_was_carried_on(home: Home, after: timedelta) -> None:
    """Wait until the living house has nothing left to do: no job, no fact to deliver, no entry to log.

    A claim whose answer was lost on the wire waits for its lease, in the time of this machine.
    """
    deadline = time.monotonic() + jobs.LEASE.total_seconds() + 60
    with running(home.open(after=after)):
        while left := unfinished():
            assert time.monotonic() < deadline, f"the house left undone: {left}"
            time.sleep(0.1)


def unfinished() -> dict[str, Any]:
    """Return what still waits, by kind; empty when all is done."""
    waiting = {
        "jobs": len(select(LEFT, now=clock.stamp(runtime.current().clock.now()))),
        "facts in trouble": delivery.waiting(),
        "entries to log": ledger.waiting(),
        "evidence": evidence.freshness().waiting_seconds,
        "papers": len(select("SELECT 1 FROM document WHERE ready = 0")),
        "papers to tell of": len(select("SELECT 1 FROM dossier_paper WHERE document = ''")),
    }
    return {name: many for name, many in waiting.items() if many}


def everything_stands_once(before: Reckoning, *, mother: str, father: str) -> None:
    """Fail unless exactly one birth came to be, and everything that tells of it agrees."""
    assert unfinished() == {}
    assert before.growth(ONE_BIRTH) == ONE_BIRTH
    assert before.growth(FACTS, facts=True) == FACTS
    number = one_child(nation.people()[mother], nation.people()[father])
    wallets_hold(PAPERS, number, *(nation.people()[each] for each in (mother, father)))
    told_once()
    logs_agree()


def one_child(mother: str, father: str) -> str:
    """Return the number of the one new child of a couple; every register knows it by this number, once."""
    ((begun,),) = select("SELECT id FROM dossier WHERE applicant = :mother", mother=mother)
    ((number, fathered),) = select(
        "SELECT by_number, by_father_number FROM reg_population WHERE by_mother_number = :mother AND id > :begun",
        mother=mother,
        begun=begun,
    )
    assert fathered == father
    for register in ("population", "civil_status", "residence", "health_insurance"):
        assert select(f"SELECT count(*) FROM reg_{register} WHERE by_number = :number", number=number) == [(1,)]  # noqa: S608
    return number


def wallets_hold(papers: list[str], *people: str) -> None:
    """Fail unless each of these people holds one document of each type, with a signed paper behind it."""
    for person in people:
        who = Actor(kind=Kind.CITIZEN, subject=person, level=2)
        held = documents.wallet(who)
        assert sorted(each.type for each in held) == papers
        assert all(documents.pdf(who, each.id).startswith(b"%PDF") for each in held)


def told_once() -> None:
    """Fail when a person was told the same thing twice, in the inbox or by what left the house."""
    notices = Counter(select("SELECT subject, template, dossier, body_vi FROM message WHERE channel = 'inbox'"))
    assert notices
    assert [each for each, times in notices.items() if times > 1] == []
    ((sent,),) = select("SELECT count(*) FROM message WHERE channel IN ('sms', 'mail')")
    ((delivered,),) = select("SELECT count(*) FROM delivery")
    assert sent == delivered > 0


def logs_agree() -> None:
    """Fail unless the ledger holds, every access is in it, and evidence agrees with the events it is made from."""
    report = ledger.verify_all()
    assert report.faults == []
    entries = [row[0] for row in select("SELECT id FROM access")]
    assert len(ledger.proofs(entries)) == len(entries)
    assert evidence.reconcile() == []
    assert delivery.deliver_all(schedule.listeners()) == 0


def select(query: str, **values: Any) -> list[Any]:
    """Return the rows of a query, asked of the tables themselves."""
    with runtime.current().database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(query), values)]
