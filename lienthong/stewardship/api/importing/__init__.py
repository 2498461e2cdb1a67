"""Import in steps: begin, preview, confirm, dry run, run; then decide what waits, tell, undo."""

from lienthong.stewardship.api.importing.beginning import Preview, begin, confirm, drop, preview, with_day
from lienthong.stewardship.api.importing.databases import begin_from_database
from lienthong.stewardship.api.importing.proposing import Proposed
from lienthong.stewardship.api.importing.reviewing import Review, decide, reviews
from lienthong.stewardship.api.importing.running import JOB, go_on, run, start
from lienthong.stewardship.api.importing.standing import Batch, Progress, batch, batches, progress
from lienthong.stewardship.api.importing.telling import raw_row, report, write_rejects, write_rows
from lienthong.stewardship.api.importing.undoing import Dependents, depends, undo
from lienthong.stewardship.api.importing.whole import (
    Imported,
    begin_path,
    import_file,
    said_again,
    same_before,
    settle,
    sure_only,
    told,
)

__all__ = [
    "JOB",
    "Batch",
    "Dependents",
    "Imported",
    "Preview",
    "Progress",
    "Proposed",
    "Review",
    "batch",
    "batches",
    "begin",
    "begin_from_database",
    "begin_path",
    "confirm",
    "decide",
    "depends",
    "drop",
    "go_on",
    "import_file",
    "preview",
    "progress",
    "raw_row",
    "report",
    "reviews",
    "run",
    "said_again",
    "same_before",
    "settle",
    "start",
    "sure_only",
    "told",
    "undo",
    "with_day",
    "write_rejects",
    "write_rows",
]
