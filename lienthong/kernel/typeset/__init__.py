"""Typesets papers with typst: kept compilers, our own fonts, PDF/A-2a, data as JSON and never as markup.

A warning of typst fails the paper. No PDF/A judge is at hand: the claim rests on typst's own export checks.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from lienthong.kernel import definitions
from lienthong.kernel.errors import Unavailable
from lienthong.kernel.i18n import N_

HERE = Path(__file__).resolve().parent
FONTS = HERE / "fonts"
PACKAGES = HERE / "packages"
STANDARD = "a-2a"


class TypesetFailed(Unavailable):
    """typst refused, or warned. reason: its own words for the writer of the template; they may quote the data."""

    def __init__(self, template: Path, reason: str) -> None:
        super().__init__(
            "document.typeset",
            N_("Chưa in được giấy theo mẫu “%(template)s”; báo người vận hành, hồ sơ không bị ảnh hưởng."),
            template=template.parent.name,
        )
        self.reason = reason


class Typesetter:
    """Keeps one compiler for each template, with the fonts loaded once."""

    def __init__(self) -> None:
        import typst

        self._typst = typst
        self._fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
        self._compilers: dict[Path, Any] = {}
        self._lock = threading.Lock()

    def pdf(self, template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
        """Return the template filled with data as PDF/A bytes. Raises TypesetFailed when typst refuses or warns."""
        return self._compile(template, data, format="pdf", pdf_standards=[STANDARD], timestamp=int(at.timestamp()))

    def picture(self, template: Path, data: Mapping[str, Any], *, ppi: float = 144) -> bytes:
        """Return the first page of the same paper as PNG."""
        pages: bytes | list[bytes] = self._compile(template, data, format="png", ppi=ppi)
        return pages if isinstance(pages, bytes) else pages[0]

    def _compile(self, template: Path, data: Mapping[str, Any], **options: Any) -> Any:
        inputs = {"data": json.dumps(_printable(data), ensure_ascii=False)}
        with self._lock:
            if template not in self._compilers:
                self._compilers[template] = self._typst.Compiler(
                    input=str(template),
                    root=str(template.parent),
                    font_paths=self._fonts,
                    package_path=str(PACKAGES),
                )
            try:
                content, warnings = self._compilers[template].compile_with_warnings(sys_inputs=inputs, **options)
            except self._typst.TypstError as error:
                raise TypesetFailed(template, error.message) from error
        if warnings:
            raise TypesetFailed(template, warnings[0].message)
        return content


def typesetter() -> Typesetter:
    """Return the node's typesetter."""
    return definitions.once("kernel.typesetter", Typesetter)


def _printable(value: Any) -> Any:
    """Return data with every letter that the paper's font lacks as □: a name from afar must not stop a paper."""
    if isinstance(value, str):
        return _MISSING.sub("□", value)
    if isinstance(value, Mapping):
        return {name: _printable(each) for name, each in cast(Mapping[str, Any], value).items()}
    if isinstance(value, list):
        return [_printable(each) for each in cast(list[Any], value)]
    return value


_COVERED = (
    "\n\u0020-\u007e\u00a0-\u024f\u0300-\u0304\u0306-\u030c\u031b\u0323\u0331\u1e00-\u1eff"
    "\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u20ab\u20ac\u2116\u2122\u2212\u25a1"
)
"""What the shipped fonts are cut to, as ranges of a regular expression (a test typesets every one of them)."""
_MISSING = re.compile(f"[^{_COVERED}]")
