"""Accounts of citizens and officers: open, close, find, show."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from lienthong.identity import store
from lienthong.identity.domain import PERSONAL_NUMBER, STAFF_ID, Account, Staff
from lienthong.identity.events import AccountOpened, OfficeGiven, PasskeyRemoved, SessionEnded
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Conflict, Denied, Fault, Invalid, NotFound, fault
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id
from lienthong.messages import api as messages
from lienthong.reference import api as reference

OPERATOR = "operator"
HEADS = frozenset({"provincial-leader", "commune-chair", "agency-head"})
"""Roles of whoever answers for an agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """How an officer is shown to others."""

    subject: str
    name: str
    position: str
    agency: str


def open_account(who: Actor, *, number: str, level: int, phone: str = "", demonstration: bool = False) -> str:
    """Open a citizen's account (level 1 or 2) and answer its id; an open one stays as it is, a closed one opens again.

    Raises Denied unless a machine or an operator asks, Invalid for a number that is not 12 digits or a wrong level.
    """
    if not PERSONAL_NUMBER.fullmatch(number) or level not in {1, 2}:
        raise Invalid("account.invalid", N_("Tài khoản cần số định danh 12 chữ số và mức 1 hoặc 2."))
    return _open(who, subject=number, kind=Kind.CITIZEN, level=level, phone=phone, demonstration=demonstration)


def open_staff(who: Actor, *, member: Staff, phone: str = "", demonstration: bool = False) -> str:
    """Open an officer's account, or give the officer another office; answer the account's id.

    The agency, roles and units hold from the officer's next page on, also in sessions that are open.
    Raises Denied unless a machine or an operator asks, Invalid with every fault of the office.
    """
    require_operator(who)
    if faults := _office_faults(member):
        raise Invalid("staff.invalid", N_("Vị trí công tác của cán bộ có chỗ chưa đúng."), faults)
    with runtime.current().database.transaction():
        account = _open(
            who, subject=member.subject, kind=Kind.OFFICER, level=3, phone=phone, demonstration=demonstration
        )
        if store.accounts.staff_of([member.subject]) != [member]:
            store.accounts.put_staff(member)
            roles, units = tuple(sorted(member.roles)), tuple(sorted(member.units))
            publish(who, OfficeGiven(account=account, agency=member.agency, roles=roles, units=units))
    return account


def close_account(who: Actor, *, subject: str) -> None:
    """Close an account: its sessions end at once and its passkeys are gone. Raises Denied, NotFound."""
    require_operator(who)
    with runtime.current().database.transaction():
        account = store.accounts.find(subject)
        if account is None:
            raise NotFound("account.missing", N_("Không có tài khoản này."))
        store.accounts.change(subject, open=False)
        for session in store.sessions.end(subject):
            publish(who, SessionEnded(account=account.id, session=session, reason="account_closed"))
        for passkey in store.passkeys.of_subject(subject):
            store.passkeys.remove(subject, passkey.id)
            publish(who, PasskeyRemoved(account=account.id, passkey=passkey.id))


def display(who: Actor, *, subjects: Iterable[str]) -> dict[str, Display]:
    """Return name, position and agency of the officers among the subjects, in one query; citizens are left out.

    A citizen's name is personal data and comes through the exchange. Raises Denied for an anonymous actor.
    """
    if who.kind is Kind.ANONYMOUS:
        raise Denied("display.anonymous", N_("Hãy đăng nhập để xem tên cán bộ."))
    return {
        each.subject: Display(subject=each.subject, name=each.name, position=each.position, agency=each.agency)
        for each in store.accounts.staff_of(subjects)
    }


def staff(who: Actor, *, agency: str, role: str = "") -> list[Staff]:
    """Return the officers of an agency, with the role when one is given. Raises Denied for others than officers."""
    if who.kind not in {Kind.OFFICER, Kind.SYSTEM}:
        raise Denied("staff.denied", N_("Chỉ cán bộ xem được danh sách cán bộ."))
    return [each for each in store.accounts.staff_at(agency) if not role or role in each.roles]


def require_operator(who: Actor) -> None:
    """Let machines and operators pass. Raises Denied."""
    if who.kind is not Kind.SYSTEM and not who.has(OPERATOR):
        raise Denied("account.denied", N_("Chỉ người vận hành quản lý được tài khoản."))


def _office_faults(member: Staff) -> list[Fault]:
    faults: list[Fault] = []
    if not STAFF_ID.fullmatch(member.subject):
        sentence = N_("Mã cán bộ gồm 3 đến 40 chữ thường, chữ số, dấu chấm, gạch nối; bắt đầu bằng chữ cái.")
        faults.append(fault("subject", "staff.id", sentence))
    if not member.name:
        faults.append(fault("name", "staff.name", N_("Nhập họ và tên cán bộ.")))
    if reference.agency(member.agency) is None:
        sentence = N_("Không có cơ quan “%(agency)s” trong danh mục.")
        faults.append(fault("agency", "staff.agency", sentence, agency=member.agency))
    sentence = N_("Không có đơn vị hành chính mang mã “%(unit)s”.")
    unknown = sorted(each for each in member.units if reference.unit(each) is None)
    return faults + [fault("units", "staff.unit", sentence, unit=each) for each in unknown]


def _open(who: Actor, *, subject: str, kind: Kind, level: int, phone: str, demonstration: bool) -> str:
    require_operator(who)
    node = runtime.current()
    if demonstration and not node.settings.is_demo:
        raise Denied("account.demonstration", N_("Hệ thống thật không nhận tài khoản trình diễn."))
    with node.database.transaction():
        if (known := store.accounts.find(subject)) is not None:
            if known.demonstration != demonstration:
                raise Conflict("account.kind", N_("Mã này đã thuộc về một tài khoản khác loại; hãy chọn mã khác."))
            if not known.open:
                store.accounts.change(subject, open=True)
                publish(who, AccountOpened(account=known.id, kind=kind.value, level=known.level))
            return known.id
        account = Account(
            id=new_id(),
            subject=subject,
            kind=kind,
            level=level,
            phone=phone,
            handle=secrets.token_urlsafe(32),
            demonstration=demonstration,
            open=True,
        )
        store.accounts.add(account)
        messages.keep_contact(subject=subject, channel="sms", address=phone)
        publish(who, AccountOpened(account=account.id, kind=kind.value, level=level))
    return account.id
