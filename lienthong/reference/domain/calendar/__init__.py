"""The legal clock: working days with holidays and make-up days, office hours, terms, stops and one extension.

The rules, each tested: a filing outside office hours counts as received at the next opening (08:00). The day of receipt
does not count; a term of n working days ends at 17:00 of the n-th working day after it. A working day touched by a stop
does not count, neither the day the clock stops nor the day it resumes. Working hours run 8-12 and 13-17 from the
moment of receipt. Days of the calendar all count from the day after receipt (untouched by a stop); a last day on which
nobody works moves to the next working day. Same day: by 17:00 when received before 15:00, else by 17:00 of the next
working day.
"""

from __future__ import annotations

from lienthong.reference.domain.calendar.counting import Calendar
from lienthong.reference.domain.calendar.explaining import Explained, ExplainedDay, explain, term_in_words
from lienthong.reference.domain.calendar.shape import CalendarDay, Counted, Due, Remaining, Special, Stop, Term

__all__ = [
    "Calendar",
    "CalendarDay",
    "Counted",
    "Due",
    "Explained",
    "ExplainedDay",
    "Remaining",
    "Special",
    "Stop",
    "Term",
    "explain",
    "term_in_words",
]
