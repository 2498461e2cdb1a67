"""Our QR codes are, module by module, those of another library."""

from __future__ import annotations

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from lienthong.documents.spec import qr


def theirs(text: str) -> list[bytes]:
    mode = "alphanumeric" if all(each in qr.ALPHANUMERIC for each in text) else "byte"
    encoding = None if mode == "alphanumeric" else "utf-8"
    code = segno.make(text, error="m", mask=qr.MASK, mode=mode, encoding=encoding, boost_error=False, micro=False)
    return [bytes(row) for row in code.matrix]


@pytest.mark.parametrize("version", range(1, 41))
def test_every_version(version: int) -> None:
    room = sum(qr._data_bytes(version))
    filled = ("0123456789abcdef" * 200)[: room - 2 - (version > 9)]  # the most that this version holds
    assert len(qr.modules(filled)) == 17 + 4 * version
    assert qr.modules(filled) == theirs(filled)


@pytest.mark.parametrize("size", [1, 2, 5, 20, 47, 91, 155, 330])
def test_a_code_that_is_not_full(size: int) -> None:
    letters = ("LT1:AZ09$*+-." * 40)[:size]  # where the bits end with a byte segno adds one too many
    assert qr.modules(letters) == theirs(letters)


@given(
    st.text(qr.ALPHANUMERIC, min_size=1, max_size=300) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=80)
)
def test_a_scanner_reads_any_text(text: str) -> None:
    rows = qr.modules(text)
    dots = Image.new("L", (len(rows) + 8, len(rows) + 8), 255)
    for down, row in enumerate(rows):
        for right, dark in enumerate(row):
            dots.putpixel((right + 4, down + 4), 255 * (1 - dark))
    (code,) = zxingcpp.read_barcodes(dots.resize((3 * dots.width, 3 * dots.height), Image.Resampling.NEAREST))
    assert code.bytes == text.encode()


def test_too_much_is_refused() -> None:
    with pytest.raises(qr.TooLong):
        qr.modules("x" * 2400)
