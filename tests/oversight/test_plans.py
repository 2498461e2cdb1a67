"""A plan of the shape "32+1" comes from a file or a spreadsheet: tried dry, told by row and column, never twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.sheets import Writer, open_sheet
from lienthong.messages import api as messages
from lienthong.oversight import api, spec
from lienthong.oversight.api.planning import COLUMNS
from tests.browsing import Browser
from tests.oversight.committee import CHAIRMAN, CITY, MINISTER, SECRETARY, SEVEN, hand_in, open_accounts

PLAN = "national-committee-2023"
ROW = {"plan": "ke-hoach-2026", "item": "M01", "agency": CITY, **SEVEN}


def sheet(*rows: dict[str, str], columns: tuple[str, ...] = tuple(COLUMNS)) -> bytes:
    """Return a CSV file of these rows."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([COLUMNS.get(each, each) for each in columns])
    writer.writerows([[row.get(each, "") for each in columns] for row in rows])
    return text.getvalue().encode()


def stage(*rows: dict[str, str], name: str = "ke-hoach.csv", **how: Any) -> str:
    """Hand a spreadsheet in; answer its id."""
    return api.stage(SECRETARY.again(), name=name, content=sheet(*rows, **how))


def test_the_shipped_plan_says_what_its_source_says_and_no_more(sqlite_node: Runtime) -> None:
    assert spec.check() == []
    (plan,) = api.plans(SECRETARY)
    assert (plan.plan, plan.shape.national, plan.shape.special) == (PLAN, 32, 1)
    assert [each.id for each in plan.items] == [f"T23-0{number}" for number in range(1, 7)]
    assert all(each.goal.vi and each.goal.en and each.target is not None for each in plan.items)
    assert not any(each.pillar or each.due or each.indicator for each in plan.items), "no source gives these"
    assert plan.source


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("owner: G99", "G99"),
        ("basis: [QD-0]", "QD-0"),
        ("shape: {national: 3, special: 1}", "6"),
    ],
)
def test_a_faulty_plan_is_told_with_its_line(sqlite_node: Runtime, line: str, said: str) -> None:
    good = (Path(spec.__file__).parents[2] / "catalogue" / "plans" / f"{PLAN}.yaml").read_text(encoding="utf-8")
    key = line.split(":", maxsplit=1)[0]
    lines = [line if each.startswith(f"{key}:") else each for each in good.splitlines()]
    folder = sqlite_node.settings.home / "catalogue" / "plans"
    folder.mkdir(parents=True)
    (folder / "faulty.yaml").write_text("\n".join(lines), encoding="utf-8")
    (found,) = [each for each in spec.check() if each.at.startswith("faulty.yaml")]
    assert said in found.text


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_brings_what_is_known_and_says_what_is_missing(
    sqlite_node: Runtime, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"plan.{kind}"
    api.template(SECRETARY, path=path, plan=PLAN)
    rows = list(open_sheet(path).rows)
    assert len(rows) == 6
    upload = api.stage(SECRETARY.again(), name=path.name, content=path.read_bytes())
    _name, tried = api.dry_run(SECRETARY, upload=upload)
    assert (tried.rows, tried.new, tried.rejected) == (6, 0, 6)
    assert {each.column for each in tried.rejects} == {
        "Rõ người",
        "Rõ việc",
        "Rõ thời gian",
        "Rõ trách nhiệm",
        "Rõ sản phẩm",
        "Rõ kết quả",
    }
    assert "Chưa rõ người" in next(each.reason for each in tried.rejects if each.column == "Rõ người")


def test_a_spreadsheet_sent_again_is_kept_once(node: Runtime) -> None:
    who, content = SECRETARY.again(), sheet(ROW)
    assert len({api.stage(who, name="ke-hoach.csv", content=content) for _click in range(2)}) == 1


def test_one_row_for_all_is_a_task_for_each_ministry_and_province(node: Runtime) -> None:
    open_accounts()
    upload = stage({**ROW, "agency": "Mọi bộ và tỉnh"}, {**ROW, "item": "DB", "special": "x", "pillar": "Xã hội số"})
    _name, tried = api.dry_run(SECRETARY, upload=upload)
    ministries_and_provinces = tried.new - 1
    assert ministries_and_provinces > 34 + 10
    assert api.board(SECRETARY).whole.total == 0, "a dry run changes nothing"
    assert api.import_plan(SECRETARY.again(), upload=upload).new == tried.new
    board = api.board(SECRETARY)
    assert board.whole.total == tried.new
    city = api.board(SECRETARY, agency=CITY, plan="ke-hoach-2026").rows
    assert [(each.item, each.special, each.pillar) for each in city] == [("M01", False, ""), ("DB", True, "society")]
    (notice,) = messages.inbox(CHAIRMAN)
    assert notice.title == "Có 2 nhiệm vụ mới"
    before = [each.code for each in city]
    again = api.import_plan(SECRETARY.again(), upload=upload)
    assert (again.new, again.unchanged, again.rejected) == (0, tried.new, 0)
    fresh = stage({**ROW, "agency": "Mọi bộ và tỉnh"})
    assert api.import_plan(SECRETARY.again(), upload=fresh).new == 0
    assert [each.code for each in api.board(SECRETARY, agency=CITY).rows] == before
    assert len(messages.inbox(CHAIRMAN)) == 1


def test_good_rows_go_in_and_bad_cells_are_told_by_row_column_and_reason(node: Runtime) -> None:
    upload = stage(
        ROW,
        {**ROW, "item": "M02", "due_on": "31/02/2026"},
        {**ROW, "item": "M03", "agency": "Bộ Không Có"},
        {**ROW, "item": "", "product": "-"},
        {**ROW, "item": "M05", "goal": "=1+1"},
        {**ROW, "item": "M06", "due_on": "01/01/2026"},
        {**ROW, "item": "M07", "pillar": "Biển"},
        ROW,
    )
    _name, tried = api.dry_run(SECRETARY, upload=upload)
    assert (tried.rows, tried.new, tried.rejected) == (8, 1, 6)
    assert [(each.row, each.column) for each in sorted(tried.rejects, key=lambda each: each.row)] == [
        (3, "Rõ thời gian"),
        (4, "Cơ quan"),
        (5, "Rõ sản phẩm"),
        (5, "Mã mục"),
        (6, "Rõ mục tiêu"),
        (6, "Rõ mục tiêu"),
        (7, "Rõ thời gian"),
        (8, "Trụ cột"),
    ]
    assert api.import_plan(SECRETARY.again(), upload=upload).new == 1


def test_what_was_assigned_is_not_rewritten_by_a_file(node: Runtime) -> None:
    api.import_plan(SECRETARY.again(), upload=stage(ROW))
    (task,) = api.board(SECRETARY).rows
    hand_in(CHAIRMAN, task.code)
    changed = stage({**ROW, "goal": "50% thủ tục thôi"})
    _name, tried = api.dry_run(SECRETARY, upload=changed)
    assert (tried.new, [each.column for each in tried.rejects]) == (0, ["Mã mục"])
    api.import_plan(SECRETARY.again(), upload=changed)
    seen = api.task(SECRETARY, task=task.code)
    assert (seen.goal, seen.state) == (ROW["goal"], "answered")


def test_an_import_cut_off_is_completed_by_the_same_file(node: Runtime) -> None:
    upload = stage({**ROW, "agency": "Mọi tỉnh"})
    cut = RuntimeError("cut off")
    with pytest.raises(RuntimeError), node.database.transaction():
        api.import_plan(SECRETARY.again(), upload=upload)
        raise cut
    assert api.board(SECRETARY).whole.total == 0
    assert api.import_plan(SECRETARY.again(), upload=upload).new == 34
    assert api.board(SECRETARY).whole.total == 34


def test_a_workbook_with_real_dates_is_read(sqlite_node: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    with Writer(path, [COLUMNS[each] for each in COLUMNS]) as file:
        file.add([[{**ROW, "due_on": "2026-12-15"}.get(each, "") for each in COLUMNS]])
    upload = api.stage(SECRETARY.again(), name="plan.xlsx", content=path.read_bytes())
    assert api.dry_run(SECRETARY, upload=upload)[1].new == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"x" * (5 * 1024 * 1024 + 1)),
        ("a.csv", b"\xff\xfe\xff"),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.exe", b"MZ"),
        ("a.csv", "Một,Hai\n1,2".encode()),
        ("a.csv", sheet(ROW, columns=("plan", "item"))),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_words(sqlite_node: Runtime, name: str, content: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        api.dry_run(SECRETARY, upload=api.stage(SECRETARY.again(), name=name, content=content))
    assert refused.value.message


def test_a_spreadsheet_is_its_senders_own(sqlite_node: Runtime) -> None:
    upload = stage(ROW)
    with pytest.raises(NotFound):
        api.dry_run(CHAIRMAN, upload=upload)
    with pytest.raises(Denied):
        api.dry_run(MINISTER, upload=upload)
    with pytest.raises(Denied):
        api.plans(MINISTER)


def test_a_chairman_imports_for_the_communes_of_the_province(node: Runtime) -> None:
    rows = sheet({**ROW, "agency": "UBND phường Bình Thạnh"}, {**ROW, "item": "M02", "agency": "G12"})
    upload = api.stage(CHAIRMAN.again(), name="a.csv", content=rows)
    tried = api.import_plan(CHAIRMAN.again(), upload=upload)
    assert (tried.new, tried.rejected) == (1, 1)


def test_the_pages_of_plans(nation: Runtime, browse: Callable[..., Browser]) -> None:
    secretary = browse().as_person("committee-secretary")
    page = secretary.get("/oversight/plans").text
    assert "biết 6 trong 32 mục quốc gia" in page
    assert secretary.get(f"/oversight/plans/template.xlsx?plan={PLAN}").content.startswith(b"PK")
    assert "Rõ người" in secretary.get("/oversight/plans/template.csv").content.decode("utf-8-sig")
    assert secretary.get("/oversight/plans/template.exe").status_code == 404
    hidden = secretary.hidden_fields("/oversight/plans")
    files = {"file": ("ke-hoach.csv", sheet(ROW, {**ROW, "item": "M02", "due_on": ""}), "text/csv")}
    tried = secretary.request("POST", "/oversight/plans", follow=True, data=hidden, files=files)
    assert tried.status_code == 200, tried.text
    assert "Rõ thời gian" in tried.text
    assert "Giao 1 nhiệm vụ" in tried.text
    done = secretary.post(tried.url.path)
    assert done.url.path == "/oversight/tasks"
    assert browse().as_person("commune-chair").get("/oversight/plans").status_code == 403
