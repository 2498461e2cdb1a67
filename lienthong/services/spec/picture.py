"""The flow of a procedure drawn as SVG from its definition: no library, no script, no style attribute.

Drawn twice: from left to right for wide screens, from top to bottom for phones; the style sheet shows one of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from lienthong.services.domain.flow import before
from lienthong.services.spec.parts import Step
from lienthong.services.spec.shape import Procedure

_BOX, _HIGH, _GAP_X, _GAP_Y, _EDGE = 204, 84, 40, 24, 16
_REM = 0.06
"""How large a unit of the wide drawing is shown, in rem: a single step does not fill a page."""
_WHOLE, _RAIL = 304, 28
"""Of the drawing for phones: width of a step that stands alone, room beside the steps of a fork for its lines."""
Place = tuple[float, float, float]
"""Left, top and width of a box."""


def picture(procedure: Procedure, marks: Mapping[str, str]) -> str:
    """Return the SVG: a box for each step (its title and mark), in order, an arrow for each ``to``; wide, then tall.

    marks: step → the small line that says whose it is and how long it may take.
    """
    columns = _columns(procedure)
    return _wide(procedure, marks, columns) + _tall(procedure, marks, columns)


def _wide(procedure: Procedure, marks: Mapping[str, str], columns: list[list[str]]) -> str:
    tallest = max(len(column) for column in columns)
    width = len(columns) * (_BOX + _GAP_X) - _GAP_X + 2 * _EDGE
    height = tallest * (_HIGH + _GAP_Y) - _GAP_Y + 2 * _EDGE
    places: dict[str, Place] = {
        step: (
            _EDGE + x * (_BOX + _GAP_X),
            _EDGE + ((tallest - len(column)) / 2 + y) * (_HIGH + _GAP_Y),
            _BOX,
        )
        for x, column in enumerate(columns)
        for y, step in enumerate(column)
    }
    arrows = [_across(places[a], places[b]) for a, step in procedure.flow.items() for b in step.to]
    return _drawing(
        procedure, marks, places, arrows, name="wide", size=(width, height), shown=f' width="{width * _REM:.1f}rem"'
    )


def _tall(procedure: Procedure, marks: Mapping[str, str], columns: list[list[str]]) -> str:
    places: dict[str, Place] = {}
    top: float = _EDGE
    for column in columns:
        alone = len(column) == 1
        for step in column:
            places[step] = (_EDGE + (0 if alone else _RAIL), top, _WHOLE - (0 if alone else 2 * _RAIL))
            top += _HIGH + _GAP_Y
    arrows = [_down(places[a], places[b]) for a, step in procedure.flow.items() for b in step.to]
    size = (_WHOLE + 2 * _EDGE, top - _GAP_Y + _EDGE)
    return _drawing(procedure, marks, places, arrows, name="tall", size=size)


def _drawing(
    procedure: Procedure,
    marks: Mapping[str, str],
    places: Mapping[str, Place],
    arrows: list[str],
    *,
    name: str,
    size: tuple[float, float],
    shown: str = "",
) -> str:
    boxes = [_box(places[step_id], step, marks.get(step_id, "")) for step_id, step in procedure.flow.items()]
    title = escape(str(procedure.title))
    drawn = "".join((*arrows, *boxes)).replace("url(#arrow)", f"url(#arrow-{name})")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]} {size[1]:.0f}"{shown} role="img" '
        f'aria-label="{title}" class="flow flow--{name}" font-family="sans-serif"><title>{title}</title>'
        f'<defs><marker id="arrow-{name}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
        f'orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>{drawn}</svg>'
    )


def _columns(procedure: Procedure) -> list[list[str]]:
    """Steps by their longest way from the first one."""
    order = {step_id: step.to for step_id, step in procedure.flow.items()}
    depth: dict[str, int] = {}

    def deep(step: str) -> int:
        if step not in depth:
            depth[step] = max((deep(each) + 1 for each in before(order, step)), default=0)
        return depth[step]

    columns: list[list[str]] = [[] for _ in range(max(map(deep, order)) + 1)]
    for step in order:
        columns[depth[step]].append(step)
    return columns


def _box(place: Place, step: Step, mark: str) -> str:
    x, y, width = place
    lines = _wrapped(str(step.title), int(width / 8.5))
    small_lines = _wrapped(mark, int(width / 6.4))
    dashed = ' stroke-dasharray="4 3"' if step.auto else ""
    rows = "".join(
        f'<text x="{x + 12}" y="{y + 22 + 16 * n:.0f}" font-size="13">{escape(t)}</text>' for n, t in enumerate(lines)
    )
    small = "".join(
        f'<text x="{x + 12}" y="{y + _HIGH - 8 - 14 * (1 - n):.0f}" font-size="11.5">{escape(t)}</text>'
        for n, t in enumerate([*[""] * (2 - len(small_lines)), *small_lines])
    )
    return (
        f'<g fill="currentColor"><rect x="{x}" y="{y:.0f}" width="{width}" height="{_HIGH}" rx="6" fill="none" '
        f'stroke="currentColor"{dashed}/>{rows}'
        f"{small}</g>"
    )


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:2]


def _across(start: Place, end: Place) -> str:
    x1, y1 = start[0] + start[2], start[1] + _HIGH / 2
    x2, y2 = end[0], end[1] + _HIGH / 2
    half = (x1 + x2) / 2
    return _arrow(f"M{x1} {y1:.0f} H{half} V{y2:.0f} H{x2}")


def _down(start: Place, end: Place) -> str:
    """Straight into a step that stands alone; along the left into one of a fork, along the right out of one."""
    bottom = start[1] + _HIGH
    if start[0] > end[0]:  # out of a fork
        beside = start[0] + start[2] + _RAIL / 2
        return _arrow(f"M{start[0] + start[2]} {start[1] + _HIGH / 2:.0f} H{beside} V{end[1]:.0f}")
    if end[0] > start[0]:  # into a fork
        beside = start[0] + _RAIL / 2
        return _arrow(f"M{beside} {bottom:.0f} V{end[1] + _HIGH / 2:.0f} H{end[0]}")
    middle = start[0] + start[2] / 2
    return _arrow(f"M{middle} {bottom:.0f} V{end[1]:.0f}")


def _arrow(path: str) -> str:
    return f'<path d="{path}" fill="none" stroke="currentColor" marker-end="url(#arrow)"/>'
