"""Document types are files: ``catalogue/documents/<type>/document.yaml`` with its ``template.typ`` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from lienthong.kernel import definitions
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_, Bilingual, speaking
from lienthong.reference import api as reference

KIND = "documents"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldSpec(_Strict):
    """One field of a paper. is: dictionary term. title: instead of the term's own."""

    term: str = Field(alias="is")
    title: Bilingual | None = None
    required: bool = False


class ShowSpec(_Strict):
    """A choice of fields that a holder can show without the others."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Bilingual
    fields: tuple[str, ...] = Field(min_length=1)


class EndingSpec(_Strict):
    """A reason to take a document back. by: revoke, or reissue (with a corrected one in its place). basis: a law."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: Bilingual
    basis: str
    by: Literal["revoke", "reissue"]


class RenewalAsk(_Strict):
    """One question to a register. by: lookup field → field of this document, or ``ask.field`` of an earlier answer.

    as_of: field of this document with the day whose truth is asked; "" for today.
    """

    register_id: str = Field(alias="register")
    by: dict[str, str] = Field(min_length=1)
    as_of: str = ""


class RenewalSpec(_Strict):
    """Where the values of a document come from when it is issued anew.

    contract: of the exchange. asks: in this order; the first must find its record. values: field → ``ask.field``; what
    the register does not say is not printed. keeps: field → the field beside it: no register holds it, so it stays as
    it was printed while the field beside it stays the same.
    """

    contract: str
    asks: dict[str, RenewalAsk] = Field(min_length=1)
    values: dict[str, str]
    keeps: dict[str, str] = {}

    def needed(self, ask: str) -> list[str]:
        """Return the ``ask.field`` that are taken from one ask, for values and for later questions."""
        by = [source for each in self.asks.values() for source in each.by.values() if "." in source]
        return list(dict.fromkeys(each for each in (*self.values.values(), *by) if each.startswith(f"{ask}.")))


class DocumentSpec(_Strict):
    """A document type.

    code: two letters in the QR code. number, name, born: the fields that hold the document's number, the name and the
    birth date of whom it is about. signed: bears the officer's signature and the agency's seal and goes into wallets.
    until: the field with the last day the document is good for. colour: of its card in the wallet.
    signers: roles of those who take it back and issue it anew; endings: for which reasons; renewal: from where.
    sample: invented values the template is tried with.
    """

    document: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    code: str = Field(pattern=r"^[A-Z]{2,4}$")
    title: Bilingual
    basis: tuple[str, ...] = Field(min_length=1)
    signed: bool = True
    number: str = ""
    name: str = ""
    born: str = ""
    until: str = ""
    colour: Literal["sen", "la", "cham", "muc"] = "muc"
    fields: dict[str, FieldSpec] = Field(min_length=1)
    shows: tuple[ShowSpec, ...] = ()
    signers: tuple[str, ...] = ()
    endings: tuple[EndingSpec, ...] = ()
    renewal: RenewalSpec | None = None
    sample: dict[str, str]


@dataclass(frozen=True, slots=True)
class DocumentType:
    """A document type in force and where its template stands."""

    spec: DocumentSpec
    template: Path

    def title_of(self, field: str) -> Bilingual:
        """Return the field's title: its own, else the dictionary term's."""
        own = self.spec.fields[field]
        if own.title is not None:
            return own.title
        return reference.term(own.term).title

    def labels(self) -> dict[str, str]:
        """Return every field's title as printed."""
        return {name: self.title_of(name).vi for name in self.spec.fields}


def types() -> dict[str, DocumentType]:
    """Return every well-formed document type by id, read once; a later folder (the node's own) replaces an earlier."""
    return definitions.once("documents.types", _read)


def document_type(name: str) -> DocumentType:
    """Return one document type. Raises NotFound."""
    if (found := types().get(name)) is None:
        raise NotFound("document.type", N_("Không có loại giấy tờ “%(name)s”."), name=name)
    return found


def type_of_code(code: str) -> DocumentType | None:
    """Return the document type that a QR code names, None when this node does not know it."""
    return next((each for each in types().values() if each.spec.code == code), None)


def checked(kind: DocumentType, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values as they are stored. Raises Invalid with every unknown, missing or wrong field."""
    faults: list[Fault] = []
    stored: dict[str, str] = {}
    for name, value in values.items():
        field = kind.spec.fields.get(name)
        if field is None:
            faults.append(
                fault(
                    name,
                    "document.field",
                    N_("Giấy tờ này không có mục “%(field)s”; sửa tên, hoặc thêm vào fields."),
                    field=name,
                )
            )
        elif value != "":
            try:
                stored[name] = str(reference.parse_value(field.term, value))
            except Invalid as wrong:
                faults.extend(Fault(name, each.code, each.message, each.data) for each in wrong.faults)
    faults += [
        fault(name, "document.missing", N_("Thiếu “%(title)s”."), title=kind.title_of(name))
        for name, field in kind.spec.fields.items()
        if field.required and not values.get(name)
    ]
    if faults:
        raise Invalid(
            "document.values", N_("Giấy tờ “%(title)s” có mục sai hoặc thiếu."), faults, title=kind.spec.title
        )
    return stored


def shown(kind: DocumentType, values: Mapping[str, str]) -> dict[str, str]:
    """Return stored values as papers print them, in Vietnamese whatever language is being spoken."""
    with speaking("vi"):
        return {name: _shown(kind.spec.fields[name].term, value) for name, value in values.items()}


def _shown(term: str, value: str) -> str:
    return reference.show_value(term, reference.parse_value(term, value))


def _read() -> dict[str, DocumentType]:
    found, _faults = definitions.load(KIND, DocumentSpec)
    return {each.model.document: DocumentType(each.model, template_of(each)) for each in found}


def template_of(definition: definitions.Definition[DocumentSpec]) -> Path:
    """Return where the template of a definition stands: beside it."""
    return definition.path.with_name("template.typ")
