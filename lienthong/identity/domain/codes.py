"""The code on a paper slip: ten signs a person can read aloud and type, the last one tells a slip of the hand."""

from __future__ import annotations

ALPHABET = "123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""31 signs, none that is misread for another; a prime number, so that the check finds every two signs exchanged."""
LENGTH = 10
_MISREAD = str.maketrans({"O": "Q", "I": "1", "L": "1", "U": "V", "-": None, " ": None, ".": None})


def check_sign(body: str) -> str:
    """Return the check sign of nine signs: any one sign wrong, or two exchanged, gives another one."""
    return ALPHABET[sum((place + 1) * ALPHABET.index(sign) for place, sign in enumerate(body)) % len(ALPHABET)]


def typed(text: str) -> str:
    """Return the ten signs a person meant; "" when that cannot be a code."""
    plain = text.strip().upper().translate(_MISREAD)
    if len(plain) != LENGTH or any(sign not in ALPHABET for sign in plain) or check_sign(plain[:-1]) != plain[-1]:
        return ""
    return plain


def spelled(plain: str) -> str:
    """Return a code as it is printed: ``K7QM2-XPD9R``."""
    return f"{plain[:5]}-{plain[5:]}"
