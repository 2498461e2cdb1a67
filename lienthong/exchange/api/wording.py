"""What the codes of an access entry are called, in the reader's language."""

from __future__ import annotations

from lienthong.exchange.api.noting import field_title, holding_title
from lienthong.exchange.spec import catalogue
from lienthong.registers import api as registers
from lienthong.registers.api import Access


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
