"""Draws one page of a scan, in a process of its own with limits of its own: a hostile file ends it and nothing else.

Run by path: ``child.py count|draw KIND FILE [NUMBER TARGET]``; it knows nothing of the house.
"""

from __future__ import annotations

import resource
import sys
from typing import Any

SCALE = 300 / 72
"""Pixels per point of a PDF: 300 dots an inch, what recognition is best at."""
PIXELS = 16_000_000
_MEMORY = 1_500_000_000
_SECONDS = 20
_SMALL = 1_600


def main(what: str, kind: str, path: str, number: str = "1", target: str = "") -> None:
    """Print how many pages there are, or write one as a grey PNG."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if kind != "pdf":
        from PIL import Image

        if what == "count":
            sys.stdout.write("1")
            return
        Image.MAX_IMAGE_PIXELS = None  # the limit was asked when the file was taken
        _save(Image.open(path, formats=("JPEG", "PNG")).convert("L"), target)
        return
    document = _document(path)
    if what == "count":
        sys.stdout.write(str(len(document)))
        return
    page = document[int(number) - 1]
    width, height = page.get_size()
    scale = min(SCALE, (PIXELS / max(width * height, 1.0)) ** 0.5)
    _save(page.render(scale=scale, grayscale=True).to_pil().convert("L"), target)


def _document(path: str) -> Any:
    import pypdfium2  # pyright: ignore[reportMissingTypeStubs]

    return pypdfium2.PdfDocument(path)


def _save(picture: Any, target: str) -> None:
    if picture.width * picture.height > PIXELS:
        share = (PIXELS / (picture.width * picture.height)) ** 0.5
        picture = picture.resize((int(picture.width * share), int(picture.height * share)))
    elif max(picture.size) < _SMALL:
        picture = picture.resize((picture.width * 2, picture.height * 2))
    picture.save(target, "PNG", compress_level=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
