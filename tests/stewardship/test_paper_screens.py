"""A scan on the screen and in the shell: handed in, read by the worker, confirmed record by record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lienthong.kernel.runtime import Runtime
from tests.browsing import PAGE, Browser
from tests.stewardship import commands, pages
from tests.stewardship.test_import_screens import found, send, steward, work
from tests.stewardship.test_papers import AN, HANG, Reads, a_list, reads

__all__ = ["reads", "steward"]


def scan(folder: Path) -> Path:
    path = folder / "quet.png"
    path.write_bytes(pages.png(pages.form([])))
    return path


def test_from_the_upload_to_confirmed_records(steward: Browser, reads: Reads, tmp_path: Path) -> None:
    reads(a_list(*pages.PEOPLE, sure=70))
    batch = send(steward, scan(tmp_path)).headers["location"].removesuffix("/columns")
    waits = steward.get(batch)
    assert (waits.url.path, waits.headers["refresh"]) == (f"{batch}/papers", "2")
    work()
    assert "refresh" not in steward.get(f"{batch}/papers").headers
    steward.post(f"{batch}/columns", then="trial")
    work()
    listed = steward.get(f"{batch}/papers").text
    assert "2 bản ghi chờ bạn xác nhận" in listed
    page = steward.get(f"{batch}/papers/2").text
    assert page.count("data:image/png;base64,") >= 5, "every field has its picture"
    assert "Chưa chắc, xem kỹ" in page, "a doubt is said in words"
    wrong = steward.post(f"{batch}/papers/2", verdict="land", **{"f-birth_date": "32/01/1990"})
    assert "32/01/1990" in wrong.text, "what was typed is not lost"
    assert found(HANG) == []
    steward.post(f"{batch}/papers/2", verdict="land", **{"f-full_name": "Nguyễn Thị Hằng"})
    assert found(HANG)[0].values["full_name"] == "Nguyễn Thị Hằng"
    steward.post(f"{batch}/papers/3", verdict="refuse")
    steward.post(f"{batch}/papers/3", verdict="land", seen_on=f"{batch}/papers/2")  # from an older tab
    assert found(AN) == [], "what is decided stays decided"
    assert "Người xác nhận đã sửa" in steward.get(f"{batch}/papers/2").text
    assert steward.request("GET", f"{batch}/papers/pages/1.jpg").headers["content-type"] == "image/jpeg"
    without = steward.request("POST", f"{batch}/papers/3", data={"verdict": "land"}, headers=PAGE)
    assert without.status_code == 403, "a form without its token"


def test_others_find_no_scan(steward: Browser, browse: Callable[..., Browser], reads: Reads, tmp_path: Path) -> None:
    reads(a_list(*pages.PEOPLE))
    batch = send(steward, scan(tmp_path)).headers["location"].removesuffix("/columns")
    work()
    clerk = browse().as_person("hospital-clerk")
    for path in ("papers", "papers/2", "papers/pages/1.jpg"):
        assert clerk.request("GET", f"{batch}/{path}").status_code in {403, 404}


@pytest.mark.usefixtures("ha")
def test_the_shell_lands_what_is_sure_and_lets_the_rest_wait(
    sqlite_node: Runtime, reads: Reads, tmp_path: Path
) -> None:
    reads(a_list(*pages.PEOPLE, sure=92))
    done = commands.data("import", "population", scan(tmp_path), "--yes")
    assert (done["rows"], done["created"], done["review"]) == (2, 0, 2)
    other = tmp_path / "khac.png"
    other.write_bytes(pages.png(pages.form(["x"])))
    reads(a_list(*pages.PEOPLE, sure=92))
    assert commands.data("import", "population", other, "--yes", "--sure", 90)["created"] == 2
