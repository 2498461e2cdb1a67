"""A steward's commands: further ones of ``lienthong register``."""

from __future__ import annotations

import click


@click.group()
def register() -> None:
    """Cơ sở dữ liệu nền: xem, nhập, xuất, tra cứu. | Registers: list, import, export, look up."""


commands: tuple[click.Command, ...] = (register,)
