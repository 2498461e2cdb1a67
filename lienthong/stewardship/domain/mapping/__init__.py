"""Which column of a clerk's table is which field of a register: proposed by title and content, a person confirms."""

from lienthong.stewardship.domain.mapping.content import end_with_units
from lienthong.stewardship.domain.mapping.parts import Part
from lienthong.stewardship.domain.mapping.proposing import ADDRESS_OF, Other, Proposal, propose
from lienthong.stewardship.domain.mapping.sources import Source, sources

__all__ = ["ADDRESS_OF", "Other", "Part", "Proposal", "Source", "end_with_units", "propose", "sources"]
