"""What the exchange keeps itself: consent, complaints about entries of the log, what people ask, breaches, servers."""

from lienthong.exchange.store import (
    breaches,
    claims,
    complaints,
    consents,
    copies,
    lists,
    reconciling,
    restarts,
    servers,
)

__all__ = ["breaches", "claims", "complaints", "consents", "copies", "lists", "reconciling", "restarts", "servers"]
