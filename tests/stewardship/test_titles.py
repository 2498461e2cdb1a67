"""Titles as clerks write them, each with the field it means: what a register proposes is right almost always."""

from __future__ import annotations

import pytest

from lienthong.reference import api as reference
from lienthong.stewardship.domain.mapping import propose

PERSON = [
    "personal_number", "former_number", "full_name", "other_name", "sex", "birth_date", "birth_place",
    "birth_commune", "home_town", "ethnicity", "religion", "nationality", "marital_status", "blood_type",
    "home_commune", "home_address", "current_commune", "current_address", "father_number", "mother_number",
    "spouse_number", "father_name", "mother_name", "spouse_name", "phone", "email", "life_status",
    "death_date", "household_code", "household_relation", "head_number", "head_name", "residence_kind", "note",
]  # fmt: skip
INSURANCE = [
    "card_no", "personal_number", "person_name", "birth_date", "sex", "insurance_category", "first_facility",
    "valid_from", "valid_to", "branch", "address", "commune", "phone", "note",
]  # fmt: skip
BIRTH = [
    "child_name", "sex", "birth_date", "birth_time", "birth_place", "weight_grams", "birth_order",
    "mother_number", "mother_name", "father_name", "father_number", "entry_no", "registered_on",
    "certificate_no", "signer", "child_ethnicity", "child_nationality", "event_kind", "copies",
]  # fmt: skip
ENTERPRISE = [
    "enterprise_code", "enterprise_name", "enterprise_kind", "enterprise_status", "head_commune",
    "head_address", "representative_number", "representative_name", "founded_on", "phone", "email",
]  # fmt: skip

TITLES = {
    "person": """
STT | -
TT | -
Số TT | -
Họ và tên | full_name
HỌ VÀ TÊN | full_name
Họ tên | full_name
ho va ten | full_name
Ho ten | full_name
HVT | full_name
HT | full_name
Họ & tên | full_name
Họ, chữ đệm và tên | full_name
Họ và tên (in hoa) | full_name
Họ và tên công dân | full_name
Họ và tên khai sinh | full_name
Họ tên đầy đủ | full_name
Full name | full_name
full_name | full_name
Tên gọi khác | other_name
Bí danh | other_name
Ngày sinh | birth_date
NGÀY SINH | birth_date
Ngày tháng năm sinh | birth_date
Ngày, tháng, năm sinh | birth_date
ngay sinh | birth_date
Năm sinh | birth_date
NS | birth_date
N.sinh | birth_date
Ng.Sinh | birth_date
NTNS | birth_date
Sinh ngày | birth_date
Ngày/tháng/năm sinh | birth_date
Ngày sinh (dd/mm/yyyy) | birth_date
DOB | birth_date
Date of birth | birth_date
Giới tính | sex
GT | sex
G.tính | sex
gioi tinh | sex
Giới | sex
Nam/Nữ | sex
Giới tính (Nam/Nữ) | sex
Phái | sex
Gender | sex
Sex | sex
CCCD | personal_number
Số CCCD | personal_number
số cccd | personal_number
Số căn cước công dân | personal_number
Số căn cước | personal_number
Căn cước công dân | personal_number
Số thẻ căn cước | personal_number
CCCD/CMND | personal_number
CMND/CCCD | personal_number
Số CMND/CCCD | personal_number
Mã định danh | personal_number
Mã định danh cá nhân | personal_number
Số định danh cá nhân | personal_number
Số định danh cá nhân/CCCD | personal_number
Số ĐDCN | personal_number
SO DINH DANH CA NHAN | personal_number
Số CCCD (12 số) | personal_number
ID number | personal_number
Số CMND | former_number
CMND | former_number
CMND cũ | former_number
CMTND | former_number
Số CMND 9 số | former_number
Dân tộc | ethnicity
DÂN TỘC | ethnicity
DT | ethnicity
dan toc | ethnicity
Tôn giáo | religion
TG | religion
Quốc tịch | nationality
Tình trạng hôn nhân | marital_status
TTHN | marital_status
Nhóm máu | blood_type
Quê quán | home_town
Nguyên quán | home_town
QQ | home_town
Nơi sinh | birth_place
Nơi đăng ký khai sinh | birth_commune
HKTT | home_address
ĐKTT | home_address
ĐKHKTT | home_address
Hộ khẩu thường trú | home_address
Nơi thường trú | home_commune
Địa chỉ thường trú | home_address
Nơi đăng ký thường trú | home_address
Thường trú | home_address
Nơi ở hiện tại | current_commune
Nơi ở hiện nay | current_address
Chỗ ở hiện nay | current_address
Địa chỉ hiện tại | current_address
Địa chỉ nơi ở hiện tại | current_address
Tạm trú | current_address
SĐT | phone
SDT | phone
ĐT | phone
Điện thoại | phone
Số điện thoại | phone
Số điện thoại liên hệ | phone
Điện thoại di động | phone
Số ĐT | phone
Phone | phone
Mobile | phone
Email | email
E-mail | email
Địa chỉ email | email
Họ tên cha | father_name
Họ và tên cha | father_name
Họ và tên bố | father_name
Họ tên bố | father_name
Tên cha | father_name
Cha › Họ và tên | father_name
Họ tên mẹ | mother_name
Họ và tên mẹ | mother_name
Mẹ › Họ tên | mother_name
Họ tên vợ/chồng | spouse_name
Họ tên vợ (chồng) | spouse_name
Số CCCD của cha | father_number
CCCD cha | father_number
CCCD bố | father_number
Mã định danh cha | father_number
CCCD của mẹ | mother_number
Số định danh mẹ | mother_number
Mẹ › Số CCCD | mother_number
CCCD vợ/chồng | spouse_number
Số định danh của vợ, chồng | spouse_number
Tình trạng | life_status
Còn sống/đã chết | life_status
Ngày mất | death_date
Ngày chết | death_date
Mã hộ | household_code
Số hộ khẩu | household_code
Số sổ hộ khẩu | household_code
Mã hộ gia đình | household_code
Quan hệ với chủ hộ | household_relation
QH với chủ hộ | household_relation
Quan hệ | household_relation
Chủ hộ | head_name
Họ tên chủ hộ | head_name
Tên chủ hộ | head_name
CCCD chủ hộ | head_number
Số định danh chủ hộ | head_number
Hình thức cư trú | residence_kind
Ghi chú | note
GC | note
Chiều cao | -
Nghề nghiệp | -
Trình độ văn hóa | -
Số tiền | -
Ký nhận | -
""",
    "insurance": """
Mã thẻ BHYT | card_no
Số thẻ BHYT | card_no
Mã thẻ | card_no
Thẻ BHYT › Số | card_no
Họ và tên | person_name
Họ và tên người tham gia | person_name
Mã định danh/CCCD | personal_number
Đối tượng | insurance_category
Đối tượng tham gia | insurance_category
Nơi KCB ban đầu | first_facility
Nơi ĐK KCB BĐ | first_facility
Nơi đăng ký KCB ban đầu | first_facility
Giá trị từ ngày | valid_from
Từ ngày | valid_from
Hạn thẻ từ | valid_from
Giá trị đến ngày | valid_to
Đến ngày | valid_to
Hạn thẻ | valid_to
Địa chỉ | address
ĐC | address
Đ/c | address
Xã/Phường | commune
Đơn vị hành chính | commune
Cơ quan BHXH | branch
""",
    "birth": """
Họ và tên trẻ | child_name
Tên con | child_name
Họ, chữ đệm, tên của trẻ | child_name
Cân nặng | weight_grams
Cân nặng (gam) | weight_grams
Con thứ | birth_order
Con thứ mấy | birth_order
Giờ sinh | birth_time
Số đăng ký | entry_no
Số vào sổ | entry_no
Ngày đăng ký | registered_on
Người ký | signer
Dân tộc của trẻ | child_ethnicity
Họ tên người mẹ | mother_name
Số bản sao | copies
""",
    "enterprise": """
Mã số thuế | enterprise_code
MST | enterprise_code
Mã số doanh nghiệp | enterprise_code
Tên doanh nghiệp | enterprise_name
Tên công ty | enterprise_name
Loại hình | enterprise_kind
Địa chỉ trụ sở | head_address
Địa chỉ trụ sở chính | head_address
Người đại diện | representative_name
Người đại diện theo pháp luật | representative_name
CCCD người đại diện | representative_number
Ngày thành lập | founded_on
""",
}
FIELDS = {"person": PERSON, "insurance": INSURANCE, "birth": BIRTH, "enterprise": ENTERPRISE}
CASES = [
    (kind, *(part.strip() for part in line.split(" | ")))
    for kind, text in TITLES.items()
    for line in text.strip().splitlines()
]


def proposed(kind: str, title: str) -> str:
    fields = {name: reference.term(name) for name in FIELDS[kind]}
    return propose([title], [[]], fields)[0].field or "-"


def test_of_two_hundred_real_titles_97_in_a_hundred_are_understood() -> None:
    wrong = [(kind, title, term, got) for kind, title, term in CASES if (got := proposed(kind, title)) != term]
    assert len(CASES) >= 120
    assert len(wrong) / len(CASES) <= 0.03, wrong


@pytest.mark.parametrize(
    ("title", "field"), [("Họ tên cha", "father_name"), ("CCCD của mẹ", "mother_number"), ("Ghi chú", "note")]
)
def test_what_belongs_to_another_person_is_never_taken_for_the_persons_own(title: str, field: str) -> None:
    """Where the register has no such field, the column stays alone."""
    fields = {name: reference.term(name) for name in PERSON if name != field}
    assert propose([title], [[]], fields)[0].field == ""
