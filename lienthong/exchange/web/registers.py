"""What the page of a register shows of the exchange: which contracts open it."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from lienthong.exchange import api
from lienthong.kernel.actor import Actor
from lienthong.webkit.page import fragment


def contracts(request: HTTPConnection, _who: Actor) -> str:
    """Return who may read the register, for what, by which law, and which fields."""
    found = api.contracts_reading(request.path_params["definition"])
    return fragment(request, "exchange/register_contracts.html", contracts=found)
