"""The compact signed statement of a QR code: ``LT1:`` and a COSE_Sign1 (RFC 9052, ES256) in letters.

Two kinds: what a paper says (for as long as the paper lives), and what a holder shows from the wallet (for a minute).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import cast

from lienthong.documents.domain.codec import Malformed, Tagged, decode, encode, from_text, to_text

PREFIX = "LT1:"
PAPER_LIMIT = 400
"""Most characters a statement on paper may have: a code of 32 mm is still read by an old phone."""
_COSE_SIGN1 = 18
_ES256 = -7
_ALGORITHM, _KEY_ID = 1, 4
_PAPER, _SHOWN = 3, 4
_PAPER_BEFORE, _SHOWN_BEFORE = 1, 2
"""Kinds written before there were status lists: a serial number in the place of the place."""
_NOTHING: Mapping[object, object] = {}

Sign = Callable[[bytes], bytes]
"""Signs a message with ES256 and answers the 64 bytes r‖s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperStatement:
    """What a paper says. code: of the document type; born: stored date of any precision; issued: ``2026-11-25``.

    place: in the status lists, as one number; 0 on a paper from before them, which names its serial instead.
    """

    code: str
    agency: str
    agency_name: str
    number: str
    name: str
    born: str
    issued: str
    place: int = 0
    serial: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownStatement:
    """What a holder shows. shown_at, expires_at: seconds since 1970; fields: name → Vietnamese text, nothing else.

    place, serial: as on paper.
    """

    code: str
    agency: str
    agency_name: str
    issued: str
    place: int = 0
    serial: int = 0
    shown_at: int
    expires_at: int
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """A statement as read from a code, not yet checked: ``signature`` over ``message`` by the key ``key_id``."""

    statement: PaperStatement | ShownStatement
    key_id: bytes
    message: bytes
    signature: bytes


def write(statement: PaperStatement | ShownStatement, *, key_id: bytes, sign: Sign) -> str:
    """Return the statement signed, as the text of a QR code."""
    protected = encode({_ALGORITHM: _ES256, _KEY_ID: key_id})
    payload = encode(_row(statement))
    signature = sign(_message(protected, payload))
    return PREFIX + to_text(encode(Tagged(_COSE_SIGN1, [protected, _NOTHING, payload, signature])))


def write_on_paper(statement: PaperStatement, *, key_id: bytes, sign: Sign) -> str:
    """Return the statement signed in at most ``PAPER_LIMIT`` characters; names too long for it end with ``…``."""
    short = statement
    while len(write(short, key_id=key_id, sign=_unsigned)) > PAPER_LIMIT:
        if len(short.agency_name.encode()) >= len(short.name.encode()):
            short = replace(short, agency_name=_shorter(short.agency_name))
        else:
            short = replace(short, name=_shorter(short.name))
    return write(short, key_id=key_id, sign=sign)


def read(text: str) -> SignedStatement:
    """Return what a code says, unchecked; white space of a wrapped or pasted text is ignored. Raises Malformed."""
    compact = "".join(text.split())
    if not compact.startswith(PREFIX):
        raise Malformed("no statement")
    outer = decode(from_text(compact.removeprefix(PREFIX)))
    if not isinstance(outer, Tagged) or outer.tag != _COSE_SIGN1 or not isinstance(outer.value, list):
        raise Malformed("not COSE_Sign1")
    parts = cast(list[object], outer.value)
    if len(parts) != 4 or parts[1] != {}:
        raise Malformed("not COSE_Sign1")
    protected, _, payload, signature = parts
    if not isinstance(protected, bytes) or not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise Malformed("not COSE_Sign1")
    header = decode(protected)
    if not isinstance(header, dict) or set(cast(dict[object, object], header)) != {_ALGORITHM, _KEY_ID}:
        raise Malformed("header")
    key_id = cast(dict[object, object], header)[_KEY_ID]
    if header[_ALGORITHM] != _ES256 or not isinstance(key_id, bytes) or len(signature) != 64:
        raise Malformed("algorithm")
    return SignedStatement(_statement(decode(payload)), key_id, _message(protected, payload), signature)


def _message(protected: bytes, payload: bytes) -> bytes:
    return encode(["Signature1", protected, b"", payload])


def _row(statement: PaperStatement | ShownStatement) -> list[object]:
    if isinstance(statement, PaperStatement):
        return [
            _PAPER if statement.place else _PAPER_BEFORE,
            statement.code,
            statement.agency,
            statement.agency_name,
            statement.number,
            statement.name,
            _number_of(statement.born),
            _number_of(statement.issued),
            statement.place or statement.serial,
        ]
    return [
        _SHOWN if statement.place else _SHOWN_BEFORE,
        statement.code,
        statement.agency,
        statement.agency_name,
        _number_of(statement.issued),
        statement.place or statement.serial,
        statement.shown_at,
        statement.expires_at,
        dict(statement.fields),
    ]


def _statement(row: object) -> PaperStatement | ShownStatement:
    match cast(list[object], row) if isinstance(row, list) else []:
        case [
            (1 | 3) as kind,
            str(code),
            str(agency),
            str(agency_name),
            str(number),
            str(name),
            int(born),
            int(issued),
            int(entry),
        ]:
            return PaperStatement(
                code=code,
                agency=agency,
                agency_name=agency_name,
                number=number,
                name=name,
                born=_date_of(born),
                issued=_date_of(issued),
                **_entry(entry, placed=kind == _PAPER),
            )
        case [
            (2 | 4) as kind,
            str(code),
            str(agency),
            str(name),
            int(issued),
            int(entry),
            int(shown_at),
            int(expires_at),
            shown,
        ]:
            return ShownStatement(
                code=code,
                agency=agency,
                agency_name=name,
                issued=_date_of(issued),
                **_entry(entry, placed=kind == _SHOWN),
                shown_at=shown_at,
                expires_at=expires_at,
                fields=_texts(shown),
            )
        case _:
            raise Malformed("kind of statement")


def _entry(number: int, *, placed: bool) -> dict[str, int]:
    if placed and number <= 0:
        raise Malformed("place")
    return {"place": number} if placed else {"serial": number}


def _texts(shown: object) -> dict[str, str]:
    entries = cast(dict[object, object], shown) if isinstance(shown, dict) else {0: 0}
    if not all(isinstance(name, str) and isinstance(value, str) for name, value in entries.items()):
        raise Malformed("fields")
    return cast(dict[str, str], entries)


def _number_of(date: str) -> int:
    """``2026-11-14`` as 20261114; ``1955`` as 1955; no date as 0."""
    return int(date.replace("-", "") or "0")


def _date_of(number: int) -> str:
    digits = str(number) if number else ""
    return "-".join(part for part in (digits[:4], digits[4:6], digits[6:8]) if part)


def _unsigned(_message: bytes) -> bytes:
    return bytes(64)


def _shorter(text: str) -> str:
    return text.removesuffix("…")[:-1].rstrip() + "…"
