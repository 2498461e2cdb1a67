"""Finding doubles and links, and a person's word on them."""

from lienthong.stewardship.api.matching.comparing import (
    JOB,
    duplicate_runs,
    find_duplicates,
    find_links,
    linkable,
    run_job,
    start_duplicates,
    start_links,
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
from lienthong.stewardship.api.matching.linking import (
    Link,
    Linked,
    compared_fields,
    decide_links,
    link,
    links,
    unlinked,
)
from lienthong.stewardship.api.matching.together import Proposed, Together, merge_together, sure_pairs
from lienthong.stewardship.store.matching.runs import PairRow, Run

__all__ = [
    "JOB",
    "Compared",
    "FileDuplicates",
    "Link",
    "Linked",
    "PairRow",
    "Proposed",
    "Run",
    "Together",
    "compare_pair",
    "compared_fields",
    "decide_links",
    "decide_pair",
    "duplicate_counts",
    "duplicate_runs",
    "duplicates",
    "duplicates_in_file",
    "find_duplicates",
    "find_links",
    "in_words",
    "link",
    "linkable",
    "links",
    "merge",
    "merge_together",
    "run_job",
    "start_duplicates",
    "start_links",
    "sure_pairs",
    "unlinked",
    "unmerge",
]
