"""People's names: stored as written, in one normal form; what is not a name is set apart and said."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from lienthong.kernel import legacy
from lienthong.kernel.i18n import N_
from lienthong.kernel.text import fold
from lienthong.reference.api import DataTerm
from lienthong.stewardship.domain.understanding.shapes import (
    Candidate,
    Note,
    Settings,
    Understood,
    asked,
    refused,
    told,
)

_ASIDE = re.compile(r"\s*[(\[{]([^)\]}]*)[)\]}]?\s*")
_DASH = re.compile(r"\s+[-–—]\s+")
_MARKS = set(" '’.-")
TITLES = ("ông", "bà", "anh", "chị", "cụ", "em", "cháu", "bác", "chú", "cô")
"""How people are addressed; never a part of a name when two words follow."""
_TITLE = re.compile(rf"^(?:{'|'.join(TITLES)})\s*[:.]?\s+(?=\S+\s+\S)", re.IGNORECASE)
_LONGEST = 120
_OLD = ("tcvn3", "vni", "viscii")
_PLAIN_SMALL = re.compile("[a-z]")
_SMALL_TONED = re.compile(r"(?<![^\s'’-])[àáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
"""A small letter with a tone that begins a word: TCVN3 has no capital for it."""


def understand_name(term: DataTerm, _raw: Any, text: str, _settings: Settings) -> Understood:
    """Understand a person's name. Its letters stay as they are: capitals are shown otherwise, not stored so."""
    at = term.id
    notes: list[Note] = []
    name = " ".join(text.split()).strip(" ,;:-_*")
    if aside := _ASIDE.search(name):
        rest = " ".join(part for part in (name[: aside.start()].strip(), name[aside.end() :].strip()) if part)
        if rest:
            name = rest
            message = N_("Phần ghi trong ngoặc cạnh tên được để ngoài tên.")
            notes.append(("name.aside", message))
    if len(parts := _DASH.split(name, maxsplit=1)) == 2 and all(parts):
        name = parts[0]
        notes.append(("name.aside", N_("Phần ghi sau dấu gạch cạnh tên được để ngoài tên.")))
    if title := _TITLE.match(name):
        name = name[title.end() :]
        message = N_("Từ xưng hô trước tên được bỏ.")
        notes.append(("name.title", message))
    if any(c.isdigit() for c in name):
        message = N_("Họ tên có chữ số; xem lại trên giấy tờ.")
        return refused(at, "name.digits", message)
    if (
        not name
        or not all(c in _MARKS or unicodedata.category(c)[0] in "LM" for c in name)
        or not any(map(str.isalpha, name))
    ):
        message = N_("Họ tên có ký tự không phải chữ; có thể tệp dùng phông chữ cũ (TCVN3, VNI).")
        return refused(at, "name.letters", message)
    if (typed := _in_old_letters(name)) is not None:
        message = N_("Họ tên có vẻ gõ bằng phông chữ cũ; xác nhận họ tên đã đọc lại.")
        return asked(at, "name.font", message, (Candidate(typed, typed), Candidate(name, name)))
    if len(name) > _LONGEST:
        return refused(at, "name.long", N_("Họ tên dài quá %(limit)s ký tự."), limit=_LONGEST)
    if (mended := _with_capitals(name)) != name:
        name = mended
        notes.append(("name.capital_lost", N_("Phông chữ cũ không có chữ hoa mang dấu; đã viết hoa lại trong tên.")))
    if name.isupper() and len(name) > 3:
        notes.append(("name.capitals", N_("Tên viết hoa toàn bộ; giữ nguyên, chỉ hiển thị theo chữ thường.")))
    elif name.islower():
        notes.append(("name.small", N_("Tên viết thường toàn bộ; giữ nguyên, chỉ hiển thị có chữ hoa đầu từ.")))
    if len(name.split()) == 1 and len(name) == 1:
        return refused(at, "name.short", N_("Một chữ cái chưa phải họ tên."))
    return told(at, name, *notes)


def _in_old_letters(name: str) -> str | None:
    """Return a name as an old encoding reads it when only so all its words are Vietnamese: ``Nguyeãn Vaên An``."""
    if name.isascii() or len(name) > _LONGEST or not legacy.is_surface(name) or legacy.share([name]) == 1:
        return None
    read = {text for each in _OLD if (text := legacy.decode(name, each)) and legacy.share([text]) == 1}
    return read.pop() if len(read) == 1 else None


def _with_capitals(name: str) -> str:
    """Return a name with the capitals that TCVN3 lacks: ``NGÔ ỵ Vĩ``, ``Trần ánh``."""
    words = name.split(" ")
    if not _PLAIN_SMALL.search(name) and any(len(word) > 1 and word.isupper() for word in words):
        return name.upper()
    if not any(word[:1].isupper() for word in words):
        return name
    return _SMALL_TONED.sub(lambda letter: letter[0].upper(), name)


def proper(name: str) -> str:
    """Return a name as it is shown: each word with one capital (``NGUYỄN THỊ HÀ`` → ``Nguyễn Thị Hà``)."""
    return re.sub(r"[^\W\d_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), name.lower())


def looks_like_name(text: str) -> bool:
    """Say whether a text is written as people's names are: two to six words of letters, none of them a unit's type."""
    words = text.split()
    return (
        2 <= len(words) <= 6
        and text.replace(" ", "").replace("'", "").isalpha()
        and (text.isupper() or text.istitle() or all(word[:1].isupper() for word in words))
        and not {fold(words[0])} & {"xa", "phuong", "thon", "huyen", "quan", "tinh", "to", "ap", "duong", "khu", "so"}
    )
