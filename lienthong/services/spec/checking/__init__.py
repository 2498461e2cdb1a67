"""What must agree in a procedure file: with itself, the dictionary, the registers, the law, and its own cases."""

from __future__ import annotations

from datetime import date

from lienthong.kernel.errors import Fault
from lienthong.services.spec.cases import run_case
from lienthong.services.spec.checking.data import data, expressions, matches, questions, shows, writes
from lienthong.services.spec.checking.flow import clock, duty, flow, results
from lienthong.services.spec.checking.once_only import once_only
from lienthong.services.spec.checking.texts import grounds, languages, law
from lienthong.services.spec.holding import Holdings
from lienthong.services.spec.shape import Defined


def check_one(one: Defined, held: Holdings, *, on: date) -> list[Fault]:
    """Return every fault of a procedure file of the right shape; its cases run only when nothing else is wrong.

    held: the registers in force, by id. on: the day whose law counts.
    """
    found = [
        *languages(one),
        *law(one, on),
        *grounds(one),
        *data(one, held),
        *questions(one),
        *matches(one),
        *shows(one),
        *expressions(one),
        *flow(one),
        *clock(one),
        *duty(one),
        *writes(one, held),
        *results(one),
    ]
    return (
        found
        or list(once_only(one, held))
        or [
            Fault(one.place("cases", index), each.code, each.message, each.data)
            for index, case in enumerate(one.model.cases)
            for each in run_case(one.model, case)
        ]
    )
