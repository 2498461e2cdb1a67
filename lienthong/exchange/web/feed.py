"""The feed for servers of other agencies, over HTTP: requests signed by RFC 9421, answers as JSON."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Header, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel import runtime
from lienthong.kernel.errors import Denied, Invalid
from lienthong.kernel.i18n import N_
from lienthong.webkit.request import is_loopback

router = APIRouter(prefix="/api/feed/{contract}", tags=["feed"])
LEAST = 700  # bytes that are worth packing
Contract = Annotated[str, Path(max_length=60, description="Mã thỏa thuận chia sẻ. | Id of the contract.")]
After = Annotated[str, Query(max_length=200)]
Input = Annotated[
    str, Header(alias="Signature-Input", max_length=1000, description='name=("@method" "@target-uri");created=…;…')
]
Signature = Annotated[str, Header(alias="Signature", max_length=400, description="name=:…: (Ed25519)")]


@dataclass(frozen=True, slots=True)
class FeedTerms:
    """What the agency of the server may follow. scope: a copy begins anew when it changes.

    units: register → the field with a record's unit, "" where it knows none.
    """

    contract: str
    agency: str
    scope: str
    units: dict[str, str]


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """One record as it is now, with the contract's fields alone."""

    register: str
    id: str
    key: str
    version: int
    valid_from: str
    known_from: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FeedSnapshot:
    """A page of a copy. offset: where to follow from once it is whole; after: for the next page, "" at the end."""

    records: list[FeedRecord]
    offset: str
    after: str


@dataclass(frozen=True, slots=True)
class FeedChange:
    """What became of one record by one save: created, changed, corrected, withdrawn, merged (into), restored, moved-in,
    moved-out. values: all the contract's fields after it, none once the record is no longer the agency's.
    """

    offset: str
    register: str
    record: str
    key: str
    what: str
    version: int
    valid_from: str
    known_from: str
    values: dict[str, Any]
    into: str


@dataclass(frozen=True, slots=True)
class FeedChanges:
    """A page of changes, in order for each person. offset: give it back for the next page; more: there is one."""

    changes: list[FeedChange]
    offset: str
    more: bool


@dataclass(frozen=True, slots=True)
class FeedTally:
    """How many records, and a digest of all they say: the sum of BLAKE2b-128 of ``[id, values]``, in any order."""

    count: int
    digest: str


@dataclass(frozen=True, slots=True)
class FeedFigures:
    """What a whole copy has at an offset: register → unit ("" where the feed knows none) → tally."""

    offset: str
    tallies: dict[str, dict[str, FeedTally]]


@router.get("", response_model=FeedTerms, summary="Được theo những gì | What may be followed")
async def terms(request: Request, contract: Contract, signed_with: Input = "", signature: Signature = "") -> Response:
    """Say what the agency of the server that signs may follow under the contract.

    Every request of a feed is signed by HTTP Message Signatures (RFC 9421): Ed25519 over ``@method`` and
    ``@target-uri`` with ``created`` (within two minutes), ``keyid`` (JWK thumbprint of a key that was let in),
    ``nonce`` (never used before) and ``tag="lienthong-feed"``; it has no body.
    """
    asked = _asked(request, signed_with, signature)
    return await _answer(request, lambda: api.serve_terms(asked, contract=contract))


@router.get("/snapshot", response_model=FeedSnapshot, summary="Bản chụp | A snapshot, page by page")
async def snapshot(
    request: Request,
    contract: Contract,
    after: After = "",
    limit: Annotated[int, Query(ge=1, le=2000)] = 2000,
    signed_with: Input = "",
    signature: Signature = "",
) -> Response:
    """Return a page of all records that the agency may follow, to begin a copy with. after: of the page before."""
    asked = _asked(request, signed_with, signature)

    def work() -> dict[str, Any]:
        page = api.serve_snapshot(asked, contract=contract, after=after, limit=limit)
        return {"records": [_record(each) for each in page.records], "offset": page.offset, "after": page.after}

    return await _answer(request, work)


@router.get("/changes", response_model=FeedChanges, summary="Thay đổi từ một vị trí | Changes after an offset")
async def changes(
    request: Request,
    contract: Contract,
    after: After,
    until: After = "",
    limit: Annotated[int, Query(ge=1, le=5000)] = 500,
    signed_with: Input = "",
    signature: Signature = "",
) -> Response:
    """Return what changed after an offset; the same page however often asked. until: an offset not to go beyond.

    409 ``feed.too_old``: the offset is older than what is kept; begin again with a snapshot.
    """
    asked = _asked(request, signed_with, signature)
    return await _answer(
        request, lambda: api.serve_changes(asked, contract=contract, after=after, until=until, limit=limit)
    )


@router.get("/figures", response_model=FeedFigures, summary="Số đếm để so | Figures to compare with")
async def figures(request: Request, contract: Contract, signed_with: Input = "", signature: Signature = "") -> Response:
    """Return how many records a whole copy has, by register and unit, with digests; nobody's value is told."""
    asked = _asked(request, signed_with, signature)
    return await _answer(request, lambda: api.serve_figures(asked, contract=contract))


def _asked(request: Request, signed_with: str, signature: str) -> api.Asked:
    """Return the request as it was signed. Raises Denied without TLS, Invalid for one with a body."""
    origin = runtime.current().settings.origin
    if not origin.startswith("https://") and not is_loopback(request):
        raise Denied("feed.plain", N_("Luồng thay đổi chỉ mở qua TLS; người vận hành đặt LIENTHONG_ORIGIN=https://…"))
    if request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers:
        raise Invalid("feed.body", N_("Yêu cầu của luồng thay đổi không có phần thân: chữ ký không che nó."))
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    query = request.scope["query_string"]
    target = origin + (path + (b"?" + query if query else b"")).decode("latin-1")
    return api.Asked(request.method, target, signed_with, signature)


async def _answer(request: Request, work: Callable[[], Any]) -> Response:
    """Do the work aside, a page may take a second; and pack it there, for the middleware would on the event loop."""

    def made() -> tuple[bytes, dict[str, str]]:
        body = msgspec.json.encode(work())
        if len(body) < LEAST or "gzip" not in request.headers.get("accept-encoding", ""):
            return body, {}
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        return packer.compress(body) + packer.flush(), {"content-encoding": "gzip", "vary": "accept-encoding"}

    body, headers = await run_in_threadpool(made)
    return Response(body, media_type="application/json", headers=headers)


def _record(each: api.Record) -> dict[str, Any]:
    return {
        "register": each.register,
        "id": each.id,
        "key": each.key,
        "version": each.version,
        "valid_from": each.valid_from,
        "known_from": each.known_from,
        "values": each.values,
    }
