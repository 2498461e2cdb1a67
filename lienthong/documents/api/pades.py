"""PDF signatures (PAdES baseline B-B): the officer's, then the agency's seal, as two increments of the same file.

pyHanko writes the increments; the signature container is ours (``cms``) and is judged by pyHanko in the tests.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, cast

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from lienthong.documents.api.cms import signed_data
from lienthong.documents.api.signers import Signer

PERSON_FIELD, SEAL_FIELD = "ChuKyNguoiKy", "ConDauCoQuan"
RESERVED = 8192
"""Hexadecimal digits kept for one signature: a container with a chain of two certificates needs about 3,500."""


def sign(pdf: bytes, *, person: Signer, seal: Signer, at: datetime) -> bytes:
    """Return the PDF signed by the person, then sealed by the agency; ``at`` is the time both claim."""
    return _add(_add(pdf, person, PERSON_FIELD, at), seal, SEAL_FIELD, at)


def _add(pdf: bytes, signer: Signer, field: str, at: datetime) -> bytes:
    increment = _Increment(io.BytesIO(pdf))
    increment.register_extension(ESIC_EXTENSION_1)
    output = io.BytesIO()
    embedding = cast(Any, PdfCMSEmbedder().write_cms(field, increment))  # a coroutine, untyped
    next(embedding)
    placeholder = SignatureObject(at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED)
    embedding.send(SigObjSetup(sig_placeholder=placeholder))
    prepared, _ = embedding.send(SigIOSetup(md_algorithm="sha256", output=output))
    embedding.send(signed_data(prepared.document_digest, signer))
    return output.getvalue()


class _Increment(IncrementalPdfFileWriter):
    """Leaves title, times and XMP as typeset: they must agree with each other in PDF/A, and signing changes none."""

    def _update_meta(self) -> None:
        return
