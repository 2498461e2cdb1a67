"""Templates compiled once for all processes of the tests, and kept for the next run as Python keeps modules."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

from jinja2 import FileSystemBytecodeCache

from lienthong.webkit import page

ROOT = Path(__file__).resolve().parents[1]


def keep_compiled() -> None:
    """Let the pages of this process use what was compiled from the same text, with the same options and Jinja."""
    how = hashlib.sha256(Path(page.__file__).read_bytes() + version("jinja2").encode()).hexdigest()[:16]
    folder = ROOT / ".pytest_cache" / "templates" / how
    folder.mkdir(parents=True, exist_ok=True)
    page.environment().bytecode_cache = FileSystemBytecodeCache(str(folder))


def compile_all() -> None:
    """Compile every template now."""
    environment = page.environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
