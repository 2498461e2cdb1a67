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
from lienthong.kernel.runtime import current
from lienthong.oversight.domain.figures import path
from lienthong.oversight.spec.published import reported_figures
from lienthong.reference import api as reference


class UnitTarget(BaseModel):
    """Targets of one province or commune of its own: share by year, reached at the year's end; source: who set them."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    unit: str = Field(pattern=r"^(\d{2}|\d{5})$")
    years: dict[int, float] = Field(min_length=1)
    source: str = Field(min_length=1)


class IndicatorFile(BaseModel):
    """The shape of ``catalogue/indicators/*.yaml``: a share of rows (of, part) or of sums (of_sum, part_sum).

    records: what its rows are. amounts: what its sums count, where that is something else.
    target: share by year for everybody without one of their own in ``targets``. reported: ids of published figures
    (``oversight/data/reported_figures.csv``) to be read beside this one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    indicator: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    title: Bilingual
    meaning: Bilingual
    records: Bilingual
    amounts: Bilingual | None = None
    facts: str = Field(alias="from")
    of: str = ""
    part: str = ""
    of_sum: str = ""
    part_sum: str = ""
    better: str = Field(pattern="^(higher|lower)$")
    target: dict[int, float] = Field(default_factory=dict[int, float])
    targets: tuple[UnitTarget, ...] = ()
    reported: tuple[str, ...] = ()
    owner: str
    basis: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_kind(self) -> IndicatorFile:
        if bool(self.part) == bool(self.of_sum) or bool(self.of_sum) != bool(self.part_sum):
            message = N_("Viết “part” (đếm dòng), hoặc cả “of_sum” và “part_sum” (cộng số).")
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
    counted: Bilingual
    measure: Measure
    higher_is_better: bool
    targets: dict[str, dict[int, float]]
    reported: tuple[str, ...]
    owner: str
    basis: tuple[str, ...]

    def target_of(self, month: str, unit: str = "") -> float | None:
        """Return the target that a unit has to reach by the end of the month's year (``2026-11``), None without one.

        A commune without targets of its own has those of its province, a province those of the nation.
        """
        return self._years(unit).get(int(month[:4]))

    def path_of(self, month: str, unit: str = "") -> float | None:
        """Return where the straight line from the last year's target to this year's stands at the month's end."""
        return path(self._years(unit), month)

    def _years(self, unit: str) -> dict[int, float]:
        own = self.targets.get(unit)
        if own is None and len(unit) > 2:
            own = self.targets.get(reference.province_of(unit))
        return own if own is not None else self.targets[""]


def indicators() -> dict[str, Indicator]:
    """Return the indicators in force by id, in the order of their files; ``check`` says what is left out and why."""
    return definitions.once("oversight.indicators", _load_all)


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


def _load_all() -> dict[str, Indicator]:
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
        counted=model.amounts or model.records,
        measure=Measure(
            facts=model.facts,
            of=_expression(model.of, model.facts),
            part=_expression(model.part, model.facts),
            of_sum=model.of_sum,
            part_sum=model.part_sum,
        ),
        higher_is_better=model.better == "higher",
        targets={"": dict(model.target)} | {each.unit: dict(each.years) for each in model.targets},
        reported=model.reported,
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
                    N_("“%(name)s” không phải cột số của tập này; chọn một cột số."),
                    name=column,
                )
            )
    for at, each in enumerate(model.targets):
        if reference.unit(each.unit) is None:
            message = N_("Không có đơn vị hành chính “%(name)s”; tìm mã bằng `lienthong units`.")
            faults.append(fault(definition.place("targets", at, "unit"), "indicator.unit", message, name=each.unit))
    for name in model.reported:
        if name not in {each.id for each in reported_figures()}:
            message = N_("Không có số liệu đã công bố “%(name)s”; sửa mã, hoặc bỏ khỏi reported.")
            faults.append(fault(definition.place("reported"), "indicator.reported", message, name=name))
    if reference.agency(model.owner) is None:
        message = N_("Không có cơ quan “%(name)s” trong danh mục; tìm mã bằng `lienthong agencies`.")
        faults.append(fault(definition.place("owner"), "indicator.owner", message, name=model.owner))
    for basis in model.basis:
        law = reference.bases().get(basis)
        if law is None or (law.valid_to is not None and law.valid_to < current().clock.now().date()):
            message = N_("Căn cứ “%(name)s” không có hoặc đã hết hiệu lực; ghi văn bản thay thế.")
            faults.append(fault(definition.place("basis"), "indicator.basis", message, name=basis))
    return faults
