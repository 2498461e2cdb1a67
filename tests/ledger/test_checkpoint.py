"""Checkpoints are signed notes that other programs read."""

from __future__ import annotations

import base64
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey

from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import Invalid
from lienthong.ledger.domain.checkpoint import key_id, read_note, sign, signed_by

KEY = SigningKey(bytes(range(32)))
PUBLIC = bytes(KEY.verify_key)
AT = datetime(2026, 11, 21, 20, 16, 9, tzinfo=ZONE)


def test_a_checkpoint_reads_back_as_it_was_signed() -> None:
    signed = sign("lienthong/test", 7, bytes(range(32)), AT, KEY)
    assert read_note(signed.note) == signed
    assert signed_by(signed.note, PUBLIC)
    assert not signed_by(signed.note, bytes(32))
    assert signed.note.splitlines()[:4] == [
        "lienthong/test",
        "7",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "2026-11-21T13:16:09.000000Z",
    ]


@given(st.integers(0, 200), st.characters(codec="utf-8"))
def test_no_letter_of_the_signed_text_can_be_changed(at: int, letter: str) -> None:
    note = sign("lienthong/test", 7, bytes(range(32)), AT, KEY).note
    text = note.index("\n\n")
    place = at % text
    changed = note[:place] + letter + note[place + 1 :]
    assert changed == note or not signed_by(changed, PUBLIC)


def test_the_signature_is_the_one_go_programs_make() -> None:
    """The example of Go's golang.org/x/mod/sumdb/note (BSD): our verifier accepts a note Go signed."""
    encoded = "ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    key = base64.b64decode(encoded)
    assert key_id("PeterNeumann", key[1:]).hex() == "c74f20a3"
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert signed_by(note, key[1:])
    assert not signed_by(note.replace("answer", "reply"), key[1:])


@pytest.mark.parametrize("note", ["", "a\n1\n", "a\nb\nAAAA\n2026-11-21T13:16:09.000000Z\n\n— a b\n"])
def test_what_is_not_a_checkpoint_is_refused(note: str) -> None:
    assert not signed_by(note, PUBLIC)
    with pytest.raises(Invalid):
        read_note(note)
