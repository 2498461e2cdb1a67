"""A file made for one person, answered piece by piece and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}
"""Ending of a file's name → its media type."""
_PIECE = 1 << 16


def saved(path: Path, folder: TemporaryDirectory[str], name: str, *, first: bytes = b"") -> Response:
    """Answer a file to be saved under a name, in pieces; its folder goes with it. first: bytes sent before it."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "cache-control": "private, no-store",
    }
    return StreamingResponse(_pieces(path, folder, first), media_type=KINDS[path.suffix[1:]], headers=headers)


def _pieces(path: Path, folder: TemporaryDirectory[str], first: bytes) -> Iterator[bytes]:
    with folder, path.open("rb") as file:
        if first:
            yield first
        while piece := file.read(_PIECE):
            yield piece
