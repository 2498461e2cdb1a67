"""What each piece of evidence says to a person, in words."""

from __future__ import annotations

from lienthong.kernel.i18n import N_

FIELDS = {
    "number": N_("Số định danh"),
    "name": N_("Họ tên"),
    "birth_date": N_("Ngày sinh"),
    "sex": N_("Giới tính"),
    "unit": N_("Nơi ở (đơn vị hành chính)"),
    "address": N_("Địa chỉ"),
    "phone": N_("Điện thoại"),
    "father_name": N_("Họ tên cha"),
    "mother_name": N_("Họ tên mẹ"),
    "father_number": N_("Số định danh của cha"),
    "mother_number": N_("Số định danh của mẹ"),
    "spouse_number": N_("Số định danh của vợ hoặc chồng"),
    "home": N_("Gia đình và nơi ở"),
}
OUTCOMES = {
    "equal": N_("giống nhau"),
    "same": N_("giống nhau"),
    "different": N_("khác nhau"),
    "marks": N_("một bên thiếu dấu"),
    "other_marks": N_("khác dấu"),
    "order": N_("khác thứ tự chữ"),
    "initials": N_("một bên viết tắt"),
    "middle": N_("một bên thiếu tên đệm"),
    "other_middle": N_("khác tên đệm"),
    "spelling": N_("khác một chữ cái"),
    "given": N_("chỉ giống tên gọi"),
    "former": N_("bên này có số cũ của bên kia"),
    "digit": N_("khác một chữ số, hoặc hai chữ số đổi chỗ"),
    "other_kind": N_("một bên là số 9 chữ số, không so được"),
    "swapped": N_("đổi chỗ ngày và tháng"),
    "year_off": N_("lệch một năm"),
    "year": N_("cùng năm, một bên không rõ ngày"),
    "same_year": N_("cùng năm, khác ngày"),
    "became": N_("đơn vị cũ đã nhập vào đơn vị mới"),
    "province": N_("cùng tỉnh, khác xã"),
    "like": N_("gần giống"),
    "shared": N_("người một nhà cũng giống nhau những điểm này nên chỉ tính một phần"),
}
