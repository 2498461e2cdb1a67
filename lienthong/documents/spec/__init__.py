"""Document types as files: their shape, their templates, their check."""

from __future__ import annotations

from lienthong.documents.spec.checking import check
from lienthong.documents.spec.qr import qr_svg
from lienthong.documents.spec.shape import (
    DocumentSpec,
    DocumentType,
    EndingSpec,
    RenewalAsk,
    RenewalSpec,
    checked,
    document_type,
    shown,
    type_of_code,
    types,
)
from lienthong.documents.spec.trial import frame
from lienthong.kernel.typeset import Typesetter, typesetter

__all__ = [
    "DocumentSpec",
    "DocumentType",
    "EndingSpec",
    "RenewalAsk",
    "RenewalSpec",
    "Typesetter",
    "check",
    "checked",
    "document_type",
    "frame",
    "qr_svg",
    "shown",
    "type_of_code",
    "types",
    "typesetter",
]
