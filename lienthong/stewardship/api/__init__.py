"""The verbs of a steward. First argument who acts, the rest by keyword; every one leaves its access entry."""

from lienthong.stewardship.api.matching import (
    Compared,
    FileDuplicates,
    PairRow,
    Run,
    compare_pair,
    decide_pair,
    duplicate_counts,
    duplicate_runs,
    duplicates,
    duplicates_in_file,
    find_duplicates,
    find_links,
    in_words,
    merge,
    start_duplicates,
    unmerge,
)

__all__ = [
    "Compared",
    "FileDuplicates",
    "PairRow",
    "Run",
    "compare_pair",
    "decide_pair",
    "duplicate_counts",
    "duplicate_runs",
    "duplicates",
    "duplicates_in_file",
    "find_duplicates",
    "find_links",
    "in_words",
    "merge",
    "start_duplicates",
    "unmerge",
]
