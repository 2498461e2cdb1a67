"""Finds definitions: the house's own, those of installed packages, and the operator's. A definition is a file.

A package of a ministry offers its folder through the entry point group ``lienthong.catalogue``; an operator puts files
into ``LIENTHONG_HOME/catalogue``. All three have the same shape, and what comes later replaces what has the same id.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from lienthong.kernel import runtime
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_

Definition = TypeVar("Definition", bound=BaseModel)


def folders() -> list[Path]:
    """Return every catalogue folder, the house's first and the operator's last."""
    own = [runtime.current().settings.home / "catalogue"] if runtime.is_running() else []
    return [*_installed(), *(each for each in own if each.is_dir())]


def files(kind: str, pattern: str = "**/*.yaml") -> Iterator[Path]:
    """Yield the definition files of one kind (``registers``, ``procedures``, …), by folder, then by name."""
    for folder in folders():
        yield from sorted((folder / kind).glob(pattern))


def load(path: Path, shape: type[Definition]) -> Definition:
    """Return one definition read and checked against its shape. Raises Invalid with every fault and its place."""
    try:
        return shape.model_validate(read(path))
    except ValidationError as error:
        faults = [
            fault(
                f"{path.name}: {'.'.join(str(part) for part in each['loc'])}",
                f"definition.{each['type']}",
                N_("Không đúng khuôn dạng: %(reason)s."),
                reason=each["msg"],
            )
            for each in error.errors()
        ]
        raise _invalid(path, faults) from None


def read(path: Path) -> Any:
    """Return the content of a YAML file. Raises Invalid with the line when it is not YAML."""
    try:
        return yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        reason = error.problem or ""
        message = N_("Không đọc được YAML: %(reason)s.")
        raise _invalid(path, [fault(f"{path.name}:{line}", "definition.yaml", message, reason=reason)]) from None


def _invalid(path: Path, faults: list[Any]) -> Invalid:
    message = N_("Tệp định nghĩa “%(file)s” có lỗi; sửa các chỗ nêu dưới đây.")
    return Invalid("definition.invalid", message, faults, file=path.name)


@cache
def _installed() -> tuple[Path, ...]:
    points = sorted(entry_points(group="lienthong.catalogue"), key=lambda each: each.name)
    packages = (Path(str(resources.files(point.value))) for point in points)
    return (Path(str(resources.files("lienthong"))) / "catalogue", *packages)
