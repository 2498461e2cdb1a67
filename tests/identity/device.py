"""A soft authenticator that checks its user, as telephones do, and speaks the browser's JSON."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from soft_webauthn import SoftWebauthnDevice
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

USER_VERIFIED = 0x04


class Phone:
    """One telephone with one passkey. ``verifies=False``: it only notices that somebody touches it."""

    def __init__(self, *, verifies: bool = True) -> None:
        self.soft = SoftWebauthnDevice()
        self._flag = USER_VERIFIED if verifies else 0

    def create(self, options: dict[str, Any], *, origin: str) -> dict[str, Any]:
        """Make a key, as ``navigator.credentials.create`` does."""
        user = {**options["user"], "id": base64url_to_bytes(options["user"]["id"])}
        asked = {**options, "challenge": base64url_to_bytes(options["challenge"]), "user": user}
        asked["attestation"] = "none"
        made = self.soft.create({"publicKey": asked}, origin)
        attestation = cbor.decode(made["response"]["attestationObject"])
        data = bytearray(attestation["authData"])
        data[32] |= self._flag
        made["response"]["attestationObject"] = cbor.encode({**attestation, "authData": bytes(data)})
        return _as_json(made)

    def get(self, options: dict[str, Any], *, origin: str) -> dict[str, Any]:
        """Sign a challenge, as ``navigator.credentials.get`` does."""
        asked = {**options, "challenge": base64url_to_bytes(options["challenge"])}
        answer = self.soft.get({"publicKey": asked}, origin)["response"]
        data = bytearray(answer["authenticatorData"])
        data[32] |= self._flag
        digest = hashlib.sha256(answer["clientDataJSON"]).digest()
        signature = self.soft.private_key.sign(bytes(data) + digest, ec.ECDSA(hashes.SHA256()))
        response = {**answer, "authenticatorData": bytes(data), "signature": signature}
        return _as_json({"rawId": self.soft.credential_id, "response": response, "type": "public-key"})


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    response = {k: bytes_to_base64url(v) for k, v in value["response"].items()}
    identifier = bytes_to_base64url(value["rawId"])
    return json.loads(json.dumps({**value, "id": identifier, "rawId": identifier, "response": response}))
