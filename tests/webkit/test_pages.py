"""Pages: one frame, both languages, provenance shown, nothing inline."""

from __future__ import annotations

import re
from datetime import date

import pytest
from starlette.applications import Starlette
from starlette.requests import Request

from lienthong.kernel import i18n
from lienthong.kernel.actor import Kind
from lienthong.kernel.errors import fault
from lienthong.kernel.runtime import Runtime
from lienthong.webkit import page, parts, show, static_files
from lienthong.webkit.charts import TILES, Line, Tile, line_chart, spark, tile_map


def request_for(path: str = "/") -> Request:
    app = Starlette()
    scope = {"type": "http", "app": app, "method": "GET", "path": path, "headers": [], "query_string": b""}
    return Request({**scope, "client": ("127.0.0.1", 1), "server": ("localhost", 8000), "scheme": "http", "state": {}})


def made(piece: str, **context: object) -> str:
    template = page.environment().from_string('{% import "webkit/components.html" as ui %}' + piece)
    return template.render(**context)


def test_a_page_has_the_frame_in_vietnamese_and_in_english(sqlite_node: Runtime) -> None:
    text = page.render(
        request_for(), "webkit/message.html", title="Không có trang này", text="…", code="x"
    ).body.decode()
    assert '<html lang="vi">' in text
    assert "Đến nội dung chính" in text
    with i18n.speaking("en"):
        english = page.render(request_for(), "webkit/message.html", title="x", text="…", code="x").body.decode()
    assert '<html lang="en">' in english
    assert "Skip to main content" in english


def test_a_value_shows_where_it_came_from(sqlite_node: Runtime) -> None:
    source = parts.Source("CSDL Dân cư", "21/11 20:14", href="/r/1")
    shown = made('{% call ui.facts() %}{{ ui.fact("Họ tên", "Nguyễn <b>", source) }}{% endcall %}', source=source)
    assert '<a class="prov" href="/r/1"><b>CSDL Dân cư</b> · 21/11 20:14</a>' in shown
    assert "Nguyễn &lt;b&gt;" in shown
    assert 'data-from="calc"' in made("{{ ui.prov(s) }}", s=parts.Source("Tính", kind="computed"))


def test_the_error_summary_links_each_field_and_the_field_names_its_error(sqlite_node: Runtime) -> None:
    faults = [fault("ten", "name.digits", "Nhập tên có dấu")]
    shown = made(
        '{{ ui.errors(faults) }}{{ ui.text("ten", "Tên", "An 1", hint="Như giấy", fault=fault_at(faults, "ten")) }}',
        faults=faults,
    )
    assert '<a href="#ten">Nhập tên có dấu</a>' in shown
    assert 'aria-invalid="true" aria-describedby="ten-hint ten-error"' in shown


def test_the_strip_of_days_shows_weekday_day_and_mark(sqlite_node: Runtime) -> None:
    days = [
        parts.ClockDay(date(2026, 11, 24), "nghỉ lễ", ("off",)),
        parts.ClockDay(date(2026, 11, 27), "hẹn trả", ("due",)),
    ]
    shown = made('{{ ui.clock("Còn 4 ngày", "Hẹn trả", days) }}', days=days)
    assert '<li class="is-off">T3<b>24</b><small>nghỉ lễ</small></li>' in shown
    assert '<li class="is-due">T6<b>27</b>' in shown


def test_the_menu_shows_what_the_actor_may_use_and_marks_the_longest_match() -> None:
    officers = frozenset({Kind.OFFICER})
    menu = [
        parts.MenuItem(id="desk", label="Hồ sơ", href="/desk", kinds=officers, order=2),
        parts.MenuItem(id="signing", label="Chờ ký", href="/desk/signing", kinds=officers, order=1),
        parts.MenuItem(id="board", label="Toàn cảnh", href="/oversight", kinds=officers, roles=frozenset({"leader"})),
    ]
    from lienthong.kernel.actor import Actor

    officer = Actor(kind=Kind.OFFICER, subject="S1")
    assert [each.id for each in parts.visible(menu, officer, "top")] == ["signing", "desk"]
    assert parts.current(menu, "/desk/signing/7") == "signing"
    assert parts.current(menu, "/desktop") == ""


def test_every_province_has_a_tile_and_a_missing_figure_is_a_dash() -> None:
    drawn = tile_map({"79": Tile(5, "93,4", "/oversight/x?unit=79")}, label="Bản đồ")
    assert len(TILES) == 34
    assert drawn.count("<g class=") == 34 + 2  # Hoàng Sa and Trường Sa stand with their provinces
    assert 'href="/oversight/x?unit=79"' in drawn
    assert "Đặc khu Trường Sa (tỉnh Khánh Hòa): –" in drawn
    assert "Cà Mau: –" in drawn


def test_charts_stand_with_gaps_and_with_nothing_at_all() -> None:
    assert "–" in spark([])
    assert spark([0.5, None, 0.7], goal=0.9).count("<circle") == 1
    empty = line_chart(Line(["T1", "T2"], [None, None]))
    assert "act" not in empty
    full = line_chart(Line(["T1", "T2"], [0.5, 0.7], [0.6, 0.8]))
    assert "70,0" in full
    assert "80,0" in full


def test_static_files_have_one_address_by_content_and_the_budgets_hold() -> None:
    files = static_files.files()
    assert static_files.address("citizen.css") == f"/static/{static_files.version()}/citizen.css"
    script_and_style = len(files["citizen.css"].compressed) + len(files["house.js"].compressed)
    assert script_and_style < 16 * 1024
    fonts = [
        f"fonts/be-vietnam-pro-{part}-{weight}-normal.woff2"
        for part in ("latin", "vietnamese")
        for weight in (400, 600)
    ]
    fonts += ["fonts/lienthong-so-400.woff2", "fonts/lienthong-so-600.woff2"]
    assert sum(len(files[name].content) for name in fonts) <= 75_000
    assert b"font-weight:700;font-display" not in files["citizen.css"].content


def test_redirects_stay_at_home() -> None:
    assert page.redirect("/desk?x=1").headers["location"] == "/desk?x=1"
    assert page.redirect("//evil.example").headers["location"] == "/"
    assert page.redirect("https://evil.example").headers["location"] == "/"


@pytest.mark.parametrize(("done", "goal"), [(0.978, 0.971), (0.971, 0.978), (0.9, 0.9), (0.5, 0.9)])
def test_the_labels_at_the_end_of_a_line_never_cover_each_other(done: float, goal: float) -> None:
    drawn = line_chart(Line(["T1", "T2"], [0.6, done], [0.6, goal]))
    ends = [float(each) for each in re.findall(r'x="341" y="([\d.]+)"', str(drawn))]
    assert len(ends) == 2
    assert abs(ends[0] - ends[1]) >= 13.9


@pytest.mark.parametrize(
    ("share", "said"), [(1.0, "100,0%"), (0.99996, "99,9%"), (0.7184, "71,8%"), (0.0, "0,0%"), (None, "–")]
)
def test_what_is_not_everything_is_never_rounded_up_to_all(share: float | None, said: str) -> None:
    assert show.percent(share) == said
