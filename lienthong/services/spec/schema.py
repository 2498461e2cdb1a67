"""JSON Schema of what a procedure asks, generated from its definition and the dictionary; never written by hand."""

from __future__ import annotations

from typing import Any

from lienthong.reference import api as reference
from lienthong.services.spec.parts import Asked
from lienthong.services.spec.shape import Procedure

_TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "money": {"type": "integer", "minimum": 0},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "partial_date": {"type": "string", "pattern": r"^\d{4}(-\d{2}(-\d{2})?)?$"},
    "time": {"type": "string", "pattern": r"^\d{2}:\d{2}$"},
    "personal_number": {"type": "string", "pattern": r"^\d{12}$"},
}


def schema(procedure: Procedure) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the answers: one property for each question, by its two-part name.

    What is typed from a paper is asked only where a register has no answer, and never required here.
    """
    asked = procedure.asked
    always = [name for name, field in asked.items() if not (field.optional or field.when or field.among)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:lienthong:procedure:{procedure.procedure}:{procedure.version}",
        "title": procedure.title.vi,
        "description": procedure.title.en,
        "type": "object",
        "additionalProperties": False,
        "required": always,
        "properties": {name: _property(field) for name, field in (asked | procedure.typed).items()},
    }


def _property(field: Asked) -> dict[str, Any]:
    assert field.ask is not None  # noqa: S101  only asked fields come here
    term = reference.term(field.term)
    found: dict[str, Any] = {
        "title": field.ask.vi,
        "description": field.ask.en,
        **_TYPES.get(term.type, {"type": "string"}),
    }
    if term.max_length:
        found["maxLength"] = term.max_length
    if term.format:
        found["pattern"] = f"^(?:{term.format})$"
    if term.type == "code":
        found["enum"] = list(reference.code_list(term.code_list).codes)
    return found
