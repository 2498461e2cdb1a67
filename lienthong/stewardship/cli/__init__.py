"""A steward's commands: further ones of ``lienthong register``."""

from __future__ import annotations

import click

from lienthong.stewardship.cli import batches, exporting, households, importing, many, matching, quality, rolls


@click.group()
def register() -> None:
    """Cơ sở dữ liệu nền: xem, nhập, xuất, tra cứu. | Registers: list, import, export, look up."""


GROUPS = (exporting, importing, batches, quality, matching, households, rolls, many)

for each in (each for group in GROUPS for each in group.COMMANDS):
    register.add_command(each)

commands: tuple[click.Command, ...] = (register,)
