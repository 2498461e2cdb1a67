"""The flow of a dossier: steps in order, forks, joins, and how it ends. A refusal in a branch undoes nothing.

A flow is a mapping of step → steps after it, the first step first; several steps after one are a fork, several before
one a join. Where a dossier stands is a mapping of step → state for the steps that began.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal

State = Literal["open", "signing", "auto", "paused", "done", "refused", "declined", "closed"]
Outcome = Literal["granted", "refused", "partly"]
ACTIVE: frozenset[str] = frozenset({"open", "signing", "auto", "paused"})
ENDED: frozenset[str] = frozenset({"done", "refused", "declined", "closed"})

Flow = Mapping[str, Sequence[str]]


def before(flow: Flow, step: str) -> list[str]:
    """Return the steps that lead to a step."""
    return [each for each, after in flow.items() if step in after]


def openable(flow: Flow, states: Mapping[str, str]) -> list[str]:
    """Return the steps to open now: all steps before them ended, or never will begin, and at least one is done."""
    known = {**states, **dict.fromkeys(unreached(flow, states), "closed")}
    return [
        step
        for step in flow
        if step not in known
        and (earlier := before(flow, step))
        and all(known.get(each) in ENDED for each in earlier)
        and any(known.get(each) == "done" for each in earlier)
    ]


def unreached(flow: Flow, states: Mapping[str, str]) -> list[str]:
    """Return the steps that can never open any more, in the order of the flow."""
    gone = dict(states)
    found: list[str] = []
    for _ in flow:
        for step in flow:
            earlier = before(flow, step)
            if (
                step not in gone
                and earlier
                and all(gone.get(each) in {"refused", "declined", "closed"} for each in earlier)
            ):
                gone[step] = "closed"
                found.append(step)
    return found


def is_over(flow: Flow, states: Mapping[str, str]) -> bool:
    """Say whether nothing is active and nothing can open."""
    return not any(state in ACTIVE for state in states.values()) and not openable(flow, states)


def outcome(states: Mapping[str, str], effective: Collection[str]) -> Outcome:
    """Return how a dossier that is over ended. effective: steps whose approval gave the applicant something."""
    refused = any(state == "refused" for state in states.values())
    if not refused:
        return "granted"
    return "partly" if any(states.get(step) == "done" for step in effective) else "refused"


def is_decided(states: Mapping[str, str], binding: Collection[str]) -> bool:
    """Say whether something was decided that holds. binding: steps whose approval does more than let others go on."""
    return "refused" in states.values() or any(states.get(step) == "done" for step in binding)


def reachable(flow: Flow) -> set[str]:
    """Return the steps reached from the first one."""
    found: set[str] = set()
    waiting = list(flow)[:1]
    while waiting:
        step = waiting.pop()
        if step not in found and step in flow:
            found.add(step)
            waiting.extend(flow[step])
    return found


def has_cycle(flow: Flow) -> bool:
    """Say whether some step leads back to itself."""

    def leads_back(step: str, path: tuple[str, ...]) -> bool:
        return step in path or any(leads_back(after, (*path, step)) for after in flow.get(step, ()))

    return any(leads_back(step, ()) for step in list(flow)[:1])


def longest(flow: Flow, takes: Mapping[str, int]) -> list[str]:
    """Return the steps one after another that take longest together; the flow has no cycle. takes: of each step."""

    def way(step: str) -> list[str]:
        ways = [way(after) for after in flow[step] if after in flow]
        return [step, *max(ways, key=length, default=list[str]())]

    def length(steps: Sequence[str]) -> int:
        return sum(takes[step] for step in steps)

    return way(next(iter(flow)))
