"""The commands answer people and programs, and their exit codes are honest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lienthong.kernel.runtime import Runtime
from lienthong.reference.cli import commands


def run(*words: str) -> Result:
    by_name = {each.name: each for each in commands}
    return CliRunner().invoke(by_name[words[0]], words[1:])


def answer(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_the_clock_tells_every_day() -> None:
    result = run("clock", "due", "3wd", "--received", "2026-11-21T20:16")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Hẹn trả trước 27/11/2026 17:00.",
        "  21/11/2026  nghỉ cuối tuần",
        "  22/11/2026  nghỉ cuối tuần",
        "  23/11/2026  tiếp nhận, không tính",
        "  24/11/2026  Ngày Văn hóa Việt Nam",
        "  25/11/2026  ngày 1",
        "  26/11/2026  ngày 2",
        "  27/11/2026  ngày 3",
    ]


def test_the_clock_with_stops_and_an_extension_for_programs() -> None:
    told = answer(
        "clock", "due", "3wd", "--received", "2026-11-16T09:00",
        "--stop", "2026-11-18T10:00/2026-11-18T11:00", "--extend", "2wd",
    )  # fmt: skip
    assert told["at"] == "2026-11-25T17:00:00+07:00"
    assert [day["stopped"] for day in told["days"]].count(True) == 1
    assert answer("clock", "due", "3wd", "--received", "2026-11-16T09:00", "--stop", "2026-11-17T10:00/")["paused"]


@pytest.mark.parametrize("words", [("3 days", "2026-11-16T09:00"), ("3wd", "yesterday")])
def test_the_clock_refuses_what_it_cannot_read(words: tuple[str, str]) -> None:
    assert run("clock", "due", words[0], "--received", words[1]).exit_code == 2


def test_a_year_without_a_known_calendar_is_said() -> None:
    assert "chưa có trong dữ liệu" in run("clock", "due", "3wd", "--received", "2031-03-03T09:00").stdout


def test_a_unit_and_what_became_of_it() -> None:
    assert run("units", "show", "00007").stdout.splitlines() == [
        "00007  Phường Cống Vị, Quận Ba Đình, Thành phố Hà Nội  (… – 30/06/2025)",
        "→ 00008  Phường Ngọc Hà, Thành phố Hà Nội  (01/07/2025 – nay)",
        "→ 00025  Phường Giảng Võ, Thành phố Hà Nội  (01/07/2025 – nay)",
    ]
    assert answer("units", "show", "00004", "--on", "2025-06-30")["decision"] == "certain"
    assert run("units", "show", "99999").exit_code == 2


def test_search_finds_without_marks_and_says_when_nothing_is_found() -> None:
    assert answer("units", "search", "binh", "thanh", "ho", "chi", "minh")[0]["code"] == "26929"
    assert run("units", "search", "xyzzy").exit_code == 1


def test_a_file_of_old_units_is_converted_and_the_unsure_rows_are_listed(sqlite_node: Runtime, tmp_path: Path) -> None:
    file = tmp_path / "households.csv"
    file.write_text(
        'household,commune\n1,00001\n2,00007\n3,"Phường 13, Quận Bình Thạnh, TP Hồ Chí Minh"\n4,xyz\n5\n',
        encoding="utf-8",
    )
    result = run("units", "convert", str(file), "--column", "commune", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) | {"file": ""} == {"file": "", "certain": 2, "ask": 1, "refuse": 2}
    assert (tmp_path / "households.converted.csv").read_text(encoding="utf-8").splitlines() == [
        "household,commune,new_code,new_name,new_province,decision,candidates",
        "1,00001,00097,Phường Hồng Hà,01,certain,",
        "2,00007,,,,ask,00008 00025",
        '3,"Phường 13, Quận Bình Thạnh, TP Hồ Chí Minh",26905,Phường Bình Lợi Trung,79,certain,',
        "4,xyz,,,,refuse,",
        "5,,,,,refuse,",
    ]
    assert run("units", "convert", str(file), "--column", "ward").exit_code == 2


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_bytes("xã\nPhường 1\n".encode("cp1258", "replace") + b"\xff")
    refused = run("units", "convert", str(file))
    assert refused.exit_code == 2
    assert "UTF-8" in refused.output


def test_agencies_are_listed_with_the_mark_of_unconfirmed_codes() -> None:
    assert "H29.26.929  Ủy ban nhân dân phường Bình Thạnh  (mã minh họa)" in run("agencies", "--unit", "26929").stdout
    assert [each["code"] for each in answer("agencies", "--role", "identity", "--unit", "26929")] == ["G01.79"]
    assert run("agencies", "--role", "identity", "--unit", "00001").exit_code == 2
    assert run("agencies", "--kind", "circus").exit_code == 1
