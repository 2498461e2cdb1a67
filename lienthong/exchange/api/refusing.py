"""Who asks, under which contract; and what a refusal leaves behind: an entry for each person, and a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, NoReturn

from lienthong.exchange.api.sealing import tell_when_open
from lienthong.exchange.api.tying import Ties, ties
from lienthong.exchange.domain import Refusal, listed
from lienthong.exchange.events import FetchDenied
from lienthong.exchange.spec import catalogue
from lienthong.exchange.spec.deciding import Requester
from lienthong.exchange.spec.shape import Contract
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Denied
from lienthong.kernel.events import publish
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Register, Seal

SENTENCES = {
    Refusal.CONTRACT: N_("Không có thỏa thuận chia sẻ nào mang mã này đang có hiệu lực."),
    Refusal.BASIS: N_("Căn cứ pháp lý nêu ra không thuộc thỏa thuận chia sẻ này."),
    Refusal.PARTY: N_("Thỏa thuận chia sẻ này không dành cho vai trò hoặc cơ quan của người yêu cầu."),
    Refusal.REGISTER: N_("Thỏa thuận không cho vai trò này dùng cơ sở dữ liệu được hỏi."),
    Refusal.LOOKUP: N_("Thỏa thuận không cho tra cứu theo cách này."),
    Refusal.SUBJECT: N_("Chỉ được hỏi về chính mình hoặc người mình đang làm thay."),
    Refusal.FAMILY: N_("Chỉ được hỏi về người trong gia đình hoặc trong hộ của mình."),
    Refusal.DOSSIER: N_("Việc này cần một hồ sơ đang giải quyết."),
    Refusal.UNIT: N_("Người yêu cầu không phụ trách địa bàn nào."),
    Refusal.OWNER: N_("Chỉ cơ quan chủ quản được làm việc này với cơ sở dữ liệu của mình."),
    Refusal.AGENCY: N_("Chỉ được ghi bản ghi của chính cơ quan mình."),
    Refusal.FIELDS: N_("Thỏa thuận không cho đọc hoặc ghi các trường này."),
    Refusal.CONSENT: N_("Người có dữ liệu chưa đồng ý, hoặc đã rút lại sự đồng ý."),
    Refusal.ISSUER: N_("Chỉ người giữ và cơ quan đã cấp mới mở được giấy tờ này."),
    Refusal.HANDLING: N_("Chỉ người nộp và cơ quan giải quyết hồ sơ mới mở được giấy tờ nộp kèm."),
    Refusal.REACH: N_("Việc này nằm ngoài phạm vi ủy quyền hoặc phạm vi phục vụ tại quầy."),
    Refusal.SERVER: N_("Khóa của máy chủ này đã bị thu hồi; tạo khóa mới rồi gửi cho người vận hành."),
    Refusal.MISMATCH: N_("Họ tên hoặc ngày sinh được nhập không khớp với số định danh này."),
}
"""What each refusal says, also in the log of the person concerned."""


def agreed(contract: str) -> Contract | None:
    """Return the contract in force today."""
    return catalogue().find(contract, runtime.current().clock.now().date())


def contracts_in_force() -> list[Contract]:
    """Return every contract in force today, by id."""
    return [found for each in sorted(catalogue().versions) if (found := agreed(each))]


def requester(who: Actor, *, tied: Ties | None = None) -> Requester:
    """Return what a decision needs to know of the actor. tied: their ties when they were read already."""
    agency = reference.agency(who.agency) if who.agency else None
    return Requester(
        who, agency.kind if agency else "", lambda: _communes(who), cache(lambda: (tied or ties(who)).keys)
    )


def register_in_force(register: str) -> Register | None:
    """Return a register's definition in force today, None when there is none."""
    return next((each for each in registers.definitions() if each.id == register), None)


def people_fields(register: Register) -> list[str]:
    """Return the lookup fields of a register that say whose a record is: personal numbers, and codes of enterprises."""
    terms = register.terms
    return [n for n in register.lookups if terms[n].type == "personal_number" or terms[n].id == "enterprise_code"]


def subjects_of(register: Register | None, by: Mapping[str, str | Sequence[str]]) -> list[str]:
    """Return whose personal numbers a question names; nobody's for a register that is not there."""
    names = people_fields(register) if register else []
    return [value for name in names if name in by for value in listed(by[name])]


def refuse(
    who: Actor,
    refusal: Refusal,
    *,
    register: str,
    subjects: Sequence[str],
    fields: Sequence[str],
    grounds: Grounds,
    contract: str,
    act: Literal["read", "write"] = "read",
    seal: Seal | None = None,
) -> NoReturn:
    """Write the refusal where the people concerned see it, durable whatever becomes of the caller; raise Denied.

    seal: from when they see it; then no fact tells of it either.
    """
    registers.deny(
        who,
        register=register,
        subjects=subjects,
        fields=fields,
        grounds=grounds,
        reason=refusal.value,
        contract=contract,
        act=act,
        seal=seal,
    )
    fact = FetchDenied(
        contract=contract,
        register=register,
        agency=who.agency,
        dossier=grounds.dossier,
        people=len(set(subjects)),
        reason=refusal.value,
    )
    database = runtime.current().database

    def tell() -> None:
        with database.transaction():
            if seal is None:
                publish(who, fact)
            tell_when_open(seal)

    database.at_end(tell)
    data: dict[str, Any] = {"register": register, "contract": contract}
    raise Denied(f"exchange.{refusal.value}", SENTENCES[refusal], **data)


def _communes(who: Actor) -> list[str]:
    codes: set[str] = set()
    for unit in who.units:
        codes.add(unit)
        codes.update(each.code for each in reference.units(parent=unit))
    return sorted(codes)
