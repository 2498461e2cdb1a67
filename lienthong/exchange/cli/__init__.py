"""``lienthong breach``, ``lienthong feed``, and what others may ask of whole registers: ``lienthong register``."""

from __future__ import annotations

import click

from lienthong.exchange.cli import breaches, feeding, reconciling

commands: tuple[click.Command, ...] = (*breaches.COMMANDS, reconciling.register, *feeding.COMMANDS)
