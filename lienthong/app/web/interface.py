"""The programming interface as people read it, drawn from the same description as ``/openapi.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel


class ErrorText(BaseModel):
    """What went wrong, for machines (code, data) and for people in both languages."""

    code: str
    message_vi: str
    message_en: str
    data: dict[str, Any]
    faults: list[dict[str, str]] = []


class ErrorAnswer(BaseModel):
    """Every error of the house."""

    error: ErrorText


ERRORS: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorAnswer, "description": text}
    for status, text in (
        ("default", "Mọi lỗi khác có cùng dạng. | Every other error has the same shape."),
        (422, "Dữ liệu gửi lên có chỗ sai, nêu từng chỗ. | The input has faults, each of them listed."),
    )
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of an operation."""

    name: str
    place: str
    type: str
    required: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an operation. shape: name of its schema, "" when it has none of its own."""

    status: str
    text: str
    shape: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One endpoint. body: name of the schema of what is sent, "" when nothing is."""

    method: str
    path: str
    text: str
    parameters: tuple[Parameter, ...]
    body: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One schema, with its JSON written out."""

    name: str
    text: str
    json: str


def operations(described: Mapping[str, Any]) -> list[Operation]:
    """Return every operation of an OpenAPI description."""
    return [
        Operation(
            method=method.upper(),
            path=path,
            text=each.get("description") or each.get("summary", ""),
            parameters=tuple(_parameter(one) for one in each.get("parameters", ())),
            body=_shape_of(each.get("requestBody", {})),
            answers=tuple(
                Answer(status, one.get("description", ""), _shape_of(one)) for status, one in each["responses"].items()
            ),
        )
        for path, methods in described.get("paths", {}).items()
        for method, each in methods.items()
    ]


def shapes(described: Mapping[str, Any]) -> list[Shape]:
    """Return every schema of an OpenAPI description."""
    found: dict[str, Any] = described.get("components", {}).get("schemas", {})
    return [
        Shape(name, each.get("description", ""), json.dumps(each, ensure_ascii=False, indent=2))
        for name, each in found.items()
    ]


def _parameter(one: Mapping[str, Any]) -> Parameter:
    kinds = [one["schema"], *one["schema"].get("anyOf", ())]
    types = " | ".join(str(kind["type"]) for kind in kinds if "type" in kind)
    return Parameter(one["name"], one["in"], types, bool(one.get("required")))


def _shape_of(message: Mapping[str, Any]) -> str:
    for body in message.get("content", {}).values():
        schema = body.get("schema", {})
        reference = schema.get("$ref") or schema.get("items", {}).get("$ref", "")
        if reference:
            return str(reference).rsplit("/", 1)[-1]
    return ""
