"""Papers: a receipt typeset warm (10 ms or less), a certificate typeset, signed, sealed and delivered (40 ms or less).

Every paper has other data, so that nothing comes from typst's memory of the last one. Floors, in the same run: a bare
typst compile of the same template with its data ready; for the certificate two bare ECDSA signatures on top of it.
Peer: the same two signatures by pyHanko's own signer.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import algos
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from measure import node, percentile, timed, write
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import Signer as CmsSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from lienthong.documents import api, spec
from lienthong.documents.api import pades
from lienthong.documents.api.es256 import der
from lienthong.documents.api.signers import Signer
from lienthong.documents.api.signers import signers as signers_here
from lienthong.identity import api as identity
from lienthong.kernel import runtime, typeset
from lienthong.kernel.actor import system
from lienthong.reference import api as reference

COMMUNE, WARM, TIMES = "26929", 20, 200
WHO = system("bench")


def main() -> None:
    """Measure both papers."""
    with node() as one:
        agency = reference.competent(role="civil-status", unit=COMMUNE).code
        member = identity.Staff(
            subject="chair-1",
            name="Trần Văn Khải",
            position="Chủ tịch",
            agency=agency,
            roles=frozenset(),
            units=frozenset(),
        )
        identity.open_staff(WHO, member=member)
        engine = one.database.engine.name
        receipt = receipt_of(agency)
        measure("receipt", receipt, engine=engine, floor=compiles(given(receipt)))
        asked = iter([ask(agency, number) for number in range(WARM + TIMES + 1)])
        paper = given(lambda: api.finish(next(asked)))
        floor, theirs = compiles(paper, signatures=2), round(pyhanko(paper), 2)
        measure("certificate", lambda: api.finish(next(asked)), engine=engine, floor=floor, peer_p50_ms=theirs)


def receipt_of(agency: str) -> Callable[[], object]:
    """Return a function that typesets another receipt each time."""
    now = runtime.current().clock.now()
    numbers = iter(range(1_000_000))

    def typeset_one() -> bytes:
        number = next(numbers)
        return api.receipt_pdf(
            api.Receipt(
                dossier=f"H29.26.929-261121-{number:05d}",
                agency=agency,
                applicant="Nguyễn Thị Thu Hà",
                procedure="Khai sinh, thường trú, thẻ BHYT, thẻ căn cước cho trẻ dưới 6 tuổi",
                term="3 ngày làm việc",
                filed_at=now,
                received_at=now,
                due_at=now,
                follow=f"http://localhost:8000/dossiers/H29.26.929-261121-{number:05d}",
                address="9 đường Minh Họa, phường Bình Thạnh, Thành phố Hồ Chí Minh",
                result_channel="electronic",
            )
        )

    return typeset_one


def ask(agency: str, number: int) -> str:
    """Ask for a birth certificate and answer its id; finishing it is what is measured."""
    sample = spec.document_type("birth-certificate").spec.sample
    document = api.issue(
        WHO,
        type="birth-certificate",
        values={**sample, "entry_no": f"{COMMUNE}/birth/2026/{number}"},
        holders=["079326999912", "079196999917", "079094999903"],
        subject="079326999912",
        dossier="",
        signer="chair-1",
        agency=agency,
        issue_key=f"bench-{number}",
    )
    return document.id


def measure(name: str, work: Callable[[], object], *, engine: str, floor: float, **more: object) -> None:
    """Warm up, then time the work call by call. floor: median milliseconds of the floor."""
    for _ in range(WARM):
        work()
    latencies: list[float] = []
    with timed() as timing:
        for _ in range(TIMES):
            began = time.perf_counter()
            work()
            latencies.append(1000 * (time.perf_counter() - began))
    write(
        f"documents-{name}",
        engine=f"typst, pyHanko, {engine}",
        rows=TIMES,
        timing=timing,
        floor_rate=1000 / floor,
        latencies_ms=latencies,
        floor_p50_ms=round(floor, 2),
        **more,
    )


def given(work: Callable[[], object]) -> tuple[Path, dict[str, Any]]:
    """Typeset one paper and return what its template was given."""
    seen: list[tuple[Path, dict[str, Any]]] = []
    setter = typeset.typesetter()
    original = setter.pdf

    def noted(template: Path, data: Mapping[str, Any], *, at: datetime) -> bytes:
        seen.append((template, dict(data)))
        return original(template, data, at=at)

    setter.pdf = noted
    work()
    setter.pdf = original
    return seen[0]


def compiles(paper: tuple[Path, dict[str, Any]], *, signatures: int = 0) -> float:
    """Return the median milliseconds of a bare compile with ready data, and of so many bare signatures."""
    template, data = paper
    key = signers_here().issuer()
    at = runtime.current().clock.now()
    latencies: list[float] = []
    for number in range(WARM + TIMES):
        data["values"] |= {"entry_no": str(number), "dossier_code": str(number)}
        began = time.perf_counter()
        typeset.typesetter().pdf(template, data, at=at)
        for _ in range(signatures):
            key.sign(b"floor")
        latencies.append(1000 * (time.perf_counter() - began))
    return percentile(latencies[WARM:], 0.5)


class Peer(CmsSigner):
    """pyHanko's own way to the same signature."""

    def __init__(self, signer: Signer) -> None:
        own, *issuers = (asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in signer.chain)
        known = SimpleCertificateStore()
        known.register_multiple(issuers)
        mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})
        super().__init__(signing_cert=own, cert_registry=known, signature_mechanism=mechanism)
        self.signer = signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:  # noqa: ARG002
        """Sign with the same key."""
        return der(self.signer.sign(data))


def pyhanko(paper: tuple[Path, dict[str, Any]]) -> float:
    """Return the median milliseconds that pyHanko's signer takes for both signatures of a certificate."""
    pdf = typeset.typesetter().pdf(*paper, at=runtime.current().clock.now())
    named = {"agency": "H29", "agency_name": paper[1]["agency"]}
    both = [
        signers_here().person(api.Signatory("peer", "Trần Văn Khải", "Chủ tịch"), **named),
        signers_here().seal(**named),
    ]
    latencies: list[float] = []
    for _ in range(WARM + 30):
        began, content = time.perf_counter(), pdf
        for field, each in zip((pades.PERSON_FIELD, pades.SEAL_FIELD), both, strict=True):
            metadata = signers.PdfSignatureMetadata(
                field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
            )
            increment, output = IncrementalPdfFileWriter(io.BytesIO(content)), io.BytesIO()
            signers.PdfSigner(metadata, Peer(each)).sign_pdf(increment, bytes_reserved=16384, output=output)
            content = output.getvalue()
        latencies.append(1000 * (time.perf_counter() - began))
    return percentile(latencies[WARM:], 0.5)


if __name__ == "__main__":
    main()
