"""PDF signatures (PAdES baseline B-B): the officer's, then the agency's seal, as two increments of the same file."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any, cast

from asn1crypto import algos  # pyright: ignore[reportMissingTypeStubs]
from asn1crypto import x509 as asn1  # pyright: ignore[reportMissingTypeStubs]
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lienthong.documents.api.es256 import der
from lienthong.documents.api.signers import Signer

PERSON_FIELD, SEAL_FIELD = "ChuKyNguoiKy", "ConDauCoQuan"
RESERVED = 16384
"""Hexadecimal digits kept for one signature: a CMS with a chain of two certificates needs about 4,500."""


def sign(pdf: bytes, *, person: Signer, seal: Signer, at: datetime) -> bytes:
    """Return the PDF signed by the person, then sealed by the agency; ``at`` is the time both claim."""
    return _add(_add(pdf, person, PERSON_FIELD, at), seal, SEAL_FIELD, at)


def _add(pdf: bytes, signer: Signer, field: str, at: datetime) -> bytes:
    metadata = signers.PdfSignatureMetadata(
        field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    output = io.BytesIO()
    writer = cast(Any, _PdfSigner(metadata, _Cms(signer), at))  # pyHanko's own types are partial
    writer.sign_pdf(_Increment(io.BytesIO(pdf)), bytes_reserved=RESERVED, output=output)
    return output.getvalue()


class _Cms(CmsSigner):
    """pyHanko's view of one of our signers."""

    def __init__(self, signer: Signer) -> None:
        certificate, *issuers = (_asn1(each) for each in signer.chain)
        known = SimpleCertificateStore()
        known.register_multiple(issuers)
        super().__init__(
            signing_cert=certificate,
            cert_registry=known,
            signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            embed_roots=True,
        )
        self._signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        return der(self._signer.sign(data))


class _PdfSigner(signers.PdfSigner):
    """Signs at the node's time, and declares no extension beyond PDF 1.7: PDF/A-2 is built on it."""

    def __init__(self, metadata: signers.PdfSignatureMetadata, signer: CmsSigner, at: datetime) -> None:
        super().__init__(metadata, signer)
        self._at = at

    def init_signing_session(self, pdf_out: Any, existing_fields_only: bool = False) -> Any:
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self._at
        return session

    def register_extensions(self, pdf_out: Any, *, md_algorithm: str) -> None:  # noqa: ARG002
        pdf_out.register_extension(ESIC_EXTENSION_1)


class _Increment(IncrementalPdfFileWriter):
    """Leaves title, times and XMP as typeset: they must agree with each other in PDF/A, and signing changes none."""

    def _update_meta(self) -> None:
        return


def _asn1(certificate: x509.Certificate) -> Any:
    return cast(Any, asn1.Certificate).load(certificate.public_bytes(Encoding.DER))
