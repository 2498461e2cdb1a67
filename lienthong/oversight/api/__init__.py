"""The verbs of oversight: figures, sessions, tasks, plans."""

from __future__ import annotations

from lienthong.oversight.api.answering import Upload, accept, answer_task, product_file, send_back
from lienthong.oversight.api.assigning import give_task, withdraw
from lienthong.oversight.api.convening import (
    add_conclusion,
    conclude,
    conclusion,
    meeting,
    meetings,
    open_meeting,
    recompile,
    remove_conclusion,
    undo_task,
)
from lienthong.oversight.api.counting import CENTRAL, NOW, OUTSIDE, THEN, UNCERTAIN
from lienthong.oversight.api.exporting import KINDS, export
from lienthong.oversight.api.figures import (
    SIDES,
    VIEWS,
    Dashboard,
    Drill,
    Headline,
    Point,
    Sums,
    UnitRow,
    dashboard,
    drill,
    figure,
    may_oversee,
    newest_month,
    sums,
)
from lienthong.oversight.api.papers import ask_pdf, finish_paper, signed_paper, word_paper
from lienthong.oversight.api.planning import dry_run, import_plan, plans, stage, template
from lienthong.oversight.api.quality import Part, Quality, quality
from lienthong.oversight.api.reminding import remind
from lienthong.oversight.api.reporting import Report, answer, paper, report, reports
from lienthong.oversight.api.rights import ASSIGNERS, HEADS, assignable
from lienthong.oversight.api.showing import board, task, waiting
from lienthong.oversight.api.views import MeetingView, TaskRow, TaskView
from lienthong.oversight.domain.small_cells import Cover

__all__ = [
    "ASSIGNERS",
    "CENTRAL",
    "HEADS",
    "KINDS",
    "NOW",
    "OUTSIDE",
    "SIDES",
    "THEN",
    "UNCERTAIN",
    "VIEWS",
    "Cover",
    "Dashboard",
    "Drill",
    "Headline",
    "MeetingView",
    "Part",
    "Point",
    "Quality",
    "Report",
    "Sums",
    "TaskRow",
    "TaskView",
    "UnitRow",
    "Upload",
    "accept",
    "add_conclusion",
    "answer",
    "answer_task",
    "ask_pdf",
    "assignable",
    "board",
    "conclude",
    "conclusion",
    "dashboard",
    "drill",
    "dry_run",
    "export",
    "figure",
    "finish_paper",
    "give_task",
    "import_plan",
    "may_oversee",
    "meeting",
    "meetings",
    "newest_month",
    "open_meeting",
    "paper",
    "plans",
    "product_file",
    "quality",
    "recompile",
    "remind",
    "remove_conclusion",
    "report",
    "reports",
    "send_back",
    "signed_paper",
    "stage",
    "sums",
    "task",
    "template",
    "undo_task",
    "waiting",
    "withdraw",
    "word_paper",
]
