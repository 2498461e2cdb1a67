"""Finding doubles and links, and a person's word on them."""

from lienthong.stewardship.api.matching.comparing import (
    JOB,
    duplicate_runs,
    find_duplicates,
    find_links,
    run_job,
    start_duplicates,
)
from lienthong.stewardship.api.matching.deciding import (
    Compared,
    compare_pair,
    decide_pair,
    duplicate_counts,
    duplicates,
    in_words,
    merge,
    unmerge,
)
from lienthong.stewardship.api.matching.files import FileDuplicates, duplicates_in_file
from lienthong.stewardship.api.matching.together import Proposed, Together, merge_together, sure_pairs
from lienthong.stewardship.store.matching.runs import PairRow, Run

__all__ = [
    "JOB",
    "Compared",
    "FileDuplicates",
    "PairRow",
    "Proposed",
    "Run",
    "Together",
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
    "merge_together",
    "run_job",
    "start_duplicates",
    "sure_pairs",
    "unmerge",
]
