"""The whole of the reference data, read at first use: once for the package, once for each node with patches."""

from __future__ import annotations

from functools import cache, cached_property

from lienthong.kernel import runtime
from lienthong.kernel.definitions import has_own
from lienthong.reference.domain.terms import CodeList, DataTerm, LegalBasis
from lienthong.reference.store import agencies, calendars, conversion, definitions, files, units


class Snapshot:
    """Facts of the state in memory. Each part is read when first asked for."""

    @cached_property
    def units(self) -> units.Units:
        """Administrative units over time."""
        return units.load()

    @cached_property
    def converter(self) -> conversion.Converter:
        """What became of units that people wrote down."""
        return conversion.Converter(self.units)

    @cached_property
    def agencies(self) -> agencies.Agencies:
        """Agencies."""
        return agencies.load(self.units)

    @cached_property
    def calendars(self) -> calendars.Calendars:
        """Working calendars."""
        return calendars.load()

    @cached_property
    def terms(self) -> dict[str, DataTerm]:
        """The field dictionary."""
        return definitions.terms()

    @cached_property
    def code_lists(self) -> dict[str, CodeList]:
        """Code lists."""
        return definitions.code_lists()

    @cached_property
    def number_provinces(self) -> frozenset[str]:
        """The first three digits that personal numbers of births registered in a province have."""
        return frozenset(row["id_code"] for row in files.rows("personal_id_province_codes.csv"))

    @cached_property
    def phone_changes(self) -> tuple[tuple[str, str, int], ...]:
        """How telephone numbers changed: old beginning, new beginning, digits of the old number."""
        return tuple((row["old"], row["new"], int(row["total"])) for row in files.rows("phone_prefixes.csv"))

    @cached_property
    def bases(self) -> dict[str, LegalBasis]:
        """Legal bases."""
        return definitions.bases()


def snapshot() -> Snapshot:
    """Return the reference data of the running node; the package's own when no node runs or it has no patch."""
    if not runtime.is_running():
        return _built_in()
    return runtime.current().part("reference.snapshot", _of)


def _of(node: runtime.Runtime) -> Snapshot:
    return Snapshot() if has_own(node.settings.home) else _built_in()


@cache
def _built_in() -> Snapshot:
    return Snapshot()
