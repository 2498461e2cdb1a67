"""What the codes of an access entry and of a list's rows are called, in the reader's language."""

from __future__ import annotations

from lienthong.exchange.api.noting import field_title, holding_title
from lienthong.exchange.spec import catalogue
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Access

LIST_CODES = {
    "match": (N_("Khớp"), N_("Số đúng; họ tên (không xét dấu) và ngày sinh (phần đã ghi) đều khớp.")),
    "wrong_name": (N_("Sai họ tên"), N_("Số có thật nhưng mang họ tên khác: hỏi lại người này.")),
    "wrong_birth_date": (N_("Sai ngày sinh"), N_("Số và họ tên đúng, ngày sinh khác: hỏi lại người này.")),
    "old_number": (N_("Số cũ"), N_("Số đã thay bằng số khác: xin người này số định danh mới.")),
    "deceased": (N_("Đã chết"), N_("Người mang số này đã chết.")),
    "unknown_number": (N_("Không có số này"), N_("Không ai mang số này: kiểm tra từng chữ số trên thẻ.")),
    "unreadable_row": (N_("Dòng không đọc được"), N_("Tệp kết quả nói vì sao; sửa rồi gửi lại.")),
}
"""Code of a row of a list → its name, what to do."""


def register_title(register: str) -> str:
    """Return what a register, or another place that holds data, is called."""
    spec = next((each for each in registers.definitions() if each.id == register), None)
    return str(spec.short) if spec else holding_title(register)


def field_titles(register: str, fields: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return what fields of a register are called."""
    spec = next((each for each in registers.definitions() if each.id == register), None)
    return tuple(str(spec.title_of(name)) if spec and name in spec.fields else field_title(name) for name in fields)


def purpose_code(entry: Access) -> str:
    """Return the code of what an entry was made for: its contract, or the purpose stated without one."""
    return entry.contract if entry.contract and catalogue().newest(entry.contract) else entry.purpose


def purpose_title(code: str) -> str:
    """Return what the contract or purpose of this code is for; the code itself when nobody knows it."""
    contract = catalogue().newest(code)
    return str(contract.purpose) if contract else str(catalogue().purposes.get(code, code))
