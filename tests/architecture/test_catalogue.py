"""Every definition of the catalogue speaks both languages, and stands on a law where it must."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lienthong.kernel.runtime import Runtime
from lienthong.reference import api as reference
from tests.architecture.source import HOUSE

CATALOGUE = HOUSE / "catalogue"
NEED_BASIS = ("registers", "procedures", "indicators", "contracts")
NEED_TITLE = (*NEED_BASIS, "documents", "messages")
FILES = sorted(CATALOGUE.rglob("*.yaml"))


def bilingual(value: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Return every mapping with ``vi`` or ``en`` in a definition, with its place."""
    if isinstance(value, dict):
        if {"vi", "en"} & set(value):
            yield at, value
        else:
            for key, each in value.items():
                yield from bilingual(each, f"{at}.{key}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from bilingual(each, f"{at}[{number}]")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(CATALOGUE).as_posix())
def test_a_definition_says_everything_in_both_languages(path: Path) -> None:
    content = yaml.safe_load(path.read_text())
    one_sided = [at for at, text in bilingual(content) if not (text.get("vi") and text.get("en"))]
    assert one_sided == []
    if path.relative_to(CATALOGUE).parts[0] in NEED_TITLE:
        assert content["title"]["vi"]
        assert content["title"]["en"]


def test_a_definition_that_touches_people_names_its_law(sqlite_node: Runtime) -> None:
    groundless: list[str] = []
    for path in FILES:
        if path.relative_to(CATALOGUE).parts[0] in NEED_BASIS:
            bases = yaml.safe_load(path.read_text()).get("basis") or []
            known = reference.bases()
            groundless += [f"{path.name}: {each}" for each in bases if each not in known]
            groundless += [] if bases else [path.name]
    assert groundless == []
