"""Style sheets, script, fonts and pictures of every room, read once, named by content, kept by browsers for a year.

A room's files lie in ``lienthong/<room>/static/``; those of webkit are at the root (``components.css``), those of
another room under its name (``documents/verify.js``). One hash over all of them is part of every address.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
BUNDLES = {
    "citizen.css": ("fonts-citizen.css", "tokens.css", "components.css", "house.css"),
    "desk.css": ("fonts-citizen.css", "fonts-desk.css", "tokens.css", "components.css", "house.css"),
}
"""Style sheets that pages load in one request, and the files they are made of."""


@dataclass(frozen=True, slots=True)
class StaticFile:
    """One file as it is served. compressed: gzip bytes, empty when compressing does not help."""

    name: str
    media_type: str
    content: bytes
    compressed: bytes


def address(name: str) -> str:
    """Return the address of a file, with the hash of all files in it. Raises KeyError when there is no such file."""
    if name not in files():
        raise KeyError(name)
    return f"/static/{version()}/{name}"


@cache
def files() -> dict[str, StaticFile]:
    """Return every static file of the house by name."""
    rooms = Path(__file__).resolve().parents[1]
    raw: dict[str, bytes] = {}
    for path in sorted(rooms.glob("*/static/**/*")):
        if path.is_file() and path.suffix in TYPES:
            room, inner = path.relative_to(rooms).parts[0], path.relative_to(rooms / path.relative_to(rooms).parts[0])
            name = inner.relative_to("static").as_posix()
            raw[name if room == "webkit" else f"{room}/{name}"] = _small(path.suffix, path.read_bytes())
    for bundle, parts in BUNDLES.items():
        raw[bundle] = b"\n".join(raw[part] for part in parts)
    return {name: _ready(name, content) for name, content in raw.items()}


@cache
def version() -> str:
    """Return 12 hex digits that change when any file changes."""
    digest = hashlib.sha256()
    for name, file in sorted(files().items()):
        digest.update(name.encode() + b"\0" + file.content + b"\0")
    return digest.hexdigest()[:12]


def _ready(name: str, content: bytes) -> StaticFile:
    suffix = Path(name).suffix
    packed = b"" if suffix in {".woff2", ".png"} else gzip.compress(content, 9, mtime=0)
    return StaticFile(name, TYPES[suffix], content, packed if packed and len(packed) < len(content) else b"")


def _small(suffix: str, content: bytes) -> bytes:
    return minify_css(content.decode()).encode() if suffix == ".css" else content


def minify_css(text: str) -> str:
    """Return a style sheet without comments and needless white space."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};,])\s*", r"\1", text)
    text = re.sub(r":\s+", ":", text)
    return text.replace(";}", "}").strip()
