"""The digital document: a holder shows some fields, nobody can add, change or guess one."""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64encode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey

from lienthong.documents.api.es256 import raw
from lienthong.documents.domain import credential

KEY = ec.generate_private_key(ec.SECP256R1())
FIELDS = {"full_name": "Lê Nguyễn Minh An", "birth_date": "14/11/2026", "number": "079326999912"}


def sign(message: bytes) -> bytes:
    return raw(KEY.sign(message, ec.ECDSA(hashes.SHA256())))


@pytest.fixture
def whole() -> str:
    return credential.write(
        {"vct": "urn:test", "agency": "H29"}, FIELDS, key_id="k1", sign=sign, salt=lambda: secrets.token_bytes(16)
    )


def test_every_field_is_there_for_its_holder(whole: str) -> None:
    read = credential.read(whole)
    assert dict(read.fields) == FIELDS
    assert read.hidden == 0
    assert read.claims["agency"] == "H29"


def test_only_what_is_shown_leaves_the_wallet(whole: str) -> None:
    part = credential.show_only(whole, ["birth_date"])
    read = credential.read(part)
    assert dict(read.fields) == {"birth_date": "14/11/2026"}
    assert read.hidden == 2
    for secret in ("079326999912", "Minh An"):
        encoded = urlsafe_b64encode(secret.encode()).decode().rstrip("=")
        assert secret not in part
        assert encoded[1:-1] not in part
    assert part.startswith(whole.split("~", maxsplit=1)[0])  # the agency's signature is untouched


def test_joserfc_accepts_the_signature(whole: str) -> None:
    pem = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    token = jws.deserialize_compact(whole.split("~", maxsplit=1)[0], ECKey.import_key(pem), algorithms=["ES256"])
    assert token.headers()["typ"] == "dc+sd-jwt"
    assert json.loads(token.payload)["_sd_alg"] == "sha-256"


def test_equal_fields_of_two_documents_do_not_look_alike() -> None:
    def digests() -> set[str]:
        text = credential.write({}, FIELDS, key_id="k", sign=sign, salt=lambda: secrets.token_bytes(16))
        return set(credential.read(text).claims["_sd"])

    assert not digests() & digests()


def disclosure(*row: str) -> str:
    return urlsafe_b64encode(json.dumps(row).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "forge",
    [
        lambda text: text + disclosure("salt", "full_name", "Người Khác") + "~",
        lambda text: text + text.split("~")[1] + "~",  # the same field twice
        lambda text: text.replace("~", "~" + disclosure("salt", "agency", "G01") + "~", 1),
        lambda text: text.removesuffix("~"),
        lambda text: text.replace(".", "", 1),
        lambda text: text.split("~")[0] + "~e30~",
        lambda text: "{}." + text,
        lambda _: "",
    ],
)
def test_forged_documents_are_refused(whole: str, forge) -> None:
    with pytest.raises(credential.Malformed):
        credential.read(forge(whole))


def test_a_field_that_is_not_there_cannot_be_shown(whole: str) -> None:
    with pytest.raises(credential.Malformed):
        credential.show_only(whole, ["father_name"])
