"""What agencies report by hand stands beside the computed figure; exports say what the page says, and nothing runs."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select

from lienthong.evidence import api as evidence
from lienthong.kernel import sheets
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.oversight import api, spec, store
from lienthong.oversight.domain import figures as domain
from lienthong.reference import api as reference
from tests.browsing import Browser

MONTH, UNIT = "2026-10", "00004"
_picture = io.BytesIO()
Image.new("RGB", (8, 8), "white").save(_picture, "PNG")
PAPER = _picture.getvalue()


def officer(subject: str, role: str, *units: str) -> Actor:
    return Actor(kind=Kind.OFFICER, subject=subject, roles=frozenset({role}), units=frozenset(units), agency="H26.1")


CHAIR = officer("s-chair", "commune-chair", UNIT)
LEADER = officer("s-leader", "provincial-leader", "01")
STRANGER = officer("s-far", "provincial-leader", "79")


@pytest.fixture
def told(sqlite_node: Runtime) -> Runtime:
    """Ten outcomes of one commune in October, eight on time; three of its neighbour."""
    rows = [{"unit": UNIT, "on_time": number < 8} for number in range(10)]
    neighbour = reference.units(level="commune", parent="01")[1].code
    rows += [{"unit": neighbour, "on_time": True} for _ in range(3)]
    kept = [
        row | {"dossier": f"D-{number}", "province": "01", "month": MONTH, "procedure": "linked-birth"}
        for number, row in enumerate(rows)
    ]
    evidence.adopt(system("test"), facts="outcomes", batch="told", rows=kept)
    return sqlite_node


def report(who: Actor = CHAIR, **changes: str | bytes) -> str:
    said = {"indicator": "on-time-share", "unit": UNIT, "month": MONTH, "part": "19", "of": "20", "note": ""}
    return api.report(who, **{**said, "content": PAPER, "name": "bao-cao.png", **changes})  # type: ignore[arg-type]


def test_a_report_is_approved_by_somebody_else_and_counted_nowhere(told: Runtime) -> None:
    before = api.figure(LEADER, indicator="on-time-share", unit=UNIT, month=MONTH)
    made = report()
    assert report(CHAIR) == made  # the same request
    with pytest.raises(Denied):
        api.answer(CHAIR.again(), report=made, decision="approved", reason="")
    api.answer(LEADER, report=made, decision="approved", reason="")
    api.answer(LEADER, report=made, decision="approved", reason="")  # its answer was lost on the way
    (seen,) = api.reports(LEADER, indicator="on-time-share", unit=UNIT, month=MONTH)
    assert (seen.state, seen.reported, seen.computed) == ("approved", domain.Figure(20, 19), before)
    assert seen.difference == pytest.approx(0.15)
    assert api.figure(LEADER, indicator="on-time-share", unit=UNIT, month=MONTH) == before
    with pytest.raises((Conflict, Denied)):
        api.answer(LEADER.again(), report=made, decision="returned", reason="sai")
    assert api.paper(LEADER, report=made)[1] == "image/png"


def test_a_return_says_why_and_history_stays(told: Runtime) -> None:
    made = report()
    with pytest.raises(Invalid):
        api.answer(LEADER, report=made, decision="returned", reason="")
    api.answer(LEADER.again(), report=made, decision="returned", reason="Thiếu danh sách")
    again = report(CHAIR.again(), part="18")
    assert [(each.id, each.state) for each in api.reports(CHAIR)] == [(again, "waiting"), (made, "returned")]


def test_reports_of_other_units_are_not_there(told: Runtime) -> None:
    made = report()
    assert api.reports(STRANGER) == ()
    for act in (
        lambda: api.paper(STRANGER, report=made),
        lambda: api.answer(STRANGER, report=made, decision="approved", reason=""),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Denied):
        report(STRANGER)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"part": "21"}, "part"),
        ({"part": "x"}, "part"),
        ({"of": "0", "part": "0"}, "of"),
        ({"month": "2027-01"}, "month"),
        ({"month": "13/2026"}, "month"),
        ({"content": b""}, "file"),
        ({"content": b"#!/bin/sh"}, "file"),
    ],
)
def test_a_faulty_report_is_refused_at_its_field(told: Runtime, changes: dict[str, str | bytes], at: str) -> None:
    with pytest.raises(Invalid) as refused:
        report(**changes)
    assert [each.at for each in refused.value.faults] == [at]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_says_what_its_reader_sees_and_is_noted(told: Runtime, tmp_path: Path, kind: str) -> None:
    tables: dict[str, dict[str, list[str]]] = {}
    for who in (LEADER, STRANGER):
        path = tmp_path / f"{who.subject}.{kind}"
        api.export(who, path=path, indicator="on-time-share", month=MONTH, place="01")
        cells = [[str(cell or "") for cell in row] for _line, row in sheets.open_sheet(path).rows]
        tables[who.subject] = {row[0]: row for row in cells if row}
    assert tables[LEADER.subject][UNIT][3:6] == ["8", "10", "80,00"]
    assert tables[STRANGER.subject][UNIT][3:5][0] == "ẩn"
    assert tables[LEADER.subject]["Phiên bản công thức"][1] == "1"
    with told.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(store.figures.exports)).scalar() == 2


def test_the_published_figures_are_all_there_with_source_and_words(sqlite_node: Runtime) -> None:
    figures = spec.reported_figures()
    assert len(figures) == 47
    assert all(each.source and each.quote and str(each.title) for each in figures)
    assert set(spec.indicator("online-full-share").reported) <= {each.id for each in figures}


def test_the_path_between_targets_is_a_straight_line(sqlite_node: Runtime) -> None:
    indicator = replace(spec.indicator("on-time-share"), targets={"": {2025: 0.8, 2026: 0.9}, "01": {2026: 0.95}})
    assert indicator.path_of("2026-06") == pytest.approx(0.85)
    assert indicator.path_of("2026-12") == indicator.target_of("2026-12") == pytest.approx(0.9)
    assert indicator.path_of("2025-03") == pytest.approx(0.8)
    assert indicator.path_of("2027-01") is None
    assert indicator.target_of("2026-01", UNIT) == indicator.target_of("2026-01", "01") == pytest.approx(0.95)


def test_pages_of_reports_published_figures_and_exports(nation: Runtime, browse: Callable[..., Browser]) -> None:
    leader = browse().as_person("provincial-chairman")
    sent = leader.post("/oversight/export", seen_on="/oversight", kind="xlsx", indicator="on-time-share")
    assert sent.status_code == 200
    assert sent.content.startswith(b"PK")
    assert "16.400.000" in leader.get("/oversight/published").text
    filled = {"indicator": "on-time-share", "unit": "79", "month": "10/2026", "part": "9", "of": "8", "note": ""}
    for part, status in (("9", 422), ("7", 303)):
        fields = {**leader.hidden_fields("/oversight/reports"), **filled, "part": part}
        sent = leader.request(
            "POST", "/oversight/reports", data=fields, files={"file": ("a.png", PAPER)}, headers={"accept": "text/html"}
        )
        assert sent.status_code == status, sent.text
    page = leader.get("/oversight/reports").text
    assert "87,5%" in page
    assert "Chờ duyệt" in page
    assert 'value="approved"' not in page  # nobody approves a report of their own
    assert "87,5%" not in browse().as_person("commune-officer").get("/oversight/reports").text
    assert browse().as_person("mother").get("/oversight/published").status_code == 403
