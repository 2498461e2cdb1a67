"""Where a copy's pages come from: this node, or another one over the network. Copying knows no difference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from lienthong.exchange.api.feeding import (
    Changes,
    Figures,
    Snapshot,
    changes,
    feed_figures,
    feed_scope,
    feed_units,
    snapshot,
)
from lienthong.kernel.actor import Actor
from lienthong.registers.api import Grounds


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agency may follow. scope: a digest of it, a copy begins anew when it changes; units: register → the field
    with a record's unit, "" where it knows none.
    """

    contract: str
    agency: str
    scope: str
    units: dict[str, str]


class Source(Protocol):
    """The feed of one contract to one agency. Each call raises Denied when the contract does not let the agency."""

    @property
    def contract(self) -> str:
        """Its contract."""
        ...

    @property
    def agency(self) -> str:
        """The agency that follows."""
        ...

    def terms(self) -> Terms:
        """Return what may be followed."""
        ...

    def snapshot(self, *, after: str, limit: int) -> Snapshot:
        """Return a page of a snapshot; ``after`` of the page before, "" to begin."""
        ...

    def changes(self, *, after: str, until: str, limit: int) -> Changes:
        """Return what changed after an offset, not beyond another ("" for none). Raises Conflict (feed.too_old)."""
        ...

    def figures(self) -> Figures:
        """Return what a whole copy has at an offset of now."""
        ...


@dataclass(frozen=True, slots=True)
class Local:
    """The feed of this node."""

    who: Actor
    contract: str
    grounds: Grounds | None = None

    @property
    def agency(self) -> str:
        """The agency that follows."""
        return self.who.agency

    def terms(self) -> Terms:
        """Return what may be followed."""
        scope = feed_scope(self.who, contract=self.contract, grounds=self.grounds)
        units = feed_units(self.who, contract=self.contract, grounds=self.grounds)
        return Terms(self.contract, self.agency, scope, units)

    def snapshot(self, *, after: str, limit: int) -> Snapshot:
        """Return a page of a snapshot."""
        return snapshot(self.who, contract=self.contract, after=after, limit=limit, grounds=self.grounds)

    def changes(self, *, after: str, until: str, limit: int) -> Changes:
        """Return what changed after an offset."""
        how = {"after": after, "until": until}
        return changes(self.who, contract=self.contract, limit=limit, grounds=self.grounds, **how)

    def figures(self) -> Figures:
        """Return what a whole copy has at an offset of now."""
        return feed_figures(self.who, contract=self.contract, grounds=self.grounds)
