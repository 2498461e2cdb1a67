"""Reads dictionary, code lists and legal bases from the catalogue; what comes later replaces what has the same id."""

from __future__ import annotations

from types import MappingProxyType
from typing import TypeVar

from pydantic import BaseModel

from lienthong.kernel import definitions
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.reference.domain.terms import Code, CodeList, DataTerm, LegalBasis
from lienthong.reference.spec import BasesSpec, CodeListSpec, DictionarySpec
from lienthong.reference.store import files

Model = TypeVar("Model", bound=BaseModel)


def read(kind: str, shape: type[Model]) -> list[Model]:
    """Return every definition of a kind. Raises Invalid with every fault and its place."""
    found, faults = definitions.load(kind, shape)
    if faults:
        message = N_("Danh mục “%(kind)s” có tệp sai; sửa các chỗ nêu dưới đây.")
        raise Invalid("reference.definitions", message, faults, kind=kind)
    return [each.model for each in found]


def terms() -> dict[str, DataTerm]:
    """Return the field dictionary by term id."""
    found: dict[str, DataTerm] = {}
    for spec in read("dictionary", DictionarySpec):
        for term_id, term in spec.terms.items():
            found[term_id] = DataTerm(
                id=term_id,
                type=term.type,
                title=term.title,
                classification=term.classification,
                code_list=term.code_list,
                max_length=term.max_length,
                format=term.format,
                also=term.also,
            )
    return found


def code_lists() -> dict[str, CodeList]:
    """Return every code list by id."""
    found: dict[str, CodeList] = {}
    for spec in read("codes", CodeListSpec):
        also = spec.also
        codes = {code: Code(code, title, also=also.get(code, ())) for code, title in spec.codes.items()}
        if spec.file:
            codes = {row["code"]: _listed(row, also.get(row["code"], ())) for row in files.rows(spec.file)}
        found[spec.list] = CodeList(
            spec.list, spec.title, spec.system, spec.source, spec.confidence, MappingProxyType(codes)
        )
    return found


def _listed(row: dict[str, str], also: tuple[str, ...]) -> Code:
    return Code(row["code"], Bilingual(row["name"], row.get("en", row["name"])), row.get("group", ""), also)


def bases() -> dict[str, LegalBasis]:
    """Return every legal basis by id."""
    return {
        basis_id: LegalBasis(
            id=basis_id,
            title=each.title,
            number=each.number,
            valid_from=each.valid[0],
            valid_to=each.valid[1],
            source=each.source,
            confidence=each.confidence,
            seals_days=each.seals.days if each.seals else 0,
        )
        for spec in read("bases", BasesSpec)
        for basis_id, each in spec.bases.items()
    }
