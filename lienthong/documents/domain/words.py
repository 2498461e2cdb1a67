"""Numbers and days in Vietnamese words, as birth certificates write them beside the figures."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_MONTHS = {1: "một", 4: "tư"}


def number_in_words(number: int) -> str:
    """Return a whole number from 0 to 9999 in words: 2026 is ``hai nghìn không trăm hai mươi sáu``."""
    if not 0 <= number <= 9999:
        raise ValueError(number)
    thousands, rest = divmod(number, 1000)
    if not thousands:
        return _below_thousand(rest, full=False)
    return f"{_DIGITS[thousands]} nghìn" + (f" {_below_thousand(rest, full=True)}" if rest else "")


def day_in_words(text: str) -> str:
    """Return a stored date of any precision (``2026-11-14``, ``2026-11``, ``2026``) in words, without a capital."""
    parts = [int(part) for part in text.split("-")]
    said = [f"năm {number_in_words(parts[0])}"]
    if len(parts) > 1:
        said.insert(0, f"tháng {_MONTHS.get(parts[1]) or number_in_words(parts[1])}")
    if len(parts) > 2:
        said.insert(0, f"ngày {'mồng ' if parts[2] <= 10 else ''}{number_in_words(parts[2])}")
    return " ".join(said)


def _below_thousand(number: int, *, full: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds and not full:
        return _below_hundred(rest)
    head = f"{_DIGITS[hundreds]} trăm"
    if not rest:
        return head
    return f"{head} lẻ {_DIGITS[rest]}" if rest < 10 else f"{head} {_below_hundred(rest)}"


def _below_hundred(number: int) -> str:
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    head = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not ones:
        return head
    last = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}.get(ones, _DIGITS[ones])
    return f"{head} {last}"
