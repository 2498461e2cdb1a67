"""The demonstration's dossiers stand in every state, and seeding again changes nothing."""

from __future__ import annotations

from lienthong.exchange.demonstration import families
from lienthong.identity import demonstration as officers
from lienthong.kernel import jobs
from lienthong.kernel.actor import system
from lienthong.kernel.runtime import Runtime
from lienthong.services import api, demonstration
from tests.services.conftest import SEED, officer, work


def test_desks_of_the_demonstration_have_work_of_every_kind(sqlite_node: Runtime) -> None:
    officers.seed(SEED, scale=0, say=lambda _line: None)
    told: list[str] = []
    for _ in range(2):
        demonstration.seed(system("demonstration-seed"), scale=0, say=told.append)
    assert told == ["services: 40"]
    assert sqlite_node.clock.now().date().isoformat() == "2026-11-21", "the clock is back"
    work()
    clerk = officer("commune-officer")
    tabs = {tab: api.queue(clerk, tab=tab).rows for tab in ("todo", "citizen", "others")}
    assert {row.group for row in tabs["todo"]} >= {"late", "soon"}
    assert tabs["citizen"]
    assert tabs["others"]
    assert api.queue(officer("commune-chair"), tab="sign").rows
    assert api.queue(officer("police-officer")).rows
    assert api.queue(officer("commune-officer-2")).rows


def test_every_paper_of_the_demonstration_is_asked_for(sqlite_node: Runtime) -> None:
    officers.seed(SEED, scale=0, say=lambda _line: None)
    demonstration.seed(system("demonstration-seed"), scale=0, say=lambda _line: None)
    work()
    granted = [family for family in families() if demonstration.STATES[family.number % 11] == "granted"]
    line = api.mine(demonstration.mother_of(granted[0])).dossiers[0]
    papers = api.dossier(demonstration.mother_of(granted[0]), code=line.code).papers
    assert {each.type for each in papers} == {"birth-certificate", "health-insurance-card"}
    assert "failed" not in jobs.states()
