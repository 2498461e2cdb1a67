"""What a contract must say before its entries may be sealed: a law that allows it, a limit, and little else."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.exchange.spec.shape import Clause, Contract, Read
from lienthong.kernel.actor import Kind
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference

LEVEL = 3
"""Authentication level of who reads under seal: the one that signs."""


def check_seal(one: Definition[Contract]) -> Iterator[Fault]:
    """Yield what stands against sealing the entries of a contract; nothing for one that does not seal."""
    contract = one.model
    if contract.sealed is None:
        return
    place, basis = one.place("sealed"), reference.bases().get(contract.sealed.basis)
    if contract.sealed.basis not in contract.basis or basis is None or not basis.seals_days:
        yield fault(
            place,
            "contract.seal-basis",
            N_("“%(basis)s” không phải căn cứ của thỏa thuận này, hoặc luật đó không ghi `seals`; chọn căn cứ khác."),
            basis=contract.sealed.basis,
        )
    elif contract.sealed.days > basis.seals_days:
        yield fault(
            place,
            "contract.seal-days",
            N_("Niêm phong %(days)s ngày vượt hạn %(most)s ngày của căn cứ “%(basis)s”; ghi không quá hạn đó."),
            days=contract.sealed.days,
            most=basis.seals_days,
            basis=contract.sealed.basis,
        )
    for at, clause in enumerate(contract.clauses):
        if not _is_narrow(clause):
            yield fault(
                one.place("clauses", at),
                "contract.seal-party",
                N_(
                    "Thỏa thuận niêm phong chỉ cho cán bộ mức %(level)s có vai trò, loại cơ quan nêu rõ, theo một hồ "
                    "sơ (“of: dossier”), đọc theo số, trường nêu rõ; không tìm kiếm, không lịch sử, không ghi."
                ),
                level=LEVEL,
            )


def _is_narrow(clause: Clause) -> bool:
    who = clause.who
    officer = who.kind is Kind.OFFICER and who.level >= LEVEL and bool(who.roles) and bool(who.agencies)
    reads = bool(clause.read) and not any(_is_wide(each) for each in clause.read.values())
    return officer and clause.of == "dossier" and reads and not clause.write and not clause.numbers


def _is_wide(read: Read) -> bool:
    return read.search or read.history or read.fields == "all"
