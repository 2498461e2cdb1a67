"""The flow of a procedure drawn as SVG from its definition: no library, no script, no style attribute."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from lienthong.services.domain.flow import before
from lienthong.services.spec.shape import Procedure, Step

_BOX, _HIGH, _GAP_X, _GAP_Y, _EDGE = 204, 84, 40, 24, 16


def picture(procedure: Procedure, marks: Mapping[str, str]) -> str:
    """Return the SVG: a box for each step (its title and mark), columns in order, an arrow for each ``to``.

    marks: step → the small line that says whose it is and how long it may take.
    """
    columns = _columns(procedure)
    tallest = max(len(column) for column in columns)
    width = len(columns) * (_BOX + _GAP_X) - _GAP_X + 2 * _EDGE
    height = tallest * (_HIGH + _GAP_Y) - _GAP_Y + 2 * _EDGE
    places = {
        step: (_EDGE + x * (_BOX + _GAP_X), _EDGE + ((tallest - len(column)) / 2 + y) * (_HIGH + _GAP_Y))
        for x, column in enumerate(columns)
        for y, step in enumerate(column)
    }
    arrows = [_arrow(places[a], places[b]) for a, step in procedure.flow.items() for b in step.to]
    boxes = [_box(places[step_id], step, marks.get(step_id, "")) for step_id, step in procedure.flow.items()]
    title = escape(str(procedure.title))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.0f}" role="img" aria-label="{title}" '
        f'class="flow" font-family="sans-serif"><title>{title}</title>'
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="currentColor"/></marker></defs>'
        f"{''.join(arrows)}{''.join(boxes)}</svg>"
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


def _box(place: tuple[float, float], step: Step, mark: str) -> str:
    x, y = place
    lines = _wrapped(str(step.title))
    dashed = ' stroke-dasharray="4 3"' if step.auto else ""
    rows = "".join(
        f'<text x="{x + 12}" y="{y + 22 + 16 * n:.0f}" font-size="13">{escape(t)}</text>' for n, t in enumerate(lines)
    )
    small = "".join(
        f'<text x="{x + 12}" y="{y + _HIGH - 8 - 14 * (1 - n):.0f}" font-size="11.5">{escape(t)}</text>'
        for n, t in enumerate([*[""] * (2 - len(_wrapped(mark, 32))), *_wrapped(mark, 32)])
    )
    return (
        f'<g fill="currentColor"><rect x="{x}" y="{y:.0f}" width="{_BOX}" height="{_HIGH}" rx="6" fill="none" '
        f'stroke="currentColor"{dashed}/>{rows}'
        f"{small}</g>"
    )


def _wrapped(text: str, width: int = 24) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) + 1 > width and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines[:2]


def _arrow(start: tuple[float, float], end: tuple[float, float]) -> str:
    x1, y1 = start[0] + _BOX, start[1] + _HIGH / 2
    x2, y2 = end[0], end[1] + _HIGH / 2
    half = (x1 + x2) / 2
    return (
        f'<path d="M{x1} {y1:.0f} H{half} V{y2:.0f} H{x2}" fill="none" stroke="currentColor" marker-end="url(#arrow)"/>'
    )
