"""Which column of a clerk's table is which field of a register: proposed by title and content, a person confirms."""

from lienthong.stewardship.domain.mapping.parts import Part
from lienthong.stewardship.domain.mapping.proposing import Other, Proposal, propose
from lienthong.stewardship.domain.mapping.sources import Source, sources

__all__ = ["Other", "Part", "Proposal", "Source", "propose", "sources"]
