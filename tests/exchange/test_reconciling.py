"""A list of an operator against the population register: codes only, no guessing, found by everybody in it."""

from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lienthong.exchange import api
from lienthong.exchange.jobs import handlers
from lienthong.exchange.store import comparing
from lienthong.exchange.store import reconciling as store
from lienthong.kernel import jobs, legacy
from lienthong.kernel.actor import system
from lienthong.kernel.columns import folded
from lienthong.kernel.errors import Conflict, Denied, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.text import fold
from lienthong.registers import api as registers
from tests.beginnings import Beginnings
from tests.exchange.conftest import put
from tests.exchange.people import AN, HA, HUY, citizen
from tests.kernel import workbooks

DUCK = duckdb.connect()

OPERATOR = system("cli:operator", agency="DN90")
CONTRACT = "subscriber-reconciliation"
GONE = "079192990777"
OLD = "024567891"
HEADER = ("row_id", "Số CCCD", "Họ và tên", "Ngày sinh")
ROWS = [
    ("a1", HA, "Nguyễn Thị Thu Hà", "08/03/1992", "match"),
    ("a2", HA.lstrip("0"), "nguyen thi thu ha", "1992-03-08", "match"),  # a spreadsheet dropped the zero
    ("a3", HUY, "Huy Lê Quốc", "1990", "match"),
    ("a4", HUY, "Lê Văn Huy", "1990-07-01", "wrong_name"),
    ("a5", AN, "Trần Thị An", "02/01/1996", "wrong_birth_date"),
    ("a6", "079192999999", "Trần Thị An", "1996-01-01", "unknown_number"),
    ("a7", "079060990001", "Võ Văn Cũ", "1960", "deceased"),
    ("a8", OLD, "Võ Văn Cũ", "1960", "old_number"),
    ("a9", GONE, "Trần Thị An", "1996-01-01", "old_number"),
    ("b1", "khong co", "Trần Thị An", "1996-01-01", "unreadable_row"),
    ("b2", AN, "", "1996-01-01", "unreadable_row"),
    ("b3", AN, "Trần Thị An", "hôm qua", "unreadable_row"),
    ("b4", HA, " \u00a0 ", "1992-03-08", "unreadable_row"),  # looks empty
]


def lay_people(_node: Runtime) -> None:
    person = {"sex": "2", "life_status": "living"}
    put("population", number=HA, full_name="Nguyễn Thị Thu Hà", birth_date="1992-03-08", **person)
    put("population", number=HUY, full_name="Lê Quốc Huy", birth_date="1990-07-01", **person)
    put("population", number=AN, full_name="Trần Thị An", birth_date="1996-01-01", **person)
    put("population", number=GONE, full_name="Tran Thi An", birth_date="1996-01-01", **person)
    old = {"number": "079060990001", "former_number": OLD, "full_name": "Võ Văn Cũ", "birth_date": "1960", "sex": "1"}
    put("population", **old, life_status="deceased", death_date="2020-01-01")
    why = registers.Grounds(purpose="lookup", basis="L-26-2023")
    registers.merge_records(system("s"), register="population", keep=AN, gone=GONE, grounds=why, reason="trùng")


@pytest.fixture
def people(node: Runtime, beginnings: Beginnings) -> Runtime:
    beginnings.lay(node, lay_people)
    return node


def written(path: Path, rows: list[Any], header: tuple[str, ...] = HEADER) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def begin(path: Path, who: Any = None, **also: Any) -> api.Reconciliation:
    return api.reconcile(who or OPERATOR.again(), register="population", contract=CONTRACT, path=path, **also)


def test_each_row_gets_a_code_and_each_person_an_entry(people: Runtime, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", [row[:4] for row in ROWS])
    who = OPERATOR.again()
    made = begin(path, who)
    assert (made.state, made.rows) == ("working", len(ROWS))
    assert begin(path, who).id == made.id
    with pytest.raises(Conflict, match="chưa xong"):
        api.reconciliation_result(OPERATOR, reconciliation=made.id, into=tmp_path / "no.csv")
    jobs.run_all({each.kind: each for each in handlers})
    done = api.reconciliation(OPERATOR, reconciliation=made.id)
    assert (done.state, sum(done.codes.values())) == ("done", len(ROWS))
    api.reconciliation_result(OPERATOR, reconciliation=made.id, into=tmp_path / "out.csv")
    with (tmp_path / "out.csv").open() as file:
        found = {row["row_id"]: row["code"] for row in csv.DictReader(file)}
    assert found == {row[0]: row[4] for row in ROWS}
    assert (tmp_path / "out.csv").read_text().count("Trần") == 0
    (entry,) = [each for each in registers.accesses(citizen(HA), subject=HA) if each.contract == CONTRACT]
    assert (entry.id, entry.act, entry.agency) == (done.entry, "compare", "DN90")
    assert done.source_digest in entry.reason
    assert done.result_digest in entry.reason
    (seen,) = [each for each in api.access_log(citizen(HA)) if each.id == done.entry]
    assert "thuê bao" in seen.purpose
    assert api.continue_reconciliation(OPERATOR, reconciliation=made.id) == done
    with pytest.raises(NotFound):
        api.reconciliation(system("x", agency="G24"), reconciliation=made.id)


def test_a_list_cannot_be_used_for_guessing(people: Runtime, tmp_path: Path) -> None:
    guesses = [(str(at), HA, f"Nguyễn Thị {name}", "1992-03-08") for at, name in enumerate("ABCD")]
    with pytest.raises(Invalid, match="cùng một số định danh nhiều lần"):
        begin(written(tmp_path / "guess.csv", guesses))
    (entry,) = [each for each in registers.accesses(citizen(HA), subject=HA) if each.denied]
    assert (entry.reason, entry.contract) == ("mismatch", CONTRACT)
    for _ in range(store_times()):
        begin(written(tmp_path / "once.csv", guesses[:1]))
    with pytest.raises(Invalid, match="Dùng kết quả đã có"):
        begin(written(tmp_path / "once.csv", guesses[:1]))


def store_times() -> int:
    from lienthong.exchange.api.reconciling import TIMES

    return TIMES


def test_who_may_not_and_what_is_no_list(people: Runtime, tmp_path: Path) -> None:
    path = written(tmp_path / "list.csv", [ROWS[0][:4]])
    with pytest.raises(Denied, match="không dành cho"):
        begin(path, system("x", agency="G24"))
    with pytest.raises(Denied, match="Căn cứ"):
        begin(path, grounds=api.Grounds(purpose=CONTRACT, basis="L-26-2023"))
    with pytest.raises(Invalid, match="Tệp thiếu cột Ngày sinh"):
        begin(written(tmp_path / "short.csv", [("1", HA, "Hà")], HEADER[:3]))
    (tmp_path / "torn.parquet").write_bytes(b"PAR1 torn")
    with pytest.raises(Invalid, match="hỏng hoặc chưa tải hết"):
        begin(tmp_path / "torn.parquet")


def test_a_row_that_nobody_can_read_is_one_of_the_answers(people: Runtime, tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(f'number,full_name,birth_date\n{HUY},Lê Quốc Huy,1990-07-01\n{HUY},"x",a,b,c,d\n{AN}\n')
    made = begin(path)
    done = api.continue_reconciliation(OPERATOR, reconciliation=made.id)
    assert done.codes == {"match": 1, "unreadable_row": 2}


@pytest.mark.parametrize(
    ("name", "born", "code"),
    [
        ("Trần Thị Án", "1996", "match"),  # marks of a name are not looked at, a day as far as it is written
        ("AN, TRAN THI", "01/1996", "match"),
        ("AN, TRAN THI", "1996-01", "match"),
        ("Trần Thị An", "1996-02", "wrong_birth_date"),
        ("Trần Thị Anh", "1996-01-01", "wrong_name"),
        ("Trần Thị Anh", "1996-02-01", "wrong_name"),
    ],
)
def test_what_counts_as_the_same(people: Runtime, tmp_path: Path, name: str, born: str, code: str) -> None:
    made = begin(written(tmp_path / "list.csv", [("1", AN, name, born)]))
    assert api.continue_reconciliation(OPERATOR, reconciliation=made.id).codes == {code: 1}


def test_it_goes_on_where_it_was_stopped(people: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PORTION", 4)
    rows = [(str(at), HUY if at % 2 else AN, "Lê Quốc Huy", "1990-07-01") for at in range(2)]
    rows += [(str(at), f"0790909{at:05d}", "Lê Quốc Huy", "1990-07-01") for at in range(2, 10)]
    made = begin(written(tmp_path / "list.csv", rows))
    assert made.portions == 3
    part = api.continue_reconciliation(OPERATOR, reconciliation=made.id, most=1)
    assert (part.state, part.portions_done) == ("working", 1)
    told: list[tuple[int, int]] = []
    done = api.continue_reconciliation(OPERATOR, reconciliation=made.id, say=lambda *at: told.append(at))
    assert told == [(2, 3), (3, 3)]
    assert done.codes == {"match": 1, "wrong_name": 1, "unknown_number": 8}
    other = begin(written(tmp_path / "list.csv", rows))
    assert api.cancel_reconciliation(OPERATOR, reconciliation=other.id).state == "cancelled"
    assert api.cancel_reconciliation(OPERATOR, reconciliation=other.id).state == "cancelled"
    assert [each.name for each in store.folder(other.id).iterdir()] == ["asked.parquet"]
    with pytest.raises(Conflict):
        api.cancel_reconciliation(OPERATOR, reconciliation=made.id)
    assert [each.id for each in api.reconciliations(OPERATOR)] == [other.id, made.id]


ASKED = [
    ("Nguyễn Thị Thu Hà", "08/03/1992", HA, "match"),
    ("Hoà Trần Văn", "1990", f"{HUY[:3]}.{HUY[3:6]}.{HUY[6:]}", "wrong_name"),
    ("Lê Quốc Huy", "tháng 7 năm 1990", HUY, "match"),
    ("TRAN THI AN", "01/01/96", AN, "match"),
    ("Trần Thị An", "02/01/1996", AN, "wrong_birth_date"),
    ("Võ Văn Cũ", "1960", OLD, "old_number"),
    ("Trần Thị An", "01/01/1996", "3.7E+10", "unreadable_row"),
    ("Trần Thị An", "hôm qua", AN, "unreadable_row"),
    ("Trần Thị An", "01/01/1996", "099999999999", "unknown_number"),
]
"""A list as clerks keep it: an order of its own, numbers with dots, days in words, a number that a sheet has lost."""
TITLES = ["Họ, chữ đệm và tên của người đứng tên", "NTNS", "Số căn cước công dân"]


def clerks_list(path: Path) -> Path:
    """Write the list under two rows of titles where the kind has rows of titles."""
    rows: list[list[Any]] = [list(each[:3]) for each in ASKED]
    above: list[list[Any]] = [["DOANH NGHIỆP VIỄN THÔNG", "", ""], ["Danh sách thuê bao tháng 11", "", ""], TITLES]
    match path.suffix:
        case ".xlsx":
            workbooks.xlsx(
                path, {"Ghi chú": [["Người lập", "Lan"], ["Ngày lập", "28/11/2026"]], "Đợt 1": [*above, *rows]}
            )
        case ".ods":
            workbooks.ods(path, {"Đợt 1": [*above, *rows]})
        case ".xls":
            workbooks.xls(path, [*above, *rows])
        case ".jsonl":
            path.write_text("\n".join(json.dumps(dict(zip(TITLES, row, strict=True))) for row in rows))
        case ".csv":
            written(path, rows, tuple(TITLES))
        case _:
            text = "\n".join(";".join(map(str, row)) for row in [*above, *rows])
            path.write_bytes(legacy.encode(text, path.suffix[1:]))
    return path


def told(made: api.Reconciliation, into: Path) -> list[dict[str, str]]:
    api.continue_reconciliation(OPERATOR, reconciliation=made.id)
    api.reconciliation_result(OPERATOR, reconciliation=made.id, into=into)
    with into.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "xls", "ods", "jsonl", "tcvn3", "vni"])
def test_a_clerks_list_is_understood_whatever_it_is_kept_in(people: Runtime, tmp_path: Path, kind: str) -> None:
    found = told(begin(clerks_list(tmp_path / f"list.{kind}")), tmp_path / "out.csv")
    assert [each["code"] for each in found] == [each[3] for each in ASKED]
    assert [each["row_id"] for each in found] == [str(at) for at in range(1, len(ASKED) + 1)]
    first = {"csv": 2, "jsonl": 1}.get(kind, 4)
    assert [int(each["source_row"]) for each in found] == list(range(first, first + len(ASKED)))
    assert {each["sheet"] for each in found} == ({"Đợt 1"} if kind in {"xlsx", "ods"} else {found[0]["sheet"]})
    problems = {int(each["row_id"]): each["problem"] for each in found if each["problem"]}
    assert set(problems) == {7, 8}
    assert "mất các chữ số" in problems[7]
    assert "Không đọc được ngày" in problems[8]
    assert "Trần" not in (tmp_path / "out.csv").read_text(encoding="utf-8")


def test_what_a_spreadsheet_does_to_numbers_and_days(people: Runtime, tmp_path: Path) -> None:
    rows = [
        [int(HA), "Nguyễn Thị Thu Hà", datetime.date(1992, 3, 8)],
        [float(HUY), "Lê Quốc Huy", 33055.0],  # the serial of 1/7/1990
        [int(OLD), "Võ Văn Cũ", 1960],
        ["Tổng cộng: 3", None, None],
    ]
    workbooks.xlsx(tmp_path / "list.xlsx", {"A": [["Số CCCD", "Họ tên", "Ngày sinh"], *rows]})
    found = told(begin(tmp_path / "list.xlsx"), tmp_path / "out.csv")
    assert [each["code"] for each in found] == ["match", "match", "old_number", "unreadable_row"]
    assert "không phải dòng dữ liệu" in found[3]["problem"]


def test_months_before_days_are_seen_and_so_are_exact_columns(people: Runtime, tmp_path: Path) -> None:
    american = [(HA, "Nguyễn Thị Thu Hà", "03/08/1992"), (HUY, "Lê Quốc Huy", "07/01/1990")]
    others = [(f"0790909{at:05d}", "Lê Văn An", f"05/{at}/1980") for at in range(13, 29)]
    path = written(tmp_path / "list.csv", [*american, *others], ("number", "full_name", "birth_date"))
    assert [each["code"] for each in told(begin(path), tmp_path / "out.csv")][:3] == [
        "match",
        "match",
        "unknown_number",
    ]
    rounded = f"SELECT {float(HA)} AS number, 'Nguyễn Thị Thu Hà' AS full_name, DATE '1992-03-08' AS birth_date"
    DUCK.execute(f"COPY ({rounded}) TO '{tmp_path}/list.parquet' (FORMAT parquet)")
    assert [each["code"] for each in told(begin(tmp_path / "list.parquet"), tmp_path / "out.csv")] == ["match"]


IMPOSSIBLE = ["31/02/1992", "1992-02-31", "29/02/1991", "32/01/1992", "08/03/2099", "2099-03-08", "2099"]


@pytest.mark.parametrize("above", [[], [("DANH SÁCH", "", "")]], ids=["plain", "titled"])
def test_a_day_that_never_was_is_unreadable_in_any_file(people: Runtime, tmp_path: Path, above: list[Any]) -> None:
    days = ["15/03/1980"] * 20 + IMPOSSIBLE + ["29/02/1992", "5/4/1992", "1992-00-00", "1992-04", "1992"]
    rows = [(f"0790909{at:05d}", "Lê Văn An", day) for at, day in enumerate(days)]
    header, *others = [*above, ("number", "full_name", "birth_date"), *rows]
    found = told(begin(written(tmp_path / "list.csv", others, header)), tmp_path / "out.csv")
    told_apart = ["unreadable_row" if day in IMPOSSIBLE else "unknown_number" for day in days]
    assert [each["code"] for each in found] == told_apart
    assert all(each["problem"] for each in found if each["code"] == "unreadable_row")


def test_a_short_list_keeps_its_order_beside_a_large_register(people: Runtime, tmp_path: Path) -> None:
    numbers = [79_192_000_000 + (at * 7919) % 50_000 for at in range(1000)]
    made = begin(written(tmp_path / "list.csv", [(str(n), f"{n:012d}", "Lê An", "1980-01-01") for n in numbers]))
    image = tmp_path / "image.parquet"
    everybody = "SELECT 'R' || range AS record, '0' || (79192000000 + range) AS number, 'Lê An' AS name"
    DUCK.execute(f"COPY ({everybody}, '1980-01-01' AS born FROM range(50000)) TO '{image}' (FORMAT parquet)")
    columns = {"number": "number", "name": "name", "birth_date": "born"}
    store.answer(made, 0, comparing.answers(tmp_path / "answers", image, columns, []))
    store.result(made, tmp_path / "out.parquet", "?")
    answered = DUCK.execute(f"SELECT row_id, code FROM read_parquet('{tmp_path}/out.parquet')").fetchall()  # noqa: S608
    assert answered == [(str(number), "match") for number in numbers]


@given(st.text(alphabet="aăâđêôơưAĐẮỘ ' -éñüÖñçs1", max_size=20))
@settings(max_examples=50)
def test_columns_fold_as_text_does(text: str) -> None:
    found = DUCK.execute(f"SELECT {folded('t')} FROM (SELECT ? AS t)", [text]).fetchone()  # noqa: S608
    assert found is not None
    assert " ".join(found[0].split()) == fold(text)
