"""What is done with the pixels of a page."""

from __future__ import annotations

from typing import Any, cast

from PIL import Image


def resized(picture: Image.Image, width: float, height: float, *, mean: bool = False) -> Image.Image:
    """Return a picture in another size, pixels. mean: each pixel is the mean of those it stands for."""
    how = Image.Resampling.BOX if mean else Image.Resampling.BICUBIC
    return cast(Any, picture).resize((max(1, round(width)), max(1, round(height))), how)


def dark(picture: Image.Image, *, below: int) -> Image.Image:
    """Return a grey picture with what is darker than a level in white on black."""
    return cast(Any, picture).point([255 if each < below else 0 for each in range(256)])
