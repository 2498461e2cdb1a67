"""What the exchange keeps itself: words of consent, complaints about entries of the log, what people ask of records."""

from lienthong.exchange.store import claims, complaints, consents

__all__ = ["claims", "complaints", "consents"]
