"""A draft of a scan whose person stands already under another number: asked before it lands, nothing typed lost."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from lienthong.kernel.actor import system
from lienthong.kernel.errors import Conflict, Denied, Invalid
from lienthong.kernel.runtime import Runtime
from lienthong.registers import api as registers
from lienthong.stewardship import api
from tests.browsing import Browser, count_queries
from tests.registers.people import GROUNDS, STEWARD
from tests.stewardship import pages
from tests.stewardship import test_import_screens as screens
from tests.stewardship.desk import steward as officer
from tests.stewardship.test_import_known import HANH, KEY, OTHER, now, stands
from tests.stewardship.test_import_screens import steward
from tests.stewardship.test_paper_screens import scan
from tests.stewardship.test_papers import Reads, a_list, reads, run, taken

__all__ = ["reads", "steward"]
PHONE = "0907777777"
SHE = ["1", HANH["full_name"], OTHER, "Nữ", "08/03/1992", pages.PLACE]
LOG = system("log")


def drafted(reads: Reads, *rows: list[str], lands_from: int = 0) -> str:
    """Bring a scanned list in; answer its batch. Its first draft is row 2."""
    reads(a_list(*rows))
    batch = taken(pages.png(pages.form([str(rows)])))
    api.read_pages(STEWARD, batch=batch)
    run(batch, lands_from=lands_from)
    return batch


def confirm(batch: str, row: int = 2, **said: Any) -> bool:
    return api.confirm_draft(STEWARD.again(), batch=batch, row=row, texts=said.pop("texts", {}), **said)


def test_it_waits_with_what_was_typed_until_somebody_says_who_it_is(node: Runtime, reads: Reads) -> None:
    hanh = stands()
    batch = drafted(reads, [*SHE[:1], "Nguyễn Thị Mỹ Hanh", *SHE[2:]])
    for _ in range(2):  # a double press asks once
        assert not confirm(batch, texts={"full_name": HANH["full_name"], "phone": PHONE})
    assert now(OTHER) == [], "nothing lands unasked"
    (asked,) = api.drafts(STEWARD, batch=batch)
    told = {each.name: (each.read, each.text) for each in asked.fields}
    assert told["full_name"] == ("Nguyễn Thị Mỹ Hanh", HANH["full_name"]), "read and typed are both kept"
    assert told["phone"] == ("", PHONE)
    assert [each.code for each in asked.fields[1].said] == ["row.maybe_known_person"]
    ((twin, record),) = api.twins_of(STEWARD, batch=batch, row=2)
    assert record
    assert (twin.record, record.key) == (hanh.id, KEY)
    for nobody in ("", "01J0000000000000000000000A"):
        with pytest.raises(Invalid) as refused:
            confirm(batch, person=nobody)
        assert [each.at for each in refused.value.faults] == ["person"]
    assert confirm(batch, person=hanh.id, reason="hai thẻ, một người")
    assert confirm(batch, person="other"), "what is decided stays decided"
    (led,) = now(OTHER)
    assert (led.id, led.asked_as, led.values["phone"]) == (hanh.id, OTHER, PHONE)
    done = api.draft(STEWARD, batch=batch, row=2)
    assert (done.state, done.person) == ("landed", hanh.id)
    assert api.progress(STEWARD, batch=batch).counts.changed == 1


def test_the_history_names_the_scan_and_it_can_be_taken_back(node: Runtime, reads: Reads) -> None:
    hanh = stands()
    batch = drafted(reads, SHE)
    assert not confirm(batch, texts={"phone": PHONE})
    confirm(batch, person=hanh.id, reason="hai thẻ")
    past = api.past_of(STEWARD, register="population", key=KEY, grounds=GROUNDS)
    digest = api.batch(STEWARD, batch=batch).digest
    last = past.versions[-1]
    assert last.reason == f"hai thẻ · Bản quét trang 1, SHA-256 {digest} · quet.png, dòng 2"
    assert (past.scans[last.version].batch, past.scans[last.version].row) == (batch, 2)
    assert api.undo(STEWARD.again(), batch=batch, reason="nhầm") == 2
    assert now(OTHER) == []
    assert now(KEY)[0].values["phone"] == HANH["phone"]


def test_somebody_new_lands_and_the_next_one_like_them_is_asked_again(node: Runtime, reads: Reads) -> None:
    stands()
    batch = drafted(reads, SHE, ["2", SHE[1], "079192990103", *SHE[3:]])
    assert not confirm(batch)
    assert confirm(batch, person="other")
    assert now(OTHER)[0].asked_as == ""
    assert not confirm(batch, row=3)
    assert len(api.twins_of(STEWARD, batch=batch, row=3)) == 2, "the draft before is in the register by now"
    again = drafted(reads, [*SHE[:5], "Phường 1, TP Hồ Chí Minh"])
    assert confirm(again, texts={"home_commune": pages.PLACE}), "whoever has a record is not asked about"


def test_a_person_who_came_meanwhile_is_shown_before_anything_lands(node: Runtime, reads: Reads) -> None:
    hanh = stands()
    batch = drafted(reads, SHE)
    assert not confirm(batch)
    kept = stands(number="079192990103", phone="0905555555")
    assert not confirm(batch, person="other"), "the word was about one of two"
    assert {each.record for each, _ in api.twins_of(STEWARD, batch=batch, row=2)} == {hanh.id, kept.id}
    api.merge(STEWARD.again(), register="population", keep=kept.key, gone=KEY, reason="một người", grounds=GROUNDS)
    with pytest.raises(Conflict):
        confirm(batch, person=hanh.id)
    assert confirm(batch, person=kept.id)
    assert now(OTHER)[0].id == kept.id


def test_a_number_of_a_third_record_merges_nobody(node: Runtime, reads: Reads) -> None:
    hanh, third = stands(), stands(number="079192990103", full_name="Trần Thị Sáu", birth_date="1990-01-01")
    batch = drafted(reads, SHE)
    assert not confirm(batch)
    with pytest.raises(Invalid) as refused:
        confirm(batch, person=hanh.id, texts={"number": third.key})
    assert [each.at for each in refused.value.faults] == ["number"]
    assert now(third.key)[0].id == third.id
    assert confirm(batch, person=hanh.id, texts={"number": KEY}), "it was her own number, read wrongly"
    assert now(OTHER) == []


@pytest.mark.parametrize("standing", [True, False])
def test_what_was_read_surely_waits_too_when_it_may_be_somebody(node: Runtime, reads: Reads, standing: bool) -> None:
    if standing:
        stands()
    rows = (SHE, ["2", SHE[1], "079192990103", *SHE[3:]], ["3", "Lê Thị Dung", "079192990120", *SHE[3:]])
    batch = drafted(reads, *rows, lands_from=60)
    open_ = {each.row: len(each.twins) for each in api.drafts(STEWARD, batch=batch, state="open")}
    assert open_ == ({2: 1, 3: 1} if standing else {3: 1})
    assert len(now("079192990120")) == 1, "whoever resembles nobody lands"
    ((twin, record),) = api.twins_of(STEWARD, batch=batch, row=3)
    assert record
    assert twin.row == (0 if standing else 2)
    assert confirm(batch, row=3, person=record.id)
    assert now("079192990103")[0].id == record.id


def test_who_is_compared_and_who_is_shown_find_it(node: Runtime, reads: Reads) -> None:
    stands()
    batch = drafted(reads, SHE)
    assert not confirm(batch)
    api.twins_of(STEWARD, batch=batch, row=2)
    seen = [each.act for each in registers.accesses(LOG, subject=KEY) if each.purpose == "import"]
    assert sorted(seen) == ["compare", "read"]


def test_a_look_is_in_the_log_of_whom_the_confirmed_number_names(node: Runtime, reads: Reads) -> None:
    batch = drafted(reads, SHE)
    assert confirm(batch, texts={"number": "079192990110"})
    before = len(registers.accesses(LOG, subject="079192990110"))
    api.draft(STEWARD, batch=batch, row=2)
    assert len(registers.accesses(LOG, subject="079192990110")) == before + 1


def test_a_draft_does_not_land_past_its_pictures(node: Runtime, reads: Reads) -> None:
    batch = drafted(reads, SHE)
    with pytest.raises(Conflict):
        api.decide(STEWARD, batch=batch, row=2)
    assert api.decide(STEWARD, batch=batch, row=2, land=False).state == "refused"


def test_a_commune_merges_nobody_of_another_unit(node: Runtime, reads: Reads) -> None:
    hanh = stands(home_commune="00166")
    police = officer("G01.79.26929")
    reads(a_list(SHE))
    content = io.BytesIO(pages.png(pages.form(["own"])))
    batch = api.begin(police, register="population", name="quet.png", source=content).id
    api.read_pages(police, batch=batch)
    api.confirm(police, batch=batch, settings=api.preview(police, batch=batch).settings)
    api.run(police, batch=batch)
    assert not api.confirm_draft(police, batch=batch, row=2, texts={})
    ((_, hidden),) = api.twins_of(police, batch=batch, row=2)
    assert hidden is None
    with pytest.raises(Denied):
        api.confirm_draft(police, batch=batch, row=2, texts={}, person=hanh.id)


def test_the_screen_shows_both_and_loses_nothing(steward: Browser, reads: Reads, tmp_path: Path) -> None:
    hanh = stands()
    reads(a_list([*SHE[:1], "Nguyễn Thị Mỹ Hanh", *SHE[2:]]))
    batch = screens.send(steward, scan(tmp_path)).headers["location"].removesuffix("/columns")
    screens.work()
    steward.post(f"{batch}/columns", then="trial")
    screens.work()
    at = f"{batch}/papers/2"
    assert "Dòng này là ai?" not in steward.get(at).text
    typed = {"f-full_name": HANH["full_name"], "f-phone": PHONE}
    asked = steward.post(at, follow=False, verdict="land", **typed)
    assert asked.headers["location"] == f"{at}#beside"
    again = steward.post(at, follow=False, seen_on=f"{batch}/papers", verdict="land", **typed)  # an older tab
    assert again.headers["location"] == f"{at}#beside"
    with count_queries() as queries:
        page = steward.get(at).text
    assert len(queries) <= 40
    for seen in (
        "Chưa nhập",
        "Bản ghi đã có",
        "Cần người xem",
        "Dòng này là ai?",
        f'value="{HANH["full_name"]}"',
        PHONE,
    ):
        assert seen in page
    unanswered = steward.post(at, follow=True, verdict="land", asked="1", reason="hai thẻ", **typed)
    assert unanswered.status_code == 422
    for seen in ("Chọn: dòng này là người đã có", "hai thẻ", f'value="{HANH["full_name"]}"'):
        assert seen in unanswered.text
    done = steward.post(at, follow=False, verdict="land", asked="1", person=hanh.id, reason="hai thẻ", **typed)
    assert done.status_code == 303
    assert now(OTHER)[0].id == hanh.id
    steward.post(at, follow=True, verdict="land", asked="1", person="other", seen_on=batch, **typed)
    assert now(OTHER)[0].id == hanh.id
    assert "Dòng này là ai?" not in steward.get(at).text, "it is decided"
