"""The flow, its results and reasons: every step reachable, every name known."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.exchange import api as exchange
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.services.domain import codes
from lienthong.services.domain.flow import has_cycle, longest, reachable
from lienthong.services.spec.parts import OFFICE_DAY, least_minutes
from lienthong.services.spec.shape import Defined


def flow(one: Defined) -> Iterator[Fault]:
    """Yield what is wrong with the order of steps, their names, patterns and reasons."""
    procedure = one.model
    steps = {step_id: step.to for step_id, step in procedure.flow.items()}
    for step_id, step in procedure.flow.items():
        if step_id in procedure.data:
            yield fault(
                one.place("flow", step_id),
                "step.name",
                N_("Bước và mục data không được trùng tên “%(id)s”."),
                id=step_id,
            )
        for target in step.to:
            if target not in procedure.flow:
                yield fault(one.place("flow", step_id, "to"), "step.unknown", N_("Không có bước “%(id)s”."), id=target)
        for name, given in step.gives.items():
            if not codes.is_pattern(given.number) and not (step.auto and given.number == "assigned"):
                yield fault(
                    one.place("flow", step_id, "gives", name),
                    "step.pattern",
                    N_("Mẫu số chỉ dùng unit, province, year và đúng một serial."),
                )
        if step.auto and not any(given.number == "assigned" for given in step.gives.values()):
            yield fault(
                one.place("flow", step_id), "step.assigned", N_("Bước tự động phải cho một giá trị `assigned`.")
            )
        if step.by and step.optional and not step.sees:
            yield fault(
                one.place("flow", step_id),
                "step.sees",
                N_("Bước này phải nêu `sees`: những gì chia sẻ cho cơ quan đó."),
            )
    if has_cycle(steps):
        yield fault(one.place("flow"), "flow.cycle", N_("Các bước đi vòng; hồ sơ sẽ không bao giờ kết thúc."))
        return
    for step_id in sorted(set(steps) - reachable(steps)):
        yield fault(
            one.place("flow", step_id),
            "step.unreachable",
            N_("Không đường nào dẫn tới bước “%(id)s”; ghi nó vào `to` của một bước trước đó, hoặc bỏ bước."),
            id=step_id,
        )
    yield from _reasons(one)


def _reasons(one: Defined) -> Iterator[Fault]:
    procedure = one.model
    if procedure.clock.extend and not procedure.reasons.extend:
        yield fault(one.place("clock"), "reason.extend", N_("Có gia hạn thì phải có ít nhất một lý do gia hạn có mã."))
    for kind in ("approve", "extend", "supplement", "refuse"):
        reasons = getattr(procedure.reasons, kind)
        for code, reason in reasons.items():
            for step in reason.steps:
                if step not in procedure.flow:
                    yield fault(
                        one.place("reasons", kind, code), "step.unknown", N_("Không có bước “%(id)s”."), id=step
                    )
            for name in reason.asks:
                if name not in procedure.asked and name not in procedure.typed:
                    yield fault(
                        one.place("reasons", kind, code), "ask.unknown", N_("Không hỏi điều nào tên “%(id)s”."), id=name
                    )
            for item in reason.papers:
                if item not in procedure.data or not procedure.data[item].otherwise:
                    message = N_("Mục “%(id)s” không có `else`, nên không có giấy nào để nộp.")
                    yield fault(one.place("reasons", kind, code), "paper.unknown", message, id=item)
        for step_id, step in procedure.flow.items():
            if kind in step.may and not any(not r.steps or step_id in r.steps for r in reasons.values()):
                yield fault(
                    one.place("flow", step_id, "may"),
                    "reason.none",
                    N_("Bước này được “%(kind)s” nhưng không có mã lý do nào cho nó."),
                    kind=kind,
                )


def clock(one: Defined) -> Iterator[Fault]:
    """Yield clocks that cannot be met, and a warning as long as the whole term: the apology would go out at filing."""
    own = one.model.clock
    whole = least_minutes(own.total)
    if least_minutes(own.warned) >= whole:
        yield fault(
            one.place("clock", "warn") if own.warn else one.place("clock"),
            "clock.warn",
            N_("Hạn báo trước (%(warn)s) phải ngắn hơn cả thời hạn (%(total)s)."),
            warn=own.warned,
            total=own.total,
        )
    if least_minutes(own.reply) > whole:
        yield fault(
            one.place("clock", "reply"),
            "clock.reply",
            N_("Hạn trả lời (%(reply)s) dài hơn cả thời hạn (%(total)s)."),
            reply=own.reply,
            total=own.total,
        )
    steps = {step_id: step.to for step_id, step in one.model.flow.items()}
    if has_cycle(steps):
        return
    takes = {step_id: _takes(step.within) for step_id, step in one.model.flow.items()}
    path = longest(steps, takes)
    needed = sum(takes[step] for step in path)
    if needed > whole:
        yield fault(
            one.place("clock", "total"),
            "clock.unmet",
            N_("Các bước %(steps)s cần %(needed)s ngày làm việc, thời hạn chỉ có %(total)s; rút hạn của bước."),
            steps=" → ".join(step for step in path if takes[step]),
            needed=f"{needed / OFFICE_DAY:g}",
            total=own.total,
        )


def _takes(within: str) -> int:
    """Return how many office minutes a step may take: none on the day itself, and none for a step done by itself."""
    return least_minutes(within) if within and within != "same_day" else 0


def duty(one: Defined) -> Iterator[Fault]:
    """Yield a clock that is not that of the duty it serves: the number stands in one place."""
    procedure = one.model
    if not procedure.duty:
        return
    owed = exchange.owed().get(procedure.duty)
    if owed is None or (owed.within, owed.extend) != (procedure.clock.total, procedure.clock.extend):
        yield fault(
            one.place("duty"),
            "clock.duty",
            N_("Đồng hồ (%(total)s, gia hạn “%(extend)s”) phải đúng như nghĩa vụ “%(duty)s” trong catalogue/duties."),
            total=procedure.clock.total,
            extend=procedure.clock.extend,
            duty=procedure.duty,
        )


def results(one: Defined) -> Iterator[Fault]:
    """Yield results that hang on steps that do not exist or that nobody signs."""
    procedure = one.model
    for result_id, result in procedure.results.items():
        for key, step in (("after", result.after), ("signed_at", result.signed_at)):
            if step not in procedure.flow:
                yield fault(
                    one.place("results", result_id, key), "step.unknown", N_("Không có bước “%(id)s”."), id=step
                )
            elif key == "signed_at" and procedure.flow[step].auto:
                yield fault(one.place("results", result_id, key), "result.signer", N_("Bước tự động không có ai ký."))
