"""Import in steps: begin, preview, confirm, dry run, run; then decide what waits, tell, undo."""

from lienthong.stewardship.api.importing.alike import Decided, Question, alike, decide_alike, questions
from lienthong.stewardship.api.importing.beginning import Preview, begin, confirm, drop, preview, with_day
from lienthong.stewardship.api.importing.databases import begin_from_database
from lienthong.stewardship.api.importing.proposing import Proposed
from lienthong.stewardship.api.importing.reviewing import Review, decide, review, reviews
from lienthong.stewardship.api.importing.running import JOB, go_on, run, start
from lienthong.stewardship.api.importing.standing import Batch, Progress, batch, batches, progress
from lienthong.stewardship.api.importing.telling import (
    SourceRow,
    raw_row,
    report,
    source_rows,
    write_rejects,
    write_rows,
)
from lienthong.stewardship.api.importing.undoing import Dependents, depends, undo
from lienthong.stewardship.api.importing.whole import (
    Imported,
    begin_path,
    import_file,
    receive,
    said_again,
    same_before,
    settle,
    sure_only,
    told,
)

__all__ = [
    "JOB",
    "Batch",
    "Decided",
    "Dependents",
    "Imported",
    "Preview",
    "Progress",
    "Proposed",
    "Question",
    "Review",
    "SourceRow",
    "alike",
    "batch",
    "batches",
    "begin",
    "begin_from_database",
    "begin_path",
    "confirm",
    "decide",
    "decide_alike",
    "depends",
    "drop",
    "go_on",
    "import_file",
    "preview",
    "progress",
    "questions",
    "raw_row",
    "receive",
    "report",
    "review",
    "reviews",
    "run",
    "said_again",
    "same_before",
    "settle",
    "source_rows",
    "start",
    "sure_only",
    "told",
    "undo",
    "with_day",
    "write_rejects",
    "write_rows",
]
