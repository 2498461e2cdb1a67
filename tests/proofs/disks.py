"""Disks of a test's own, which can really be filled."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def a_disk(folder: Path, room: str) -> Iterator[Path]:
    """Mount a disk with so much room (``96m``) for a while; skips where nothing may be mounted."""
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("a disk that can be filled needs the right to mount one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, *, left: int) -> Path:
    """Fill the disk of a folder until so many bytes are left; answer the file to remove."""
    filler, told = folder / "filler", os.statvfs(folder)
    with filler.open("wb") as file:
        file.write(b"x" * max(0, told.f_bavail * told.f_frsize - left))
    return filler
