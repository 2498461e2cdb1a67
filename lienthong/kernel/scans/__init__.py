"""Scanned pages: drawn aside with limits, set straight, their words read with places, the lines of tables found."""

from lienthong.kernel.scans.drawing import count, draw
from lienthong.kernel.scans.grid import Grid
from lienthong.kernel.scans.page import Page, read
from lienthong.kernel.scans.words import Word, check_ready

__all__ = ["Grid", "Page", "Word", "check_ready", "count", "draw", "read"]
