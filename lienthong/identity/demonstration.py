"""Accounts of the demonstration's people: the named families, and the officers who serve them. All invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lienthong.identity import api
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.i18n import N_, gettext
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers import demonstration as nation

WARD = "26929"
"""Phường Bình Thạnh, Thành phố Hồ Chí Minh: where the first family lives."""
OTHER_WARD = "00166"
"""Phường Cầu Giấy, Hà Nội: where the third family lives; its officer may see nothing of the first."""
CITY = "79"


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """One officer. agency: a code, or ``role@unit`` for the agency that is competent there."""

    key: str
    name: str
    position: str
    about: str
    agency: str
    roles: tuple[str, ...]
    units: tuple[str, ...] = ()


OFFICERS = (
    Officer(
        key="commune-officer",
        name="Đặng Ngọc Trâm",
        position=N_("Công chức một cửa và tư pháp – hộ tịch, phường Bình Thạnh"),
        about=N_("Tiếp nhận, kiểm tra hồ sơ; phục vụ tại quầy ông Phan Văn Tư, thẻ 079 049 990 149, sinh 30/04/1949"),
        agency=f"civil-status@{WARD}",
        roles=("one-stop-officer", "civil-status-officer", "social-officer"),
        units=(WARD,),
    ),
    Officer(
        key="commune-chair",
        name="Phạm Hoàng Long",
        position=N_("Chủ tịch Ủy ban nhân dân phường Bình Thạnh"),
        about=N_("Ký giấy khai sinh, trả lời khiếu nại về xem dữ liệu"),
        agency=f"civil-status@{WARD}",
        roles=("commune-chair", "data-protection-officer"),
        units=(WARD,),
    ),
    Officer(
        key="police-officer",
        name="Võ Minh Khang",
        position=N_("Cán bộ đăng ký cư trú, Công an phường Bình Thạnh"),
        about=N_("Đăng ký thường trú cho trẻ, tiếp nhận thông báo lưu trú"),
        agency=f"residence@{WARD}",
        roles=("residence-officer",),
        units=(WARD,),
    ),
    Officer(
        key="identity-officer",
        name="Hồ Thị Lan Anh",
        position=N_("Cán bộ cấp căn cước, Công an Thành phố Hồ Chí Minh"),
        about=N_("Cấp thẻ căn cước cho trẻ dưới 6 tuổi"),
        agency=f"identity@{WARD}",
        roles=("identity-officer", "data-protection-officer"),
        units=(CITY,),
    ),
    Officer(
        key="insurance-officer",
        name="Lý Thu Hằng",
        position=N_("Chuyên viên cấp sổ, thẻ, Bảo hiểm xã hội Thành phố Hồ Chí Minh"),
        about=N_("Cấp thẻ bảo hiểm y tế"),
        agency=f"insurance@{WARD}",
        roles=("insurance-officer",),
        units=(CITY,),
    ),
    Officer(
        key="hospital-clerk",
        name="Trương Mỹ Duyên",
        position=N_("Văn thư Khoa Sản, bệnh viện ở Thành phố Hồ Chí Minh"),
        about=N_("Gửi giấy chứng sinh"),
        agency="H29.2.2",
        roles=("hospital-clerk",),
        units=(CITY,),
    ),
    Officer(
        key="data-steward",
        name="Ngô Đức Thịnh",
        position=N_("Quản trị dữ liệu dân cư, Bộ Công an"),
        about=N_("Nhập, làm sạch, tra cứu cơ sở dữ liệu"),
        agency="G01",
        roles=("data-steward",),
    ),
    Officer(
        key="subscriber-data-officer",
        name="Hồ Thị Kim Ngân",
        position=N_("Nhân viên dữ liệu thuê bao, doanh nghiệp viễn thông minh họa"),
        about=N_("Đối soát danh sách thuê bao với CSDL Dân cư, mỗi dòng một mã"),
        agency="DN90",
        roles=("subscriber-data-officer",),
    ),
    Officer(
        key="provincial-chairman",
        name="Phan Quốc Bảo",
        position=N_("Chủ tịch Ủy ban nhân dân Thành phố Hồ Chí Minh"),
        about=N_("Xem chỉ tiêu của thành phố, mở đến từng hồ sơ"),
        agency="H29",
        roles=("provincial-leader",),
        units=(CITY,),
    ),
    Officer(
        key="committee-secretary",
        name="Vũ Thị Hồng Minh",
        position=N_("Thư ký Ủy ban Quốc gia về chuyển đổi số"),
        about=N_("Theo dõi chỉ tiêu cả nước"),
        agency="G06.UBQG",
        roles=("committee-secretary",),
    ),
    Officer(
        key="finance-minister",
        name="Lâm Văn Hải",
        position=N_("Bộ trưởng Bộ Tài chính"),
        about=N_("Nhận nhiệm vụ của bộ, trả lời khiếu nại và yêu cầu về dữ liệu bảo hiểm xã hội"),
        agency="G12",
        roles=("agency-head",),
    ),
    Officer(
        key="security-minister",
        name="Nguyễn Hữu Trí",
        position=N_("Bộ trưởng Bộ Công an"),
        about=N_("Nhận nhiệm vụ của bộ, trả lời khiếu nại về xem dữ liệu dân cư"),
        agency="G01",
        roles=("agency-head",),
    ),
    Officer(
        key="justice-data-officer",
        name="Tạ Minh Hiếu",
        position=N_("Người phụ trách bảo vệ dữ liệu cá nhân, Bộ Tư pháp"),
        about=N_("Trả lời yêu cầu về dữ liệu hộ tịch"),
        agency="G15",
        roles=("data-protection-officer",),
    ),
    Officer(
        key="health-data-officer",
        name="Mai Thị Thanh Tâm",
        position=N_("Người phụ trách bảo vệ dữ liệu cá nhân, Bộ Y tế"),
        about=N_("Trả lời yêu cầu về dữ liệu giấy chứng sinh"),
        agency="G18",
        roles=("data-protection-officer",),
    ),
    Officer(
        key="investigator",
        name="Đinh Quang Vinh",
        position=N_("Điều tra viên, Công an Thành phố Hồ Chí Minh"),
        about=N_("Tra cứu theo vụ án; người được tra cứu thấy khi hết niêm phong"),
        agency=f"identity@{WARD}",
        roles=("investigator",),
        units=(CITY,),
    ),
    Officer(
        key="commune-officer-2",
        name="Bùi Thị Hương Giang",
        position=N_("Công chức một cửa và tư pháp – hộ tịch, phường Cầu Giấy, Hà Nội"),
        about=N_("Không xem được hồ sơ của phường Bình Thạnh"),
        agency=f"civil-status@{OTHER_WARD}",
        roles=("one-stop-officer", "civil-status-officer"),
        units=(OTHER_WARD,),
    ),
)


CITIZENS = {
    "mother": N_("Mẹ vừa sinh con, sống ở phường Bình Thạnh: làm thủ tục khai sinh liên thông"),
    "father": N_("Cha của bé, cùng nơi thường trú; người đại diện theo pháp luật của một nhà nghỉ"),
    "mother-2": N_("Mẹ vừa sinh con; người cha thường trú nơi khác nên phải đồng ý"),
    "father-2": N_("Cha thường trú ở phường khác: đồng ý nơi thường trú của con"),
    "mother-3": N_("Mẹ ở phường Cầu Giấy, Hà Nội"),
    "father-3": N_("Cha ở phường Cầu Giấy, Hà Nội"),
    "daughter": N_("Con gái của ông Phan Văn Tư, 77 tuổi, không có điện thoại: được cha ủy quyền làm thay"),
}
"""Who of the nation's named people has an account, and what one can try with it."""
OPENING = registers.Grounds(purpose="demonstration", basis="ND-69-2024")


def seed(who: Actor, *, scale: int, say: Callable[[str], None]) -> None:
    """Open the accounts of the demonstration's people; opening them again changes nothing."""
    del scale  # as many people for every size of nation
    citizens = _open_citizens(who)
    _open_officers(who)
    _trust()
    say(gettext(N_("Đã mở %(people)s tài khoản trình diễn."), people=citizens + len(OFFICERS)))


def staff_id(key: str) -> str:
    """Return the staff id of a demonstration officer, which is also what one types to get a code."""
    return f"cb-{key}"


def _open_citizens(who: Actor) -> int:
    """Open the accounts of the named people whom the population register knows, under the names it holds."""
    numbers = {key: nation.people()[key] for key in CITIZENS}
    query = registers.Query("population", key=tuple(numbers.values()), fields=("number", "full_name", "phone"))
    (found,) = registers.read(who, queries=[query], grounds=OPENING)
    known = {each.key: each.values for each in found}
    opened = [(key, number) for key, number in numbers.items() if number in known]
    for place, (key, number) in enumerate(opened):
        name, phone = (str(known[number].get(field) or "") for field in ("full_name", "phone"))
        api.open_account(who, number=number, level=2, phone=phone, demonstration=True)
        api.name_demonstration_person(who, key=key, subject=number, name=name, about=CITIZENS[key], place=place)
    return len(opened)


def _trust() -> None:
    """Let the old man without telephone give his daughter a mandate, and her accept it: once."""
    father, daughter = (
        Actor(kind=Kind.CITIZEN, subject=nation.people()[key], level=2, session="demonstration")
        for key in ("grandfather", "daughter")
    )
    known = next((each for each in api.demonstration_people() if each.subject == daughter.subject), None)
    if known is None or api.mandates(father):
        return
    scope = api.Scope(procedures=["social-pension"], papers=True)
    mandate = api.offer(father, representative=daughter.subject, name=known.name, scope=scope)
    api.accept(daughter, mandate=mandate)


def _open_officers(who: Actor) -> None:
    for place, each in enumerate(OFFICERS, start=100):
        member = api.Staff(
            subject=staff_id(each.key),
            name=each.name,
            position=each.position,
            agency=_agency(each.agency),
            roles=frozenset(each.roles),
            units=frozenset(each.units),
        )
        api.open_staff(who, member=member, demonstration=True)
        api.name_demonstration_person(
            who, key=each.key, subject=member.subject, name=each.name, about=each.about, place=place
        )


def _agency(named: str) -> str:
    role, at, unit = named.partition("@")
    return reference.competent(role=role, unit=unit).code if at else named
