"""Words of a page with their places and how sure each is, read by the program ``tesseract`` (Debian's package)."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.scans import drawing
from lienthong.kernel.text import clean

PROGRAM = "tesseract"
LANGUAGE = "vie"
_SECONDS = 60
_MOST_WORDS = 5_000
_DOUBTFUL = 55
_FEW = 6
_NO_PROGRAM = N_(
    "Máy chủ chưa có bộ nhận dạng chữ; người vận hành cài gói Debian tesseract-ocr-vie (apt install "
    "tesseract-ocr-vie). Tệp bảng tính vẫn nhập được như thường."
)
_NO_EXTRA = N_(
    "Máy chủ chưa đọc được PDF quét; người vận hành cài phần mở rộng ocr (pip install 'lienthong[ocr]'), "
    "hoặc gửi trang ở dạng JPG, PNG."
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word. confidence: 0 to 100; x, y, w, h: pixels from the upper left; line: words of one line share it."""

    text: str
    confidence: int
    x: int
    y: int
    w: int
    h: int
    line: tuple[int, ...] = ()


def check_ready(kind: str) -> None:
    """Raise Invalid, saying what to install, when scans of a kind (``pdf`` or a picture's) cannot be read here."""
    if shutil.which(PROGRAM) is None or LANGUAGE not in _ask(["--list-langs"]).split():
        raise Invalid("scan.program", _NO_PROGRAM)
    if kind == "pdf" and not drawing.has_pdf():
        raise Invalid("scan.extra", _NO_EXTRA)


def words(page: Image.Image, *, scattered: bool = False, language: str = LANGUAGE) -> list[Word]:
    """Return the words of an upright page. scattered: they stand in the cells of a table, not in lines.

    language: what the reader was trained on; one that is not installed finds nothing.
    """
    with tempfile.TemporaryDirectory(prefix="lienthong-words-") as folder:
        path = Path(folder) / "page.png"
        page.save(path, "PNG", compress_level=1, dpi=(300, 300))
        told = _ask([str(path), "-", "-l", language, "--psm", "11" if scattered else "4", "tsv"])
    return _parsed(told)


def is_doubtful(found: Sequence[Word]) -> bool:
    """Say whether words are so few or so unsure that the page may lie on its head or its side."""
    return len(found) < _FEW or sum(each.confidence for each in found) < _DOUBTFUL * len(found)


def turned(page: Image.Image) -> Image.Image | None:
    """Return the page turned by the quarter turns that set it upright; None when it is upright or nobody can tell."""
    with tempfile.TemporaryDirectory(prefix="lienthong-words-") as folder:
        path = Path(folder) / "page.png"
        page.save(path, "PNG", compress_level=1, dpi=(300, 300))
        told = _ask([str(path), "-", "-l", "osd", "--psm", "0"])
    found = re.search(r"Rotate: (90|180|270)", told)
    return page.rotate(-int(found[1]), expand=True) if found else None


def _parsed(told: str) -> list[Word]:
    found: list[Word] = []
    for row in csv.DictReader(io.StringIO(told), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = clean(row.get("text") or "")
        if row.get("level") != "5" or not text:
            continue
        x, y, w, h = (int(row[name]) for name in ("left", "top", "width", "height"))
        line = tuple(int(row[name]) for name in ("block_num", "par_num", "line_num"))
        found.append(Word(text, max(0, min(100, round(float(row["conf"])))), x, y, w, h, line))
        if len(found) == _MOST_WORDS:
            break
    return found


def moved(word: Word, *, x: int, y: int) -> Word:
    """Return a word as it stands on the page of which its picture was cut out."""
    return replace(word, x=word.x + x, y=word.y + y)


def _ask(arguments: Sequence[str]) -> str:
    """Return what the program says; "" when it finds nothing. Raises Invalid when it takes too long or is not there."""
    try:
        done = subprocess.run(  # noqa: S603  a fixed program, its arguments are ours
            [shutil.which(PROGRAM) or PROGRAM, *arguments],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            # one thread: pages are read beside all other work of the house
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        raise Invalid("scan.slow", N_("Trang này nhận dạng quá lâu nên bị bỏ; quét lại rõ hơn rồi gửi.")) from None
    except OSError:
        raise Invalid("scan.program", _NO_PROGRAM) from None
    return done.stdout.decode("utf-8", "replace")
