"""``register template`` and ``register export``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lienthong.kernel.command import command
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.registers import api as registers
from lienthong.registers.cli import actor_of, grounds_of
from lienthong.stewardship import api
from lienthong.stewardship.cli.options import AGENCY, BASIS, FILE, NAME


@click.command()
@NAME
@FILE
@command
def template(name: str, file: Path) -> tuple[Any, str]:
    """Tạo tệp mẫu .csv hoặc .xlsx để điền rồi nhập lại. | Write an empty file to fill in and import."""
    api.template(register=name, path=file)
    return {"file": str(file)}, gettext(N_("Đã ghi tệp mẫu %(file)s."), file=file)


@click.command()
@NAME
@FILE
@AGENCY
@click.option("--field", "fields", multiple=True, help="Chỉ trường này, lặp lại được. | Only this field, repeatable.")
@click.option("--unit", default="", help="Chỉ xã hoặc tỉnh này. | Only this commune or province.")
@click.option("--purpose", default="export", show_default=True, help="Mục đích. | Purpose.")
@BASIS
@command
def export(
    name: str, file: Path, agency: str, fields: tuple[str, ...], unit: str, purpose: str, basis: str
) -> tuple[Any, str]:
    """Xuất ra .csv, .xlsx, .jsonl, .parquet; người có trong tệp thấy. | Export; everyone in it sees that."""
    spec = registers.definition(name)
    count = api.export(
        actor_of(spec, agency),
        register=name,
        path=file,
        fields=fields,
        unit=unit,
        grounds=grounds_of(spec, purpose, basis),
    )
    return (
        {"file": str(file), "rows": count},
        gettext(N_("Đã xuất %(count)s bản ghi ra %(file)s."), count=number(count), file=file),
    )


COMMANDS: tuple[click.Command, ...] = (template, export)
