"""Whether two records are of one person: compared field by field, weighed, explained. Pure."""

from lienthong.stewardship.domain.matching.clusters import Clusters, Pair, Standing, cluster
from lienthong.stewardship.domain.matching.names import compare_names, given_of, words_of
from lienthong.stewardship.domain.matching.parts import (
    compare_addresses,
    compare_dates,
    compare_numbers,
    compare_phones,
    compare_places,
)
from lienthong.stewardship.domain.matching.scoring import Evidence, MatchRules, Person, Score, Verdict, compare, odds
from lienthong.stewardship.domain.matching.sentences import FIELDS, OUTCOMES
from lienthong.stewardship.domain.matching.titles import roles_of

__all__ = [
    "FIELDS",
    "OUTCOMES",
    "Clusters",
    "Evidence",
    "MatchRules",
    "Pair",
    "Person",
    "Score",
    "Standing",
    "Verdict",
    "cluster",
    "compare",
    "compare_addresses",
    "compare_dates",
    "compare_names",
    "compare_numbers",
    "compare_phones",
    "compare_places",
    "given_of",
    "odds",
    "roles_of",
    "words_of",
]
