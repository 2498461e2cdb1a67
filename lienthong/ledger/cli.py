"""``lienthong ledger``: check the log, show its newest checkpoint, prove one entry, export it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid, NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day_time, number
from lienthong.ledger import api
from lienthong.ledger.api import Report


@click.group()
def ledger() -> None:
    """Sổ ghi không sửa được của mọi lượt đọc và ghi. | The append-only log of every read and write."""


@ledger.command()
@click.option("--file", "file", type=click.Path(path_type=Path), help="Bản xuất cần kiểm. | An export to check.")
@click.option("--key", default="", help="Khóa công khai (hex) đã biết. | The public key (hex) known from elsewhere.")
@command
def verify(file: Path | None, key: str) -> tuple[Any, str, Exit]:
    """Kiểm toàn bộ sổ, hoặc một bản xuất không cần mạng. | Check the whole log, or an export offline."""
    report = api.verify_all() if file is None else api.verify_file(file, key=_key(key))
    return report.as_dict(), _said(report), Exit.FINDINGS if report.faults else Exit.DONE


@ledger.command()
@command
def checkpoint() -> tuple[Any, str]:
    """In điểm chốt mới nhất có chữ ký. | Print the newest signed checkpoint."""
    newest = api.checkpoint()
    data = {"origin": newest.origin, "size": newest.size, "root": newest.root.hex(), "at": newest.at.isoformat()}
    return {**data, "note": newest.note, "public_key": api.public_key().hex()}, newest.note.rstrip()


@ledger.command()
@click.argument("entry")
@command
def prove(entry: str) -> tuple[Any, str]:
    """In bằng chứng một mục nằm trong sổ. | Print the proof that an entry stands in the log."""
    proof = api.proof(entry)
    if proof is None:
        raise NotFound(
            "ledger.unknown", N_("Mục %(entry)s chưa có trong sổ; nếu vừa ghi, thử lại sau một giây."), entry=entry
        )
    sentence = gettext(
        "Mục %(entry)s là dòng %(position)s trong %(size)s dòng, chốt lúc %(at)s.",
        entry=entry,
        position=number(proof.position + 1),
        size=number(proof.checkpoint.size),
        at=day_time(proof.checkpoint.at),
    )
    return proof.as_dict(), sentence


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path))
@command
def export(file: Path) -> tuple[Any, str]:
    """Xuất sổ ra tệp để kiểm ở nơi khác. | Write the log to a file that can be checked elsewhere."""
    count = api.export(file)
    return {"file": str(file), "entries": count}, gettext("Đã xuất %(count)s mục.", count=number(count))


def _said(report: Report) -> str:
    if not report.faults:
        return gettext(
            "Sổ nguyên vẹn: %(size)s mục, %(checkpoints)s điểm chốt đúng chữ ký.",
            size=number(report.size),
            checkpoints=number(report.checkpoints),
        )
    found = "\n".join(f"  {each.at}: {each.text}" for each in report.faults)
    return gettext("Sổ KHÔNG nguyên vẹn, %(count)s lỗi:", count=number(len(report.faults))) + "\n" + found


def _key(text: str) -> bytes | None:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b"?"
    if text and len(key) != 32:
        raise Invalid("ledger.key", N_("Khóa công khai gồm 64 chữ số thập lục phân."))
    return key or None


commands: tuple[click.Command, ...] = (ledger,)
