"""A steward's commands: further ones of ``lienthong register``."""

from __future__ import annotations

import click

from lienthong.stewardship.cli import batches, exporting, importing, matching, quality, rolls


@click.group()
def register() -> None:
    """Cơ sở dữ liệu nền: xem, nhập, xuất, tra cứu. | Registers: list, import, export, look up."""


for each in (
    *exporting.COMMANDS,
    *importing.COMMANDS,
    *batches.COMMANDS,
    *quality.COMMANDS,
    *matching.COMMANDS,
    *rolls.COMMANDS,
):
    register.add_command(each)

commands: tuple[click.Command, ...] = (register,)
