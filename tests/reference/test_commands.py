"""The commands answer people and programs, and their exit codes are honest."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lienthong.kernel.runtime import Runtime
from lienthong.kernel.sheets import Writer
from lienthong.reference import api
from lienthong.reference.cli import commands
from lienthong.reference.cli.whole import convert_whole


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
    told = json.loads(result.stdout)
    assert [told[each] for each in ("certain", "ask", "refuse")] == [2, 1, 2]
    assert told["reasons"] == {"merged": 2, "split": 1, "unknown": 1, "empty": 1}
    rows = converted(tmp_path / "households.converted.csv")
    assert [
        (row["source_row"], row["decision"], row["old_code"], row["new_code"], row["candidates"]) for row in rows
    ] == [
        ("2", "certain", "00001", "00097", ""),
        ("3", "ask", "00007", "", "00008 00025"),
        ("4", "certain", "26905", "26905", ""),
        ("5", "refuse", "", "", ""),
        ("6", "refuse", "", "", ""),
    ]
    assert (rows[0]["household"], rows[0]["new_name"], rows[0]["new_province"]) == ("1", "Phường Hồng Hà", "01")
    assert run("units", "convert", str(file), "--column", "ward").exit_code == 2


@pytest.mark.parametrize(
    "header",
    ["Họ tên,Xã,Huyện,Tỉnh", "Họ tên,Xã/Phường,Quận/Huyện,Tỉnh/TP", "name,commune,district,province"],
)
def test_the_columns_of_units_are_found_under_titles(sqlite_node: Runtime, tmp_path: Path, header: str) -> None:
    file, output = tmp_path / "list.csv", tmp_path / "new.csv"
    file.write_text(
        f"UBND HUYỆN GIA LÂM,,,\n{header}\nA,Yên Thường,Gia Lâm,Hà Nội\nB,Phúc Xá,Ba Đình,Hà Nội\n", "utf-8"
    )
    result = run("units", "convert", str(file), "--output", str(output))
    assert result.exit_code == 0
    assert [(row["source_row"], row["new_code"]) for row in converted(output)] == [("3", "00541"), ("4", "00097")]


@pytest.mark.parametrize("title", ["Địa chỉ", "HKTT", "Mã xã", "Đơn vị hành chính"])
def test_a_workbook_with_one_column_of_units(sqlite_node: Runtime, tmp_path: Path, title: str) -> None:
    file, output = tmp_path / "list.xlsx", tmp_path / "new.csv"
    with Writer(file, ["STT", title]) as writer:
        writer.add([[1, "00001" if title == "Mã xã" else "Tổ 3, phường Phúc Xá, quận Ba Đình, Hà Nội"]])
    assert run("units", "convert", str(file), "--output", str(output)).exit_code == 0
    assert converted(output)[0]["new_code"] == "00097"


def test_a_file_without_units_or_not_utf_8_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "old.csv"
    file.write_text("name,amount\nA,3\n", encoding="utf-8")
    refused = run("units", "convert", str(file))
    assert refused.exit_code == 2
    assert "--column" in refused.output
    file.write_bytes("xã\nPhường 1\n".encode("cp1258", "replace") + b"\xff")
    assert run("units", "convert", str(file)).exit_code == 2


def converted(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


BOTH = ["Xã Tân Tiến", "", "Tỉnh Tuyên Quang"]
"""02461 until 30/06/2025, which became 02470; another one, 01051, since."""
SINCE = [
    ["Phường Sài Gòn", "", "TP Hồ Chí Minh"],
    ["Phường Hoàn Kiếm", "", "Hà Nội"],
    ["Phường Xuân Hòa", "", "TP Hồ Chí Minh"],
]
BEFORE = [
    ["Phường Phúc Xá", "Quận Ba Đình", "Hà Nội"],
    ["Xã Yên Thường", "Huyện Gia Lâm", "Hà Nội"],
    ["Phường 13", "Quận Bình Thạnh", "TP Hồ Chí Minh"],
]


@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize(
    ("rows", "on", "said", "decision", "codes"),
    [
        (SINCE, "2025-07-01", "từ 01/07/2025 vì 3 giá trị", "certain", ["01051"]),
        (BEFORE, "2025-06-30", "trước 01/07/2025 vì 3 giá trị", "certain", ["02470"]),
        ([*SINCE, *BEFORE], None, "Không rõ", "ask", ["02470", "01051"]),
        (SINCE[:2] * 4, None, "Không rõ", "ask", ["02470", "01051"]),
        ([], None, "Không rõ", "ask", ["02470", "01051"]),
    ],
)
def test_the_period_of_a_file_is_shown_by_its_names_or_asked(
    sqlite_node: Runtime,
    tmp_path: Path,
    rows: list[list[str]],
    on: str | None,
    said: str,
    decision: str,
    codes: list[str],
    *,
    apart: bool,
) -> None:
    file, output = tmp_path / "list.csv", tmp_path / "new.csv"
    with Writer(file, ["Xã", "Huyện", "Tỉnh"] if apart else ["STT", "Địa chỉ"]) as writer:
        writer.add(each if apart else ["1", ", ".join(filter(None, each))] for each in (*rows, BOTH))
    how = ("units", "convert", str(file), "--output", str(output))
    assert json.loads(run(*how, "--json").stdout)["on"] == on
    last = converted(output)[-1]
    assert (last["decision"], last["new_code"].split() or last["candidates"].split()) == (decision, codes)
    assert said in run(*how).stdout
    assert said not in run(*how, "--on", "2025-07-01").stdout, "what a person says counts"
    assert converted(output)[-1]["new_code"] == "01051"


@pytest.mark.parametrize(("many", "on"), [(6, "2025-07-01"), (5, None)])
def test_codes_that_are_all_in_force_are_a_list_of_today(
    sqlite_node: Runtime, tmp_path: Path, many: int, on: str | None
) -> None:
    codes = [each.code for each in api.units(level="commune") if api.convert_unit(each.code).decision == "ask"]
    file, output = tmp_path / "list.csv", tmp_path / "new.csv"
    with Writer(file, ["STT", "Mã xã"]) as writer:
        writer.add([["1", code] for code in codes[:many]])
    assert json.loads(run("units", "convert", str(file), "--output", str(output), "--json").stdout)["on"] == on
    assert {row["decision"] for row in converted(output)} == ({"certain"} if on else {"ask"})


def test_no_name_of_today_becomes_another_unit_in_silence() -> None:
    for unit in api.units(level="commune"):
        found = api.convert_unit(api.place(unit))
        assert found.decision == "ask" or found.new_codes == (unit.code,), unit.full_name
        assert unit.code in found.new_codes


def test_agencies_are_listed_with_the_mark_of_unconfirmed_codes() -> None:
    assert "H29.26.929  Ủy ban nhân dân phường Bình Thạnh  (mã minh họa)" in run("agencies", "--unit", "26929").stdout
    assert [each["code"] for each in answer("agencies", "--role", "identity", "--unit", "26929")] == ["G01.79"]
    assert run("agencies", "--role", "identity", "--unit", "00001").exit_code == 2
    assert run("agencies", "--kind", "circus").exit_code == 1


UGLY = [
    "STT,Họ tên,Xã,Huyện,Tỉnh",
    "1,=1+1,Phúc Xá,Ba Đình,Hà Nội",
    '2,"Hà, An ""Út""",Yên Thường,Gia Lâm,Hà Nội',
    "3,-,Xã Không Có,Gia Lâm,Hà Nội",
    "4,Nguye\u0302\u0303n,Phúc Xá,Ba Đình,Hà Nội",
    ",,,,",
    "6,,,,",
]


def test_whole_columns_say_what_rows_say(sqlite_node: Runtime, tmp_path: Path) -> None:
    """A plain file goes by whole columns; the same one with a blank line at its end goes row by row."""
    answers: list[list[dict[str, str]]] = []
    for name, end in (("plain.csv", "\n"), ("blank.csv", "\n\n")):
        (tmp_path / name).write_text("\n".join(UGLY) + end, encoding="utf-8")
        result = run("units", "convert", str(tmp_path / name), "--output", str(tmp_path / f"new-{name}"))
        assert result.exit_code in {0, 1}, result.output
        answers.append(converted(tmp_path / f"new-{name}"))
    assert answers[0] == answers[1]
    assert [(row["source_row"], row["decision"]) for row in answers[0]] == [
        ("2", "certain"), ("3", "certain"), ("4", "refuse"), ("5", "certain"), ("7", "refuse"),
    ]  # fmt: skip
    assert (answers[0][0]["Họ tên"], answers[0][1]["Họ tên"], answers[0][3]["Họ tên"]) == (
        "'=1+1", 'Hà, An "Út"', "Nguyễn",
    )  # fmt: skip
    header = UGLY[0].split(",")
    whole = [
        convert_whole(tmp_path / name, tmp_path / "new-plain.csv", header, [2], ["x"], lambda _: ("ask", "", [""]))
        for name in ("plain.csv", "blank.csv")
    ]
    assert whole == [Counter({("ask", ""): 5}), None]
    assert sorted(each.name for each in tmp_path.iterdir() if each.is_file()) == [
        "blank.csv", "new-blank.csv", "new-plain.csv", "plain.csv",
    ]  # fmt: skip


def test_parquet_is_converted_by_whole_columns_too(sqlite_node: Runtime, tmp_path: Path) -> None:
    names = [dict(zip(UGLY[0].split(","), row.split(","), strict=True)) for row in (UGLY[1], UGLY[3])]
    with Writer(tmp_path / "list.parquet", list(names[0]), types=[str] * 5) as out:
        out.add([list(each.values()) for each in names])
    assert run("units", "convert", str(tmp_path / "list.parquet"), "--output", str(tmp_path / "new.csv")).exit_code == 1
    rows = converted(tmp_path / "new.csv")
    assert [(row["source_row"], row["STT"], row["decision"]) for row in rows] == [
        ("1", "1", "certain"),
        ("2", "3", "refuse"),
    ]
