"""The node's procedures: files found, read and checked once; only sound ones are offered."""

from __future__ import annotations

from datetime import date

from lienthong.kernel import clock, definitions, runtime
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault
from lienthong.kernel.i18n import N_
from lienthong.services.spec.checking import check_one
from lienthong.services.spec.holding import holdings
from lienthong.services.spec.shape import Procedure

TWICE = N_("Thủ tục này đã có một tệp cùng phiên bản; tăng version.")


class Catalogue:
    """Every sound procedure by id and version, and the faults of the others."""

    def __init__(self, *, on: date) -> None:
        found, faults = definitions.load("procedures", Procedure)
        held = holdings()
        self.faults: list[Fault] = list(faults)
        self.sound: dict[tuple[str, int], Procedure] = {}
        for one in found:
            wrong = self._twice(one) or check_one(one, held, on=on)
            self.faults.extend(wrong)
            if not wrong:
                self.sound[one.model.procedure, one.model.version] = one.model

    def find(self, procedure: str, version: int) -> Procedure | None:
        """Return one version of a procedure."""
        return self.sound.get((procedure, version))

    def newest(self, procedure: str) -> int:
        """Return the highest version of a procedure, 0 when there is none."""
        return max((number for name, number in self.sound if name == procedure), default=0)

    def in_force(self, on: date) -> list[Procedure]:
        """Return the newest version in force on the day of every procedure, by id."""
        newest = {
            each.procedure: each
            for _, each in sorted(self.sound.items())
            if each.valid[0] <= on and (each.valid[1] is None or on <= each.valid[1])
        }
        return list(newest.values())

    def _twice(self, one: Definition[Procedure]) -> list[Fault]:
        known = (one.model.procedure, one.model.version) in self.sound
        return [Fault(one.place("version"), "procedure.twice", TWICE)] if known else []


def catalogue() -> Catalogue:
    """Return the procedures of the running node, read once."""

    def read() -> Catalogue:
        return Catalogue(on=clock.today(runtime.current().clock))

    return definitions.once("services.procedures", read)


def check() -> list[Fault]:
    """Return every fault of the procedure files, each with its file and line."""
    return catalogue().faults
