"""Requests of servers are signed as RFC 9421 says, and nothing but what was signed is taken."""

from __future__ import annotations

import base64
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from lienthong.exchange import api
from lienthong.exchange.domain.signing import (
    NotSigned,
    Signed,
    key_id,
    pem_of,
    private_key_of,
    public_key_of,
    raw,
    sign,
    signature_base,
    signed,
)
from lienthong.kernel.errors import Conflict, Invalid

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = raw(KEY.public_key())
TARGET = "https://quocgia.vidu.vn/api/feed/local-feed/changes?after=55.0&limit=2000"
RFC_KEY = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""
RFC_SIGNATURE = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="


def headers(**more: str) -> dict[str, str]:
    made = sign(KEY, method="GET", target=TARGET, created=1_795_000_000, nonce="n-1")
    return {"signature_input": made["Signature-Input"], "signature": made["Signature"], **more}


def test_the_base_is_that_of_the_standard() -> None:
    """RFC 9421, B.2.6: its request, its key, its signature."""
    components = [
        ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("@method", "POST"),
        ("@path", "/foo"),
        ("@authority", "example.com"),
        ("content-type", "application/json"),
        ("content-length", "18"),
    ]
    covered = " ".join(f'"{name}"' for name, _ in components)
    base = signature_base(components, f'({covered});created=1618884473;keyid="test-key-ed25519"')
    claim = Signed("test-key-ed25519", 1618884473, 0, "", base, base64.b64decode(RFC_SIGNATURE))
    assert claim.holds(public_key_of(RFC_KEY))
    assert not claim.holds(PUBLIC)


def test_a_key_is_called_by_its_thumbprint() -> None:
    """RFC 8037, A.3."""
    jwk = b'{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'
    assert key_id(public_key_of(jwk)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_what_was_signed_holds_for_its_own_method_and_address_alone() -> None:
    assert signed(**headers(), method="GET", target=TARGET).holds(PUBLIC)
    for method, target in (
        ("POST", TARGET),
        ("GET", TARGET.replace("2000", "1")),
        ("GET", TARGET.replace("local-feed", "insured-feed")),
        ("GET", TARGET.replace("quocgia", "khac")),
        ("GET", TARGET.replace("https", "http")),
        ("GET", TARGET + "&x=1"),
    ):
        assert not signed(**headers(), method=method, target=target).holds(PUBLIC)


def test_other_programs_may_order_and_name_things_otherwise() -> None:
    parameters = (
        f'("@target-uri" "@method");tag="lienthong-feed";nonce="x";keyid="{key_id(PUBLIC)}";created=1;expires=9'
    )
    base = signature_base([("@target-uri", TARGET), ("@method", "GET")], parameters)
    value = base64.b64encode(KEY.sign(base)).decode()
    claim = signed(signature_input=f"sig1={parameters}", signature=f"sig1=:{value}:", method="GET", target=TARGET)
    assert claim.holds(PUBLIC)
    assert (claim.created, claim.expires, claim.nonce) == (1, 9, "x")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"@method" ', ""),
        ('"@method"', '"@path"'),
        ('"@method" "@target-uri"', '"@method" "@target-uri" "date"'),
        ('"@method" "@target-uri"', '"@method" "@method"'),
        ("lienthong-feed", "something-else"),
        (';tag="lienthong-feed"', ""),
        ("ed25519", "hmac-sha256"),
        ('nonce="n-1"', 'nonce=""'),
        (';nonce="n-1"', ""),
        ("created=1795000000", "created=now"),
        (";created=1795000000", ""),
        (";created=1795000000", ';created="1795000000"x'),
        (";created=1795000000", ";created=1795000000;created=1"),
        ("server=", "other="),
        ("server=", ""),
    ],
)
def test_a_signature_over_less_or_for_something_else_is_none(old: str, new: str) -> None:
    given_headers = headers()
    assert old in given_headers["signature_input"]
    given_headers["signature_input"] = given_headers["signature_input"].replace(old, new)
    with pytest.raises(NotSigned):
        signed(**given_headers, method="GET", target=TARGET)


@given(st.text(), st.text())
def test_any_text_is_a_header_without_a_signature(first: str, second: str) -> None:
    for more in ({"signature_input": first}, {"signature": second}, {"signature_input": first, "signature": second}):
        with pytest.raises(NotSigned):
            signed(**headers(**more), method="GET", target=TARGET)


@given(st.data())
def test_a_header_changed_anywhere_never_holds(data: st.DataObject) -> None:
    which = data.draw(st.sampled_from(["signature_input", "signature"]))
    whole = headers()[which]
    at = data.draw(st.integers(0, len(whole) - 1))
    letter = data.draw(st.sampled_from([each for each in '0aZ=;":/ ' if each != whole[at]]))
    changed = headers(**{which: whole[:at] + letter + whole[at + 1 :]})
    with suppress(NotSigned):
        assert not signed(**changed, method="GET", target=TARGET).holds(PUBLIC)


def test_a_key_is_made_in_a_file_of_its_owner_and_never_written_over(tmp_path: Path) -> None:
    made = api.new_server_key(tmp_path / "feed.pem")
    private, public = tmp_path / "feed.pem", tmp_path / "feed.pem.pub"
    assert private.stat().st_mode & 0o777 == 0o600
    assert made.key == key_id(public_key_of(public.read_bytes())) == key_id(raw(api.server_key(private).public_key()))
    before = private.read_bytes()
    with pytest.raises(Conflict, match="không ghi đè"):
        api.new_server_key(private)
    assert private.read_bytes() == before
    with pytest.raises(Invalid, match="Không có thư mục"):
        api.new_server_key(tmp_path / "no" / "feed.pem")


def test_a_key_that_others_may_read_or_that_is_none_is_refused_in_words(tmp_path: Path) -> None:
    api.new_server_key(tmp_path / "feed.pem")
    (tmp_path / "feed.pem").chmod(0o640)
    with pytest.raises(Invalid, match="chmod 600"):
        api.server_key(tmp_path / "feed.pem")
    locked = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x"))
    rsa = generate_private_key(65537, 2048).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, BestAvailableEncryption(b"x")
    )
    for content in (b"", b"\xff\x00", pem_of(KEY)[1], locked, rsa):
        other = tmp_path / "other.pem"
        other.touch(mode=0o600)
        other.write_bytes(content)
        with pytest.raises(Invalid, match="không phải khóa riêng"):
            api.server_key(other)
    with pytest.raises(Invalid, match="Không đọc được"):
        api.server_key(tmp_path / "missing.pem")


@given(st.binary(max_size=300) | st.binary(max_size=60).map(lambda each: b"{" + each))
def test_any_bytes_are_no_key(content: bytes) -> None:
    for read in (public_key_of, private_key_of):
        with pytest.raises(ValueError):  # noqa: PT011  whatever is wrong with it
            read(content)


def test_a_private_jwk_is_not_taken_for_a_public_one() -> None:
    with pytest.raises(ValueError, match="kty"):
        public_key_of(b'{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"x"}')
