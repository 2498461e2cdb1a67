"""Who may take a document back, and what the signed status lists say to a stranger."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import replace
from typing import Any

from lienthong.documents import api
from lienthong.documents.api.es256 import key_id, public_key, verifies
from lienthong.documents.api.signers import signers
from lienthong.kernel import events
from lienthong.kernel.actor import Actor
from tests.documents.conftest import agency_code, officer


def chair(agency: str = "") -> Actor:
    return replace(officer(agency or agency_code()), roles=frozenset({"commune-chair"}))


def lists() -> dict[int, dict[str, Any]]:
    """Every list as a stranger reads it: signature checked, unpacked with nothing of ours."""
    found: dict[int, dict[str, Any]] = {}
    keys = {key_id(public_key(each)).hex(): public_key(each) for each in signers().issuers()}
    for address in api.status_lists():
        token = api.status_list_of(int(address.rpartition("/")[2]))
        head, body, signature = token.split(".")
        header, said = (json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in (head, body))
        raw = base64.urlsafe_b64decode(signature + "==")
        assert header == {"alg": "ES256", "typ": "statuslist+jwt", "kid": header["kid"]}
        assert verifies(keys[header["kid"]], f"{head}.{body}".encode(), raw)
        assert said["sub"].endswith(address)
        packed = said["status_list"]["lst"]
        said["bits"] = zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        found[int(address.rpartition("/")[2])] = said
    return found


def listed(document: api.Document) -> int:
    """What the lists say of a document, two bits from the low end of each byte."""
    number, index = divmod(document.place, 1 << 20)
    return lists()[number]["bits"][index // 4] >> 2 * (index % 4) & 3


def facts(kind: type[Any]) -> list[Any]:
    return [each.event for each in events.read_after(0, types=[kind])]
