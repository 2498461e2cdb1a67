"""Charts as SVG drawn on the server: spark line, month lines with target path, share bar, map of 34 equal tiles.

A table with the same figures stands beside each of them; the drawings are hidden from screen readers or labelled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from lienthong.kernel.text import number, percent

TILES: dict[str, tuple[int, int, str]] = {
    "12": (1, 0, "Lai Châu"),
    "15": (2, 0, "Lào Cai"),
    "08": (3, 0, "Tuyên Quang"),
    "04": (4, 0, "Cao Bằng"),
    "11": (0, 1, "Điện Biên"),
    "14": (1, 1, "Sơn La"),
    "25": (2, 1, "Phú Thọ"),
    "19": (3, 1, "Thái Nguyên"),
    "20": (4, 1, "Lạng Sơn"),
    "01": (2, 2, "Hà Nội"),
    "24": (3, 2, "Bắc Ninh"),
    "22": (4, 2, "Quảng Ninh"),
    "37": (2, 3, "Ninh Bình"),
    "33": (3, 3, "Hưng Yên"),
    "31": (4, 3, "Hải Phòng"),
    "38": (2, 4, "Thanh Hóa"),
    "40": (2, 5, "Nghệ An"),
    "42": (3, 6, "Hà Tĩnh"),
    "44": (3, 7, "Quảng Trị"),
    "46": (4, 8, "Huế"),
    "48": (4, 9, "Đà Nẵng"),
    "51": (4, 10, "Quảng Ngãi"),
    "52": (4, 11, "Gia Lai"),
    "66": (4, 12, "Đắk Lắk"),
    "75": (3, 13, "Đồng Nai"),
    "68": (4, 13, "Lâm Đồng"),
    "56": (5, 13, "Khánh Hòa"),
    "80": (2, 14, "Tây Ninh"),
    "79": (3, 14, "Hồ Chí Minh"),
    "91": (1, 15, "An Giang"),
    "82": (2, 15, "Đồng Tháp"),
    "86": (3, 15, "Vĩnh Long"),
    "96": (1, 16, "Cà Mau"),
    "92": (2, 16, "Cần Thơ"),
}
"""Column, row and short name of each province's tile, in geographic order."""


@dataclass(frozen=True, slots=True)
class Island:
    """A special zone of the sea: its tile, and the line that ties it to its province. Units of the drawing."""

    name: str
    belongs: str
    at: tuple[int, int]
    tie_from: tuple[int, int]
    tie_to: tuple[int, int]


ISLANDS = {
    "48": Island("Đặc khu Hoàng Sa", "TP. Đà Nẵng", (438, 360), (395, 380), (438, 380)),
    "56": Island("Đặc khu Trường Sa", "tỉnh Khánh Hòa", (483, 570), (474, 540), (483, 590)),
}
_WIDTH, _HEIGHT = 79, 40
_LABEL = 14.0
"""Least distance between two labels at the end of a line chart, so that neither covers the other."""


@dataclass(frozen=True, slots=True)
class Tile:
    """What a province's tile shows. step: 1 (lightest) to 5; text: the figure; href: its evidence, may be empty."""

    step: int
    text: str
    href: str = ""
    chosen: bool = False


def tile_map(tiles: Mapping[str, Tile], *, label: str) -> Markup:
    """Return the map of the 34 provinces; a province without a figure shows – on the lightest tile."""
    drawn = [_tile(code, tiles.get(code, Tile(1, "–"))) for code in TILES]
    return Markup('<svg class="chart map" viewBox="-2 -2 612 684" role="group" aria-label="{}">{}{}</svg>').format(
        label, Markup("").join(drawn), Markup("").join(_islands(tiles))
    )


def spark(values: Sequence[float | None], *, goal: float | None = None) -> Markup:
    """Return a small line of the last figures, ending in a dot; gaps where a figure is missing."""
    known = [each for each in values if each is not None]
    if not known:
        return Markup('<span class="quiet">–</span>')
    shown = known if goal is None else [*known, goal]
    low, high = min(shown), max(shown)
    spread = (high - low) or 1.0

    def place(at: int, value: float) -> tuple[float, float]:
        return 2 + 84 * at / max(1, len(values) - 1), 20 - 17 * (value - low) / spread

    points = [place(at, value) for at, value in enumerate(values) if value is not None]
    dashed = Markup("")
    if goal is not None:
        dashed = Markup('<line x1="0" x2="88" y1="{0}" y2="{0}"/>').format(f"{place(0, goal)[1]:.1f}")
    return Markup(
        '<svg class="spark" viewBox="0 0 88 22" aria-hidden="true">{}<path d="{}"/>'
        '<circle cx="{}" cy="{}" r="2.5"/></svg>'
    ).format(dashed, _path(points), f"{points[-1][0]:.1f}", f"{points[-1][1]:.1f}")


@dataclass(frozen=True, slots=True)
class Line:
    """The line chart of an indicator. values, goal: shares (0.718) by period, None where there is none."""

    labels: Sequence[str]
    values: Sequence[float | None]
    goal: Sequence[float | None] = ()


def line_chart(line: Line) -> Markup:
    """Return the line of an indicator with its target path (dashed), labelled at the ends, in per cent."""
    known = [each for each in [*line.values, *line.goal] if each is not None]
    low = max(0.0, (min(known, default=0.0) * 100 - 5) // 5 * 5)
    high = min(100.0, (max(known, default=1.0) * 100 + 9) // 5 * 5)
    spread = (high - low) or 1.0

    def place(at: int, share: float) -> tuple[float, float]:
        return 30 + 306 * at / max(1, len(line.labels) - 1), 118 - 108 * (share * 100 - low) / spread

    pieces = [_axis(value, 118 - 108 * (value - low) / spread) for value in (low, (low + high) / 2, high)]
    pieces += [_month(30 + 306 * at / max(1, len(line.labels) - 1), text) for at, text in _ticks(line.labels)]
    goal = [place(at, each) for at, each in enumerate(line.goal) if each is not None]
    done = [place(at, each) for at, each in enumerate(line.values) if each is not None]
    goal_at, done_at = _apart(goal[-1][1] if goal else None, done[-1][1] if done else None)
    if goal:
        last = next(each for each in reversed(line.goal) if each is not None)
        pieces.append(Markup('<path class="goal" d="{}"/>').format(_path(goal)) + _end("goal-t", goal_at, last))
    if done:
        last = next(each for each in reversed(line.values) if each is not None)
        dot = Markup('<circle class="dot" cx="{}" cy="{}" r="4.5"/>').format(f"{done[-1][0]:.1f}", f"{done[-1][1]:.1f}")
        pieces.append(Markup('<path class="act" d="{}"/>').format(_path(done)) + dot + _end("strong", done_at, last))
    return Markup('<svg class="chart" viewBox="0 0 380 138" aria-hidden="true">{}</svg>').format(
        Markup("").join(pieces)
    )


def share_bar(shares: Sequence[tuple[str, float]]) -> Markup:
    """Return one bar cut into shares (0 to 1); each piece has a class: ok, risk, late, data-1, data-2."""
    pieces, at = [], 0.0
    for name, share in shares:
        width = max(0.0, min(1.0 - at, share))
        pieces.append(
            Markup('<rect class="fill-{}" x="{}%" width="{}%" height="100%"/>').format(
                name, f"{at * 100:.2f}", f"{width * 100:.2f}"
            )
        )
        at += width
    return Markup('<svg class="bar bar--svg" aria-hidden="true">{}</svg>').format(Markup("").join(pieces))


def _tile(code: str, tile: Tile) -> Markup:
    column, row, name = TILES[code]
    x, y, step = column * _WIDTH, row * _HEIGHT, min(5, max(1, tile.step))
    drawn = Markup(
        '<g class="{on}"><title>{name}: {text}</title>'
        '<rect class="m{step}" x="{x}" y="{y}" width="79" height="40" rx="5"/>'
        '<text class="t{step}" x="{cx}" y="{y1}">{name}</text>'
        '<text class="v t{step}" x="{cx}" y="{y2}">{text}</text></g>'
    ).format(
        on="on" if tile.chosen else "",
        name=name,
        text=tile.text,
        step=step,
        x=x,
        y=y,
        cx=x + 39.5,
        y1=y + 16,
        y2=y + 32,
    )
    return Markup('<a href="{}">{}</a>').format(tile.href, drawn) if tile.href else drawn


def _islands(tiles: Mapping[str, Tile]) -> list[Markup]:
    """Draw the two special zones of the sea, tied to their province and coloured as part of it."""
    return [_island(tiles.get(code, Tile(1, "–")), island) for code, island in ISLANDS.items()]


def _island(tile: Tile, island: Island) -> Markup:
    (x, y), (from_x, from_y), (to_x, to_y) = island.at, island.tie_from, island.tie_to
    drawn = Markup(
        '<path class="tie" d="M{from_x} {from_y}L{to_x} {to_y}"/>'
        '<g class="{on}"><title>{name} ({belongs}): {text}</title>'
        '<rect class="m{step}" x="{x}" y="{y}" width="122" height="40" rx="5"/>'
        '<text class="t{step}" x="{cx}" y="{y1}">{name}</text>'
        '<text class="t{step}" x="{cx}" y="{y2}">{belongs}</text></g>'
    ).format(
        name=island.name, belongs=island.belongs, text=tile.text, step=min(5, max(1, tile.step)),
        on="on" if tile.chosen else "", from_x=from_x, from_y=from_y, to_x=to_x, to_y=to_y,
        x=x, y=y, cx=x + 61, y1=y + 16, y2=y + 32,
    )  # fmt: skip
    return Markup('<a href="{}">{}</a>').format(tile.href, drawn) if tile.href else drawn


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _axis(value: float, y: float) -> Markup:
    return Markup(
        '<line class="axis" x1="30" x2="336" y1="{0}" y2="{0}"/><text x="25" y="{1}" text-anchor="end">{2}</text>'
    ).format(f"{y:.1f}", f"{y + 4:.1f}", number(value))


def _ticks(labels: Sequence[str]) -> list[tuple[int, str]]:
    every = max(1, round(len(labels) / 4))
    return [(at, text) for at, text in enumerate(labels) if at % every == 0 or at == len(labels) - 1]


def _month(x: float, text: str) -> Markup:
    return Markup('<text x="{}" y="134" text-anchor="middle">{}</text>').format(f"{x:.1f}", text)


def _apart(goal: float | None, done: float | None) -> tuple[float, float]:
    """Return the heights of the two labels at a chart's end, moved apart where they would cover each other."""
    first, second = (10.0 if each is None else each for each in (goal, done))
    if goal is None or done is None or abs(first - second) >= _LABEL:
        return first, second
    middle = min(118 - _LABEL / 2, max(10 + _LABEL / 2, (first + second) / 2))
    half = _LABEL / 2 if first > second else -_LABEL / 2
    return middle + half, middle - half


def _end(name: str, y: float, share: float) -> Markup:
    return Markup('<text class="{}" x="341" y="{}">{}</text>').format(name, f"{y + 4:.1f}", percent(share))


CHARTS = {
    "tile_map": tile_map,
    "spark": spark,
    "line_chart": line_chart,
    "share_bar": share_bar,
    "Tile": Tile,
    "Line": Line,
}
