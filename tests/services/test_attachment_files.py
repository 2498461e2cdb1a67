"""The pages of a paper: what is no paper is refused, five at most, none lost, none shown that was changed."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from nacl.pwhash import argon2id
from PIL import Image

from lienthong.app.backup import making, restoring, sealing
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.clock import SetClock
from lienthong.kernel.errors import Invalid, NotFound, Unavailable
from lienthong.kernel.runtime import Runtime, running, start
from lienthong.kernel.settings import Settings
from lienthong.services import api
from tests.kernel.test_uploads import pdf, photo
from tests.services.conftest import (
    MOTHER_2,
    citizen,
    family,
    land,
)
from tests.services.papers import (
    FATHER_3,
    MOTHER_3,
    begun,
    filed,
    hand,
    kept,
    many,
    pages,
    refused,
)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "upload.empty"),
        (b"MZ\x90\x00", "upload.kind"),
        (b"<svg onload='alert(1)'/>", "upload.kind"),
        (b"%PDF-1.7 broken", "upload.broken"),
        (pdf(script="app.alert(1)"), "upload.active"),
        (pdf(password="x"), "upload.locked"),
        (photo() + b"\0" * 10 * 1024 * 1024, "upload.size"),
    ],
    ids=("empty", "program", "drawing", "broken", "script", "locked", "large"),
)
def test_what_is_not_a_paper_is_refused_by_name_and_the_good_ones_stay(
    unknown: Actor, content: bytes, code: str
) -> None:
    draft = begun(unknown)
    files = [api.Handed("tốt.jpg", photo()), api.Handed("../xấu.jpg", content)]
    with pytest.raises(Invalid) as wrong:
        api.hand_in(unknown, draft=draft, item="birth", files=files)
    (fault,) = wrong.value.faults
    assert (fault.at, fault.code) == ("birth", code)
    assert fault.text.startswith("../xấu.jpg: ")
    assert [each.name for each in pages(unknown, draft)] == ["tốt.jpg"]


def test_a_photo_tells_neither_where_it_was_taken_nor_what_hides_behind_it(unknown: Actor) -> None:
    draft = begun(unknown)
    hand(unknown, draft, photo(turned=True) + b"PK\x03\x04 hidden archive")
    (page,) = pages(unknown, draft)
    _, content = api.attachment(unknown, dossier=draft, attachment=page.id)
    assert not Image.open(io.BytesIO(content)).getexif()
    assert b"SECRET" not in content
    assert b"hidden" not in content
    assert all(b"SECRET" not in each.read_bytes() for each in kept())


def test_a_scanner_that_is_silent_lets_nothing_in(unknown: Actor) -> None:
    draft = begun(unknown)
    node = runtime.current()
    node.settings = replace(node.settings, virus_scanner="tcp://127.0.0.1:9")
    with pytest.raises(Unavailable):
        hand(unknown, draft, photo())
    assert kept() == []


def test_pages_are_added_once_replaced_and_taken_away(unknown: Actor) -> None:
    draft = begun(unknown)
    first, second, third = many(3)
    for _ in range(2):
        hand(unknown, draft, first, second, first)
    assert len(pages(unknown, draft)) == len(kept()) == 2
    was = pages(unknown, draft)[0]
    for _ in range(2):
        hand(unknown, draft, third, instead_of=was.id)
    assert was.id not in {each.id for each in pages(unknown, draft)}
    assert len(pages(unknown, draft)) == len(kept()) == 2
    for _ in range(2):
        api.take_back(unknown, draft=draft, attachment=pages(unknown, draft)[0].id)
    assert pages(unknown, draft) == []
    assert kept() == []
    assert "birth" in {each.at for each in api.draft(unknown, draft=draft).faults}


def test_a_paper_has_five_pages_at_most(unknown: Actor) -> None:
    draft = begun(unknown)
    assert refused(lambda: hand(unknown, draft, *many(6))) == ["attachment.many"]
    assert len(pages(unknown, draft)) == 5
    assert refused(lambda: hand(unknown, draft, photo(width=99))) == ["attachment.many"]
    hand(unknown, draft, photo(width=99), instead_of=pages(unknown, draft)[0].id)
    assert len(pages(unknown, draft)) == len(kept()) == 5


def test_two_tabs_at_once_keep_each_page_once(unknown: Actor) -> None:
    draft = begun(unknown)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: hand(unknown, draft, *many(3)[n % 2 :]), range(4)))
    assert len(pages(unknown, draft)) == len(kept()) == 3


def test_the_papers_of_a_draft_go_with_it(unknown: Actor, clock: SetClock) -> None:
    draft = begun(unknown)
    hand(unknown, draft, photo())
    api.discard(unknown, draft=draft)
    assert kept() == []
    hand(unknown, begun(unknown), photo())
    other = begun(citizen(MOTHER_2))
    clock.advance(timedelta(days=61))
    assert api.purge() == 2
    assert kept() == []
    with pytest.raises(NotFound):
        api.draft(citizen(MOTHER_2), draft=other)


def test_what_a_crash_left_is_swept_and_what_is_filed_stays(unknown: Actor) -> None:
    code = filed(unknown)
    left = runtime.current().settings.home / "attachments" / "00" / ("0" * 26) / "ab" / ("ab" * 32)
    left.parent.mkdir(parents=True)
    left.write_bytes(b"left by a killed machine")
    api.purge()
    assert not left.exists()
    (page,) = api.dossier(unknown, code=code).attachments
    assert api.attachment(unknown, dossier=code, attachment=page.id)[1]


def test_a_backup_has_the_papers(sqlite_nation: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "OPERATIONS", argon2id.OPSLIMIT_MIN)
    monkeypatch.setattr(sealing, "MEMORY", argon2id.MEMLIMIT_MIN)
    rows = family(MOTHER_3, FATHER_3, "GCS-3")
    del rows["birth_notices"]
    land(rows)
    mother = citizen(MOTHER_3)
    code = filed(mother)
    secret, home = b"a long enough passphrase", tmp_path / "restored"
    folder, _ = making.make(tmp_path / "backups", secret)
    settings = Settings(home=home, database_url=f"sqlite:///{home / 'lienthong.sqlite'}")
    restoring.restore(folder, settings, secret)
    with running(start(settings)):
        (page,) = api.dossier(mother, code=code).attachments
        assert api.attachment(mother, dossier=code, attachment=page.id)[1]


def test_a_page_changed_on_disk_is_not_shown(unknown: Actor) -> None:
    code = filed(unknown)
    (page,) = api.dossier(unknown, code=code).attachments
    kept()[0].write_bytes(photo(width=77))
    with pytest.raises(NotFound) as missing:
        api.attachment(unknown, dossier=code, attachment=page.id)
    assert missing.value.code == "file.altered"
