"""Checks the files of document types, each fault with its file and line; every template is tried with its sample."""

from __future__ import annotations

from lienthong.documents.spec.renewing import faults_of_endings
from lienthong.documents.spec.shape import KIND, DocumentSpec, DocumentType, checked, template_of
from lienthong.documents.spec.trial import faults_of_template
from lienthong.kernel import definitions
from lienthong.kernel.errors import Fault, Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference


def check() -> list[Fault]:
    """Return every fault of the document types, each with its file and line."""
    found, faults = definitions.load(KIND, DocumentSpec)
    owners: dict[str, str] = {}
    for each in found:
        faults += _faults_of(each)
        letters = each.model.code
        if owners.setdefault(letters, each.model.document) != each.model.document:
            message = N_("Mã “%(letters)s” đã có loại giấy khác dùng; chọn mã khác.")
            faults.append(fault(each.place("code"), "document.code", message, letters=letters))
    return faults


def _faults_of(definition: definitions.Definition[DocumentSpec]) -> list[Fault]:
    spec = definition.model
    faults: list[Fault] = []
    if not template_of(definition).is_file():
        faults.append(
            fault(
                definition.place(),
                "document.template",
                N_("Thiếu tệp template.typ bên cạnh; đặt mẫu in vào cùng thư mục."),
            )
        )
    faults += [
        fault(
            definition.place("fields", name),
            "document.term",
            N_("Từ điển không có “%(term)s”; sửa tên, hoặc thêm vào dictionary."),
            term=field.term,
        )
        for name, field in spec.fields.items()
        if field.term not in reference.terms()
    ]
    faults += [
        fault(
            definition.place("basis"),
            "document.basis",
            N_("Không có căn cứ pháp lý “%(basis)s”; sửa mã, hoặc thêm văn bản vào danh mục bases."),
            basis=basis,
        )
        for basis in spec.basis
        if basis not in reference.bases()
    ]
    faults += [
        fault(
            definition.place(place),
            "document.field",
            N_("Giấy tờ này không có mục “%(field)s”; sửa tên, hoặc thêm vào fields."),
            field=name,
        )
        for place, name in _named_fields(spec)
        if name not in spec.fields
    ]
    faults += faults_of_endings(definition)
    return faults or _faults_of_titles(definition) + _faults_of_sample(definition)


def _named_fields(spec: DocumentSpec) -> list[tuple[str, str]]:
    roles = [("number", spec.number), ("name", spec.name), ("born", spec.born)]
    named = [(place, name) for place, name in roles if name or spec.signed]
    named += [("until", spec.until)] if spec.until else []
    return named + [("shows", name) for show in spec.shows for name in show.fields]


def _faults_of_titles(definition: definitions.Definition[DocumentSpec]) -> list[Fault]:
    """Two fields of one title could not be told apart in the wallet and in a verdict."""
    titles = DocumentType(definition.model, template_of(definition)).labels()
    message = N_("Hai mục cùng tên “%(title)s”; đặt tên riêng bằng title.")
    return [
        fault(definition.place("fields", name), "document.title", message, title=title)
        for at, (name, title) in enumerate(titles.items())
        if title in list(titles.values())[:at]
    ]


def _faults_of_sample(definition: definitions.Definition[DocumentSpec]) -> list[Fault]:
    try:
        kind = DocumentType(definition.model, template_of(definition))
        stored = checked(kind, definition.model.sample)
    except Invalid as wrong:
        return [Fault(definition.place("sample", each.at), each.code, each.message, each.data) for each in wrong.faults]
    return faults_of_template(kind, stored)
