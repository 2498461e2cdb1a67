"""What a rule of severity ``refuse`` forbids is not let in: by a write, a correction, or a row of a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import speaking
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api
from lienthong.stewardship import api as stewardship
from tests.registers.people import GROUNDS, HA, STEWARD

WHO = {"number": HA, "full_name": "Nguyễn Thị Thu Hà", "sex": "2", "birth_date": "1992-03-08"}


def test_a_death_before_birth_is_not_written_and_says_what_to_do(node: Runtime) -> None:
    api.write(STEWARD, register="population", values=WHO, grounds=GROUNDS)
    wrong = {"life_status": "deceased", "death_date": "1990"}
    with pytest.raises(Invalid) as refused:
        api.write(STEWARD, register="population", key=HA, values=wrong, grounds=GROUNDS)
    (found,) = refused.value.faults
    assert (found.at, found.code) == ("birth_date", "rule.death_after_birth")
    assert found.text == "Ngày chết trước ngày sinh. Sửa ngày sinh hoặc ngày chết theo giấy tờ hộ tịch."
    with speaking("en"):
        assert found.text.startswith("Died before being born. Correct")
    with pytest.raises(Invalid):
        api.correct(STEWARD, register="population", key=HA, values={"father_number": HA}, grounds=GROUNDS, reason="?")
    assert api.version_of("population", HA) == 1


def test_a_row_that_breaks_such_a_rule_is_rejected_and_the_others_land(sqlite_node: Runtime, tmp_path: Path) -> None:
    path, rejects = tmp_path / "people.csv", tmp_path / "rejects.csv"
    path.write_text(
        "number,full_name,sex,birth_date,death_date\n"
        f"{HA},Nguyễn Thị Thu Hà,2,08/03/1992,1990\n079090990021,Lê Văn Huy,1,1990,\n",
        encoding="utf-8",
    )
    done = stewardship.import_file(STEWARD, register="population", path=path, rejects=rejects)
    assert (done.created, done.rejected) == (1, 1)
    assert "trước ngày sinh" in rejects.read_text(encoding="utf-8-sig")
