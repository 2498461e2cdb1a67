"""Lists to be compared with a register: handing one in, how far it is, rows of each code, the result."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import BinaryIO

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from lienthong.exchange import api
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.i18n import N_
from lienthong.webkit import forms
from lienthong.webkit.downloads import saved
from lienthong.webkit.page import redirect, render
from lienthong.webkit.parts import MenuItem
from lienthong.webkit.request import require

router = APIRouter(include_in_schema=False)
ROLE = "subscriber-data-officer"
HOME = "/reconciliations"
menu = (
    MenuItem(
        id="reconciliations",
        label=N_("Đối soát danh sách"),
        href=HOME,
        kinds=frozenset({Kind.OFFICER}),
        roles=frozenset({ROLE}),
        order=40,
    ),
)
LOOKS = {"match": "ok", "wrong_name": "risk", "wrong_birth_date": "risk", "old_number": "risk"}
"""Code → look of its figure; every other is late."""
STATES = {
    "working": ("info", N_("Đang đối soát")),
    "done": ("ok", N_("Đã xong")),
    "cancelled": ("", N_("Đã hủy")),
    "purged": ("", N_("Đã xong, kết quả đã xóa")),
}
"""State → look of its tag, words."""
MOST = 300
"""Megabytes of a list that is handed in on the page; larger ones go through the command line."""
ACCEPT = ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods,.jsonl,.ndjson,.parquet"
EVERY = "2"
"""Seconds after which the page of a list at work asks again, by a header: no script is needed."""
RESULTS = {"csv", "parquet"}
_ROOM = 64 * 1024
_SHOWN = 20
_MARK = b"\xef\xbb\xbf"
"""What lets a spreadsheet read the file's Vietnamese as UTF-8."""


@router.get("/reconciliations")
async def show_lists(request: Request, before: str = "") -> Response:
    """Show the form that takes a list, and the lists before it."""
    return _home(request, before=before)


@router.post("/reconciliations")
async def take_list(request: Request) -> Response:
    """Take a list in and begin; one that cannot be used is answered in words on the page."""
    _officer(request)
    chosen = ""
    try:
        form = await forms.read(request, limit=MOST * 1024**2 + _ROOM, files=1)
        chosen = form.text("contract")
        file = form.file("file")
        if file is None or not file.filename:
            raise Invalid("list.no_file", N_("Chưa chọn tệp nào."), [fault("file", "list.no_file", N_("Chọn tệp."))])
        try:
            made = await run_in_threadpool(_begin, form.who, chosen, file.filename, file.file)
        finally:
            await file.close()
    except Invalid as refused:
        return _home(request, refused=refused, chosen=chosen)
    return redirect(f"{HOME}/{made}")


@router.get("/reconciliations/{reconciliation}")
async def show_list(request: Request, reconciliation: str) -> Response:
    """Show how far a list is, or how many of its rows got each code."""
    return _list(request, reconciliation)


@router.post("/reconciliations/{reconciliation}/cancel")
async def cancel(request: Request, reconciliation: str) -> Response:
    """Stop one that is not done."""
    _officer(request)
    form = await forms.read(request)
    try:
        api.cancel_reconciliation(form.who, reconciliation=reconciliation)
    except Conflict as refused:
        return _list(request, reconciliation, refused=refused)
    return redirect(f"{HOME}/{reconciliation}")


@router.get("/reconciliations/{reconciliation}/result.{kind}")
async def get_result(request: Request, reconciliation: str, kind: str) -> Response:
    """Answer the code of every row as a file."""
    who = _officer(request)
    if kind not in RESULTS:
        raise NotFound("reconcile.kind", N_("Tệp kết quả có hai dạng: csv và parquet."))
    folder = TemporaryDirectory(prefix="lienthong-result-")
    path = Path(folder.name) / f"result.{kind}"
    try:
        made = await run_in_threadpool(api.reconciliation_result, who, reconciliation=reconciliation, into=path)
    except BaseException:
        folder.cleanup()
        raise
    name = f"{PurePath(made.name).stem or made.id}-result.{kind}"
    return saved(path, folder, name, first=_MARK if kind == "csv" else b"")


def _officer(request: Request) -> Actor:
    return require(request, Kind.OFFICER, role=ROLE)


def _begin(who: Actor, contract: str, name: str, source: BinaryIO) -> str:
    """Put the list where it can be read by its ending, and begin."""
    known = next((each for each in api.list_contracts(who) if each.id == contract), None)
    if known is None:
        raise Invalid("list.contract", N_("Chọn thỏa thuận theo đó danh sách được đối soát."))
    with TemporaryDirectory(prefix="lienthong-list-") as folder:
        path = Path(folder) / f"list{PurePath(name).suffix.lower()}"
        with path.open("wb") as file:
            shutil.copyfileobj(source, file)
        return api.reconcile(who, register=known.register, contract=known.id, path=path, name=PurePath(name).name).id


def _home(request: Request, *, before: str = "", refused: Invalid | None = None, chosen: str = "") -> Response:
    who = _officer(request)
    contracts = api.list_contracts(who)
    if not contracts:
        raise Denied("list.party", N_("Cơ quan bạn không là bên của thỏa thuận đối soát nào đang có hiệu lực."))
    found = api.reconciliations(who, before=before, limit=_SHOWN + 1)
    return render(
        request,
        "exchange/reconciliations.html",
        status=refused.status if refused else 200,
        contracts=contracts,
        choices=[(each.id, each.title) for each in contracts],
        chosen=chosen,
        faults=_faults(refused),
        found=found[:_SHOWN],
        next_href=f"{HOME}?before={found[_SHOWN - 1].id}" if len(found) > _SHOWN else "",
        first_href=HOME if before else "",
        states=STATES,
        accept=ACCEPT,
        most=MOST,
        kept=api.RESULTS_KEPT.days,
    )


def _faults(refused: Invalid | None) -> list[Fault]:
    """Return what stands against the form: a fault of the list as a whole stands at its file."""
    if refused is None:
        return []
    listed = [each for each in refused.faults if each.at in {"file", "contract"}]
    at = "contract" if refused.code == "list.contract" else "file"
    return listed or [Fault(at, refused.code, refused.template, tuple(refused.data.items()))]


def _list(request: Request, reconciliation: str, *, refused: Conflict | None = None) -> Response:
    who = _officer(request)
    made = api.reconciliation(who, reconciliation=reconciliation)
    titles: Mapping[str, str] = {each.id: str(each.title) for each in api.list_contracts(who)}
    answer = render(
        request,
        "exchange/reconciliation.html",
        status=refused.status if refused else 200,
        made=made,
        refused=refused.message if refused else "",
        contract=titles.get(made.contract, made.contract),
        codes=[(LOOKS.get(code, "late"), *words, made.codes.get(code, 0)) for code, words in api.LIST_CODES.items()],
        unreadable=made.codes.get("unreadable_row", 0),
        kept=api.RESULTS_KEPT.days,
    )
    if made.state == "working":
        answer.headers["refresh"] = EVERY
    return answer
