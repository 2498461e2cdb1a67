"""Finds the contracts of the node and checks what must agree in them with the registers, the law and the agencies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from pydantic import Field

from lienthong.exchange.spec.feeding import check_feed
from lienthong.exchange.spec.sealing import check_seal
from lienthong.exchange.spec.shape import Clause, Contract, Fields, Shape
from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Register


class _Purposes(Shape):
    purposes: dict[str, Bilingual]
    holdings: dict[str, Bilingual] = Field(default_factory=dict[str, Bilingual])


class Catalogue:
    """The sound contracts of the node, the purposes and holdings outside of contracts, and every fault of the files."""

    def __init__(self) -> None:
        found, faults = definitions.load("contracts", Contract)
        why, wrong = definitions.load("purposes", _Purposes)
        self.purposes: Mapping[str, Bilingual] = {
            name: title for each in why for name, title in each.model.purposes.items()
        }
        self.holdings: Mapping[str, Bilingual] = {
            name: title for each in why for name, title in each.model.holdings.items()
        }
        self.faults: list[Fault] = [*faults, *wrong]
        self.versions: dict[str, list[Contract]] = {}
        for one in found:
            disagreements = list(check_one(one))
            self.faults.extend(disagreements)
            if not disagreements:
                self.versions.setdefault(one.model.id, []).append(one.model)

    def find(self, contract: str, on: date) -> Contract | None:
        """Return the contract's version in force on the day."""
        return next((each for each in self.versions.get(contract, ()) if each.in_force(on)), None)

    def newest(self, contract: str) -> Contract | None:
        """Return the contract's newest version, in force or not: for titles of what happened under it."""
        return max(self.versions.get(contract, ()), key=lambda each: each.version, default=None)


def catalogue() -> Catalogue:
    """Return the contracts of the running node, read once."""
    return definitions.once("exchange.contracts", Catalogue)


def check() -> list[Fault]:
    """Return every fault of the contract files, each with file and line."""
    return catalogue().faults


def check_one(one: Definition[Contract]) -> Iterator[Fault]:
    """Yield every disagreement of a well-formed contract with the law, the registers and the agencies."""
    contract = one.model
    if contract.valid[1] is not None and contract.valid[1] < contract.valid[0]:
        yield fault(
            one.place("valid"),
            "contract.valid",
            N_("Ngày hết hiệu lực đứng trước ngày có hiệu lực; sửa một trong hai ngày."),
        )
    for basis in contract.basis:
        if basis not in reference.bases():
            yield fault(
                one.place("basis"),
                "contract.basis",
                N_("Không có căn cứ pháp lý “%(basis)s”; sửa mã, hoặc thêm văn bản vào danh mục bases."),
                basis=basis,
            )
    yield from check_seal(one)
    kinds = reference.agency_kinds()
    for at, clause in enumerate(contract.clauses):
        if (clause.of == "consent") != (contract.ground == "consent"):
            yield fault(
                one.place("clauses", at, "of"),
                "contract.ground",
                N_("“of: consent” đi cùng “ground: consent”; căn cứ khác thì không hỏi đồng ý."),
            )
        for kind in clause.who.agencies:
            if kind not in kinds:
                yield fault(
                    one.place("clauses", at, "who"),
                    "contract.agency",
                    N_("Không có loại cơ quan “%(kind)s”; xem các loại bằng `lienthong agencies`."),
                    kind=kind,
                )
        yield from _check_reads(one, at, clause)
        yield from _check_writes(one, at, clause)
        yield from _check_reconciles(one, at, clause)
        yield from check_feed(one, at, clause)


def _check_reads(one: Definition[Contract], at: int, clause: Clause) -> Iterator[Fault]:
    for name, read in clause.read.items():
        place = one.place("clauses", at, "read", name)
        register = _register(name)
        if register is None:
            yield _unknown_register(place, name)
            continue
        yield from _check_fields(place, register, read.fields)
        for field in (*read.by, *filter(None, (read.agency, read.unit))):
            if field not in register.lookups:
                yield fault(
                    place,
                    "contract.lookup",
                    N_("“%(field)s” không phải trường tra cứu của %(register)s; thêm `lookup` ở định nghĩa sổ."),
                    field=field,
                    register=name,
                )
        if (clause.of == "agency") != bool(read.agency) or (clause.of == "unit") != bool(read.unit):
            yield fault(
                place,
                "contract.rule",
                N_("“of: %(rule)s” cần khai báo trường `agency` hoặc `unit` tương ứng, và chỉ khi đó."),
                rule=clause.of,
            )


def _check_writes(one: Definition[Contract], at: int, clause: Clause) -> Iterator[Fault]:
    for name, write in clause.write.items():
        place = one.place("clauses", at, "write", name)
        register = _register(name)
        if register is None:
            yield _unknown_register(place, name)
        else:
            yield from _check_fields(place, register, write.fields)
            yield from _check_fields(place, register, (write.agency,) if write.agency else ())


def _check_reconciles(one: Definition[Contract], at: int, clause: Clause) -> Iterator[Fault]:
    for name in clause.reconciles:
        register, place = _register(name), one.place("clauses", at, "reconciles", name)
        if register is None:
            yield _unknown_register(place, name)
        elif not register.name or "birth_date" not in register.fields or not register.subject:
            message = N_(
                "%(register)s không có đủ số định danh, họ tên và ngày sinh để đối soát; chọn cơ sở dữ liệu khác."
            )
            yield fault(place, "contract.reconcile", message, register=name)


def _check_fields(place: str, register: Register, fields: Fields) -> Iterator[Fault]:
    for field in () if fields == "all" else fields:
        if field not in register.fields:
            yield fault(
                place,
                "contract.field",
                N_("Cơ sở dữ liệu %(register)s không có trường “%(field)s”; xem `lienthong register describe`."),
                register=register.id,
                field=field,
            )


def _register(name: str) -> Register | None:
    return next((each for each in registers.definitions() if each.id == name), None)


def _unknown_register(place: str, name: str) -> Fault:
    return fault(
        place, "contract.register", N_("Không có cơ sở dữ liệu “%(register)s” đang có hiệu lực."), register=name
    )
