"""Papers of a birth whose hospital has sent nothing: handed in, filed, counted on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.errors import Invalid
from lienthong.registers import api as registers
from lienthong.services import api
from tests.kernel.test_uploads import photo
from tests.services.conftest import (
    ANSWERS,
    FATHER_3,
    MOTHER_3,
    STEPS,
    family,
    land,
)

READ_OFF = {"birth.birth_date": "14/11/2026", "birth.sex": "2", "birth.birth_place": "Trạm y tế (minh họa)"}
GROUNDS = registers.Grounds(purpose="lookup", basis="L-26-2023")


def hospital_sends(mother: str = MOTHER_3, **differs: str) -> None:
    notice = family(mother, FATHER_3, "GCS-3")["birth_notices"][0]
    land({"birth_notices": [notice | {"birth_place": "Trạm y tế (minh họa)"} | differs]})


def notices() -> list[registers.Record]:
    query = registers.Query("birth_notices", by={"mother_number": MOTHER_3})
    return registers.read(system("test", agency="G18"), queries=[query], grounds=GROUNDS)[0]


def begun(who: Actor) -> str:
    draft = api.begin(who, procedure="linked-birth")
    api.fetch_facts(who, draft=draft)
    return draft


def hand(who: Actor, draft: str, *contents: bytes, instead_of: str = "", item: str = "birth") -> None:
    files = [api.Handed(f"trang {n}.jpg", content) for n, content in enumerate(contents, 1)]
    api.hand_in(who.again(), draft=draft, item=item, files=files, instead_of=instead_of)


def pages(who: Actor, draft: str) -> list[api.Attachment]:
    return [page for paper in api.draft(who, draft=draft).papers for page in paper.pages]


def kept() -> list[Path]:
    folder = runtime.current().settings.home / "attachments"
    return [each for each in folder.rglob("*") if each.is_file()]


def filed(who: Actor) -> str:
    draft = begun(who)
    hand(who, draft, photo())
    api.answer(who, draft=draft, values={**ANSWERS, **READ_OFF}, sharing=STEPS)
    return api.file(who, draft=draft)


def many(n: int) -> list[bytes]:
    return [photo(width=40 + each) for each in range(n)]


def refused(work: Callable[[], object]) -> list[str]:
    with pytest.raises(Invalid) as wrong:
        work()
    return [each.code for each in wrong.value.faults] or [wrong.value.code]
