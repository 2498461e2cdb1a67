"""Which column of a file tells what of a person, by its title."""

from __future__ import annotations

from collections.abc import Sequence

from lienthong.kernel.text import fold

TITLES = {
    "record_id": "record_id|row_id|ma ban ghi|ma|id|stt",
    "number": "number|personal_number|so dinh danh|so dinh danh ca nhan|so cccd|cccd|so can cuoc|can cuoc",
    "former_number": "former_number|so cmnd|cmnd|so cmnd cu|so chung minh nhan dan",
    "name": "name|full_name|ho ten|ho va ten|ho, ten|ho, chu dem va ten|ho, chu dem va ten khai sinh|hvt",
    "birth_date": "birth_date|ngay sinh|ns|ngay, thang, nam sinh|ngay thang nam sinh|nam sinh",
    "sex": "sex|gioi tinh|gt|nam/nu|phai",
    "unit": "unit|home_commune|commune|ma xa|xa|xa/phuong|noi thuong tru (xa)|don vi|ma don vi",
    "address": "address|home_address|dia chi|dia chi thuong tru|noi thuong tru|noi o",
    "phone": "phone|dien thoai|so dien thoai|sdt|dt|di dong",
    "father_name": "father_name|ho ten cha|ho va ten cha|ten cha|cha",
    "mother_name": "mother_name|ho ten me|ho va ten me|ten me|me",
    "father_number": "father_number|so dinh danh cha|so dinh danh cua cha|cccd cha",
    "mother_number": "mother_number|so dinh danh me|so dinh danh cua me|cccd me",
    "spouse_number": "spouse_number|so dinh danh vo chong|so dinh danh cua vo, chong|cccd vo/chong",
}
_KNOWN = {title: role for role, titles in TITLES.items() for title in titles.split("|")}


def roles_of(titles: Sequence[str], also: dict[str, str] | None = None) -> dict[str, str]:
    """Return role → title, the first that fits. also: further folded titles → role, such as those of a register."""
    known = (also or {}) | _KNOWN
    found: dict[str, str] = {}
    for title in titles:
        role = known.get(fold(title.strip("\ufeff \"'*:")), "")
        if role:
            found.setdefault(role, title)
    return found
