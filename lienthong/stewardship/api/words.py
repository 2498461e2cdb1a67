"""The words of definitions as people read them."""

from __future__ import annotations

from lienthong.kernel.i18n import N_, gettext

CLASSES = {
    "open": N_("công khai"),
    "internal": N_("nội bộ"),
    "personal": N_("dữ liệu cá nhân"),
    "sensitive": N_("dữ liệu cá nhân nhạy cảm"),
}
SEVERITIES = {"refuse": N_("không cho ghi"), "warn": N_("vào danh sách việc")}
RHYTHMS = {
    "event": N_("ngay khi có việc"),
    "day": N_("hằng ngày"),
    "week": N_("hằng tuần"),
    "month": N_("hằng tháng"),
    "quarter": N_("hằng quý"),
    "year": N_("hằng năm"),
}
FORMS = {
    "screen": N_("nhập trên màn hình"),
    "file": N_("tệp"),
    "database": N_("cơ sở dữ liệu"),
    "exchange": N_("trục trao đổi"),
    "paper": N_("giấy quét"),
}
EVENTS = {
    "birth": N_("sinh"),
    "death": N_("chết"),
    "missing": N_("mất tích"),
    "marriage": N_("kết hôn"),
    "divorce": N_("ly hôn"),
    "recognition": N_("nhận cha, mẹ, con"),
    "name_corrected": N_("đổi họ tên"),
    "sex_corrected": N_("đổi giới tính"),
    "birth_date_corrected": N_("đổi ngày sinh"),
    "number_given": N_("được cấp số định danh"),
    "number_replaced": N_("đổi số định danh"),
    "moved": N_("chuyển nơi ở"),
    "stay_begun": N_("bắt đầu tạm trú"),
    "stay_ended": N_("hết tạm trú"),
    "household_head_changed": N_("đổi chủ hộ"),
    "insured": N_("tham gia bảo hiểm"),
    "insurance_ended": N_("dừng bảo hiểm"),
    "benefit_granted": N_("được hưởng trợ cấp, lương hưu"),
    "benefit_ended": N_("thôi hưởng trợ cấp, lương hưu"),
    "licence_granted": N_("được cấp giấy phép lái xe"),
    "licence_withdrawn": N_("bị tước giấy phép lái xe"),
    "vehicle_registered": N_("đăng ký xe"),
    "vehicle_transferred": N_("sang tên xe"),
    "school_entered": N_("vào học"),
    "school_left": N_("rời trường"),
    "phone_registered": N_("đăng ký thuê bao"),
    "phone_ended": N_("chấm dứt thuê bao"),
    "enterprise_founded": N_("thành lập doanh nghiệp"),
    "enterprise_dissolved": N_("giải thể doanh nghiệp"),
}


def kept(keep: str) -> str:
    """Return how long something is kept, in words."""
    if keep == "permanent":
        return gettext(N_("vĩnh viễn"))
    return gettext(N_("%(years)s năm"), years=keep.split(maxsplit=1)[0])
