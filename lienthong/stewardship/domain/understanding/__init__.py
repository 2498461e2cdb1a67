"""What a cell of a clerk's spreadsheet means for a dictionary term: never a silent guess.

``understand`` reads one value, ``understand_column`` a whole column with what its values say about each other.
"""

from lienthong.stewardship.domain.understanding.columns import Problems, rules_of, understand_column
from lienthong.stewardship.domain.understanding.names import proper
from lienthong.stewardship.domain.understanding.shapes import Candidate, Settings, Status, Understood
from lienthong.stewardship.domain.understanding.values import understand

__all__ = [
    "Candidate",
    "Problems",
    "Settings",
    "Status",
    "Understood",
    "proper",
    "rules_of",
    "understand",
    "understand_column",
]
