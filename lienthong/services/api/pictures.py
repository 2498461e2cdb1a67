"""What is generated from a definition: the JSON Schema of its answers and the picture of its flow."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.i18n import gettext
from lienthong.services.api import procedures, words
from lienthong.services.spec.parts import Step
from lienthong.services.spec.picture import picture
from lienthong.services.spec.schema import schema as schema_of


def schema(*, procedure: str) -> dict[str, Any]:
    """Return the JSON Schema of a procedure's answers. Raises NotFound."""
    return schema_of(procedures.current(procedure))


def flow_picture(*, procedure: str) -> str:
    """Return a procedure's flow as SVG, its titles in the language being spoken. Raises NotFound."""
    found = procedures.current(procedure)
    return picture(found, {step_id: _mark(step) for step_id, step in found.flow.items()})


def _mark(step: Step) -> str:
    """Whose a step is and how long it may take, in words."""
    if not step.by:
        return gettext("tự động")
    return f"{procedures.ROLES[step.by]} · {words.term(step.within)}" if step.within else str(procedures.ROLES[step.by])
