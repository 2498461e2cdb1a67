"""Who signs. Every key sits behind one interface: a file here, a card, or a service of the signer far away."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Protocol, cast

from cryptography import x509

from lienthong.documents.api.authority import DemonstrationAuthority
from lienthong.documents.api.es256 import key_id, public_key
from lienthong.documents.domain.document import Signatory
from lienthong.kernel import runtime
from lienthong.kernel.errors import Unavailable
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime

ENTRY_POINT = "lienthong.signers"


class Signer(Protocol):
    """One P-256 key that signs, wherever it lives."""

    @property
    def chain(self) -> Sequence[x509.Certificate]:
        """The key's certificate and its issuers, up to the root."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the ES256 signature of the message: 64 bytes r‖s. May ask a device or a service far away."""
        ...


class Signers(Protocol):
    """All signers of a node. demonstration: their signatures have no legal value, and every paper says so."""

    demonstration: bool

    def person(self, signatory: Signatory, *, agency: str, agency_name: str) -> Signer:
        """Return the signer of an officer of an agency."""
        ...

    def seal(self, *, agency: str, agency_name: str) -> Signer:
        """Return the seal of an agency."""
        ...

    def issuer(self) -> Signer:
        """Return the key of this node that signs digital documents and the statements of QR codes."""
        ...

    def trusted(self) -> Sequence[x509.Certificate]:
        """Return the roots that a verifier of the papers trusts."""
        ...

    def issuers(self) -> Sequence[x509.Certificate]:
        """Return the certificates of every key that ever was ``issuer``: what they signed stays verifiable."""
        ...


def signers() -> Signers:
    """Return the node's signers: those of an installed package (entry point ``lienthong.signers``), else the
    demonstration authority. Raises Unavailable in production without such a package.
    """
    return runtime.current().part("documents.signers", _find)


def issuer_key_id(issuer: Signer) -> bytes:
    """Return the key id that statements, digital documents and status lists name."""
    return key_id(public_key(issuer.chain[0]))


def _find(node: Runtime) -> Signers:
    for entry in entry_points(group=ENTRY_POINT):
        return cast(Signers, entry.load()())
    if not node.settings.is_demo:
        raise Unavailable(
            "signers.missing",
            N_("Hệ thống chưa nối với dịch vụ ký số nên chưa ký được giấy tờ; hồ sơ vẫn được giữ để ký sau."),
        )
    return DemonstrationAuthority()
