"""What of a register says who somebody is, and by which rules two of its people count as one."""

from __future__ import annotations

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.api import Register
from lienthong.stewardship.domain.matching import MatchRules
from lienthong.stewardship.store.matching import people

TERMS = {
    "person_name": "name",
    "birth_date": "birth_date",
    "sex": "sex",
    "phone": "phone",
    "former_number": "former_number",
    "father_name": "father_name",
    "mother_name": "mother_name",
    "father_number": "father_number",
    "mother_number": "mother_number",
    "spouse_number": "spouse_number",
}
"""Dictionary terms → what they say of a person, for a register whose definition has no ``matching``."""


def rules_for(spec: Register, rows: int) -> MatchRules:
    """Return when two records of so many count as one person's, as the register's definition says."""
    said = spec.matching
    return MatchRules(sure=said.sure, review=said.review, rows=max(rows, 2)) if said else MatchRules(rows=max(rows, 2))


def fields_of(spec: Register) -> dict[str, str]:
    """Return role → field of what a register says of a person. Raises Invalid when that is too little to compare."""
    if spec.matching:
        found = {role: field for role, field in spec.matching.same.items() if role in people.ROLES}
    else:
        found = {TERMS[spec.term_of(name)]: name for name in reversed(spec.fields) if spec.term_of(name) in TERMS}
        found |= {"number": spec.subject} if spec.subject else {}
        found |= {"unit": spec.unit} if spec.unit else {}
    if "name" not in found or not {"birth_date", "number"} & found.keys():
        raise Invalid(
            "matching.fields",
            N_("%(register)s không có họ tên cùng ngày sinh hoặc số định danh nên không tìm người trùng được."),
            register=spec.short,
        )
    return found


def is_about_people(spec: Register) -> bool:
    """Say whether a register says enough of people for two of them to be compared."""
    try:
        return bool(fields_of(spec))
    except Invalid:
        return False


def today(code: str) -> tuple[str, ...]:
    """Return the units that a unit is today, each as ``province/unit``; itself when nobody knows it."""
    unit = reference.unit(code)
    if unit is None:
        return (f"?/{code}",)
    if unit.valid_to is None:
        return (f"{reference.province_of(code)}/{code}",)
    found = reference.successors(code, on=unit.valid_to).candidates or (unit,)
    return tuple(f"{reference.province_of(each.code)}/{each.code}" for each in found)
