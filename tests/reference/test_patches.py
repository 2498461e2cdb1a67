"""An operator patches facts with files of the same shape; a wrong file is refused with its place."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.reference import api, spec

VERSIONS = "code,full_name,unit_type,parent,valid_from,valid_to,into\n"


def put(node: Runtime, name: str, content: str) -> None:
    path: Path = node.settings.home / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")


def test_a_decree_is_a_dated_row(sqlite_node: Runtime) -> None:
    """Invented: Bình Quới joins Bình Thạnh in 2027, Cao Bằng gets another name."""
    rows = [
        "26911,Phường Bình Quới,phường,79,2025-07-01,2026-12-31,26929",
        "04,Thành phố Cao Bằng,thành phố trực thuộc trung ương,,2027-01-01,,",
    ]
    put(sqlite_node, "reference/unit_versions.csv", "# invented\n" + VERSIONS + "\n".join(rows) + "\n")
    assert [api.unit("04", on=day).full_name for day in (date(2026, 12, 31), date(2027, 1, 1))] == [
        "Tỉnh Cao Bằng",
        "Thành phố Cao Bằng",
    ]
    assert len(api.units(parent="79", on=date(2027, 1, 1))) == len(api.units(parent="79", on=date(2026, 12, 31))) - 1
    answer = api.successors("26911", on=date(2026, 6, 1))
    assert (answer.decision, [each.code for each in answer.candidates]) == ("certain", ["26929"])
    old = api.successors("Phường 28, Quận Bình Thạnh, Thành phố Hồ Chí Minh", on=date(2025, 6, 30))
    assert [each.code for each in old.candidates] == ["26929"], "what became of what it became"


def test_a_province_founded_by_a_patch_gets_agencies_with_the_demonstration_mark(sqlite_node: Runtime) -> None:
    put(sqlite_node, "reference/unit_versions.csv", VERSIONS + "97,Tỉnh Mới,tỉnh,,2026-01-01,,\n")
    agency = api.competent(role="identity", unit="97")
    assert (agency.name.vi, agency.demonstration) == ("Công an tỉnh Mới", True)
    assert api.agencies(kind="people-committee", unit="97")[0].demonstration


def test_an_office_closed_by_its_province_does_not_count_the_day(sqlite_node: Runtime) -> None:
    put(
        sqlite_node,
        "reference/holidays_vn.csv",
        "date,kind,name_vi,source,confidence,agency\n2026-11-17,off,Bão số 9,invented,high,H29\n",
    )
    received = datetime(2026, 11, 16, 9, 0, tzinfo=ZONE)
    due = {agency: api.due(received=received, term=api.Term(1, "wd"), agency=agency) for agency in ("", "H29.26.929")}
    assert [each.at.day for each in due.values()] == [17, 18]
    assert due["H29.26.929"].days[1].label.vi == "Bão số 9"
    assert api.working_day(date(2026, 11, 17), agency="H26")


def test_an_agency_code_is_confirmed_by_a_file(sqlite_node: Runtime) -> None:
    put(sqlite_node, "catalogue/agencies/confirmed.yaml", "confirmed: [H26]\n")
    agency = api.agency("H26")
    assert agency is not None
    assert not agency.demonstration


def test_a_row_with_a_missing_cell_is_refused_with_its_line(sqlite_node: Runtime) -> None:
    put(sqlite_node, "reference/unit_versions.csv", "# a\n" + VERSIONS + "04,Tỉnh Cao Bằng\n")
    with pytest.raises(Invalid, match=r"unit_versions\.csv:3"):
        api.unit("04")


def test_the_catalogue_of_the_house_has_no_fault(sqlite_node: Runtime) -> None:
    assert spec.check() == []


@pytest.mark.parametrize(
    ("file", "content", "code"),
    [
        ("dictionary/x.yaml", "terms:\n  x: {type: code, title: [X, X], class: open, list: none}\n", "dictionary.list"),
        (
            "dictionary/x.yaml",
            "terms:\n  x: {type: text, title: [X, X], class: open, format: '['}\n",
            "dictionary.format",
        ),
        ("dictionary/x.yaml", "terms:\n  x: {type: text, titel: [X, X], class: open}\n", "definition.shape"),
        (
            "bases/x.yaml",
            "bases:\n  X: {number: '1', title: [X, X], valid: [2026-01-02, 2026-01-01], source: x, confidence: low}\n",
            "basis.valid",
        ),
        (
            "agencies/x.yaml",
            "agencies:\n  X: {name: [X, X], short: [X, X], kind: x, parent: Y, demonstration: true, source: x}\n",
            "agency.unknown",
        ),
    ],
)
def test_a_definition_with_a_fault_is_found_with_its_line(
    sqlite_node: Runtime, file: str, content: str, code: str
) -> None:
    put(sqlite_node, "catalogue/" + file, content)
    faults = spec.check()
    assert code in {each.code for each in faults}
    assert all(each.at.startswith("x.yaml:") for each in faults)
