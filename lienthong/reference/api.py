"""Reference data of the state: units, agencies, working calendar, code lists, dictionary, legal bases.

Facts that everyone may read, held in memory: no actor is asked. Data of the package is in ``reference/data`` and
``catalogue``; an operator puts dated patches of the same shape into ``LIENTHONG_HOME/reference`` and ``/catalogue``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypeVar

from lienthong.kernel.errors import Fault, NotFound
from lienthong.kernel.i18n import N_
from lienthong.reference.domain import numbers, values
from lienthong.reference.domain.agencies import Agency
from lienthong.reference.domain.calendar import (
    CalendarDay,
    Due,
    Explained,
    ExplainedDay,
    Remaining,
    Stop,
    Term,
    explain,
    term_in_words,
)
from lienthong.reference.domain.periods import LAST_OLD, Period, only_of, period_of, period_of_codes
from lienthong.reference.domain.terms import (
    Classification,
    Code,
    CodeList,
    Confidence,
    DataTerm,
    LegalBasis,
    TermType,
)
from lienthong.reference.domain.units import TWO_TIERS, Conversion, Level, Reason, Unit, in_words
from lienthong.reference.store.snapshot import snapshot

_Entry = TypeVar("_Entry")
_COMMUNE_DIGITS = 5

__all__ = [
    "Agency",
    "CalendarDay",
    "Classification",
    "Code",
    "CodeList",
    "Confidence",
    "Conversion",
    "DataTerm",
    "Due",
    "Explained",
    "ExplainedDay",
    "LegalBasis",
    "Level",
    "Period",
    "Reason",
    "Remaining",
    "Stop",
    "Term",
    "TermType",
    "Unit",
    "agencies",
    "agency",
    "bases",
    "basis",
    "code",
    "code_list",
    "code_lists",
    "competent",
    "convert_unit",
    "days",
    "due",
    "explain",
    "is_within",
    "number_doubts",
    "number_provinces",
    "on_from",
    "parse_value",
    "phone_changes",
    "place",
    "province_of",
    "remaining",
    "search_units",
    "show_value",
    "successors",
    "term",
    "term_in_words",
    "terms",
    "unit",
    "unit_period",
    "units",
    "warned_from",
    "why",
    "working_day",
]


def unit(code: str, *, on: date | None = None) -> Unit | None:
    """Return the unit that bore the code on the day (its newest version when no day is given), or None."""
    return snapshot().units.find(code, on)


def units(*, level: Level | None = None, parent: str = "", on: date | None = None) -> list[Unit]:
    """Return the units in force on the day (now when none is given) by code; of one level, directly below a parent."""
    known = snapshot().units
    found = known.below(parent, on) if parent else known.all(on)
    return sorted((u for u in found if level is None or u.level == level), key=lambda u: u.code)


def province_of(code: str, *, on: date | None = None) -> str:
    """Return the code of the province the unit lies in; a province's own code; "" when the unit is unknown."""
    found = unit(code, on=on)
    while found is not None and found.parent:
        found = unit(found.parent, on=found.valid_to)
    return found.code if found else ""


def is_within(unit_code: str, of: str, *, on: date | None = None) -> bool:
    """Say whether a unit is the other one or lies inside it."""
    if unit_code == of:
        return True
    found = unit(unit_code, on=on)
    while found is not None and found.parent:
        if found.parent == of:
            return True
        found = unit(found.parent, on=found.valid_to)
    return False


def successors(code: str, *, on: date) -> Conversion:
    """Return what became of a unit of that day: certain, ask the person, or refuse.

    code: its code then, or its name with all names above it (``Phường 13, Quận Bình Thạnh, TP Hồ Chí Minh``).
    """
    return snapshot().units.convert(code, on)


def convert_unit(
    given: str = "",
    *,
    on: date | None = None,
    commune: str = "",
    district: str = "",
    province: str = "",
    whole: bool = False,
) -> Conversion:
    """Return the unit in force that a clerk's words mean: certain, ask the person, or refuse, with the reason.

    given: a code, a name with those above it, or an address that ends with them (its other part is in ``rest``; with
    ``whole`` there may be none). Or the levels apart: each a name, a code or "". on: the day by whose map it was
    written; None when not known: then a name that means different units before and since July 2025 is asked.
    A unit in force passes as certain. Remembered: repeats cost a look into a table.
    """
    converter = snapshot().converter
    if commune or district or province:
        return converter.columns(commune, district, province, on)
    return converter.convert(given, on, whole=whole)


def unit_period(values: Iterable[str | tuple[str, str, str]]) -> Period | None:
    """Return by which map a column of units was written, before or since July 2025, when its values show it.

    values: codes, names or addresses, or (commune, district, province); what repeats counts once. ``period_of`` says
    how many must show it.
    """
    converter = snapshot().converter

    def read(value: str | tuple[str, str, str], on: date) -> Conversion:
        return converter.convert(value, on, whole=False) if isinstance(value, str) else converter.columns(*value, on)

    different = dict.fromkeys(each if isinstance(each, str) or any(each[1:]) else each[0] for each in values)
    codes = [each for each in different if isinstance(each, str) and each.isdigit() and len(each) == _COMMUNE_DIGITS]
    if codes and len(codes) == len(different):
        found = period_of_codes(_in_force(each) for each in codes)
        if found:
            return found
    return period_of(only_of(read(each, LAST_OLD), read(each, TWO_TIERS)) for each in different)


def _in_force(code: str) -> bool:
    found = unit(code)
    return found is not None and found.valid_to is None


def why(reason: Reason) -> str:
    """Return the reason of a conversion in words."""
    return in_words(reason)


def search_units(text: str, *, limit: int = 20) -> list[Unit]:
    """Return units, former ones too, whose name with those above it holds every word (marks may be missing)."""
    return snapshot().units.search(text)[:limit]


def place(found: Unit) -> str:
    """Return a unit with the names above it: ``Phường Bình Thạnh, Thành phố Hồ Chí Minh``."""
    names = [found.full_name]
    above = unit(found.parent, on=found.valid_to) if found.parent else None
    while above is not None:
        names.append(above.full_name)
        above = unit(above.parent, on=above.valid_to) if above.parent else None
    return ", ".join(names)


def agency(code: str) -> Agency | None:
    """Return the agency with this code, or None."""
    return snapshot().agencies.find(code)


def agencies(*, kind: str = "", unit: str = "", level: str = "") -> list[Agency]:
    """Return agencies by code: of a kind, serving exactly a unit, of a level (central, province, commune)."""
    found = snapshot().agencies.all(kind=kind, unit=unit, level=level)
    return sorted(found, key=lambda each: each.code)


def agency_kinds() -> frozenset[str]:
    """Return every kind that an agency can be of."""
    return snapshot().agencies.kinds


def competent(*, role: str, unit: str) -> Agency:
    """Return the agency competent in a unit in force for civil-status, one-stop, residence, insurance or identity.

    Raises NotFound when the unit is not in force or no agency there has the role.
    """
    place = snapshot().units.find(unit, None)
    found = snapshot().agencies.competent(role, place) if place and place.valid_to is None else None
    if found is None:
        message = N_("Không có cơ quan có thẩm quyền “%(role)s” tại đơn vị hành chính %(unit)s.")
        raise NotFound("agency.not_competent", message, role=role, unit=unit)
    return found


def due(
    *, received: datetime, term: Term, stops: Sequence[Stop] = (), extension: Term | None = None, agency: str = ""
) -> Due:
    """Return when a term ends by the working calendar of an agency, with every calendar day on the way explained.

    stops: times during which the clock stood; extension: the one that the law allows. Raises Invalid for stops that
    overlap, or an extension to the same day. The rules stand in ``domain/calendar``.
    """
    calendar = snapshot().calendars.of(agency)
    return calendar.due(received=received, term=term, stops=stops, extension=extension, agency=agency)


def on_from(moment: datetime, term: Term, *, agency: str = "") -> datetime:
    """Return when a term counted on from a moment ends: a new appointment goes on from the old one."""
    return snapshot().calendars.of(agency).after(moment, term)


def warned_from(due_at: datetime, term: Term, *, agency: str = "") -> datetime:
    """Return from when so much office time is left until a due moment; a working day counts as 8 hours."""
    return snapshot().calendars.of(agency).before(due_at, term)


def days(first: date, last: date, *, agency: str = "") -> list[CalendarDay]:
    """Return the calendar days from one to another with what kind of day each is; nothing is counted."""
    return snapshot().calendars.of(agency).days(first, last)


def remaining(due: Due, now: datetime) -> Remaining:
    """Return the working days and office minutes left of a term, and its state: ok, risk, late or paused."""
    return snapshot().calendars.of(due.agency).remaining(due, now)


def working_day(day: date, *, agency: str = "") -> bool:
    """Say whether people work on the day: no weekend or holiday, or a make-up day."""
    return snapshot().calendars.of(agency).works(day)


def code_list(list_id: str) -> CodeList:
    """Return a code list. Raises NotFound."""
    return _known(code_lists(), list_id, N_("Không có danh mục “%(id)s”."))


def code_lists() -> dict[str, CodeList]:
    """Return every code list by id."""
    return snapshot().code_lists


def code(list_id: str, code: str) -> Code:
    """Return one code of a list. Raises NotFound."""
    return _known(code_list(list_id).codes, code, N_("Không có mã “%(id)s” trong danh mục."))


def term(term_id: str) -> DataTerm:
    """Return an entry of the field dictionary. Raises NotFound."""
    return _known(terms(), term_id, N_("Không có “%(id)s” trong từ điển trường dữ liệu."))


def terms() -> dict[str, DataTerm]:
    """Return the field dictionary by term id."""
    return snapshot().terms


def basis(basis_id: str) -> LegalBasis:
    """Return an instrument of law. Raises NotFound."""
    return _known(bases(), basis_id, N_("Không có căn cứ pháp lý “%(id)s”."))


def bases() -> dict[str, LegalBasis]:
    """Return every legal basis by id."""
    return snapshot().bases


def parse_value(term_id: str, raw: object) -> values.Value:
    """Return the stored form of a value; codes and units may be given by name. Raises Invalid with its one fault."""
    return values.parse(term(term_id), raw, _lookups)


def show_value(term_id: str, value: values.Value) -> str:
    """Return a stored value as people read it; empty text stays empty."""
    return "" if value == "" else values.show(term(term_id), value, _lookups)


def number_doubts(number: str, *, birth_date: str = "", sex: str = "") -> list[Fault]:
    """Return what looks odd about a well-formed personal number beside a stored birth date and sex: never a refusal.

    The number has no check digit, and a date or sex may have been corrected after the number was given.
    """
    return list(numbers.doubts(number, snapshot().number_provinces, birth_date=birth_date, sex=sex))


def number_provinces() -> frozenset[str]:
    """Return the first three digits that personal numbers have when the birth was registered in a province."""
    return snapshot().number_provinces


def phone_changes() -> Sequence[tuple[str, str, int]]:
    """Return how telephone numbers changed: (old beginning, new beginning, digits of the old number)."""
    return snapshot().phone_changes


def _known(entries: Mapping[str, _Entry], key: str, message: str) -> _Entry:
    found = entries.get(key)
    if found is None:
        raise NotFound("reference.unknown", message, id=key)
    return found


def _unit_named(text: str) -> Unit | None:
    return snapshot().units.named(text, None)


_lookups = values.Lookups(code_list=code_list, unit=unit, unit_named=_unit_named, place=place, agency=agency)
