"""Signatures in the PDF, judged by pyHanko: the officer's, then the agency's seal; any change is seen."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from lienthong.documents import api
from lienthong.documents.api import pades
from lienthong.documents.api.authority import DemonstrationAuthority
from lienthong.documents.api.es256 import raw
from lienthong.documents.api.issuing import finish
from lienthong.documents.api.signers import signers
from lienthong.kernel.runtime import Runtime
from tests.conftest import MOMENT
from tests.documents.conftest import MOTHER, agency_code, ask, citizen, open_chair


def judged(pdf: bytes) -> list[Any]:
    """Validate both signatures against the node's own root."""
    roots = [next(load_certs_from_pemder_data(each.public_bytes(Encoding.PEM))) for each in signers().trusted()]
    context = ValidationContext(trust_roots=roots, moment=MOMENT, allow_fetching=False)
    return [validate_pdf_signature(each, context) for each in PdfFileReader(io.BytesIO(pdf)).embedded_signatures]


def test_the_officer_signs_and_the_agency_seals(issued_on_sqlite: api.Document) -> None:
    pdf = api.pdf(citizen(MOTHER), issued_on_sqlite.id)
    person, seal = judged(pdf)
    for each in (person, seal):
        assert each.bottom_line
        assert each.intact
        assert each.valid
        assert each.trusted
        assert each.signer_reported_dt == MOMENT
    names = [each.signing_cert.subject.native for each in (person, seal)]
    assert names[0]["common_name"] == "Trần Văn Khải"
    assert names[0]["title"] == "Chủ tịch"
    assert names[1]["common_name"] == "Ủy ban nhân dân phường Bình Thạnh"
    assert names[1]["organization_identifier"] == agency_code()
    assert "DEMONSTRATION" in person.signing_cert.issuer.human_friendly
    assert [each.field_name for each in PdfFileReader(io.BytesIO(pdf)).embedded_signatures] == [
        pades.PERSON_FIELD,
        pades.SEAL_FIELD,
    ]
    assert person.modification_level is ModificationLevel.FORM_FILLING  # the seal came after, and nothing else
    assert seal.coverage is SignatureCoverageLevel.ENTIRE_FILE


def test_a_changed_byte_breaks_the_signatures(issued_on_sqlite: api.Document) -> None:
    pdf = bytearray(api.pdf(citizen(MOTHER), issued_on_sqlite.id))
    at = pdf.index(b"/Title") + 12
    pdf[at] ^= 1
    assert not any(each.intact for each in judged(bytes(pdf)))


def test_the_signatures_keep_the_paper_within_pdf_1_7(issued_on_sqlite: api.Document) -> None:
    pdf = api.pdf(citizen(MOTHER), issued_on_sqlite.id)
    assert b"/Version /2.0" not in pdf
    assert pdf.count(b"/ByteRange") == 2
    assert pdf.count(b"<x:xmpmeta") <= 1  # titles and times are not written a second time


def test_openssl_reads_the_container(issued_on_sqlite: api.Document, tmp_path: Path) -> None:
    embedded, _ = PdfFileReader(io.BytesIO(api.pdf(citizen(MOTHER), issued_on_sqlite.id))).embedded_signatures
    path = tmp_path / "signature.der"
    path.write_bytes(embedded.pkcs7_content)
    shown = subprocess.run(
        ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", path],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    assert "id-smime-aa-signingCertificateV2" in shown
    assert re.search(r"signatureAlgorithm:\s+algorithm: ecdsa-with-SHA256", shown)


@dataclass(frozen=True)
class Remote:
    """A signing service far away: it sees a digest, never the document, and answers a signature."""

    chain: Sequence[x509.Certificate]
    _device: ec.EllipticCurvePrivateKey
    seen: list[bytes]

    def sign(self, message: bytes) -> bytes:
        digest = hashes.Hash(hashes.SHA256())
        digest.update(message)
        self.seen.append(digest.finalize())
        return raw(self._device.sign(self.seen[-1], ec.ECDSA(Prehashed(hashes.SHA256()))))


class RemoteSigners(DemonstrationAuthority):
    """Officers sign with their own devices; the seal stays here."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[bytes] = []

    def person(self, signatory: api.Signatory, *, agency: str, agency_name: str) -> Any:
        local = super().person(signatory, agency=agency, agency_name=agency_name)
        return Remote(local.chain, local.key, self.seen)


def test_a_signing_service_takes_the_place_of_the_key_file(sqlite_node: Runtime) -> None:
    remote = RemoteSigners()
    sqlite_node.part("documents.signers", lambda _: remote)  # what the entry point lienthong.signers would answer
    open_chair(agency_code())
    document = ask()
    finish(document.id)
    assert len(remote.seen) == 1
    assert all(each.bottom_line for each in judged(api.pdf(citizen(MOTHER), document.id)))


def test_another_position_gets_another_certificate(sqlite_node: Runtime) -> None:
    chair = api.Signatory("chair-1", "Trần Văn Khải", "Chủ tịch")
    deputy = api.Signatory("chair-1", "Trần Văn Khải", "Phó Chủ tịch")
    named = {"agency": "H29.26.929", "agency_name": "Ủy ban nhân dân phường Bình Thạnh"}
    first = signers().person(chair, **named).chain[0]
    assert signers().person(deputy, **named).chain[0] != first
    assert DemonstrationAuthority().person(chair, **named).chain[0] == first  # kept, not made again at each start


@pytest.mark.parametrize("name", ["Nguyễn Thị " + "Rất Dài " * 12, "Ủy ban nhân dân đặc khu " * 5])
def test_a_long_name_still_gets_a_certificate(sqlite_node: Runtime, name: str) -> None:
    signer = signers().seal(agency="H29.26.929", agency_name=name)
    assert signer.chain[0].subject.rfc4514_string()
