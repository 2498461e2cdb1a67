"""What is generated from a definition: the JSON Schema of its answers and the picture of its flow."""

from __future__ import annotations

from typing import Any

from lienthong.services.api import procedures
from lienthong.services.spec.picture import picture
from lienthong.services.spec.schema import schema as schema_of


def schema(*, procedure: str) -> dict[str, Any]:
    """Return the JSON Schema of a procedure's answers. Raises NotFound."""
    return schema_of(procedures.current(procedure))


def flow_picture(*, procedure: str) -> str:
    """Return a procedure's flow as SVG, its titles in the language being spoken. Raises NotFound."""
    return picture(procedures.current(procedure))
