"""The statement of a QR code: short, standard underneath, one form only, no byte can change."""

from __future__ import annotations

import dataclasses
import itertools

import cbor2
import pytest
import segno
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from lienthong.documents.api.es256 import raw, verifies
from lienthong.documents.domain import codec, statement

KEY = ec.generate_private_key(ec.SECP256R1())
KEY_ID = b"\x00\x01\xfe\xff1234"
PAPER = statement.PaperStatement(
    code="KS",
    agency="H29.26.929",
    agency_name="Ủy ban nhân dân phường Bình Thạnh",
    number="26929/KS/2026/12",
    name="Lê Nguyễn Minh An",
    born="2026-11-14",
    issued="2026-11-25",
    serial=12345,
)
SHOWN = statement.ShownStatement(
    code="KS",
    agency="H29.26.929",
    agency_name="Ủy ban nhân dân phường Bình Thạnh",
    issued="2026-11-25",
    serial=12345,
    shown_at=1795228200,
    expires_at=1795228260,
    fields={"full_name": "Lê Nguyễn Minh An"},
)


def sign(message: bytes) -> bytes:
    return raw(KEY.sign(message, ec.ECDSA(hashes.SHA256())))


def written(said: statement.PaperStatement | statement.ShownStatement) -> str:
    return statement.write(said, key_id=KEY_ID, sign=sign)


def genuine(text: str) -> bool:
    try:
        signed = statement.read(text)
    except codec.Malformed:
        return False
    return signed.key_id == KEY_ID and verifies(KEY.public_key(), signed.message, signed.signature)


@pytest.mark.parametrize("said", [PAPER, SHOWN, dataclasses.replace(PAPER, born="1955", number="")])
def test_what_is_written_is_read(said: statement.PaperStatement | statement.ShownStatement) -> None:
    text = written(said)
    assert statement.read(text).statement == said
    assert genuine(text)


def test_a_pasted_text_may_be_wrapped() -> None:
    text = written(PAPER)
    assert genuine(" " + "\n".join(text[at : at + 40] for at in range(0, len(text), 40)) + "\r\n")


def test_it_fits_a_small_alphanumeric_code() -> None:
    text = statement.write_on_paper(PAPER, key_id=KEY_ID, sign=sign)
    assert len(text) <= 330
    code = segno.make(text, error="m", micro=False)
    assert code.mode == "alphanumeric"
    assert isinstance(code.version, int)
    assert code.version <= 11


def test_long_names_are_cut_so_that_the_code_stays_readable() -> None:
    long = dataclasses.replace(PAPER, name="Nguyễn Phước Tôn Nữ " * 6, agency_name="Ủy ban nhân dân đặc khu " * 5)
    text = statement.write_on_paper(long, key_id=KEY_ID, sign=sign)
    assert len(text) <= statement.PAPER_LIMIT
    assert genuine(text)
    said = statement.read(text).statement
    assert isinstance(said, statement.PaperStatement)
    assert said.name.endswith("…")
    assert long.name.startswith(said.name.removesuffix("…"))
    assert said.number == PAPER.number


def test_no_letter_can_change() -> None:
    text = written(PAPER)
    for at, letter in itertools.product(range(len(text)), "A0.-$"):
        changed = text[:at] + letter + text[at + 1 :]
        assert changed == text or not genuine(changed), at


def test_no_bit_can_change() -> None:
    content = codec.from_text(written(PAPER).removeprefix(statement.PREFIX))
    for at in range(len(content) * 8):
        changed = bytearray(content)
        changed[at // 8] ^= 1 << at % 8
        assert not genuine(statement.PREFIX + codec.to_text(bytes(changed))), at


@pytest.mark.parametrize("text", ["", "LT1:", "LT1:A", "LT2:AAA", "xin chào", "LT1:aaa", "LT1:Ấ", "LT1:" + "Z" * 3000])
def test_anything_else_is_refused(text: str) -> None:
    assert not genuine(text)


def test_another_program_reads_the_same_bytes() -> None:
    tagged = cbor2.loads(codec.from_text(written(SHOWN).removeprefix(statement.PREFIX)))
    assert tagged.tag == 18  # COSE_Sign1
    protected, unprotected, payload, signature = tagged.value
    assert cbor2.loads(protected) == {1: -7, 4: KEY_ID}
    assert unprotected == {}
    message = cbor2.dumps(["Signature1", protected, b"", payload])
    assert verifies(KEY.public_key(), message, signature)
    assert cbor2.loads(payload)[-1] == {"full_name": "Lê Nguyễn Minh An"}


values = st.recursive(
    st.integers(-(2**32), 2**63) | st.binary(max_size=40) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def depth(value: object) -> int:
    if isinstance(value, list):
        return 1 + max((depth(each) for each in value), default=0)
    if isinstance(value, dict):
        return 1 + max((depth(each) for each in value.values()), default=0)
    return 0


@given(values.filter(lambda value: depth(value) <= 4))
def test_our_cbor_agrees_with_cbor2(value: object) -> None:
    content = codec.encode(value)
    assert content == cbor2.dumps(value, canonical=True)
    assert codec.decode(content) == value


@given(st.binary(max_size=60))
def test_foreign_bytes_are_refused_or_in_our_form(content: bytes) -> None:
    try:
        value = codec.decode(content)
    except codec.Malformed:
        return
    assert codec.encode(value) == content


@given(st.binary(max_size=60))
def test_letters_carry_any_bytes(content: bytes) -> None:
    assert codec.from_text(codec.to_text(content)) == content
