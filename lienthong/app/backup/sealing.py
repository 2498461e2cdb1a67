"""The keys of a node under a passphrase: Argon2id makes it dear to guess, XChaCha20-Poly1305 shows any change."""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from pathlib import Path

import click
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext

FORMAT = "lienthong-keys/1"
SHORTEST = 12
OPERATIONS, MEMORY = argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE
"""What one guess of a passphrase costs: 256 MB and most of a second; every sealed file says its own."""
VARIABLE = "LIENTHONG_BACKUP_PASSPHRASE"
_MOST_MEMORY = 1 << 30
"""Bytes that a stranger's file may make us use."""


def passphrase(file: Path | None, *, twice: bool = False) -> bytes | None:
    """Return the passphrase of a file, the environment or the person at the terminal; None when there is none.

    twice: ask a person again, for a new one. Raises Invalid when it is too short or the two differ.
    """
    given = file.read_text(encoding="utf-8").rstrip("\r\n") if file else os.environ.get(VARIABLE, "")
    if not given and sys.stdin.isatty():
        given = str(click.prompt(gettext(N_("Mật khẩu của bản sao lưu")), hide_input=True, err=True))
        if twice and given != click.prompt(gettext(N_("Nhập lại mật khẩu")), hide_input=True, err=True):
            raise Invalid("backup.twice", N_("Hai lần nhập khác nhau; hãy chạy lại."))
    if given and len(given) < SHORTEST:
        raise Invalid("backup.short", N_("Mật khẩu cần ít nhất %(n)s ký tự."), n=SHORTEST)
    return given.encode() or None


def needed(given: bytes | None) -> bytes:
    """Return the passphrase. Raises Invalid when there is none."""
    if given is None:
        message = N_("Cần mật khẩu cho các khóa: thêm --passphrase-file TỆP hoặc đặt %(variable)s.")
        raise Invalid("backup.passphrase", message, variable=VARIABLE)
    return given


def seal(keys: dict[str, bytes], secret: bytes) -> bytes:
    """Return the keys by file name, sealed."""
    header: dict[str, str | int] = {
        "format": FORMAT,
        "operations": OPERATIONS,
        "memory": MEMORY,
        "salt": secrets.token_hex(argon2id.SALTBYTES),
        "nonce": secrets.token_hex(bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES),
    }
    plain = json.dumps({name: base64.b64encode(content).decode() for name, content in keys.items()}).encode()
    box = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, *_tools(header, secret))
    return json.dumps({**header, "box": base64.b64encode(box).decode()}).encode()


def unseal(sealed: bytes, secret: bytes) -> dict[str, bytes]:
    """Return the keys by file name. Raises Invalid when the passphrase is wrong or the file was changed."""
    try:
        header = json.loads(sealed)
        box = base64.b64decode(header.pop("box"))
        if header["format"] != FORMAT or not 0 < header["memory"] <= _MOST_MEMORY:
            raise ValueError(header["format"])
        plain = json.loads(bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(box, *_tools(header, secret)))
        return {Path(name).name: base64.b64decode(content) for name, content in plain.items()}
    except (CryptoError, KeyError, TypeError, ValueError):
        raise Invalid("backup.sealed", N_("Không mở được các khóa: sai mật khẩu, hoặc tệp khóa đã hỏng.")) from None


def _tools(header: dict[str, str | int], secret: bytes) -> tuple[bytes, bytes, bytes]:
    """Return what stands outside of the box but under its seal, the nonce, and the key of the passphrase."""
    salt, nonce = bytes.fromhex(str(header["salt"])), bytes.fromhex(str(header["nonce"]))
    key = argon2id.kdf(32, secret, salt, opslimit=int(header["operations"]), memlimit=int(header["memory"]))
    return json.dumps(header, sort_keys=True).encode(), nonce, key
