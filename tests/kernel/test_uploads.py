"""Papers that people hand in: what is taken, what is cleaned away, what is refused."""

from __future__ import annotations

import contextlib
import io
import socketserver
import struct
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from lienthong.kernel import uploads
from lienthong.kernel.errors import Invalid, NotFound, Unavailable
from lienthong.kernel.runtime import Runtime


def photo(form: str = "JPEG", *, width: int = 40, height: int = 20, turned: bool = False) -> bytes:
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("black", (0, 0, width // 4, height // 4))
    noted = Image.Exif()
    noted[0x010F] = "SECRET CAMERA"
    noted[0x8825] = {1: "N", 2: (10.0, 46.0, 12.5)}  # where it was taken
    if turned:
        noted[0x0112] = 6
    out = io.BytesIO()
    picture.save(out, form, exif=noted)
    return out.getvalue()


def pdf(*, script: str = "", password: str = "", attached: bool = False) -> bytes:
    made = PdfWriter()
    made.add_blank_page(200, 200)
    if script:
        action = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        made.root_object[NameObject("/OpenAction")] = DictionaryObject(action)
    if attached:
        made.add_attachment("x.exe", b"MZ")
    if password:
        made.encrypt(password)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def office(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        for name in ("[Content_Types].xml", *names):
            parts.writestr(name, "<x/>")
    return out.getvalue()


def take(content: bytes, **how: object) -> uploads.Upload:
    return uploads.take(content, name="anh.jpg", at="paper", **how)  # type: ignore[arg-type]


def refusal(content: bytes, **how: object) -> str:
    with pytest.raises(Invalid) as refused:
        take(content, **how)
    assert refused.value.faults[0].at == "paper"
    return refused.value.code


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_photo_is_kept_without_what_the_camera_noted_and_upright(sqlite_node: Runtime, form: str) -> None:
    kept = uploads.store().get(take(photo(form, turned=True)).digest)
    assert b"SECRET" not in kept
    opened = Image.open(io.BytesIO(kept))
    assert not opened.getexif()
    assert opened.size == (20, 40)


def test_what_hides_behind_a_picture_is_gone(sqlite_node: Runtime) -> None:
    kept = uploads.store().get(take(photo() + b"PK\x03\x04 hidden archive").digest)
    assert b"hidden" not in kept


def test_the_same_paper_twice_is_kept_once(sqlite_node: Runtime) -> None:
    assert take(pdf()) == take(pdf())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "upload.empty"),
        (b"MZ\x90\x00", "upload.kind"),
        (b"<svg onload='alert(1)'/>", "upload.kind"),
        (b"<html>", "upload.kind"),
        (b"\xff\xd8\xff broken", "upload.broken"),
        (photo()[:200], "upload.broken"),
        (b"%PDF-1.7 broken", "upload.broken"),
        (pdf(script="app.alert(1)"), "upload.active"),
        (pdf(attached=True), "upload.active"),
        (pdf(password="x"), "upload.locked"),
        (office("word/document.xml"), "upload.kind"),
    ],
)
def test_refused_with_a_reason(sqlite_node: Runtime, content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_too_large_and_too_many_pixels(sqlite_node: Runtime) -> None:
    assert refusal(photo() + b"\0" * uploads.LIMIT) == "upload.size"
    bomb = io.BytesIO()
    Image.new("1", (10_000, 9_000)).save(bomb, "PNG")
    assert refusal(bomb.getvalue()) == "upload.broken"


def test_office_files_where_they_are_asked_for_and_without_macros(sqlite_node: Runtime) -> None:
    assert take(office("word/document.xml"), kinds=uploads.OFFICE).name == "anh.docx"
    assert take(office("xl/workbook.xml"), kinds=uploads.OFFICE).kind == uploads.XLSX
    assert refusal(office("xl/workbook.xml", "xl/vbaProject.bin"), kinds=uploads.OFFICE) == "upload.active"
    assert refusal(office("other.xml"), kinds=uploads.OFFICE) == "upload.kind"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("C:\\Users\\ha\\giấy chứng sinh.JPG", "giấy chứng sinh.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("x<script>.png", "xscript.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("", "giay-to.jpg"),
    ],
)
def test_a_name_is_shown_without_paths_and_tricks(sqlite_node: Runtime, given_name: str, shown: str) -> None:
    assert uploads.take(photo(), name=given_name, at="paper").name == shown


def test_a_small_picture_is_small(sqlite_node: Runtime) -> None:
    _, kept = uploads.checked(photo("PNG", width=3000, height=2000), name="a.png", at="paper")
    little = Image.open(io.BytesIO(uploads.small(kept)))
    assert (little.format, little.size) == ("JPEG", (320, 213))


def test_a_store_lets_go_of_all_but_what_is_named(sqlite_node: Runtime) -> None:
    store = uploads.store()
    one, other = store.put(b"one"), store.put(b"other")
    being_written = sqlite_node.settings.home / "uploads" / one[:2] / ".being-written"
    being_written.touch()
    store.keep_only({one})
    assert (store.get(one), being_written.exists()) == (b"one", True)
    with pytest.raises(NotFound):
        store.get(other)


STARTS = (b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n", b"PK\x03\x04", photo()[:150], pdf()[:300])


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), start=st.sampled_from(STARTS))
def test_hostile_bytes_are_refused_in_words_and_break_nothing(
    sqlite_node: Runtime, content: bytes, start: bytes
) -> None:
    with contextlib.suppress(Invalid):
        assert take(start + content, kinds=uploads.OFFICE).kind in uploads.OFFICE


@pytest.fixture
def scanner(sqlite_node: Runtime) -> Iterator[list[bytes]]:
    """ClamAV's side of INSTREAM: pieces with their length, an empty one at the end, one answer."""
    seen: list[bytes] = []

    class Daemon(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack(">I", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            seen.append(content)
            bad = b"VIRUS" in content
            self.wfile.write(b"stream: Test-Signature FOUND\0" if bad else b"stream: OK\0")

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Daemon)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"tcp://127.0.0.1:{server.server_address[1]}"
    sqlite_node.settings = replace(sqlite_node.settings, virus_scanner=address)
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_scanner_that_is_set_sees_the_bytes_as_they_came(scanner: list[bytes]) -> None:
    large = photo(width=900, height=900)
    take(large)
    assert scanner == [large]
    assert refusal(photo() + b"VIRUS") == "upload.virus"


def test_a_scanner_that_does_not_answer_lets_nothing_in(sqlite_node: Runtime) -> None:
    sqlite_node.settings = replace(sqlite_node.settings, virus_scanner="tcp://127.0.0.1:9")
    with pytest.raises(Unavailable):
        take(photo())
