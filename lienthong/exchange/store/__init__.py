"""What the exchange keeps itself: words of consent, complaints about entries of the access log."""

from lienthong.exchange.store import complaints, consents

__all__ = ["complaints", "consents"]
