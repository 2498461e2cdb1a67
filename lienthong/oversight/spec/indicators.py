"""An indicator is one file: what is counted, of what, which way is better, its targets, owner and legal basis."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lienthong.evidence.api import SETS, Measure
from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, Invalid, NotFound, fault
from lienthong.kernel.expressions import Expression, Kind, compile_expression
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.kernel.runtime import Runtime, current
from lienthong.reference import api as reference


class IndicatorFile(BaseModel):
    """The shape of ``catalogue/indicators/*.yaml``: a share of rows (of, part) or of sums (of_sum, part_sum)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    indicator: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    title: Bilingual
    meaning: Bilingual
    records: Bilingual
    facts: str = Field(alias="from")
    of: str = ""
    part: str = ""
    of_sum: str = ""
    part_sum: str = ""
    better: str = Field(pattern="^(higher|lower)$")
    target: dict[int, float] = Field(default_factory=dict[int, float])
    owner: str
    basis: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_kind(self) -> IndicatorFile:
        if bool(self.part) == bool(self.of_sum) or bool(self.of_sum) != bool(self.part_sum):
            message = "give either part (rows) or both of_sum and part_sum (amounts)"
            raise ValueError(message)
        return self


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator ready to be counted."""

    id: str
    version: int
    title: Bilingual
    meaning: Bilingual
    records: Bilingual
    measure: Measure
    higher_is_better: bool
    targets: dict[int, float]
    owner: str
    basis: tuple[str, ...]

    def target_of(self, month: str) -> float | None:
        """Return the target of a month's year (``2026-11``), None when the year has none."""
        return self.targets.get(int(month[:4]))


def indicators() -> dict[str, Indicator]:
    """Return the indicators in force by id, in the order of their files; ``check`` says what is left out and why."""
    return current().part("oversight.indicators", _load_all)


def indicator(name: str) -> Indicator:
    """Return one indicator. Raises NotFound."""
    found = indicators().get(name)
    if found is None:
        raise NotFound("oversight.indicator", N_("Không có chỉ tiêu “%(name)s”."), name=name)
    return found


def check() -> list[Fault]:
    """Return every fault of every indicator file, with file and line."""
    good, faults = definitions.load("indicators", IndicatorFile)
    for each in good:
        faults.extend(_faults(each))
    return faults


def _load_all(_node: Runtime) -> dict[str, Indicator]:
    good, _faults_of_files = definitions.load("indicators", IndicatorFile)
    today = current().clock.now().date()
    in_force = [
        d for d in good if d.model.valid[0] <= today and (d.model.valid[1] is None or today <= d.model.valid[1])
    ]
    return {each.model.indicator: _compiled(each) for each in in_force if not _faults(each)}


def _compiled(definition: Definition[IndicatorFile]) -> Indicator:
    model = definition.model
    return Indicator(
        id=model.indicator,
        version=model.version,
        title=model.title,
        meaning=model.meaning,
        records=model.records,
        measure=Measure(
            facts=model.facts,
            of=_expression(model.of, model.facts),
            part=_expression(model.part, model.facts),
            of_sum=model.of_sum,
            part_sum=model.part_sum,
        ),
        higher_is_better=model.better == "higher",
        targets=dict(model.target),
        owner=model.owner,
        basis=model.basis,
    )


def _expression(text: str, facts: str) -> Expression | None:
    return compile_expression(text, names=SETS[facts].kinds, gives=Kind.BOOL) if text else None


def _faults(definition: Definition[IndicatorFile]) -> list[Fault]:
    model = definition.model
    if model.facts not in SETS:
        return [
            fault(
                definition.place("from"),
                "indicator.facts",
                N_("Không có tập bằng chứng “%(name)s”; chọn một trong: %(known)s."),
                name=model.facts,
                known=", ".join(SETS),
            )
        ]
    faults: list[Fault] = []
    for name in ("of", "part"):
        try:
            _expression(getattr(model, name), model.facts)
        except Invalid as wrong:
            place = definition.place(name)
            faults.extend(fault(place, each.code, each.message, **dict(each.data)) for each in wrong.faults)
    for name in ("of_sum", "part_sum"):
        column = getattr(model, name)
        if column and SETS[model.facts].columns.get(column) != "BIGINT":
            faults.append(
                fault(
                    definition.place(name),
                    "indicator.column",
                    N_("“%(name)s” không phải cột số của tập này."),
                    name=column,
                )
            )
    if reference.agency(model.owner) is None:
        message = N_("Không có cơ quan “%(name)s” trong danh mục.")
        faults.append(fault(definition.place("owner"), "indicator.owner", message, name=model.owner))
    for basis in model.basis:
        law = reference.bases().get(basis)
        if law is None or (law.valid_to is not None and law.valid_to < current().clock.now().date()):
            message = N_("Căn cứ “%(name)s” không có hoặc đã hết hiệu lực.")
            faults.append(fault(definition.place("basis"), "indicator.basis", message, name=basis))
    return faults
