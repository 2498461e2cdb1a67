"""Finds and reads definition files: built-in ones, those of installed packages, and those of this node's home.

A package adds its definitions through the entry point group ``lienthong.catalogue`` (the value is a package whose
folder holds ``registers/``, ``procedures/`` …). Every fault carries its file and line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import entry_points
from importlib.resources import files as package_files
from pathlib import Path
from threading import RLock
from typing import Any, Generic, TypeVar, cast

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from lienthong.kernel import clock, runtime
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime

Model = TypeVar("Model", bound=BaseModel)
Made = TypeVar("Made")
BUILT_IN = Path(__file__).resolve().parents[1] / "catalogue"
_of_package: dict[tuple[object, date], Any] = {}
_lock = RLock()


@dataclass(frozen=True, slots=True)
class Definition(Generic[Model]):
    """One definition and where it stands; ``line`` answers the line of a path into it."""

    path: Path
    model: Model
    source: str

    def place(self, *path: str | int) -> str:
        """Return ``file:line`` of a place inside the definition (of the nearest parent when it is not written)."""
        return f"{self.path.name}:{line_of(self.source, path)}"


def folders(kind: str) -> list[Path]:
    """Return the folders that hold definitions of a kind, built-in first, the node's own last."""
    own = [runtime.current().settings.home / "catalogue"] if runtime.is_running() else []
    found = [root / kind for root in (BUILT_IN, *_packages(), *own)]
    return [folder for folder in found if folder.is_dir()]


@cache
def _packages() -> tuple[Path, ...]:
    return tuple(Path(str(package_files(entry.value))) for entry in entry_points(group="lienthong.catalogue"))


def has_own(home: Path) -> bool:
    """Say whether a node's home adds definitions or reference data to those of the package."""
    return (home / "catalogue").is_dir() or (home / "reference").is_dir()


def once(key: object, make: Callable[[], Made]) -> Made:
    """Return what is made of definition files alone, once for a node; nodes whose home adds none share it for a day."""

    def of(node: Runtime) -> Made:
        if has_own(node.settings.home):
            return make()
        today = clock.today(node.clock)  # what is in force is another question tomorrow
        with _lock:
            if (key, today) not in _of_package:
                _of_package[key, today] = make()
            return _of_package[key, today]

    return runtime.current().part(key, of)


def load(kind: str, model: type[Model]) -> tuple[list[Definition[Model]], list[Fault]]:
    """Read every ``*.yaml`` of a kind (also ``NAME/KIND.yaml`` folders); answer what is well formed and every fault."""
    good: list[Definition[Model]] = []
    faults: list[Fault] = []
    for folder in folders(kind):
        for path in sorted([*folder.glob("*.yaml"), *folder.glob("*/*.yaml")]):
            one, wrong = read(path, model)
            faults.extend(wrong)
            if one is not None:
                good.append(one)
    return good, faults


def read(path: Path, model: type[Model]) -> tuple[Definition[Model] | None, Sequence[Fault]]:
    """Read one definition file; answer it or its faults, each with file and line."""
    one, faults = _read(path, path.read_text(encoding="utf-8"), model)
    return cast("Definition[Model] | None", one), faults


_TEXT = N_("“%(field)s” là chữ; viết trong ngoặc kép nếu trông như số hay ngày.")
_NUMBER = N_("“%(field)s” là số; viết bằng chữ số, không có ngoặc kép.")
_SWITCH = N_("“%(field)s” là true hoặc false; viết một trong hai.")
_LIST = N_("“%(field)s” là một danh sách; viết trong ngoặc vuông [ ], hoặc mỗi mục một dòng bắt đầu bằng “-”.")
_PART = N_("“%(field)s” gồm nhiều khóa; viết mỗi khóa một dòng thụt vào, dạng “khóa: giá trị”.")
_DAY = N_("“%(field)s” là ngày; viết năm-tháng-ngày, ví dụ 2026-11-28.")
_BOUND = N_("“%(field)s” ngoài khoảng cho phép (%(reason)s); sửa lại số.")
_WRONG = {
    "missing": N_("Thiếu “%(field)s”; thêm vào theo mẫu trong docs/recipes."),
    "extra_forbidden": N_("Không có khóa nào tên “%(field)s”; sửa tên khóa, hoặc bỏ đi."),
    "too_short": N_("“%(field)s” để trống; ghi ít nhất một mục."),
    "string_too_short": N_("“%(field)s” để trống; ghi ít nhất một mục."),
    "string_pattern_mismatch": N_("“%(field)s” viết sai dạng; sửa lại theo mẫu trong docs/recipes."),
    **dict.fromkeys(("literal_error", "enum"), N_("“%(field)s” chỉ nhận %(expected)s; chọn một trong số đó.")),
    **dict.fromkeys(("string_type",), _TEXT),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "float_type", "float_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _SWITCH),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _PART),
    **dict.fromkeys(("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"), _DAY),
    **dict.fromkeys(("greater_than", "greater_than_equal", "less_than", "less_than_equal"), _BOUND),
}
"""What is wrong most often, in words of the house; the rest is said as pydantic has it."""


def _wrong(each: ErrorDetails) -> str:
    """Return the sentence of a fault: a check of our own says it itself."""
    own = each.get("ctx", {}).get("error")
    return (
        str(own)
        if own
        else _WRONG.get(each["type"], N_("“%(field)s”: %(reason)s. Sửa lại theo mẫu trong docs/recipes."))
    )


@lru_cache(maxsize=256)
def _read(path: Path, source: str, model: type[BaseModel]) -> tuple[Definition[Any] | None, Sequence[Fault]]:
    """Read a text once for all nodes of the process: a file that changed is another text."""
    try:
        content = yaml.load(source, Loader=yaml.CSafeLoader)  # the safe loader in C: ten times faster
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        return None, [fault(f"{path.name}:{line}", "definition.yaml", N_("Tệp YAML viết sai; sửa dòng này."))]
    try:
        return Definition(path, model.model_validate(content), source), []
    except ValidationError as error:
        return None, [
            fault(
                f"{path.name}:{line_of(source, each['loc'])}",
                "definition.shape",
                _wrong(each),
                field=".".join(str(step) for step in each["loc"]),
                reason=each["msg"],
                expected=each.get("ctx", {}).get("expected", ""),
            )
            for each in error.errors()
        ]


def line_of(source: str, path: Sequence[str | int]) -> int:
    """Return the line of a path inside a YAML text, counted from 1; the nearest parent's when the end is not there."""
    node = _composed(source)
    line = 1
    for step in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


@lru_cache(maxsize=16)
def _composed(source: str) -> Any:
    return cast(Any, yaml).compose(source, Loader=yaml.CSafeLoader)  # PyYAML has no types
