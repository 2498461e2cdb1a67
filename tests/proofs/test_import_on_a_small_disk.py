"""An import on a disk that is really full: each time a sentence, what landed stays, and it is finished afterwards."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.proofs.disks import a_disk, fill

PEOPLE = 12_000
FAMILY = "Trần Lê Phạm Hoàng Vũ Đặng Bùi Đỗ Hồ Ngô Dương Lý Mai Tạ Cao Đinh Tô Lương Trịnh Phan"
MIDDLE = "Văn Quốc Hữu Minh Xuân Ngọc Thế Công Trọng Thanh Đình Hồng Kim Bá Sỹ Gia Chí Tiến Khắc Duy Phước Nhật Viết"
GIVEN = "An Bảo Cường Dũng Giang Hải Khoa Lâm Mạnh Nghĩa Phong Quang Sơn Thắng Uy Vinh Xuyên Yên Tuấn Lộc Huy Tùng"
MB = 1 << 20
REFUSED = {"disk.full", "disk.fails", "import.full"}


def many(path: Path) -> Path:
    """Write a clerk's file of many people."""
    family, middle, given = FAMILY.split(), MIDDLE.split(), GIVEN.split()
    lines = ["Họ và tên;Số định danh;Giới tính;Ngày sinh;Nơi thường trú"]
    for at in range(PEOPLE):
        year = 1940 + at % 60
        born = f"{1 + at % 28:02}/{1 + at % 12:02}/{year}"
        name = f"{family[at % 20]} {middle[at % 23]} {given[at // 20 % 22]}"  # nobody is like somebody else
        lines.append(f"{name};0790{year % 100:02}{at:06};Nam;{born};Phường Bình Thạnh, TP Hồ Chí Minh")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.soak
def test_an_import_on_a_full_disk_is_finished_when_there_is_room(tmp_path: Path) -> None:
    source = many(tmp_path / "many.csv")
    with a_disk(tmp_path / "disk", "48m") as disk:

        def asked(*arguments: object) -> tuple[int, Any]:
            done = subprocess.run(
                [sys.executable, "-m", "lienthong.app.command_line", *map(str, arguments), "--json"],
                env={**os.environ, "LIENTHONG_HOME": str(disk / "home"), "LIENTHONG_DATABASE": ""},
                capture_output=True,
                check=False,
            )
            assert b"Traceback" not in done.stderr, done.stderr.decode()
            return done.returncode, json.loads(done.stdout)

        take = ("register", "import", "population", source, "--as", "G01", "--yes")
        code, _ = asked("register", "imports", "population", "--as", "G01")
        assert code == 0
        said: set[str] = set()
        for left in (0, MB // 2, 3 * MB, 5 * MB):
            filler = fill(disk, left=left)
            code, answer = asked(*take)
            assert code == 2, answer
            said.add(answer["error"]["code"])
            filler.unlink()
        assert said <= REFUSED
        assert "import.full" in said, "the disk was never full while rows landed"
        code, done = asked(*take)
        assert (code, done["rows"]) == (0, PEOPLE)
        code, again = asked(*take)
        assert (code, again["created"], again["unchanged"]) == (0, 0, PEOPLE)
        assert asked("ledger", "verify")[0] == 0
