"""A session of the Committee: compiled, concluded, its tasks answered, returned, accepted, late; plans and reports."""

from __future__ import annotations

from typing import Any

from lienthong.kernel.actor import Actor
from lienthong.oversight import api as oversight
from tests.oversight.committee import CITY, PDF, SEVEN
from tests.oversight.test_plans import ROW, sheet
from tests.oversight.test_reports_and_exports import PAPER
from tests.proofs.stage import Act, World, later, works

MORE = {"figure_export": "who exports again is noted again"}
"""What a walk with kills may leave more of, and why."""
UNIT, MONTH = "26929", "2026-10"


def opens(world: World) -> str:
    """The session."""
    return oversight.open_meeting(secretary(world), title="Phiên họp tháng 11/2026", held_on="21/11/2026")


def secretary(world: World, also: str = "") -> Actor:
    """The Committee's secretary."""
    return world.officer("committee-secretary", also)


def chairman(world: World, also: str = "") -> Actor:
    """The city's chairman."""
    return world.officer("provincial-chairman", also)


def concludes_two_things(world: World) -> list[str]:
    """Two conclusions, and a third that is taken back with its task."""
    meeting = world.told["opens"]
    kept = [
        oversight.add_conclusion(secretary(world, str(at)), meeting=meeting, said=f"Kết luận {at}") for at in range(3)
    ]
    oversight.give_task(secretary(world, "3"), answers={**SEVEN, "agency": CITY}, conclusion=kept[2])
    oversight.undo_task(secretary(world, "4"), conclusion=kept[2])
    oversight.remove_conclusion(secretary(world, "5"), conclusion=kept[2])
    return kept[:2]


def gives_tasks(world: World) -> list[str]:
    """The codes: two of the session, one at once that is taken back."""
    given = [
        oversight.give_task(secretary(world, str(at)), answers={**SEVEN, "agency": CITY}, conclusion=conclusion)
        for at, conclusion in enumerate(world.told["concludes_two_things"])
    ]
    soon = {**SEVEN, "agency": CITY, "due_on": "27/11/2026"}
    alone = [oversight.give_task(secretary(world, f"at once {at}"), answers=soon) for at in range(2)]
    return [*given, *alone]


def freezes_again(world: World) -> None:
    """The figures are frozen anew."""
    oversight.recompile(secretary(world), meeting=world.told["opens"])


def concludes(world: World) -> int:
    """How many tasks were assigned."""
    return oversight.conclude(secretary(world), meeting=world.told["opens"])


def signs_papers(world: World) -> None:
    """Minutes and report are asked for; a job typesets and signs them."""
    for kind in ("minutes", "report"):
        oversight.ask_pdf(secretary(world), meeting=world.told["opens"], kind=kind)


def withdraws_one(world: World) -> None:
    """The task that was given at once is taken back."""
    oversight.withdraw(secretary(world), task=world.told["gives_tasks"][3], reason="Trùng việc khác")


def hands_in(world: World) -> None:
    """The city hands two products in."""
    for task in world.told["gives_tasks"][:2]:
        upload = oversight.Upload("bao-cao.pdf", PDF)
        oversight.answer_task(chairman(world), task=task, files=[upload], note="Đã xong")


def looks_at_them(world: World) -> None:
    """One is accepted, one returned."""
    accepted, returned = world.told["gives_tasks"][:2]
    oversight.accept(secretary(world), task=accepted, note="Tốt")
    oversight.send_back(secretary(world), task=returned, reason="Thiếu phụ lục")


@later(days=3, hours=6)
def is_reminded(world: World) -> None:
    """Who is late soon is reminded, each once."""
    oversight.remind()


@later(days=6)
def is_late(world: World) -> None:
    """And who is late is told upwards, each once."""
    oversight.remind()


def stages(world: World) -> str:
    """A spreadsheet with one task for every ministry and province."""
    content = sheet({**ROW, "agency": "Mọi bộ và tỉnh"}, {**ROW, "item": "M02"})
    return oversight.stage(secretary(world), name="ke-hoach.csv", content=content)


def imports(world: World) -> None:
    """Its tasks are assigned."""
    oversight.import_plan(secretary(world), upload=world.told["stages"])


def reports(world: World) -> list[str]:
    """A ward reports two figures with the paper that proves them."""
    said = {"indicator": "on-time-share", "unit": UNIT, "part": "19", "of": "20", "note": ""}
    return [
        oversight.report(world.officer("commune-chair", at), **said, month=at, content=PAPER, name="bao-cao.png")
        for at in (MONTH, "2026-09")
    ]


def reports_are_answered(world: World) -> None:
    """One is approved after its evidence was opened, one returned."""
    approved, returned = world.told["reports"]
    oversight.paper(chairman(world), report=approved)
    oversight.answer(chairman(world), report=approved, decision="approved", reason="")
    oversight.answer(chairman(world), report=returned, decision="returned", reason="Thiếu danh sách")


def exports(world: World) -> None:
    """A table of figures goes into a file."""
    path = world.folder / "figures.csv"
    oversight.export(chairman(world), path=path, indicator="on-time-share")
    assert path.stat().st_size > 50


def everything_stands(world: World) -> dict[str, Any]:
    """Where each task stands, and what the session came to."""
    meeting = oversight.meeting(secretary(world), meeting=world.told["opens"])
    tasks = [oversight.task(secretary(world), task=each) for each in world.told["gives_tasks"]]
    return {
        "said": [each.said for each in meeting.conclusions_said],
        "tasks": [str(each.standing) for each in tasks],
        "history": [[each.kind for each in task.history] for task in tasks],
        "reports": sorted((each.month, each.state) for each in oversight.reports(chairman(world))),
        "minutes": oversight.signed_paper(secretary(world), meeting=meeting.id, kind="minutes")[:4],
    }


ACTS: tuple[Act, ...] = (
    opens,
    concludes_two_things,
    gives_tasks,
    freezes_again,
    concludes,
    works,
    signs_papers,
    works,
    withdraws_one,
    hands_in,
    looks_at_them,
    works,
    is_reminded,
    is_late,
    works,
    stages,
    imports,
    works,
    reports,
    reports_are_answered,
    exports,
    works,
    everything_stands,
)
