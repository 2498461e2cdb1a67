"""A plan is one file in the shape "32+1": national targets that are also tasks, and special items of each agency.

A file says only what a source says: what nobody could read is absent, and a spreadsheet fills it in.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, NotFound, fault
from lienthong.kernel.i18n import N_, Bilingual
from lienthong.oversight.spec.indicators import indicators
from lienthong.reference import api as reference

PILLARS = "pillar"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Strict):
    """One national target of a plan. target: a share (1.0 is 100%). indicator: the one that measures it.

    pillar, due, indicator and source stay empty when no source gives them (source: the plan's own when empty).
    """

    id: str = Field(pattern=r"^[A-Z][A-Z0-9-]*$")
    goal: Bilingual
    target: float | None = None
    pillar: str = ""
    due: date | None = None
    indicator: str = ""
    source: str = ""


class Shape(_Strict):
    """How many national items the original has, and how many special ones each ministry and province."""

    national: int = Field(ge=0)
    special: int = Field(ge=0)


class Plan(_Strict):
    """The shape of ``catalogue/plans/*.yaml``."""

    plan: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: int = Field(ge=1)
    valid: tuple[date, date | None]
    title: Bilingual
    owner: str
    basis: tuple[str, ...] = Field(min_length=1)
    shape: Shape
    source: str = Field(min_length=1)
    items: tuple[Item, ...] = ()

    def item(self, name: str) -> Item | None:
        """Return the item of this id, None when the file does not know it."""
        return next((each for each in self.items if each.id == name), None)


def plans() -> dict[str, Plan]:
    """Return the plans by id, newest first; ``check`` says what is left out and why."""
    return definitions.once("oversight.plans", _load_all)


def plan(name: str) -> Plan:
    """Return one plan. Raises NotFound."""
    found = plans().get(name)
    if found is None:
        raise NotFound("oversight.plan", N_("Không có kế hoạch “%(name)s” trong danh mục."), name=name)
    return found


def check() -> list[Fault]:
    """Return every fault of every plan file, with file and line."""
    good, faults = definitions.load("plans", Plan)
    for each in good:
        faults.extend(_faults(each))
    return faults


def _load_all() -> dict[str, Plan]:
    good, _faults_of_files = definitions.load("plans", Plan)
    kept = [each.model for each in good if not _faults(each)]
    return {each.plan: each for each in sorted(kept, key=lambda each: each.valid[0], reverse=True)}


def _faults(definition: Definition[Plan]) -> list[Fault]:
    model = definition.model
    faults: list[Fault] = []
    if reference.agency(model.owner) is None:
        message = N_("Không có cơ quan “%(name)s” trong danh mục; tìm mã bằng `lienthong agencies`.")
        faults.append(fault(definition.place("owner"), "plan.owner", message, name=model.owner))
    faults += [
        fault(
            definition.place("basis"),
            "plan.basis",
            N_("Không có căn cứ pháp lý “%(basis)s”; sửa mã, hoặc thêm văn bản vào danh mục bases."),
            basis=each,
        )
        for each in model.basis
        if each not in reference.bases()
    ]
    if len(model.items) > model.shape.national:
        message = N_("Kế hoạch có %(count)s mục, nhiều hơn %(national)s mục nêu ở shape; bớt mục, hoặc sửa shape.")
        where = definition.place("items")
        faults.append(fault(where, "plan.many", message, count=len(model.items), national=model.shape.national))
    known: set[str] = set()
    for place, item in enumerate(model.items):
        faults += _faults_of(item, definition.place("items", place), known)
        known.add(item.id)
    return faults


def _faults_of(item: Item, place: str, known: set[str]) -> list[Fault]:
    faults: list[Fault] = []
    if item.id in known:
        faults.append(
            fault(place, "plan.twice", N_("Hai mục cùng mã “%(item)s”; đặt mã khác cho một mục."), item=item.id)
        )
    if item.pillar and item.pillar not in reference.code_list(PILLARS).codes:
        faults.append(
            fault(
                place,
                "plan.pillar",
                N_("Không có trụ cột “%(pillar)s”; chọn một trụ cột của tệp này."),
                pillar=item.pillar,
            )
        )
    if item.indicator and item.indicator not in indicators():
        faults.append(
            fault(
                place,
                "plan.indicator",
                N_("Không có chỉ tiêu “%(name)s”; sửa mã, hoặc thêm tệp ở indicators."),
                name=item.indicator,
            )
        )
    return faults
