"""Import in steps: begin, preview, confirm, dry run, run; then decide what waits, tell, undo."""

from lienthong.stewardship.api.importing.alike import SAME, Decided, Question, alike, decide_alike, questions
from lienthong.stewardship.api.importing.beginning import Preview, begin, confirm, drop, preview, with_day
from lienthong.stewardship.api.importing.databases import begin_from_database
from lienthong.stewardship.api.importing.papers.confirming import (
    Draft,
    DraftField,
    confirm_draft,
    draft,
    drafts,
    next_draft,
    refuse_draft,
)
from lienthong.stewardship.api.importing.papers.pages import (
    PaperPage,
    go_on_reading,
    page_picture,
    pages,
    read_again,
    read_pages,
)
from lienthong.stewardship.api.importing.papers.taking import JOB as PAPER_JOB
from lienthong.stewardship.api.importing.proposing import Proposed
from lienthong.stewardship.api.importing.reading import assumed
from lienthong.stewardship.api.importing.reviewing import Review, decide, review, reviews, twins_of
from lienthong.stewardship.api.importing.running import JOB, go_on, run, start
from lienthong.stewardship.api.importing.same import OTHER
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
    "OTHER",
    "PAPER_JOB",
    "SAME",
    "Batch",
    "Decided",
    "Dependents",
    "Draft",
    "DraftField",
    "Imported",
    "PaperPage",
    "Preview",
    "Progress",
    "Proposed",
    "Question",
    "Review",
    "SourceRow",
    "alike",
    "assumed",
    "batch",
    "batches",
    "begin",
    "begin_from_database",
    "begin_path",
    "confirm",
    "confirm_draft",
    "decide",
    "decide_alike",
    "depends",
    "draft",
    "drafts",
    "drop",
    "go_on",
    "go_on_reading",
    "import_file",
    "next_draft",
    "page_picture",
    "pages",
    "preview",
    "progress",
    "questions",
    "raw_row",
    "read_again",
    "read_pages",
    "receive",
    "refuse_draft",
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
    "twins_of",
    "undo",
    "with_day",
    "write_rejects",
    "write_rows",
]
