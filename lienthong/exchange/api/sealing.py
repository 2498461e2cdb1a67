"""Sealing entries: written and proved like every other, shown to the person from the day the contract names."""

from __future__ import annotations

from datetime import datetime, timedelta

from lienthong.exchange.spec.deciding import Requester, fits
from lienthong.exchange.spec.shape import Contract
from lienthong.kernel import clock, jobs, runtime
from lienthong.registers.api import Seal

JOB = "exchange.opened"


def seal_of(contract: Contract, asker: Requester) -> Seal | None:
    """Return the seal of what this actor does under a contract: it opens as a day begins, never sooner than agreed.

    None for open contracts, and for who is no party of it: a stranger's try is shown at once.
    """
    if contract.sealed is None or not any(fits(each.who, asker) for each in contract.clauses):
        return None
    return Seal(clock.stamp(opens_at(contract.sealed.days)), contract.sealed.basis)


def opens_at(days: int) -> datetime:
    """Return the moment at which an entry of now, sealed for so many days, opens."""
    today = clock.local(runtime.current().clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days + 1)


def tell_when_open(seal: Seal | None) -> None:
    """Ask, in the open transaction, for the notice on the day the seal ends: one job a day, whatever opens then."""
    if seal:
        jobs.enqueue(JOB, {}, key=f"{JOB}:{seal.until}", run_at=clock.moment(seal.until))
