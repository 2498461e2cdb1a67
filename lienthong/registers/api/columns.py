"""The columns of a file as fields of a register: what SQL may take, and the records it makes of it."""

from __future__ import annotations

from datetime import date

from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.expressions import to_sql
from lienthong.kernel.i18n import N_
from lienthong.reference.api import DataTerm
from lienthong.registers.api import cells, stored
from lienthong.registers.api import shaping as shapes
from lienthong.registers.api.stored import Form
from lienthong.registers.spec import Register
from lienthong.registers.store.columnar import Source, literal, named
from lienthong.registers.store.layout import Layout

DAY = "_valid_from"
_TYPES = {"integer": "BIGINT", "money": "BIGINT", "boolean": "BOOLEAN"}
"""What rules compare a field's text as; the rest are texts."""


class Columns:
    """Which column of a file is which field. names: field → column. has_days: rows say since when they hold."""

    def __init__(self, spec: Register, layout: Layout, source: Source) -> None:
        """Match the columns. Raises Invalid with a fault for each that is no field, or of a kind no field holds."""
        self._spec, self._layout = spec, layout
        given = [name for name in source.columns if name != DAY]
        self.names = dict(zip(cells.columns(spec, given), given, strict=True))
        self.has_days = DAY in source.columns
        wrong = [name for name in source.columns if source.is_nested(name)]
        if wrong:
            message = N_("Cột “%(title)s” chứa danh sách hay cấu trúc; mỗi ô chỉ được một giá trị.")
            raise Invalid(
                "sheet.columns",
                N_("Dòng tiêu đề của tệp chưa đúng; xem `lienthong register template`."),
                [fault(name, "column.nested", message, title=name) for name in wrong],
            )
        readers = shapes.readers_of(spec)
        self._forms = {
            field: _findable(
                field, layout, spec.terms[field], stored.form(source, name, spec.terms[field], readers[field])
            )
            for field, name in self.names.items()
        }

    def text(self, field: str) -> str:
        """Return how SQL says the text of a field, NULL when it is empty or the file has no such column."""
        return named(self.names[field]) if field in self.names else "NULL"

    def sure(self, today: str) -> tuple[str, list[str]]:
        """Return the condition, with its parameters, that a row may land as SQL reads it.

        SQL knows the stored form of every cell, nothing required is missing and no rule that refuses is broken.
        """
        conditions = [f"({self.text(name)} IS NOT NULL)" for name in self._spec.required]
        conditions += [
            f"({self.text(field)} IS NULL OR ({form.sure}))"
            for field, form in self._forms.items()
            if form.sure != "true"
        ]
        if self.has_days:
            day = named(DAY)
            form = stored.day(day)
            conditions.append(f"({day} IS NULL OR (({form.sure}) AND {form.value} <= {literal(today)}))")
        rules, parameters = self._allowed(date.fromisoformat(today))
        return " AND ".join(["TRUE", *conditions, *rules]), parameters

    def new_records(self, today: str, place: int) -> str:
        """Return the query for row, first day, payload and lookup keys of the rows from ``place`` on, in their order.

        No join stands in it: DuckDB keeps the order of a file's rows only without.
        """
        members = [stored.json_member(field, form) for field, form in self._forms.items()]
        keys = [self._key(field, kind) for field, kind in self._layout.lookups.items()]
        chosen = ", ".join(
            ["row", self._first_day(today), f"'{{' || concat_ws(',', {', '.join(members)}) || '}}'", *keys]
        )
        return f"SELECT {chosen} FROM told WHERE row >= {place}"  # noqa: S608

    def _allowed(self, today: date) -> tuple[list[str], list[str]]:
        """Return conditions that a row breaks no rule that refuses; false where only Python can judge one."""
        conditions: list[str] = []
        parameters: list[str] = []
        columns = {name: self._judged(name) for name in self._spec.fields}
        for rule in self._spec.quality:
            if rule.severity != "refuse":
                continue
            try:
                that, more = to_sql(self._spec.expressions[rule.id], dialect="duckdb", columns=columns, today=today)
                when, before = "TRUE", list[str]()
                if rule.when:
                    condition = self._spec.conditions[rule.id]
                    when, before = to_sql(condition, dialect="duckdb", columns=columns, today=today)
            except Invalid:
                return ["FALSE"], []
            conditions.append(f"(({when}) IS NOT TRUE OR ({that}) IS NOT FALSE)")
            parameters += [*before, *more]
        return conditions, parameters

    def _judged(self, field: str) -> str:
        """Return a field as rules read it: of a cell that SQL is not sure of they know nothing, least of all a day."""
        kind = _TYPES.get(self._spec.types[field], "VARCHAR")
        form = self._forms.get(field)
        if form is None:
            return f"CAST(NULL AS {kind})"
        value = form.value if kind == "VARCHAR" else f"TRY_CAST({form.value} AS {kind})"
        return value if form.sure == "true" else f"(CASE WHEN {form.sure} THEN {value} END)"

    def _key(self, field: str, kind: str) -> str:
        if field not in self._forms:
            return "NULL"
        value = self._forms[field].value
        return stored.folded(value) if kind == "folded" else value

    def _first_day(self, today: str) -> str:
        """Return the day since when a new record holds: what the row says, else what the register begins with."""
        first = literal(today)
        if self._spec.begins in self._forms:
            begins = self._forms[self._spec.begins].value
            rest = f"WHEN 4 THEN {begins} || '-01-01' WHEN 7 THEN {begins} || '-01' ELSE {begins}"
            full = f"CASE length({begins}) {rest} END"
            first = f"least(coalesce({full}, {literal(today)}), {literal(today)})"
        return f"coalesce({stored.day(named(DAY)).value}, {first})" if self.has_days else first


def _findable(field: str, layout: Layout, term: DataTerm, form: Form) -> Form:
    """Return the form, sure of nothing where the lookup key is not the form's own text."""
    odd = term.type == "boolean" or (layout.lookups.get(field) == "folded" and not form.quoted)
    folds = layout.lookups.get(field) == "folded" and term.type not in {"person_name", "text", "address"}
    return Form("false", form.value, form.quoted, form.escaped) if field in layout.lookups and (odd or folds) else form
