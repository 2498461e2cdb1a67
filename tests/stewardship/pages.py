"""Scanned pages made for tests: a ruled list, a form, as PDF or picture, a little askew and noisy when asked."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

FONTS = files("lienthong.kernel.typeset") / "fonts"
FACE = "Tinos-Regular.ttf"
SIZE = (1654, 2339)
"""A4 at 200 dots an inch: a common scanner's page, and quick to read."""
TITLES = ["STT", "Họ và tên", "Số định danh", "Giới tính", "Ngày sinh", "Nơi thường trú"]
PLACE = "Phường Bình Thạnh, TP Hồ Chí Minh"
PEOPLE = [
    ["1", "Nguyễn Thị Minh Hằng", "079190001234", "Nữ", "12/05/1990", PLACE],
    ["2", "Trần Văn An", "079085004321", "Nam", "01/01/1985", PLACE],
]
FORM = [
    "Họ và tên: Lê Đặng Quốc Bảo",
    "Giới tính: Nam      Ngày sinh: 30/11/2001",
    "Số định danh: 001201009876",
    "Nơi thường trú: " + PLACE,
]


def listed(rows: Sequence[Sequence[str]] = PEOPLE, titles: Sequence[str] = TITLES, *, face: str = FACE) -> Image.Image:
    """Return a page with a ruled list under two lines of title. face: file name of a typeface of the house."""
    page = Image.new("L", SIZE, 255)
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONTS / face), 26)
    pen.text((500, 100), "ỦY BAN NHÂN DÂN PHƯỜNG BÌNH THẠNH", font=font, fill=0)
    pen.text((560, 150), "DANH SÁCH NHÂN KHẨU", font=font, fill=0)
    downs = [60, 130, 480, 730, 860, 1050, 1590]
    top, step = 260, 56
    for at, row in enumerate([titles, *rows]):
        for left, text in zip(downs, row, strict=False):
            pen.text((left + 10, top + at * step + 12), text, font=font, fill=0)
        pen.line((downs[0], top + at * step, downs[-1], top + at * step), fill=0, width=2)
    bottom = top + (len(rows) + 1) * step
    pen.line((downs[0], bottom, downs[-1], bottom), fill=0, width=2)
    for left in downs:
        pen.line((left, top, left, bottom), fill=0, width=2)
    return page


def form(lines: Sequence[str] = FORM) -> Image.Image:
    """Return a page with labels and what is filled in behind them."""
    page = Image.new("L", SIZE, 255)
    pen, font = ImageDraw.Draw(page), ImageFont.truetype(str(FONTS / FACE), 32)
    pen.text((560, 120), "TỜ KHAI CƯ TRÚ", font=font, fill=0)
    for at, line in enumerate(lines):
        pen.text((120, 260 + at * 80), line, font=font, fill=0)
    return page


def worn(page: Image.Image, *, angle: float = 0.9, noise: float = 0.12) -> Image.Image:
    """Return a page as a scanner sees a paper that lay askew and has spots."""
    turned = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    return Image.blend(turned, Image.effect_noise(page.size, 60), noise)


def png(page: Image.Image) -> bytes:
    """Return a page as a PNG."""
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def pdf(*pages: Image.Image) -> bytes:
    """Return pages as a scanner's PDF, the same bytes each time."""
    out, made = io.BytesIO(), time.gmtime(0)
    pages[0].save(
        out, "PDF", resolution=200, save_all=True, append_images=list(pages[1:]), creationDate=made, modDate=made
    )
    return out.getvalue()
