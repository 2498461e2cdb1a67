"""Tables of figures as CSV or XLSX: what the page shows to this reader, covered as it is there, with its definition."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import msgspec

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.ids import new_id
from lienthong.kernel.sheets import Writer
from lienthong.kernel.text import number
from lienthong.ledger import api as ledger
from lienthong.oversight import store
from lienthong.oversight.api.figures import NOW, Dashboard, UnitRow, dashboard
from lienthong.oversight.domain.small_cells import Cover
from lienthong.reference import api as reference

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

TITLES = (
    N_("Mã"),
    N_("Đơn vị"),
    N_("Hạng"),
    N_("Tử số"),
    N_("Mẫu số"),
    N_("Tỷ lệ, %"),
    N_("Chỉ tiêu cuối năm, %"),
    N_("Thay đổi, điểm"),
)


def export(who: Actor, *, path: Path, indicator: str, month: str = "", place: str = "", view: str = NOW) -> int:
    """Write the table of a place into a file (``.csv`` or ``.xlsx``), note who did it; answer the number of units.

    Raises what ``dashboard`` raises, NotFound for another kind of file.
    """
    kind = path.suffix.removeprefix(".")
    if kind not in KINDS:
        raise NotFound("export.kind", N_("Chỉ xuất được .csv và .xlsx."))
    board = dashboard(who, chosen=indicator, month=month, place=place, view=view)
    said = {"indicator": board.chosen.id, "version": board.chosen.version, "month": board.month, "place": place}
    said |= {"view": view, "kind": kind, "rows": len(board.rows)}
    with runtime.current().database.transaction():
        values = {"id": new_id(), "what": msgspec.json.encode(said).decode(), "agency": who.agency, "by": who.subject}
        values["at"] = clock.stamp(runtime.current().clock.now())
        salt = secrets.token_bytes(32)
        store.figures.add_export(values, salt)
        ledger.record(entry_id=values["id"], digest=ledger.digest_of(values, salt))
    with Writer(path, [gettext(each) for each in TITLES]) as sheet:
        sheet.add(_cells(row, board.least) for row in board.rows)
        sheet.add([first, second, *[""] * (len(TITLES) - 2)] for first, second in _about(board))
    return len(board.rows)


def _cells(row: UnitRow, least: int) -> list[str]:
    figure, open_part = row.figure, row.part_covered is Cover.OPEN
    return [
        row.unit,
        row.name,
        str(row.rank or ""),
        number(figure.part) if open_part else _said(row.part_covered, least),
        number(figure.of) if row.covered is Cover.OPEN else _said(row.covered, least),
        number(figure.share * 100, 2) if open_part and figure.share is not None else "",
        number(row.target * 100, 2) if row.target is not None else "",
        number(row.change * 100, 2) if row.change is not None else "",
    ]


def _said(cover: Cover, least: int) -> str:
    return gettext("dưới %(least)s", least=least) if cover is Cover.FEW else gettext("ẩn")


def _about(board: Dashboard) -> Iterator[tuple[str, str]]:
    """Yield what the table is: below it, so that the titles stay in the first line."""
    chosen = board.chosen
    yield "", ""
    yield gettext("Chỉ tiêu"), str(chosen.title)
    yield gettext("Cách tính"), str(chosen.meaning)
    yield gettext("Phiên bản công thức"), str(chosen.version)
    yield gettext("Căn cứ"), ", ".join(reference.basis(each).number for each in chosen.basis)
    yield gettext("Tháng"), f"{board.month[5:]}/{board.month[:4]}"
    yield gettext("Phạm vi"), board.place_name or gettext("Cả nước")
    yield gettext("Cách xếp đơn vị"), gettext("Đơn vị hiện nay") if board.view == NOW else gettext("Đơn vị lúc đó")
    yield gettext("Số liệu đến"), f"{board.as_of:%d/%m/%Y %H:%M}" if board.as_of else ""
