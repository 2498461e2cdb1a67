"""Checks how the documents of a type end and are issued anew, each fault with its file and line."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.documents.spec.shape import DocumentSpec, RenewalSpec
from lienthong.exchange import api as exchange
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference


def faults_of_endings(definition: Definition[DocumentSpec]) -> list[Fault]:
    """Return what is wrong with reasons and renewal of a type: ids, laws, registers, fields, nothing forgotten."""
    spec = definition.model
    faults: list[Fault] = []
    if spec.signed and not (spec.signers and any(each.by == "revoke" for each in spec.endings)):
        message = N_("Giấy có chữ ký cần “signers” và ít nhất một lý do thu hồi trong “endings”.")
        faults.append(fault(definition.place("signers"), "document.endings", message))
    ids = [each.id for each in spec.endings]
    for at, each in enumerate(spec.endings):
        place = definition.place("endings", at)
        if each.id in ids[:at]:
            faults.append(
                fault(place, "document.ending", N_("Lý do “%(id)s” có hai lần; bỏ một, hoặc đặt mã khác."), id=each.id)
            )
        if each.basis not in reference.bases():
            message = N_("Không có căn cứ pháp lý “%(basis)s”; sửa mã, hoặc thêm văn bản vào danh mục bases.")
            faults.append(fault(place, "document.basis", message, basis=each.basis))
        if each.by == "reissue" and spec.renewal is None:
            message = N_("Lý do cấp lại “%(id)s” cần phần “renewal” nói lấy dữ liệu từ đâu; thêm phần đó.")
            faults.append(fault(place, "document.renewal", message, id=each.id))
    if spec.renewal is not None:
        faults += _faults_of_renewal(definition, spec.renewal)
    return faults


def _faults_of_renewal(definition: Definition[DocumentSpec], renewal: RenewalSpec) -> Iterator[Fault]:
    fields = definition.model.fields
    known = {each.id: each for each in exchange.registers_in_force()}
    for name, ask in renewal.asks.items():
        register = known.get(ask.register_id)
        place = definition.place("renewal", "asks", name)
        if register is None:
            message = N_("Không có cơ sở dữ liệu “%(name)s”; xem `lienthong register list`.")
            yield fault(place, "document.register", message, name=ask.register_id)
            continue
        asked = {source.partition(".")[2] for source in renewal.needed(name)}
        for field in sorted((asked - set(register.fields)) | (set(ask.by) - register.lookups)):
            message = N_(
                "Cơ sở dữ liệu “%(name)s” không có hoặc không tra được theo “%(field)s”; sửa tên, hoặc thêm `lookup`."
            )
            yield fault(place, "document.renewal", message, name=ask.register_id, field=field)
    sources = {*renewal.values.values(), *(each for ask in renewal.asks.values() for each in ask.by.values())}
    for source in sorted(each for each in sources if "." in each and each.partition(".")[0] not in renewal.asks):
        yield fault(
            definition.place("renewal"),
            "document.renewal",
            N_("Không có câu hỏi “%(name)s”; sửa tên, hoặc thêm vào asks."),
            name=source,
        )
    named = {*renewal.values, *renewal.keeps, *renewal.keeps.values()}
    for name in sorted(set(fields) - {*renewal.values, *renewal.keeps} | named - set(fields)):
        message = N_("“renewal” phải nói về mọi mục của giấy và chỉ các mục ấy: “%(field)s”.")
        yield fault(definition.place("renewal"), "document.renewal", message, field=name)
