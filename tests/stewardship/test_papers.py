"""A scan becomes draft records: read page by page, each confirmed by a person beside its pictures, the scan kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw, ImageFont

from lienthong.kernel import jobs, runtime, scans
from lienthong.kernel.errors import Conflict, Invalid, NotFound
from lienthong.kernel.runtime import Runtime
from lienthong.kernel.scans import Grid, Page, Word, digits, words
from lienthong.registers import api as registers
from lienthong.registers.api import Query, Record
from lienthong.stewardship import api
from lienthong.stewardship.jobs import handlers
from tests.registers.people import GROUNDS, OFFICER, STEWARD
from tests.stewardship import pages

AN, HANG = "079085004321", "079190001234"
LOOK = registers.Grounds(purpose="stewardship", basis="L-26-2023")
DOWN = (60, 130, 480, 730, 860, 1050, 1590)


def find(number: str) -> list[Record]:
    return registers.read(OFFICER, queries=[Query("population", key=number)], grounds=GROUNDS)[0]


def taken(content: bytes, name: str = "quet.png") -> str:
    """Hand a scan in; answer its batch."""
    return api.begin(STEWARD.again(), register="population", name=name, source=io.BytesIO(content), reason="CV 12").id


def run(batch: str, *, lands_from: int = 0) -> None:
    """Confirm the columns as proposed, and run."""
    settings = msgspec.structs.replace(api.preview(STEWARD, batch=batch).settings, lands_from=lands_from)
    api.confirm(STEWARD, batch=batch, settings=settings)
    api.run(STEWARD, batch=batch)


def a_list(*rows: list[str], sure: int = 95) -> Page:
    """Return what reading a ruled list answers, without reading one."""
    across = tuple(260 + 56 * at for at in range(len(rows) + 2))
    found = [
        Word(text, sure if at else 95, DOWN[column] + 10, across[at] + 12, 100, 26)
        for at, row in enumerate([pages.TITLES, *rows])
        for column, text in enumerate(row)
        if text
    ]
    return Page(Image.new("L", pages.SIZE, 255), found, Grid(across, DOWN))


Reads = Callable[..., None]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Reads:
    """Lets pages be read as a test says, one after the other, without the program."""

    def as_(*told: Page) -> None:
        waiting = list(told)
        monkeypatch.setattr(scans, "draw", lambda *_, **__: Image.new("L", (10, 10), 255))
        monkeypatch.setattr(scans, "read", lambda _picture: waiting.pop(0))

    return as_


def test_a_worn_list_of_a_scanner_is_read_and_waits(sqlite_node: Runtime) -> None:
    batch = taken(pages.pdf(pages.worn(pages.listed())), "danh-sach.pdf")
    jobs.run_all({each.kind: each for each in handlers})
    assert api.batch(STEWARD, batch=batch).state == "begun"
    run(batch)
    done = api.progress(STEWARD, batch=batch)
    assert (done.counts.rows, done.counts.review, done.counts.created) == (2, 2, 0), "nothing lands by itself"
    shown = [api.draft(STEWARD, batch=batch, row=each.row) for each in api.drafts(STEWARD, batch=batch)]
    read = [{each.name: each.read for each in one.fields} for one in shown]
    assert [(each["full_name"], each["number"], each["birth_date"]) for each in read] == [
        (row[1], row[2], row[4]) for row in pages.PEOPLE
    ]
    with Image.open(io.BytesIO(shown[0].fields[0].picture)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
        assert 20 < picture.height < 60, "the picture of a field, not of a page"
    assert api.page_picture(STEWARD, batch=batch, page=1).startswith(b"\xff\xd8\xff")


def test_a_form_on_its_head_is_turned_read_and_confirmed(sqlite_node: Runtime) -> None:
    batch = taken(pages.png(pages.form().rotate(180)))
    assert api.read_pages(STEWARD, batch=batch).state == "begun"
    run(batch)
    (waits,) = api.drafts(STEWARD, batch=batch)
    api.confirm_draft(STEWARD, batch=batch, row=waits.row, texts={})
    (record,) = find("001201009876")
    assert (record.values["full_name"], record.values["birth_date"]) == ("Lê Đặng Quốc Bảo", "2001-11-30")


def test_what_is_put_right_is_kept_with_who_said_so(node: Runtime, reads: Reads) -> None:
    reads(a_list(["1", "Trần Văn Am", "079085004321", "Nam", "01/01/1985", pages.PLACE], sure=60))
    content = pages.png(pages.form([]))
    batch = taken(content)
    api.read_pages(STEWARD, batch=batch)
    run(batch)
    (waits,) = api.drafts(STEWARD, batch=batch)
    assert "full_name" in waits.doubtful, "what was read with doubt is said"
    with pytest.raises(Invalid) as refused:
        api.confirm_draft(STEWARD, batch=batch, row=waits.row, texts={"birth_date": "32/13/1985", "no_field": "x"})
    assert {each.at for each in refused.value.faults} == {"birth_date", "no_field"}
    assert not find(AN), "a draft with a fault lands nothing"
    for _ in range(2):  # a double press confirms once
        api.confirm_draft(STEWARD, batch=batch, row=waits.row, texts={"full_name": "Trần Văn An"})
    (record,) = find(AN)
    assert (record.values["full_name"], record.version) == ("Trần Văn An", 1)
    (kept,) = api.drafts(STEWARD, batch=batch)
    name = next(each for each in kept.fields if each.name == "full_name")
    assert (name.read, name.text, name.corrected, kept.decided_by) == (
        "Trần Văn Am", "Trần Văn An", True, "system:steward",
    )  # fmt: skip
    assert api.undo(STEWARD.again(), batch=batch, reason="nhầm sổ") == 1
    assert not find(AN)


def test_a_change_names_the_page_and_the_scan_which_is_kept(node: Runtime, reads: Reads) -> None:
    row = ["1", "Trần Văn An", AN, "Nam", "01/01/1985", pages.PLACE]
    for told in (row, [*row[:3], "Nữ", *row[4:]]):
        reads(a_list(told))
        batch = taken(pages.png(pages.form([told[3]])))
        api.read_pages(STEWARD, batch=batch)
        run(batch)
        api.confirm_draft(STEWARD, batch=batch, row=2, texts={})
    digest = api.batch(STEWARD, batch=batch).digest
    changed = registers.history(OFFICER, register="population", key=AN, grounds=GROUNDS)[-1]
    assert (changed.version, changed.reason) == (2, f"CV 12 · Bản quét trang 1, SHA-256 {digest}")
    assert batch == api.past_of(STEWARD, register="population", key=AN, grounds=LOOK).scans[2].batch
    assert runtime.current().files.get(digest)


@pytest.mark.parametrize("lands_from", [0, 60])
def test_a_new_record_names_its_page_and_scan_too(node: Runtime, reads: Reads, lands_from: int) -> None:
    reads(a_list(["1", "Trần Văn An", AN, "Nam", "01/01/1985", pages.PLACE]))
    batch = taken(pages.png(pages.form([])))
    api.read_pages(STEWARD, batch=batch)
    run(batch, lands_from=lands_from)
    if not lands_from:
        api.confirm_draft(STEWARD, batch=batch, row=2, texts={})
    digest = api.batch(STEWARD, batch=batch).digest
    said = f"CV 12 · Bản quét trang 1, SHA-256 {digest}"
    past = api.past_of(STEWARD, register="population", key=AN, grounds=LOOK)
    assert [(each.version, each.reason, each.agency) for each in past.versions] == [(1, said, "G01")]
    assert (past.scans[1].batch, past.scans[1].row) == (batch, 2)
    later = {"number": AN, "phone": "0901234567"}
    registers.write(OFFICER, register="population", values=later, key=AN, grounds=GROUNDS)
    again = api.past_of(STEWARD, register="population", key=AN, grounds=LOOK)
    assert [each.reason for each in again.versions] == [said, ""]
    assert set(again.scans) == {1}


def test_a_row_that_would_be_refused_waits_to_be_put_right(node: Runtime, reads: Reads) -> None:
    reads(a_list(["1", "Trần Văn An", "07908500432l", "Nam", "01/01/1985", pages.PLACE], ["2", "", "", "", "", ""]))
    batch = taken(pages.png(pages.form([])))
    api.read_pages(STEWARD, batch=batch)
    run(batch)
    counts = api.progress(STEWARD, batch=batch).counts
    assert (counts.rejected, counts.created) == (0, 0)
    waits = api.drafts(STEWARD, batch=batch)[0]
    api.confirm_draft(STEWARD, batch=batch, row=waits.row, texts={"number": AN})
    assert find(AN)[0].values["full_name"] == "Trần Văn An"


def test_only_rows_read_surely_enough_land_when_that_was_asked(node: Runtime, reads: Reads) -> None:
    page = a_list(*pages.PEOPLE)
    low = [each if each.text != AN else Word(each.text, 70, each.x, each.y, each.w, each.h) for each in page.words]
    reads(Page(page.picture, low, page.grid))
    batch = taken(pages.png(pages.form([])))
    api.read_pages(STEWARD, batch=batch)
    run(batch, lands_from=90)
    assert find(HANG)
    assert not find(AN)
    assert [each.state for each in api.drafts(STEWARD, batch=batch)] == ["open"]


def test_drafts_are_never_waved_through_together(node: Runtime, reads: Reads) -> None:
    reads(a_list(*pages.PEOPLE))
    batch = taken(pages.png(pages.form([])))
    api.read_pages(STEWARD, batch=batch)
    run(batch)
    with pytest.raises(Conflict):
        api.decide_alike(STEWARD, batch=batch, row=2)
    api.refuse_draft(STEWARD, batch=batch, row=2)
    assert api.next_draft(STEWARD, batch=batch) == 3


def test_reading_goes_on_behind_the_page_where_it_was_killed(node: Runtime, reads: Reads) -> None:
    first, second = a_list(pages.PEOPLE[0]), a_list(pages.PEOPLE[1])
    reads(first)
    batch = taken(pages.pdf(pages.form([]), pages.form([])), "hai-trang.pdf")
    with pytest.raises(IndexError):  # the second page pulls the plug
        api.read_pages(STEWARD, batch=batch)
    assert [each.state for each in api.pages(STEWARD, batch=batch)] == ["read", "waiting"]
    reads(second)
    jobs.run_all({each.kind: each for each in handlers})
    run(batch)
    drafts = api.drafts(STEWARD, batch=batch)
    assert [(each.page, each.row) for each in drafts] == [(1, 2), (2, 4)], "the header that comes again is no row"


def test_pages_that_cannot_be_used_say_why_and_the_others_go_on(node: Runtime, reads: Reads) -> None:
    blank = Page(Image.new("L", pages.SIZE, 255), [], None)
    form = Page(
        blank.picture,
        [
            Word(text, 95, 100 + 120 * at, 200 + 80 * line, 110, 26)
            for line, told in enumerate(["Họ và tên: An", "Giới tính: Nam"])
            for at, text in enumerate(told.split())
        ],
        None,
    )
    reads(a_list(pages.PEOPLE[0]), blank, form)
    batch = taken(pages.pdf(*[pages.form([])] * 3), "ba-trang.pdf")
    assert api.read_pages(STEWARD, batch=batch).state == "begun"
    told = api.pages(STEWARD, batch=batch)
    assert [each.state for each in told] == ["read", "left", "left"]
    assert "quét lại" in told[1].why
    assert "loại khác" in told[2].why


def test_a_scan_without_a_usable_page_is_dropped(node: Runtime, reads: Reads) -> None:
    reads(Page(Image.new("L", pages.SIZE, 255), [], None))
    batch = taken(pages.png(pages.form([])))
    assert api.read_pages(STEWARD, batch=batch).state == "dropped"
    again = api.batch(STEWARD, batch=taken(pages.png(pages.listed([]))))
    reads(Page(Image.new("L", pages.SIZE, 255), [], None))
    with pytest.raises(Invalid, match="Không đọc được trang nào"):
        api.settle(STEWARD, batch=again, agree=api.sure_only)


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"a;b\n1;2\n", "bang.pdf", "upload.kind"),
        (b"%PDF-1.4\nno pages", "hong.pdf", "upload.broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "hong.png", "upload.broken"),
        (b"", "rong.pdf", "upload.empty"),
    ],
)
def test_what_is_no_scan_is_refused_in_words(sqlite_node: Runtime, content: bytes, name: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        taken(content, name)
    assert refused.value.code == code


def test_a_locked_pdf_and_one_of_a_thousand_pages_are_refused(sqlite_node: Runtime) -> None:
    from pypdf import PdfWriter

    many, locked = PdfWriter(), PdfWriter()
    for _ in range(1000):
        many.add_blank_page(200, 200)
    locked.add_blank_page(200, 200)
    locked.encrypt("mat-khau", algorithm="AES-256")
    for writer, code in ((many, "paper.pages"), (locked, "upload.locked")):
        out = io.BytesIO()
        writer.write(out)
        with pytest.raises(Invalid) as refused:
            taken(out.getvalue(), "a.pdf")
        assert refused.value.code == code


def test_a_page_the_size_of_a_field_is_drawn_small(sqlite_node: Runtime, tmp_path: Path) -> None:
    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(14_000, 14_000)
    path = tmp_path / "bomb.pdf"
    writer.write(path)
    page = scans.draw(path, kind="pdf", number=1)
    assert page.width * page.height <= 16_100_000
    with pytest.raises(Invalid):
        scans.draw(path, kind="pdf", number=2)


def test_without_the_program_it_says_what_to_install(sqlite_node: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "PROGRAM", "no-such-program")
    with pytest.raises(Invalid, match="tesseract-ocr-vie"):
        taken(pages.png(pages.form()))


def test_another_agency_finds_no_scan(node: Runtime, reads: Reads) -> None:
    reads(a_list(*pages.PEOPLE))
    batch = taken(pages.png(pages.form([])))
    for verb in (api.pages, api.drafts, api.next_draft):
        with pytest.raises(NotFound):
            verb(OFFICER, batch=batch)
    with pytest.raises(NotFound):
        api.page_picture(OFFICER, batch=batch, page=1)


def test_ink_that_nothing_was_read_of_is_no_sure_empty_cell() -> None:
    from lienthong.stewardship.domain.papers import table_of

    page = Image.new("L", (300, 200), 255)
    ImageDraw.Draw(page).line((20, 20, 80, 60), fill=0, width=6)
    inked = lambda x, y, w, h: page.crop((x, y, x + w, y + h)).getextrema()[0] < 100  # noqa: E731
    grid = Grid((0, 100, 200), (0, 100, 200))
    ((first, second),) = table_of([Word("An", 90, 110, 40, 50, 20)], grid, has_ink=inked)
    assert (first.text, first.confidence, second.text, second.confidence) == ("", 0, "An", 90)


def test_a_cell_is_as_sure_as_its_least_sure_word(node: Runtime, reads: Reads) -> None:
    page = a_list(pages.PEOPLE[1])
    left = DOWN[1] + 10
    words = [each for each in page.words if each.text != "Trần Văn An"]
    words += [
        Word(text, sure, left + 90 * at, 328, 60, 26)
        for at, (text, sure) in enumerate([("Trần", 97), ("Văn", 97), ("An", 75)])
    ]
    reads(Page(page.picture, words, page.grid))
    batch = taken(pages.png(pages.form([])))
    api.read_pages(STEWARD, batch=batch)
    run(batch)
    (draft,) = api.drafts(STEWARD, batch=batch)
    assert {each.name: each.confidence for each in draft.fields}["full_name"] == 75
    assert draft.doubtful == ["full_name"]


@pytest.mark.parametrize(
    ("place", "doubt"), [(pages.PLACE, []), ("Phường Bình Thạng, TP Hồ Chí Minh", ["home_commune"])]
)
def test_a_commune_of_the_directory_is_no_doubt_and_a_misread_one_is(
    node: Runtime, reads: Reads, place: str, doubt: list[str]
) -> None:
    page = a_list([*pages.PEOPLE[1][:5], place])
    low = [Word(each.text, 70 if each.text == place else 95, *(each.x, each.y, each.w, each.h)) for each in page.words]
    reads(Page(page.picture, low, page.grid))
    batch = taken(pages.png(pages.form([])))
    api.read_pages(STEWARD, batch=batch)
    run(batch)
    assert api.drafts(STEWARD, batch=batch)[0].doubtful == doubt


def printed(text: str) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """Return a page with one number, and where it stands."""
    page, font = Image.new("L", pages.SIZE, 255), ImageFont.truetype(str(pages.FONTS / pages.FACE), 40)
    pen = ImageDraw.Draw(page)
    pen.text((300, 400), text, font=font, fill=0)
    left, top, right, bottom = (round(each) for each in pen.textbbox((300, 400), text, font=font))
    return page, (left, top, right - left, bottom - top)


@pytest.mark.parametrize(("read", "surer"), [("059184000037", True), ("059184000057", False)])
def test_a_number_is_read_twice_and_doubtful_where_the_readers_differ(read: str, surer: bool) -> None:
    page, box = printed("059184000037")
    first = [Word(read, 84, *box), Word("Lê", 60, 100, 100, 40, 20)]
    number, name = digits.read_twice(page, first)
    assert number.text == "059184000037"
    assert number.confidence > 90 if surer else number.confidence <= 50
    assert name == first[1], "only numbers are read again"


def test_without_the_second_reader_the_first_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digits, "READER", "none")
    page, box = printed("059184000037")
    assert digits.read_twice(page, [Word("059184000057", 84, *box)])[0].text == "059184000057"
