"""``lienthong register move``: a household moves, splits or joins another one."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import date
from typing import Any

import click

from lienthong.kernel.actor import system
from lienthong.kernel.command import command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship import api
from lienthong.stewardship.api.households import PURPOSE, REGISTER
from lienthong.stewardship.cli.options import AGENCY, BASIS, REASON


@click.command()
@click.argument("household")
@click.option("--on", "day", required=True, help="Ngày chuyển. | Day since when.")
@click.option(
    "--member", "members", multiple=True, help="Số định danh người chuyển (mặc định: cả hộ). | Who moves (all)."
)
@click.option("--commune", default="", help="Mã xã, phường mới. | Commune moved to.")
@click.option("--address", default="", help="Địa chỉ mới. | Address moved to.")
@click.option("--join", default="", help="Mã hộ nhập vào. | Household joined.")
@click.option("--head", default="", help="Chủ hộ của những người chuyển. | Head of those who move.")
@click.option("--head-left", default="", help="Chủ hộ của những người ở lại. | Head of those who stay.")
@click.option(
    "--relation", "relations", multiple=True, help="SỐ=MÃ quan hệ với chủ hộ. | NUMBER=CODE, relation to the head."
)
@REASON
@AGENCY
@BASIS
@command
def move(
    household: str,
    day: str,
    members: tuple[str, ...],
    commune: str,
    address: str,
    join: str,
    head: str,
    head_left: str,
    relations: tuple[str, ...],
    reason: str,
    agency: str,
    basis: str,
) -> tuple[Any, str]:
    """Chuyển hộ, tách hộ hoặc nhập hộ từ một ngày. | Move, split or join a household from a day on."""
    spec = registers.definition(REGISTER)
    code = agency or spec.owner
    if reference.agency(code) is None:
        raise Invalid("cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=code)
    made = api.move_household(
        system(f"cli:{getpass.getuser()}", agency=code),
        household=household,
        on=date.fromisoformat(str(reference.parse_value("date", day))),
        grounds=Grounds(purpose=PURPOSE, basis=basis or spec.basis[0]),
        members=members,
        commune=commune,
        address=address,
        join=join,
        head=head,
        head_left=head_left,
        relations=_relations(relations),
        reason=reason,
    )
    sentence = N_("%(people)s người nay thuộc hộ %(household)s; những người còn lại ở hộ %(left)s.")
    if not made.left:
        sentence = N_("%(people)s người nay thuộc hộ %(household)s; không ai ở lại hộ cũ.")
    return asdict(made), gettext(sentence, people=len(made.entries), household=made.household, left=made.left)


def _relations(said: tuple[str, ...]) -> dict[str, str]:
    parts = [each.partition("=") for each in said]
    if wrong := [each[0] for each in parts if not each[1]]:
        raise Invalid("cli.relation", N_("Viết “số=mã quan hệ”; “%(wrong)s” thì không."), wrong=", ".join(wrong))
    return {number.strip(): code.strip() for number, _, code in parts}


COMMANDS = (move,)
