"""A register is one file: its shape, what must agree in it, its cases, and loading it."""

from lienthong.registers.spec.cases import leads_back
from lienthong.registers.spec.checking import faults_of
from lienthong.registers.spec.loading import Definitions, check
from lienthong.registers.spec.parts import Announcement, Case, Event, Following, Matching, Relation, Rule, Source
from lienthong.registers.spec.shape import FieldSpec, Register, Retention

__all__ = [
    "Announcement",
    "Case",
    "Definitions",
    "Event",
    "FieldSpec",
    "Following",
    "Matching",
    "Register",
    "Relation",
    "Retention",
    "Rule",
    "Source",
    "check",
    "faults_of",
    "leads_back",
]
