"""Rolls of voters: drawn up from history, posted, objected to, corrected, printed, and drawn again the same."""

from lienthong.stewardship.api.rolls.drawing import Reproduced, close_roll, draw_roll, post_roll, reproduce_roll
from lienthong.stewardship.api.rolls.objecting import KINDS, decide_objection, object_to_roll
from lienthong.stewardship.api.rolls.printing import roll_file, roll_pdf, roll_values
from lienthong.stewardship.api.rolls.reach import ROLES
from lienthong.stewardship.api.rolls.showing import (
    AreaFigure,
    Line,
    Objection,
    OwnLine,
    Roll,
    is_roll_posted,
    may_work_on_rolls,
    own_lines,
    posted_rolls,
    roll,
    roll_kinds,
    roll_objection,
    roll_objections,
    roll_page,
    roll_person,
    roll_twice,
    rolls,
)
from lienthong.stewardship.domain.rolls import Area

__all__ = [
    "KINDS",
    "ROLES",
    "Area",
    "AreaFigure",
    "Line",
    "Objection",
    "OwnLine",
    "Reproduced",
    "Roll",
    "close_roll",
    "decide_objection",
    "draw_roll",
    "is_roll_posted",
    "may_work_on_rolls",
    "object_to_roll",
    "own_lines",
    "post_roll",
    "posted_rolls",
    "reproduce_roll",
    "roll",
    "roll_file",
    "roll_kinds",
    "roll_objection",
    "roll_objections",
    "roll_page",
    "roll_pdf",
    "roll_person",
    "roll_twice",
    "roll_values",
    "rolls",
]
