"""``lienthong documents``: say whether a document is genuine, print what an offline verifier needs."""

from __future__ import annotations

import dataclasses
import sys
from typing import Any

import click

from lienthong.documents import api
from lienthong.documents.api.verifying import WORDS
from lienthong.kernel.command import Exit, command
from lienthong.kernel.i18n import gettext


@click.group()
def documents() -> None:
    """Giấy tờ số. | Digital documents."""


@documents.command()
@click.argument("text", default="-")
@command
def verify(text: str) -> tuple[Any, str, Exit]:
    """Kiểm nội dung mã QR hoặc giấy tờ số (“-”: đọc từ đầu vào). | Check a QR code's text or a digital document."""
    verdict = api.verify(sys.stdin.read() if text == "-" else text)
    said = [gettext(WORDS[verdict.state])]
    if verdict.title:
        said += [f"{verdict.title} · {verdict.agency_name} · {verdict.issued}"]
        said += [f"  {label}: {value}" for label, value in verdict.facts]
    return dataclasses.asdict(verdict), "\n".join(said), Exit.DONE if verdict.state == "genuine" else Exit.FINDINGS


@documents.command()
@command
def keys() -> tuple[Any, str]:
    """In khóa công khai để kiểm không cần mạng. | Print the public keys for checking without a network."""
    kept = api.verification_keys()
    return kept, "\n".join(f"{each['kid']} {each['x']} {each['y']}" for each in kept["keys"])


commands: tuple[click.Command, ...] = (documents,)
