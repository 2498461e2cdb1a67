"""Pages of a scan as grey pictures, drawn aside with limits, and set upright where the paper lay askew."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from PIL import Image

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.kernel.scans import child
from lienthong.kernel.scans.pixels import dark, resized

_SECONDS = 40
_NARROW = 800
_COARSE, _FINE = 0.5, 0.1
_MOST_ASKEW = 4.0


def has_pdf() -> bool:
    """Say whether PDF can be drawn: the extra ``ocr`` is installed."""
    return importlib.util.find_spec("pypdfium2") is not None


def count(path: Path, *, kind: str) -> int:
    """Return how many pages a scan has. kind: ``pdf`` or a picture's. Raises Invalid for one that cannot be opened."""
    told = _aside("count", kind, str(path))
    if not told.isdigit() or not int(told):
        raise _broken()
    return int(told)


def draw(path: Path, *, kind: str, number: int) -> Image.Image:
    """Return a page (from 1) in grey at about 300 dots an inch. Raises Invalid for one that cannot be drawn."""
    with tempfile.TemporaryDirectory(prefix="lienthong-page-") as folder:
        target = Path(folder) / "page.png"
        _aside("draw", kind, str(path), str(number), str(target))
        try:
            with Image.open(target, formats=("PNG",)) as picture:
                picture.load()
                return picture.copy()
        except (OSError, ValueError):
            raise _broken() from None


def straightened(picture: Image.Image) -> Image.Image:
    """Return a page turned by the few degrees at which its lines of text are level."""
    small = dark(resized(picture, _NARROW, _NARROW * picture.height / picture.width), below=140)
    angle = _best(small, [each * _COARSE for each in range(-8, 9)])
    angle = _best(small, [angle + each * _FINE for each in range(-4, 5)])
    if abs(angle) < _FINE / 2 or abs(angle) > _MOST_ASKEW:
        return picture
    return picture.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)


def _best(small: Image.Image, angles: list[float]) -> float:
    return max(angles, key=lambda angle: (_sharpness(small.rotate(angle, fillcolor=0)), -abs(angle)))


def _sharpness(small: Image.Image) -> int:
    """Return how sharply rows with ink and rows without follow each other: most when lines are level."""
    rows = resized(small, 1, small.height, mean=True).tobytes()
    return sum((a - b) ** 2 for a, b in pairwise(rows))


def _aside(*arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603  our own file, with limits of its own
            [sys.executable, "-I", child.__file__, *arguments], capture_output=True, timeout=_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        raise _broken() from None
    return done.stdout.decode("ascii", "replace").strip()


def _broken() -> Invalid:
    return Invalid("scan.broken", N_("Không mở được trang này; quét lại, hoặc in tệp thành PDF mới rồi gửi."))
