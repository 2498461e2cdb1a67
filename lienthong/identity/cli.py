"""``lienthong account``: the operator opens and closes accounts and gives officers their office."""

from __future__ import annotations

from typing import Any

import click

from lienthong.identity import api
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import command
from lienthong.kernel.i18n import N_, gettext


def operator() -> Actor:
    """Return the actor of the operator at the keyboard, in a new request."""
    return system("operator")


@click.group()
def account() -> None:
    """Tài khoản của người dân và cán bộ. | Accounts of citizens and officers."""


@account.command("open")
@click.argument("number")
@click.option("--level", type=click.IntRange(1, 2), default=2, help="Mức tài khoản. | Level of the account.")
@click.option("--phone", default="", help="Số điện thoại nhận mã. | Telephone that gets the codes.")
@command
def open_(number: str, level: int, phone: str) -> tuple[Any, str]:
    """Mở tài khoản công dân. | Open a citizen's account."""
    made = api.open_account(operator(), number=number, level=level, phone=phone)
    return {"account": made}, gettext(N_("Đã có tài khoản %(account)s."), account=made)


@account.command("staff")
@click.argument("staff_id")
@click.option("--name", required=True, help="Họ và tên. | Full name.")
@click.option("--agency", required=True, help="Mã cơ quan. | Code of the agency.")
@click.option("--position", default="", help="Chức vụ. | Position.")
@click.option("--role", "roles", multiple=True, help="Vai trò, lặp lại được. | Role, may be repeated.")
@click.option("--unit", "units", multiple=True, help="Địa bàn phụ trách, lặp lại được. | Unit served, may be repeated.")
@click.option("--phone", default="", help="Số điện thoại nhận mã. | Telephone that gets the codes.")
@command
def staff(
    staff_id: str, name: str, agency: str, position: str, roles: tuple[str, ...], units: tuple[str, ...], phone: str
) -> tuple[Any, str]:
    """Mở tài khoản cán bộ hoặc đổi vị trí công tác. | Open an officer's account, or change the officer's office."""
    member = api.Staff(
        subject=staff_id,
        name=name,
        position=position,
        agency=agency,
        roles=frozenset(roles),
        units=frozenset(units),
    )
    made = api.open_staff(operator(), member=member, phone=phone)
    return {"account": made}, gettext(N_("Đã có tài khoản %(account)s."), account=made)


@account.command()
@click.argument("subject")
@command
def invite(subject: str) -> tuple[Any, str]:
    """Lập mã mở tài khoản, dùng một lần trong một ngày. | Make an opening code, good once within a day."""
    code = api.invite(operator(), subject=subject)
    address = f"{runtime.current().settings.origin}/sign-in/opening-code"
    sentence = gettext(N_("Mã mở tài khoản: %(opening)s, nhập tại %(address)s"), opening=code, address=address)
    return {"code": code, "address": address}, sentence


@account.command()
@click.argument("subject")
@command
def close(subject: str) -> tuple[Any, str]:
    """Đóng tài khoản; mọi phiên kết thúc ngay. | Close an account; its sessions end at once."""
    api.close_account(operator(), subject=subject)
    return {"closed": subject}, gettext(N_("Đã đóng tài khoản %(subject)s."), subject=subject)


commands: tuple[click.Command, ...] = (account,)
