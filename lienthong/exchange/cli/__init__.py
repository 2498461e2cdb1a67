"""``lienthong breach``, and what others may ask of whole registers: further commands of ``lienthong register``."""

from __future__ import annotations

import click

from lienthong.exchange.cli import breaches, reconciling

commands: tuple[click.Command, ...] = (*breaches.COMMANDS, reconciling.register)
