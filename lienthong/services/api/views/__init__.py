"""What the verbs answer: frozen dataclasses that screens, JSON and tests read. Texts are ready to show.

``Bilingual`` texts follow the language being spoken when printed. Times are moments in Viet Nam's zone.
"""

from __future__ import annotations

from lienthong.services.api.views.attachments import AskedPaper, Attachment
from lienthong.services.api.views.clocks import Change, ClockLine, ClockPage, ClockView, Day
from lienthong.services.api.views.desk import TABS, QueuePage, QueueRow, Tab
from lienthong.services.api.views.dossiers import (
    DossierLine,
    DossierView,
    FormLine,
    Mine,
    Moment,
    Paper,
    Reason,
    Role,
    StepView,
    SupplementView,
)
from lienthong.services.api.views.drafts import DraftLine, DraftState, DraftView, Receipt, Sharing, Signature, ToSign
from lienthong.services.api.views.procedures import Fee, ProcedureView
from lienthong.services.api.views.values import (
    Choice,
    Compared,
    Fetching,
    Group,
    Option,
    Page,
    Question,
    Shown,
    Source,
    SourceKind,
    Value,
)

__all__ = [
    "TABS",
    "AskedPaper",
    "Attachment",
    "Change",
    "Choice",
    "ClockLine",
    "ClockPage",
    "ClockView",
    "Compared",
    "Day",
    "DossierLine",
    "DossierView",
    "DraftLine",
    "DraftState",
    "DraftView",
    "Fee",
    "Fetching",
    "FormLine",
    "Group",
    "Mine",
    "Moment",
    "Option",
    "Page",
    "Paper",
    "ProcedureView",
    "Question",
    "QueuePage",
    "QueueRow",
    "Reason",
    "Receipt",
    "Role",
    "Sharing",
    "Shown",
    "Signature",
    "Source",
    "SourceKind",
    "StepView",
    "SupplementView",
    "Tab",
    "ToSign",
    "Value",
]
