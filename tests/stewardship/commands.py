"""``lienthong register`` as it is typed: the commands of both rooms in one group."""

from __future__ import annotations

import json
from typing import Any

import click
from click.testing import CliRunner, Result

from lienthong.registers import cli as registers
from lienthong.stewardship import cli as stewardship

register = click.Group("register", {**registers.register.commands, **stewardship.register.commands})


def run(*arguments: object, **how: Any) -> Result:
    """Run a command of the group."""
    return CliRunner().invoke(register, [str(each) for each in arguments], **how)


def data(*arguments: object) -> Any:
    """Return what a command prints as JSON."""
    return json.loads(run(*arguments, "--json").stdout)
