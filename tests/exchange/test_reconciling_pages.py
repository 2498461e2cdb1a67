"""A list of subscribers handed in on the screens: codes and a result to save; nobody else sees it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from lienthong.exchange import api
from lienthong.exchange.jobs import handlers
from lienthong.exchange.store import reconciling as store
from lienthong.identity import api as identity
from lienthong.kernel import jobs
from lienthong.kernel.actor import Actor, Kind, system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from tests.beginnings import Beginnings
from tests.browsing import PAGE, Browser
from tests.exchange.people import HA, citizen
from tests.exchange.test_reconciling import CONTRACT, ROWS, begin, lay_people, written
from tests.identity.conftest import officer

HOME = "/reconciliations"
ROLE = "subscriber-data-officer"
SEED = system("test")


def accounts(node: Runtime) -> None:
    """The register's people, and one officer at the operator and one at another agency with the same role."""
    lay_people(node)
    for place, (key, agency, role) in enumerate(
        (("operator", "DN90", ROLE), ("stranger", "G15", ROLE), ("seller", "DN90", "seller"))
    ):
        member = officer(f"cb-{key}", agency=agency, roles=frozenset({role}), units=frozenset[str]())
        identity.open_staff(SEED, member=member, demonstration=True)
        identity.name_demonstration_person(SEED, key=key, subject=member.subject, name=key, about=key, place=place)


@pytest.fixture
def clerk(sqlite_node: Runtime, browse: Callable[..., Browser], beginnings: Beginnings) -> Browser:
    beginnings.lay(sqlite_node, accounts)
    return browse().as_person("operator")


def send(browser: Browser, path: Path | None, **fields: Any) -> httpx.Response:
    """Hand a list in, as the form does."""
    hidden = browser.hidden_fields(HOME)
    files = {"file": (path.name, path.read_bytes()) if path else ("", b"")}
    return browser.request("POST", HOME, data={**hidden, "contract": CONTRACT, **fields}, files=files, headers=PAGE)


def sent(browser: Browser, path: Path) -> str:
    """Hand a list in; answer the address of its page."""
    answer = send(browser, path)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def work() -> None:
    jobs.run_all({each.kind: each for each in handlers})


def test_from_the_menu_to_the_codes_of_every_row(clerk: Browser, tmp_path: Path) -> None:
    assert f'href="{HOME}"' in clerk.get("/account").text
    assert "hôm nay đã dùng 0 trong 150.000.000 dòng" in clerk.get(HOME).text
    page = sent(clerk, written(tmp_path / "thuê bao.csv", [row[:4] for row in ROWS]))
    waits = clerk.get(page)
    assert waits.headers["refresh"] == "2"
    assert "Đang đối soát" in waits.text
    assert clerk.get(f"{page}/result.csv").status_code == 409, "no code leaves before it is done"
    work()
    done = clerk.get(page)
    assert "refresh" not in done.headers
    assert f"3 trong {len(ROWS)} dòng khớp" in done.text
    for said in ("Sai họ tên", "Số cũ", "Đã chết", "Không có số này", "Dòng không đọc được", "thuê bao.csv"):
        assert said in done.text
    answer = clerk.request("GET", f"{page}/result.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf"), "a spreadsheet reads it as UTF-8"
    result = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(each["row_id"], each["code"]) for each in result] == [(row[0], row[4]) for row in ROWS]
    assert "Trần" not in answer.text
    assert clerk.request("GET", f"{page}/result.parquet").content[:4] == b"PAR1"
    assert clerk.get(f"{page}/result.xlsx").status_code == 404
    assert f"hôm nay đã dùng {len(ROWS)} trong" in clerk.get(HOME).text
    assert "thuê bao.csv" in clerk.get(HOME).text


def test_the_list_is_deleted_once_it_is_answered(clerk: Browser, tmp_path: Path) -> None:
    made = sent(clerk, written(tmp_path / "a.csv", [row[:4] for row in ROWS])).removeprefix(f"{HOME}/")
    assert (store.folder(made) / "list.parquet").exists()
    work()
    assert sorted(each.name for each in store.folder(made).iterdir()) == ["asked.parquet", "part-0000.parquet"]


def test_results_go_after_their_time_and_counts_stay(clerk: Browser, sqlite_node: Runtime, tmp_path: Path) -> None:
    page = sent(clerk, written(tmp_path / "a.csv", [row[:4] for row in ROWS]))
    made = page.removeprefix(f"{HOME}/")
    work()
    assert api.purge() == 0
    assert store.people_asked(made).exists(), "how often somebody is asked for is counted by the day"
    clock = sqlite_node.clock
    sqlite_node.clock = SetClock(clock.now() + timedelta(days=3))
    assert api.purge() == 0
    assert not store.people_asked(made).exists()
    sqlite_node.clock = SetClock(clock.now() + api.RESULTS_KEPT + timedelta(minutes=1))
    assert (api.purge(), api.purge()) == (1, 0)
    assert list(store.folder(made).iterdir()) == []
    clerk.as_person("operator")
    shown = clerk.get(page).text
    assert f"3 trong {len(ROWS)} dòng khớp" in shown
    assert "đã xóa sau 90 ngày" in shown
    assert clerk.get(f"{page}/result.csv").status_code == 409
    assert "Đã xong, kết quả đã xóa" in clerk.get(HOME).text
    (entry,) = [each for each in registers.accesses(citizen(HA), subject=HA) if each.act == "compare"]
    assert entry.contract == CONTRACT, "the log still tells of it"


def test_killed_after_the_last_portion_the_list_goes_at_the_next_try(clerk: Browser, tmp_path: Path) -> None:
    made = begin(written(tmp_path / "a.csv", [row[:4] for row in ROWS])).id
    work()
    left = store.folder(made) / "list.parquet"
    left.write_bytes(b"x")
    assert api.continue_reconciliation(system("x", agency="DN90"), reconciliation=made).state == "done"
    assert not left.exists()


def test_sent_twice_it_is_one_list(clerk: Browser, tmp_path: Path) -> None:
    path, hidden = written(tmp_path / "a.csv", [row[:4] for row in ROWS]), clerk.hidden_fields(HOME)
    answers = [send(clerk, path, request_id=hidden["request_id"]) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]


def test_bad_lists_are_answered_on_the_page(clerk: Browser, tmp_path: Path) -> None:
    missing = send(clerk, None)
    assert (missing.status_code, "Chọn tệp." in missing.text) == (422, True)
    columns = send(clerk, written(tmp_path / "a.csv", [("1", HA)], ("row_id", "Số CCCD")))
    assert (columns.status_code, "Tệp thiếu cột" in columns.text) == (422, True)
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    broken = send(clerk, tmp_path / "a.xlsx")
    assert broken.status_code == 422
    assert 'id="file-error"' in broken.text
    guesses = [(str(at), HA, f"Nguyễn Thị {name}", "1992-03-08") for at, name in enumerate("ABCD")]
    refused = send(clerk, written(tmp_path / "guess.csv", guesses))
    assert (refused.status_code, "cùng một số định danh nhiều lần" in refused.text) == (422, True)
    unknown = send(clerk, written(tmp_path / "b.csv", [row[:4] for row in ROWS]), contract="linked-birth")
    assert (unknown.status_code, "Chọn thỏa thuận" in unknown.text) == (422, True)
    assert "Chưa gửi danh sách nào." in clerk.get(HOME).text


def test_one_is_cancelled_while_it_works_and_not_after(clerk: Browser, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [row[:4] for row in ROWS])
    page = sent(clerk, path)
    assert "không có gì được trả lời" in clerk.post(f"{page}/cancel", seen_on=page).text
    work()
    assert "không có gì được trả lời" in clerk.get(page).text
    page, form = sent(clerk, path), clerk.hidden_fields(HOME)
    work()
    late = clerk.request("POST", f"{page}/cancel", data=form, headers=PAGE)
    assert (late.status_code, "đã xong, không hủy được nữa" in late.text) == (409, True)


def test_nobody_else_sees_it(clerk: Browser, browse: Callable[..., Browser], tmp_path: Path) -> None:
    page = sent(clerk, written(tmp_path / "a.csv", [row[:4] for row in ROWS]))
    work()
    stranger, seller = browse().as_person("stranger"), browse().as_person("seller")
    assert stranger.get(HOME).status_code == 403, "the right role at an agency that is no party"
    assert [stranger.get(each).status_code for each in (page, f"{page}/result.csv")] == [404, 404]
    assert [seller.get(each).status_code for each in (HOME, page, f"{page}/result.csv")] == [403, 403, 403]
    assert browse().get(page).url.path == "/sign-in"
    for browser in (stranger, seller, browse()):
        tried = browser.request("POST", f"{page}/cancel", data=browser.hidden_fields("/sign-in"), headers=PAGE)
        assert tried.status_code in {401, 403, 404}
    made = page.removeprefix(f"{HOME}/")
    outsider = Actor(kind=Kind.OFFICER, subject="cb-seller", agency="DN90", roles=frozenset({"seller"}), level=3)
    with pytest.raises(NotFound):
        api.reconciliation(outsider, reconciliation=made)
    assert api.reconciliations(outsider) == []
    assert api.list_contracts(outsider) == []


def test_older_lists_are_on_the_next_page(clerk: Browser, tmp_path: Path) -> None:
    for at in range(22):
        row = (str(at), f"0791920{at:05d}", "Ai Đó", "1990")
        begin(written(tmp_path / f"list-{at:02d}.csv", [row]))
    first = clerk.get(HOME).text
    assert ("list-21.csv" in first, "list-02.csv" in first, "list-01.csv" in first) == (True, True, False)
    older = clerk.get(first.split('rel="next" href="')[1].split('"')[0]).text
    assert ("list-01.csv" in older, "list-00.csv" in older, "Về đầu danh sách" in older) == (True, True, True)
