"""Erasing a person by order, in every room at once: salts and details go, the ledger and everybody's proofs stay."""

from __future__ import annotations

import getpass
from datetime import datetime
from typing import Any

import click

from lienthong.app import node, rooms
from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import command
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import number
from lienthong.reference import api as reference
from lienthong.registers import api as registers

LOG = "registers"
"""The room that checks ground and order, and writes into the person's log that something was erased."""


def erase(who: Actor, *, subject: str, basis: str, order: str, before: str = "") -> dict[str, int]:
    """Erase a person's salts and details in every room, all or nothing; answer of how many rows, by room.

    before: a stamp, all until now when empty. Raises Denied and Invalid as ``registers.api.erase_proofs``.
    """
    until = before or clock.stamp(runtime.current().clock.now())
    above = [(room, forget) for room, forget in rooms.verbs("api", "erase_proofs") if room != LOG]
    with runtime.current().database.transaction():
        counts = {room: forget(who, subject=subject, before=until) for room, forget in above}
        given = {"basis": basis, "order": order, "before": until, "elsewhere": sum(counts.values())}
        return counts | {LOG: registers.erase_proofs(who, subject=subject, **given)}


@click.command("erase-proofs")
@click.argument("person", metavar="NUMBER")
@click.option("--basis", required=True, help="Mã căn cứ pháp lý. | Legal basis.")
@click.option("--order", required=True, help="Số, ngày của quyết định. | Number and date of the decision.")
@click.option("--before", default="", help="Chỉ những gì trước ngày này. | Only what is from before this day.")
@command
def erase_proofs(person: str, basis: str, order: str, before: str) -> tuple[Any, str]:
    """Xóa muối và chi tiết về một người theo lệnh. | Erase salts and details of a person, in every room."""
    node.prepare()
    day = datetime.fromisoformat(str(reference.parse_value("date", before))) if before else None
    until = clock.stamp(clock.local(day)) if day else ""
    counts = erase(system(f"cli:{getpass.getuser()}"), subject=person, basis=basis, order=order, before=until)
    sentence = N_("Đã xóa muối và chi tiết của %(count)s dòng nhật ký và %(others)s bản ghi khác; sổ vẫn nguyên vẹn.")
    entries = counts[LOG]
    others = sum(counts.values()) - entries
    return {"entries": entries, "rooms": counts}, gettext(sentence, count=number(entries), others=number(others))
