"""The demonstration authority: its own certificate root and keys in this node's home, without any legal value."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from lienthong.documents import store
from lienthong.documents.api import es256
from lienthong.documents.domain.document import Signatory
from lienthong.kernel import clock, keys, runtime
from lienthong.kernel.ids import new_id

ROOT_NAME = "Liên Thông DEMONSTRATION authority - no legal value"
ROOT_LIFE, LIFE = timedelta(days=3650), timedelta(days=1825)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A signer whose key is a file of this node."""

    chain: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePrivateKey

    def sign(self, message: bytes) -> bytes:
        """Return the ES256 signature of the message, 64 bytes r‖s."""
        return es256.raw(self.key.sign(message, ec.ECDSA(hashes.SHA256())))


class DemonstrationAuthority:
    """Gives every officer and every agency a key and a certificate at first use."""

    demonstration = True

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], KeyFile] = {}

    def person(self, signatory: Signatory, *, agency: str, agency_name: str) -> KeyFile:
        """Return the signer of an officer; another name, position or agency gets another certificate."""
        names = {
            NameOID.COMMON_NAME: signatory.name,
            NameOID.TITLE: signatory.position,
            NameOID.ORGANIZATION_NAME: agency_name,
            NameOID.ORGANIZATION_IDENTIFIER: agency,
        }
        return self._signer("person", signatory.staff, names)

    def seal(self, *, agency: str, agency_name: str) -> KeyFile:
        """Return the seal of an agency."""
        names = {
            NameOID.COMMON_NAME: agency_name,
            NameOID.ORGANIZATION_NAME: agency_name,
            NameOID.ORGANIZATION_IDENTIFIER: agency,
        }
        return self._signer("seal", agency, names)

    def issuer(self) -> KeyFile:
        """Return the node's key for digital documents and QR codes."""
        return self._signer("issuer", "node", {NameOID.COMMON_NAME: "Liên Thông DEMONSTRATION documents"})

    def trusted(self) -> Sequence[x509.Certificate]:
        """Return the root."""
        return [self._signer("root", "root", {NameOID.COMMON_NAME: ROOT_NAME}).chain[0]]

    def issuers(self) -> Sequence[x509.Certificate]:
        """Return the certificate of every issuer key so far."""
        self.issuer()
        return [x509.load_pem_x509_certificate(pem.encode()) for pem in store.certificates_of("issuer")]

    def _signer(self, kind: str, owner: str, names: dict[x509.ObjectIdentifier, str]) -> KeyFile:
        label = hashlib.sha256(repr(sorted((oid.dotted_string, name) for oid, name in names.items())).encode())
        identity = (kind, owner, label.hexdigest())
        if identity not in self._known:
            key = keys.p256(f"demonstration-{kind}-{owner}")
            root = None if kind == "root" else self._signer("root", "root", {NameOID.COMMON_NAME: ROOT_NAME})
            pem = store.certificate(*identity) or _keep(identity, _certificate(names, key, root))
            own = x509.load_pem_x509_certificate(pem.encode())
            self._known[identity] = KeyFile((own, *(root.chain if root else ())), key)
        return self._known[identity]


def _keep(identity: tuple[str, str, str], certificate: x509.Certificate) -> str:
    pem = certificate.public_bytes(Encoding.PEM).decode()
    kind, owner, label = identity
    made_at = clock.stamp(runtime.current().clock.now())
    store.keep_certificate(
        {"id": new_id(), "kind": kind, "owner": owner, "label": label, "certificate": pem, "made_at": made_at}
    )
    return pem


def _certificate(
    names: dict[x509.ObjectIdentifier, str], key: ec.EllipticCurvePrivateKey, root: KeyFile | None
) -> x509.Certificate:
    now = runtime.current().clock.now()
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
        + [x509.NameAttribute(oid, _cut(name)) for oid, name in names.items() if name]
    )
    issuer_key = root.key if root else key
    is_root = root is None
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(root.chain[0].subject if root else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + (ROOT_LIFE if is_root else LIFE))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=0 if is_root else None), critical=True)
        .add_extension(_usage(is_root=is_root), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def _cut(name: str) -> str:
    """Return the name in at most 64 bytes of UTF-8, the most that a certificate's attribute may have."""
    return name.encode()[:64].decode(errors="ignore").rstrip()


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_root,
        crl_sign=is_root,
        encipher_only=False,
        decipher_only=False,
    )
