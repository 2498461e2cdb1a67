"""What the exchange keeps itself: words of consent, complaints about entries of the log, what people ask, breaches."""

from lienthong.exchange.store import breaches, claims, complaints, consents, copies, lists, reconciling

__all__ = ["breaches", "claims", "complaints", "consents", "copies", "lists", "reconciling"]
