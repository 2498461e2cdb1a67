"""Reads every definition file; only sound definitions are served, the faults of the others are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from lienthong.kernel import definitions
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.registers.spec.cases import case_faults
from lienthong.registers.spec.checking import faults_between, faults_of
from lienthong.registers.spec.shape import Register


class Definitions:
    """Every sound definition of the node, and the faults of the others."""

    def __init__(self) -> None:
        found, faults = definitions.load("registers", Register)
        self.faults: list[Fault] = list(faults)
        self.sound: list[Definition[Register]] = []
        self.versions: dict[str, list[Register]] = {}
        known = {each.model.id: each.model for each in found}
        for each in found:
            wrong = list(faults_of(each)) or list(faults_between(each, known))
            self.faults.extend(wrong)
            if not wrong:
                self.sound.append(each)
                self.versions.setdefault(each.model.id, []).append(each.model)
        for versions in self.versions.values():
            versions.sort(key=lambda each: each.valid[0])
            self.faults.extend(_overlaps(versions))

    def in_force(self, on: date) -> list[Register]:
        """Return the definitions in force on the day, in the order of their ids."""
        return [each for _, versions in sorted(self.versions.items()) for each in versions if each.in_force(on)]


def check() -> list[Fault]:
    """Return every fault of the definition files, each with file and line; the cases of sound ones are run."""
    known = Definitions()
    return [*known.faults, *(found for each in known.sound for found in case_faults(each))]


def _overlaps(versions: list[Register]) -> Iterator[Fault]:
    for earlier, later in pairwise(versions):
        if earlier.valid[1] is None or earlier.valid[1] >= later.valid[0]:
            yield fault(
                later.id,
                "register.overlap",
                N_("Định nghĩa phiên bản %(a)s và %(b)s cùng có hiệu lực một ngày; đóng khoảng valid của bản cũ."),
                a=earlier.version,
                b=later.version,
            )
