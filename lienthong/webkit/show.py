"""How values look on a page, in Vietnamese or English: the filters of every template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from markupsafe import Markup, escape

from lienthong.kernel import clock, i18n, text
from lienthong.kernel.errors import Fault


def as_moment(value: datetime | str) -> datetime:
    """Return a moment of Viet Nam from a moment or a stored stamp."""
    return clock.moment(value) if isinstance(value, str) else clock.local(value)


def as_day(value: date | datetime | str) -> date:
    """Return a calendar day from a day, a moment, an ISO day or a stored stamp."""
    if isinstance(value, datetime):
        return clock.local(value).date()
    if isinstance(value, str):
        return clock.moment(value).date() if "T" in value else date.fromisoformat(value)
    return value


def day(value: date | datetime | str) -> str:
    """21/11/2026."""
    return text.day(as_day(value))


def short_day(value: date | datetime | str) -> str:
    """21/11."""
    return text.day(as_day(value))[:5]


def time(value: datetime | str) -> str:
    """20:16."""
    return text.clock_time(as_moment(value))


def day_time(value: datetime | str) -> str:
    """21/11/2026 20:16."""
    return text.day_time(as_moment(value))


def weekday(value: date | datetime | str) -> str:
    """Thứ Bảy (in running text: thứ Bảy)."""
    names = text.WEEKDAYS_EN if i18n.language() == "en" else text.WEEKDAYS
    return names[as_day(value).weekday()]


def short_weekday(value: date | datetime | str) -> str:
    """T2 to T7, CN."""
    number = as_day(value).weekday()
    if i18n.language() == "en":
        return text.WEEKDAYS_EN[number][:3]
    return "CN" if number == 6 else f"T{number + 2}"


def long_day(value: date | datetime | str) -> str:
    """Thứ Bảy, 21/11/2026 (in running text: thứ Bảy)."""
    return f"{weekday(value)}, {day(value)}"


def partial_day(value: str) -> str:
    """Return a date of any precision in words: ``1955`` is năm 1955 (không rõ ngày, tháng)."""
    if value.count("-") == 2:
        return text.partial_day(value)
    if value.count("-") == 1:
        return i18n.gettext("tháng %(when)s (không rõ ngày)", when=text.partial_day(value))
    return i18n.gettext("năm %(when)s (không rõ ngày, tháng)", when=value) if value else ""


def number(value: float, places: int = 0) -> str:
    """1.234.567,89."""
    return text.number(value, places)


def percent(value: float | None, places: int = 1) -> str:
    """71,8% from 0.718; – when there is nothing to divide."""
    return "–" if value is None else f"{text.percent(value, places)}%"


def size(count: int) -> str:
    """A file's size: 1,4 MB, 320 KB."""
    mega = 1024 * 1024
    return f"{text.number(count / mega, 1)} MB" if count >= mega else f"{text.number(max(1, count // 1024))} KB"


def initials(name: str) -> str:
    """TH for Nguyễn Thị Thu Hà: the last two words."""
    return "".join(word[0] for word in name.split()[-2:]).upper()


def given_name(name: str) -> str:
    """Hà for Nguyễn Thị Thu Hà: people are greeted by the given name."""
    return name.rsplit(maxsplit=1)[-1] if name.split() else ""


def masked(personal_number: str) -> str:
    """999 192 •••• 17: how a personal number is shown except to the officer on the dossier."""
    if len(personal_number) != 12:
        return "•" * len(personal_number)
    return f"{personal_number[:3]} {personal_number[3:6]} •••• {personal_number[-2:]}"


def grouped(personal_number: str) -> str:
    """999 192 000 417."""
    return " ".join(personal_number[at : at + 3] for at in range(0, len(personal_number), 3))


def upper_first(sentence: str) -> str:
    """Thứ Bảy from thứ Bảy."""
    return sentence[:1].upper() + sentence[1:]


def fault_at(faults: Sequence[Fault] | Mapping[str, str], name: str) -> str:
    """Return the sentence of the first fault at a field, "" when it has none."""
    if isinstance(faults, Mapping):
        return faults.get(name, "")
    return next((each.text for each in faults if each.at == name), "")


def as_written(words: object) -> Markup:
    """Return what a person wrote, marked as Vietnamese on a page in another language, so that it is read out right."""
    said = escape(words)
    return said if i18n.language() == "vi" or not said else Markup('<span lang="vi">{}</span>').format(said)


FILTERS = {
    "as_written": as_written,
    "day": day,
    "short_day": short_day,
    "time": time,
    "day_time": day_time,
    "long_day": long_day,
    "weekday": weekday,
    "short_weekday": short_weekday,
    "partial_day": partial_day,
    "money": text.money,
    "number": number,
    "percent": percent,
    "size": size,
    "initials": initials,
    "given_name": given_name,
    "masked": masked,
    "grouped": grouped,
    "upper_first": upper_first,
    "translate": i18n.gettext,
}
