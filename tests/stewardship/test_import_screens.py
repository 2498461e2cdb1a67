"""A steward's import on the screen: rights, bad files, double presses, two tabs, and what becomes of every row."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong.identity import demonstration as people
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.ids import new_id
from lienthong.kernel.runtime import Runtime, current
from lienthong.registers import api as registers
from lienthong.registers.api import Query
from lienthong.stewardship import api
from lienthong.stewardship.jobs import handlers
from tests.beginnings import Beginnings
from tests.browsing import PAGE, Browser, count_queries
from tests.keeping import an_hour_passes
from tests.kernel import ugly, workbooks
from tests.registers.people import COMMUNE, GROUNDS, HA, OFFICER
from tests.stewardship.test_import_files import GOOD, HEADER, csv_file

ROWS = [[f"07909{at:07d}", "Trần Văn An", "1", f"02/01/{1970 + at}", "01", COMMUNE] for at in range(3)]
OLD = ["number", "full_name", "sex", "birth_date", "Xã", "Huyện", "Tỉnh"]
SPLIT = ["Thị trấn Trâu Quỳ", "Huyện Gia Lâm", "Thành phố Hà Nội"]
QUERIES = 30
"""A page of a steward asks so much at most."""


def accounts(_node: Runtime) -> None:
    people.seed(system("seed"), scale=1, say=lambda _line: None)


def work() -> None:
    jobs.run_all({each.kind: each for each in handlers})


@pytest.fixture
def steward(sqlite_node: Runtime, browse: Callable[..., Browser], beginnings: Beginnings) -> Browser:
    """The steward of the population register, at a house with accounts and nothing in its registers."""
    beginnings.lay(sqlite_node, accounts)
    return browse().as_person("data-steward")


def send(browser: Browser, path: Path, *, register: str = "population", **fields: str) -> httpx.Response:
    """Hand a file in, as the form does."""
    page = f"/steward/{register}/import"
    fields = {"basis": "L-26-2023", "reason": "Công văn 12", **browser.hidden_fields(page), **fields}
    files = {"file": (path.name, path.read_bytes())}
    return browser.request("POST", page, data=fields, files=files, headers=PAGE)


def begun(browser: Browser, path: Path) -> str:
    """Hand a file in; answer the address of its batch."""
    answer = send(browser, path)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removesuffix("/columns")


def tried(browser: Browser, path: Path, **fields: str) -> str:
    """Hand a file in, take the proposal, let the worker try it; answer the address of its batch."""
    batch = begun(browser, path)
    browser.post(f"{batch}/columns", then="trial", **fields)
    work()
    return batch


def landed(browser: Browser, path: Path) -> str:
    batch = tried(browser, path)
    browser.post(f"{batch}/run", seen_on=batch)
    work()
    return batch


def found(number: str) -> list[Any]:
    return registers.read(OFFICER, queries=[Query("population", key=number)], grounds=GROUNDS)[0]


def test_from_the_menu_to_a_landed_file(steward: Browser, tmp_path: Path) -> None:
    assert 'href="/steward"' in steward.get("/account").text
    assert "Cơ sở dữ liệu quốc gia về dân cư" in steward.get("/steward").text
    batch = begun(steward, csv_file(tmp_path / "a.csv", GOOD, [HA, "", "9", "31/02/1990", "", ""], *ROWS))
    page = steward.get(f"{batch}/columns").text
    assert "Họ, chữ đệm và tên" in page
    assert "Nguyễn Thị Thu Hà" in page
    assert steward.get(batch).url.path == f"{batch}/columns", "the address of a batch leads to where it waits"
    waits = steward.post(f"{batch}/columns", then="trial")
    assert (waits.url.path, waits.headers["refresh"]) == (batch, "2")
    assert "Đang chạy thử" in waits.text
    work()
    done = steward.get(batch)
    assert "refresh" not in done.headers
    assert "Chạy thử: 4 trong 5 dòng sẵn sàng" in done.text
    assert "31/02/1990" in done.text, "the raw cell stands beside what was understood"
    assert found(HA) == [], "a dry run writes nothing"
    rejects = steward.request("GET", f"{batch}/rejects.csv?trial=1")
    assert "31/02/1990" in rejects.content.decode("utf-8-sig")
    assert "a-rejects.csv" in rejects.headers["content-disposition"]
    steward.post(f"{batch}/run", seen_on=batch)
    work()
    assert "Đã nhập xong; 1 dòng bị từ chối" in steward.get(batch).text
    assert steward.json(f"{batch}/report.json")["created"] == 4
    rows = steward.request("GET", f"{batch}/rows.csv").content.decode("utf-8-sig")
    assert [line.split(",")[2] for line in rows.splitlines()[1:]].count("accepted") == 4
    assert "31/02/1990" in steward.get(f"{batch}/rows/3").text
    assert "Công văn 12" in steward.get("/steward/population").text
    assert found(HA)[0].values["full_name"] == "Nguyễn Thị Thu Hà"


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", b"", "dòng tiêu đề"),
        ("a.xls", b"<html><table><tr><td>An</td></tr></table>", ""),
        ("a.xlsx", b"PK\x03\x04 cut off", ""),
        ("a.pdf", b"%PDF-1.7", ""),
        ("<script>alert(1)</script>.csv", b"", ""),
    ],
)
def test_a_file_that_cannot_be_used_is_answered_on_the_page(
    steward: Browser, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    fields = {"basis": "L-26-2023", "reason": "CV 9", **steward.hidden_fields("/steward/population/import")}
    sent = {"data": fields, "files": {"file": (name, content)}, "headers": PAGE}
    first, again = (steward.request("POST", "/steward/population/import", **sent) for _ in range(2))
    assert first.status_code == again.status_code == 422
    assert 'class="err"' in first.text
    assert says in first.text
    assert "<script>alert" not in first.text
    assert 'value="CV 9"' in first.text, "what was typed stays"
    assert "Chờ ghép cột" not in steward.get("/steward/population").text, "nothing is left waiting"


def test_a_bomb_and_no_file_at_all(steward: Browser, tmp_path: Path) -> None:
    bomb = workbooks.xlsx(tmp_path / "bomb.xlsx", {"Một": [["a"]]}, **{"xl/media/a.bin": b"\0" * 60_000_000})
    answer = send(steward, bomb)
    assert answer.status_code == 422
    assert 'class="err"' in answer.text
    fields = steward.hidden_fields("/steward/population/import")
    assert "Chọn một tệp" in steward.send("/steward/population/import", fields).text


def test_pressed_twice_and_from_two_tabs_it_is_done_once(steward: Browser, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", *ROWS)
    form = steward.hidden_fields("/steward/population/import")
    one, other = (send(steward, path, **form).headers["location"] for _ in range(2))
    assert one == other, "the same form sent twice is one import"
    batch = one.removesuffix("/columns")
    hidden = steward.hidden_fields(f"{batch}/columns")
    for _ in range(2):
        assert steward.send(f"{batch}/columns", {**hidden, "then": "trial"}).headers["location"] == batch
    assert steward.post(f"{batch}/columns", seen_on=batch, then="trial", **{"field-0": ""}).url.path == batch
    work()
    run = steward.hidden_fields(batch)
    for _ in range(2):
        assert steward.send(f"{batch}/run", run).status_code == 303
    work()
    assert steward.json(f"{batch}/report.json")["created"] == 3
    dropped = steward.post(f"{batch}/drop", seen_on=batch)
    assert dropped.status_code == 409
    assert "hoàn tác" in dropped.text
    assert "Đúng tệp này đã nhập rồi" in steward.get(f"{begun(steward, path)}/columns").text


def test_what_was_chosen_is_read_again_before_it_is_confirmed(steward: Browser, tmp_path: Path) -> None:
    header = ["Mã riêng", "Tên", *HEADER[2:]]
    batch = begun(steward, csv_file(tmp_path / "a.csv", *ROWS, header=header))
    chosen = {"field-0": "number", "field-1": "full_name"}
    twice = steward.post(f"{batch}/columns", then="trial", **{"field-0": "full_name", "field-1": "full_name"})
    assert twice.status_code == 422
    assert 'href="#field-1"' in twice.text
    wrong = steward.post(f"{batch}/columns", then="trial", valid_from="hôm qua", units_on="31/12/2099x", **chosen)
    assert wrong.status_code == 422
    assert {"#valid_from", "#units_on"} <= set(re.findall(r'href="(#\w+)"', wrong.text))
    assert 'value="hôm qua"' in wrong.text
    assert steward.post(f"{batch}/columns", then="trial", valid_from="01/01/2099", **chosen).status_code == 422
    looked = steward.post(f"{batch}/columns", then="look", **chosen)
    assert "Đã đọc lại theo lựa chọn" in looked.text
    assert ROWS[0][0] in looked.text
    assert api.batch(as_steward(), batch=batch.rsplit("/", 1)[1]).state == "begun"
    steward.post(f"{batch}/columns", then="trial", **chosen)
    work()
    assert "Chạy thử: cả 3 dòng đều tốt" in steward.get(batch).text
    nothing = steward.post(f"{batch}/columns", then="trial", **{f"field-{at}": "" for at in range(6)})
    assert nothing.status_code == 422
    again = begun(steward, csv_file(tmp_path / "b.csv", ROWS[0], header=header))
    assert "dùng lại cách hiểu đã xác nhận" in steward.get(f"{again}/columns").text


def as_steward() -> Actor:
    """The steward as the rooms know them, for what no page shows."""
    roles = frozenset({api.ROLE})
    return Actor(kind=Kind.OFFICER, subject="steward", agency="G01", roles=roles, level=3, request_id=new_id())


def test_the_row_of_titles_may_be_said(steward: Browser, tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", ["x", "y", "z"], HEADER, *ROWS, header=["a", "b", "c"])
    batch = begun(steward, path)
    shown = re.search(r'name="header_shown" value="([^"]*)"', steward.get(f"{batch}/columns").text)
    assert shown is not None
    said = {"header": "3", "header_shown": shown[1]}
    page = steward.post(f"{batch}/columns", then="look", **said)
    assert "dòng tiêu đề: 3; dữ liệu từ dòng 4" in page.text
    again = steward.post(
        f"{batch}/columns", seen_on=page.url.raw_path.decode(), then="trial", header="3", header_shown="3"
    )
    assert again.url.path == batch
    work()
    assert "Chạy thử: cả 3 dòng đều tốt" in steward.get(batch).text
    assert "dòng tiêu đề: 3" in steward.get(f"{batch}/columns").text, "what was said stays"
    assert steward.get(f"{batch}/columns?header=99").status_code == 200


def test_old_letters_are_shown_before_and_after_and_may_be_read_otherwise(steward: Browser, tmp_path: Path) -> None:
    people = ugly.tcvn3_with_titles(tmp_path / "a.csv", 8)
    batch = begun(steward, tmp_path / "a.csv")
    page = steward.get(f"{batch}/columns").text
    assert "dòng tiêu đề: 5; dữ liệu từ dòng 6" in page
    assert people[0].name in page
    pairs = re.findall(r"<small>([^<]+) →</small>([^<]+)<", page)
    assert people[0].name in {after for _, after in pairs}
    assert all(before != after for before, after in pairs)
    other = steward.post(f"{batch}/columns", then="look", **{"encoding-1": "vni"})
    assert people[0].name not in other.text, "read in another encoding it is another text"
    assert "Chạy thử: cả 8 dòng đều tốt" in steward.get(tried(steward, tmp_path / "a.csv")).text


def test_rows_that_ask_the_same_are_decided_once(steward: Browser, tmp_path: Path) -> None:
    rows = [[*row[:4], *SPLIT] for row in ROWS]
    batch = landed(steward, csv_file(tmp_path / "a.csv", *rows, header=OLD))
    assert "còn 3 dòng chờ bạn quyết định" in steward.get(batch).text
    page = steward.get(f"{batch}/reviews").text
    assert "1 câu hỏi cho 3 dòng" in page
    question = f"{batch}/reviews/2"
    asked = steward.get(question).text
    options = re.findall(r'name="q-home_commune" value="(\d+)"', asked)
    assert len(options) == 2
    assert SPLIT[0] in asked, "the raw cells stand beside it"
    missing = steward.post(question, verdict="land", alike="1")
    assert missing.status_code == 422
    assert 'href="#q-home_commune"' in missing.text
    assert steward.post(question, verdict="land", **{"q-home_commune": "00000"}).status_code == 422
    hidden = steward.hidden_fields(f"{batch}/reviews/3")
    answer = {**hidden, "verdict": "refuse"}
    assert [steward.send(f"{batch}/reviews/3", answer).status_code for _ in range(2)] == [303, 303]
    told = steward.post(question, verdict="land", alike="1", **{"q-home_commune": options[0]})
    assert "Đã quyết định 2 dòng" in told.text
    assert "Không còn dòng nào chờ quyết định" in told.text
    assert [len(found(row[0])) for row in ROWS] == [1, 0, 1]
    assert found(ROWS[0][0])[0].values["home_commune"] == options[0]
    late = steward.post(f"{batch}/reviews/4", verdict="refuse")
    assert len(found(ROWS[2][0])) == 1, "decided in another tab, it stays decided"
    assert late.status_code == 200
    assert "đã được quyết định: đã nhập" in steward.get(question).text
    counts = steward.json(f"{batch}/report.json")
    assert (counts["created"], counts["rejected"], counts["review"]) == (2, 1, 0)
    assert steward.request("GET", f"{batch}/reviews/{10**30}", headers=PAGE).status_code == 404


def test_a_batch_is_taken_back_whole_or_says_what_rests_on_it(steward: Browser, tmp_path: Path) -> None:
    batch = landed(steward, csv_file(tmp_path / "a.csv", *ROWS))
    assert "3 bản ghi mới sẽ được rút" in steward.get(f"{batch}/undo").text
    assert steward.post(f"{batch}/undo", reason=" ").status_code == 422
    values = {"home_commune": "26740"}
    registers.write(OFFICER.again(), register="population", values=values, key=ROWS[0][0], grounds=GROUNDS)
    page = steward.get(f"{batch}/undo").text
    assert "Chưa hoàn tác được" in page
    assert ROWS[0][0] in page
    other = landed(steward, csv_file(tmp_path / "b.csv", GOOD))
    form = {**steward.hidden_fields(f"{other}/undo"), "reason": "Nhập nhầm"}
    assert [steward.send(f"{other}/undo", form).status_code for _ in range(2)] == [303, 303]
    assert "Đã hoàn tác cả lô" in steward.get(other).text
    assert found(HA) == []


def test_what_stopped_says_so_and_goes_on(steward: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lienthong.stewardship.api.importing import running

    batch = tried(steward, csv_file(tmp_path / "a.csv", *ROWS))
    steward.post(f"{batch}/run", seen_on=batch)
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "TRIES", 1)  # the worker gives the job up at once
        broken.setattr(running, "land", lambda *_given, **_named: 1 // 0)
        work()
    page = steward.get(batch)
    assert "Bị dừng giữa chừng" in page.text
    assert "ZeroDivisionError" in page.text
    assert "refresh" not in page.headers
    assert "Bị dừng" in steward.get("/steward/population").text
    steward.post(f"{batch}/run", seen_on=batch)
    work()
    assert "Đã nhập xong, không còn gì chờ" in steward.get(batch).text


def test_only_stewards_of_the_owner_get_anything(
    steward: Browser, browse: Callable[..., Browser], tmp_path: Path
) -> None:
    batch = tried(steward, csv_file(tmp_path / "a.csv", *ROWS))
    pages = ["/steward", "/steward/population", "/steward/population/import", "/steward/population/export", batch]
    pages += [f"{batch}/{each}" for each in ("columns", "reviews", "rows/2", "rejects.csv", "report.json", "undo")]
    for key in ("commune-officer", "hospital-clerk", "provincial-chairman"):
        other = browse().as_person(key)
        assert {other.get(each).status_code for each in pages} <= {403, 404}, key
        token = other.hidden_fields("/account")
        for each in ("columns", "run", "drop", "undo", "reviews/2"):
            assert other.send(f"{batch}/{each}", token).status_code in {403, 404}
        assert other.send("/steward/population/import", token).status_code == 403
        assert other.send("/steward/population/export", {**token, "sure": "1"}).status_code == 403
    assert "/sign-in" in browse().get(batch).url.path
    assert steward.get("/steward/civil_status/export").status_code == 200
    assert steward.get("/steward/civil_status").status_code == 403, "a register of another ministry"
    assert steward.get("/steward/nothing").status_code == 404
    assert steward.send(f"{batch}/run", {}).status_code == 403, "no token"


def test_templates_come_empty_and_an_export_is_meant(steward: Browser, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx"):
        answer = steward.request("GET", f"/steward/population/template.{kind}")
        assert answer.status_code == 200
        assert f"population.{kind}" in answer.headers["content-disposition"]
    assert steward.request("GET", "/steward/population/template.exe").status_code == 404
    landed(steward, csv_file(tmp_path / "a.csv", GOOD))
    unsure = steward.post("/steward/population/export", kind="csv")
    assert unsure.status_code == 422
    assert "#sure" in unsure.text
    file = steward.post("/steward/population/export", kind="csv", sure="1")
    assert HA in file.content.decode("utf-8-sig")
    lines = steward.post("/steward/population/export", kind="jsonl", sure="1")
    assert [json.loads(each)["number"] for each in lines.text.splitlines()] == [HA]
    columns = steward.post("/steward/population/export", kind="parquet", sure="1")
    assert (columns.content[:4], "population.parquet" in columns.headers["content-disposition"]) == (b"PAR1", True)


def test_older_imports_are_a_page_further(steward: Browser, tmp_path: Path) -> None:
    batches = [begun(steward, csv_file(tmp_path / f"{at}.csv", ROWS[0])) for at in range(9)]
    first = steward.get("/steward/population").text
    assert [each in first for each in batches] == [False, *[True] * 8]
    (further,) = re.findall(r'href="(/steward/population\?after=[^"]+)"', first)
    assert batches[0] in steward.get(further).text
    assert steward.get("/steward/population?after=%F0%9F%A7%BF").status_code == 200


def test_pages_ask_the_database_little_and_no_more_for_a_longer_file(steward: Browser, tmp_path: Path) -> None:
    rows = [[f"07909{at:07d}", "Trần Văn An", "?" if at % 2 else "1", "01/01/1980", "01", COMMUNE] for at in range(40)]
    short, long = (landed(steward, csv_file(tmp_path / f"{n}.csv", *rows[:n])) for n in (4, 40))
    asked: list[int] = []
    for page in (short, long, "/steward/population", "/steward"):
        steward.get(page)
        with count_queries() as statements:
            steward.get(page)
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert max(asked) <= QUERIES, asked


def test_a_batch_says_that_its_source_has_gone(
    steward: Browser, browse: Callable[..., Browser], tmp_path: Path, clock: SetClock
) -> None:
    batch = landed(steward, csv_file(tmp_path / "a.csv", *ROWS, ["", "Trần", "1", "hôm qua", "01", COMMUNE]))
    assert "đã xóa" not in steward.get(batch).text
    clock.advance(timedelta(days=400))
    an_hour_passes(current())
    assert api.purge() >= 1
    again = browse().as_person("data-steward")
    page = again.get(batch)
    assert (page.status_code, "Tệp nguồn đã xóa" in page.text, "SHA-256" in page.text) == (200, True, True)
    for part in ("rejects.csv", "rows.csv", "problems/0", "rows/2"):
        gone = again.get(f"{batch}/{part}")
        assert (gone.status_code, "đã xóa khi hết thời hạn lưu" in gone.text) == (404, True), part
    assert again.get(f"{batch}/report.json").status_code == 200
