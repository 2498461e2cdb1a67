"""The legal clock: a table of cases that a clerk can check by hand, and properties that hold for every case."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lienthong.kernel.clock import ZONE
from lienthong.kernel.errors import Invalid
from lienthong.reference import api
from lienthong.reference.api import Stop, Term


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


CASES = [
    # the case of the screens: filed on a Saturday evening, 24/11 is Viet Nam Culture Day
    ("2026-11-21T20:16", "3wd", "2026-11-27T17:00"),
    ("2026-11-21T20:16", "8h", "2026-11-23T17:00"),
    ("2026-11-23T07:52", "same_day", "2026-11-23T17:00"),
    # same day: the cut-off is 15:00, and a holiday is not the next working day
    ("2026-11-23T14:59", "same_day", "2026-11-23T17:00"),
    ("2026-11-23T15:00", "same_day", "2026-11-25T17:00"),
    ("2026-11-22T09:00", "same_day", "2026-11-23T17:00"),
    ("2026-11-23T17:00", "same_day", "2026-11-25T17:00"),
    # the day of receipt does not count, at whatever hour of it
    ("2026-11-16T08:00", "1wd", "2026-11-17T17:00"),
    ("2026-11-16T16:59", "1wd", "2026-11-17T17:00"),
    ("2026-11-16T17:00", "1wd", "2026-11-18T17:00"),
    # working hours: lunch and nights are not counted
    ("2026-11-16T10:00", "8h", "2026-11-17T10:00"),
    ("2026-11-16T11:30", "1h", "2026-11-16T13:30"),
    ("2026-11-16T12:20", "2h", "2026-11-16T15:00"),
    ("2026-11-16T16:00", "1h", "2026-11-16T17:00"),
    ("2026-11-20T16:00", "2h", "2026-11-23T09:00"),
    # a make-up Saturday (22/08/2026 for 31/08) counts, the day off in exchange and National Day do not
    ("2026-08-20T09:00", "2wd", "2026-08-22T17:00"),
    ("2026-08-28T09:00", "1wd", "2026-09-03T17:00"),
    ("2026-08-22T14:00", "same_day", "2026-08-22T17:00"),
    # Lunar New Year 2026: 16 to 20 February
    ("2026-02-13T10:00", "1wd", "2026-02-23T17:00"),
    # days of the calendar: weekends and holidays count, but nothing ends on one of them
    ("2026-11-16T16:59", "10cd", "2026-11-26T17:00"),
    ("2026-11-25T09:00", "10cd", "2026-12-07T17:00"),
    ("2026-11-21T20:16", "1cd", "2026-11-25T17:00"),
    ("2026-02-10T10:00", "5cd", "2026-02-23T17:00"),
]


@pytest.mark.parametrize(("received", "term", "due"), CASES)
def test_when_a_term_ends(received: str, term: str, due: str) -> None:
    assert api.due(received=at(received), term=Term.parse(term)).at == at(due)


STOPPED = [
    # asked for a supplement on Wednesday, given on Friday: neither day counts
    ("2026-11-16T09:00", "3wd", [("2026-11-18T10:00", "2026-11-20T11:00")], None, "2026-11-25T17:00", "17,23,25"),
    # a stop over the weekend only changes nothing
    ("2026-11-16T09:00", "5wd", [("2026-11-20T17:00", "2026-11-23T08:00")], None, "2026-11-23T17:00", "17,18,19,20,23"),
    # two stops that touch the same day take it once
    ("2026-11-16T09:00", "2wd", [("2026-11-17T09:00", "2026-11-17T10:00"), ("2026-11-17T14:00", "2026-11-17T15:00")],
     None, "2026-11-19T17:00", "18,19"),
    # one extension goes on from the due day
    ("2026-11-16T09:00", "3wd", [], "1wd", "2026-11-20T17:00", "17,18,19,20"),
    ("2026-11-16T09:00", "3wd", [("2026-11-18T10:00", "2026-11-18T11:00")],
     "2wd", "2026-11-25T17:00", "17,19,20,23,25"),
    ("2026-11-16T09:00", "1wd", [], "4h", "2026-11-18T12:00", "17,18"),
    # hours: exactly the time of the stop is not counted
    ("2026-11-16T10:00", "8h", [("2026-11-16T11:00", "2026-11-16T15:00")], None, "2026-11-17T14:00", "16,17"),
    ("2026-11-16T10:00", "8h", [("2026-11-13T11:00", "2026-11-13T15:00")], None, "2026-11-17T10:00", "16,17"),
]  # fmt: skip


@pytest.mark.parametrize(("received", "term", "stops", "extension", "due", "counted"), STOPPED)
def test_stops_and_one_extension(
    received: str, term: str, stops: list[tuple[str, str]], extension: str | None, due: str, counted: str
) -> None:
    answer = api.due(
        received=at(received),
        term=Term.parse(term),
        stops=[Stop(at(start), at(end)) for start, end in stops],
        extension=Term.parse(extension) if extension else None,
    )
    assert answer.at == at(due)
    assert ",".join(str(day.date.day) for day in answer.days if day.counts) == counted


def test_every_calendar_day_of_the_screens_is_explained() -> None:
    answer = api.due(received=at("2026-11-21T20:16"), term=Term.parse("3wd"))
    assert [(day.date.day, day.kind, day.counts) for day in answer.days] == [
        (21, "off", None),
        (22, "off", None),
        (23, "work", None),
        (24, "holiday", None),
        (25, "work", 1),
        (26, "work", 2),
        (27, "work", 3),
    ]
    assert answer.days[3].label.vi == "Ngày Văn hóa Việt Nam"
    assert (answer.received_at, answer.counted_from) == (at("2026-11-23T08:00"), at("2026-11-25T08:00"))
    assert answer.covered


def test_a_stopped_day_is_a_working_day_that_does_not_count() -> None:
    stop = Stop(at("2026-11-18T10:00"), at("2026-11-18T11:00"))
    answer = api.due(received=at("2026-11-16T09:00"), term=Term.parse("2wd"), stops=[stop])
    assert [(day.kind, day.stopped, day.counts) for day in answer.days][2:] == [
        ("work", True, None),
        ("work", False, 2),
    ]


def test_years_that_the_calendar_does_not_know_are_said_to_be_unknown() -> None:
    assert not api.due(received=at("2031-03-03T09:00"), term=Term.parse("3wd")).covered


@pytest.mark.parametrize(
    ("now", "days", "minutes", "state"),
    [
        ("2026-11-21T21:00", 4, 4 * 480, "ok"),
        ("2026-11-23T11:10", 3, 50 + 240 + 3 * 480, "ok"),
        ("2026-11-26T09:00", 1, 180 + 240 + 480, "risk"),
        ("2026-11-27T16:00", 0, 60, "risk"),
        ("2026-11-27T17:00", 0, 0, "risk"),
        ("2026-11-27T19:00", 0, 0, "late"),
        ("2026-11-30T10:00", -1, -120, "late"),
    ],
)
def test_what_remains(now: str, days: int, minutes: int, state: str) -> None:
    due = api.due(received=at("2026-11-21T20:16"), term=Term.parse("3wd"))
    left = api.remaining(due, at(now))
    assert (left.working_days, left.working_minutes, left.state) == (days, minutes, state)


def test_while_the_clock_stands_nothing_runs_out() -> None:
    stop = Stop(at("2026-11-18T10:00"))
    due = api.due(received=at("2026-11-16T09:00"), term=Term.parse("3wd"), stops=[stop])
    assert due.paused_since == stop.start
    for now in ("2026-11-18T10:00", "2026-12-24T10:00"):
        left = api.remaining(due, at(now))
        assert (left.state, left.working_days) == ("paused", 2)


@pytest.mark.parametrize("text", ["", "3", "0wd", "3d", "-1wd", "99999wd", "wd"])
def test_a_term_written_wrongly_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        Term.parse(text)


def test_stops_in_disorder_are_refused() -> None:
    backwards = [Stop(at("2026-11-18T10:00"), at("2026-11-17T10:00"))]
    still_open = [Stop(at("2026-11-17T10:00")), Stop(at("2026-11-18T10:00"), at("2026-11-19T10:00"))]
    for stops in (backwards, still_open):
        with pytest.raises(Invalid):
            api.due(received=at("2026-11-16T09:00"), term=Term.parse("3wd"), stops=stops)


moments = st.integers(0, 60 * 24 * 1275).map(lambda minute: at("2024-01-01T00:00") + timedelta(minutes=minute))
terms = st.one_of(
    st.builds(Term, st.integers(1, 40), st.just("wd")),
    st.builds(Term, st.integers(1, 80), st.just("wh")),
    st.builds(Term, st.integers(1, 40), st.just("cd")),
    st.just(Term(1, "same_day")),
)
stop_lists = st.lists(st.tuples(moments, st.integers(0, 60 * 24 * 20)), max_size=3).map(
    lambda pairs: [Stop(start, start + timedelta(minutes=minutes)) for start, minutes in pairs]
)


@given(moments, terms, stop_lists)
def test_a_term_ends_in_office_hours_of_a_working_day_after_receipt(
    received: datetime, term: Term, stops: list[Stop]
) -> None:
    due = api.due(received=received, term=term, stops=stops)
    assert due.at > due.received_at
    assert api.working_day(due.at.date())
    assert 8 <= due.at.hour <= 17


@given(moments, terms, stop_lists)
def test_the_days_are_real_days_without_gap_and_count_without_gap(
    received: datetime, term: Term, stops: list[Stop]
) -> None:
    due = api.due(received=received, term=term, stops=stops)
    dates = [day.date for day in due.days]
    assert dates == [received.date() + timedelta(days=n) for n in range((due.at.date() - received.date()).days + 1)]
    counts = [day.counts for day in due.days if day.counts]
    assert counts == list(range(1, len(counts) + 1))
    assert due.days[-1].counts == counts[-1]
    if term.unit == "wd":
        assert counts[-1] == term.amount
        assert not any(day.stopped for day in due.days if day.counts)
    assert term.unit == "cd" or all(day.kind in {"work", "makeup"} for day in due.days if day.counts)


@given(moments, moments, terms)
def test_who_files_later_is_never_due_earlier(one: datetime, other: datetime, term: Term) -> None:
    first, second = sorted((one, other))
    assert api.due(received=first, term=term).at <= api.due(received=second, term=term).at


@given(moments, terms, stop_lists, st.integers(1, 10))
def test_a_stop_or_an_extension_never_brings_the_end_forward(
    received: datetime, term: Term, stops: list[Stop], more: int
) -> None:
    plain = api.due(received=received, term=term)
    stopped = api.due(received=received, term=term, stops=stops)
    extended = api.due(received=received, term=term, stops=stops, extension=Term(more, "wd"))
    assert plain.at <= stopped.at < extended.at


@given(moments, st.integers(1, 40), stop_lists, st.integers(1, 10))
def test_an_extension_by_days_is_a_longer_term(received: datetime, amount: int, stops: list[Stop], more: int) -> None:
    extended = api.due(received=received, term=Term(amount, "wd"), stops=stops, extension=Term(more, "wd"))
    assert extended.at == api.due(received=received, term=Term(amount + more, "wd"), stops=stops).at


@given(moments, st.integers(1, 80))
def test_hours_asked_are_office_hours_passed(received: datetime, hours: int) -> None:
    due = api.due(received=received, term=Term(hours, "wh"))
    assert api.remaining(due, due.received_at).working_minutes == hours * 60


@given(moments, terms, moments)
def test_the_state_agrees_with_the_days_left(received: datetime, term: Term, now: datetime) -> None:
    due = api.due(received=received, term=term)
    left = api.remaining(due, now)
    assert (left.state == "late") == (now > due.at)
    assert left.state != "ok" or left.working_days >= 2
    assert left.working_minutes >= 0 if now <= due.at else left.working_minutes <= 0


def recomputed(explained: api.Explained) -> datetime:
    """The end of a term, from its explanation alone: what counts is added up until it is what was asked."""
    days = explained.days
    assert [each.date for each in days] == [days[0].date + timedelta(days=n) for n in range(len(days))]
    spans = [span for each in days for span in each.spans]
    for term, extension in ((explained.due.term, False), (explained.due.extension, True)):
        if term is not None:
            part = [span for span in spans if span.extension is extension]
            asked = timedelta(hours=term.amount) if term.unit == "wh" else term.amount
            passed = sum((s.ends - s.begins for s in part), timedelta()) if term.unit == "wh" else len(part)
            assert passed == asked
    return spans[-1].ends


def true_reason(each: api.ExplainedDay, due: api.Due, stops: list[Stop]) -> bool:
    """Say whether the reason given for a day that does not count is true."""
    holds = {
        "off": lambda: each.date.weekday() >= 5 and not api.working_day(each.date),
        "holiday": lambda: not api.working_day(each.date) and each.label.vi != "",
        "received": lambda: each.date == due.received_at.date(),
        "cut_off": lambda: each.date == due.received_at.date() and due.received_at.hour >= 15,
        "after_hours": lambda: due.filed_at is not None and due.filed_at.date() <= each.date < due.received_at.date(),
        "moved": lambda: not api.working_day(each.date) and each.date < due.at.date(),
        "stopped": lambda: any(stop.start.date() <= each.date <= (stop.end or stop.start).date() for stop in stops),
    }
    return holds[each.why]()


@example(at("2024-01-01T00:00"), Term(37, "cd"), [Stop(at("2024-02-09T00:00"), at("2024-02-15T08:01"))], None)
@given(
    moments, terms, stop_lists, st.one_of(st.none(), st.builds(Term, st.integers(1, 9), st.sampled_from(["wd", "wh"])))
)
def test_the_explanation_of_a_date_reaches_exactly_that_date(
    received: datetime, term: Term, stops: list[Stop], extension: Term | None
) -> None:
    due = api.due(received=received, term=term, stops=stops, extension=extension)
    explained = api.explain(due)
    assert recomputed(explained) == due.at
    assert explained.days[0].date == received.date()
    assert explained.days[-1].due
    for each in explained.days:
        assert bool(each.spans) == (each.why == "counted")
        assert each.spans or true_reason(each, due, stops), each
        assert each.text
    in_hours = term.unit == "wh" and extension is None
    assert not in_hours or explained.days[-1].minutes == term.amount * 60


def test_the_days_of_the_screens_are_explained_in_words() -> None:
    explained = api.explain(
        api.due(received=at("2026-11-21T20:16"), term=Term.parse("3wd"), extension=Term.parse("1wd"))
    )
    assert [each.text for each in explained.days] == [
        "Cuối tuần, không tính",
        "Cuối tuần, không tính",
        "Tiếp nhận lúc 08:00; ngày tiếp nhận không tính",
        "Ngày Văn hóa Việt Nam: nghỉ, không tính",
        "Ngày làm việc thứ 1",
        "Ngày làm việc thứ 2",
        "Ngày làm việc thứ 3",
        "Cuối tuần, không tính",
        "Cuối tuần, không tính",
        "Ngày làm việc thứ 4, gia hạn",
    ]
    assert explained.total == "3 ngày làm việc + gia hạn 1 ngày làm việc: hết hạn lúc 17:00 ngày 30/11/2026."
    hours = api.explain(api.due(received=at("2026-11-20T16:00"), term=Term.parse("8h")))
    assert [each.text for each in hours.days][::3] == [
        "16:00–17:00, cộng dồn 1 giờ",
        "08:00–12:00, 13:00–16:00, cộng dồn 8 giờ",
    ]
    late = api.explain(api.due(received=at("2026-11-23T15:30"), term=Term.parse("same_day")))
    assert late.days[0].text == "Tiếp nhận lúc 15:30, từ 15:00 trở đi; tính sang ngày làm việc sau"
    made_up = api.explain(api.due(received=at("2026-08-20T09:00"), term=Term.parse("2wd")))
    assert made_up.days[-1].text.startswith("Ngày làm việc thứ 2 (làm bù")


@given(moments, st.integers(1, 40))
def test_a_warning_comes_exactly_so_many_office_hours_before(received: datetime, hours: int) -> None:
    due = api.due(received=received, term=Term(5, "wd"))
    warned = api.warned_from(due.at, Term(hours, "wh"))
    assert api.remaining(due, warned).working_minutes == hours * 60
    assert api.working_day(warned.date())


def test_a_new_appointment_goes_on_from_the_old_one() -> None:
    friday = at("2026-11-27T17:00")
    assert api.on_from(friday, Term.parse("1wd")) == at("2026-11-30T17:00")
    assert api.on_from(friday, Term.parse("4h")) == at("2026-11-30T12:00")


def test_the_national_calendar_holds_the_swaps_of_2026() -> None:
    off = [date(2026, 1, 2), date(2026, 4, 27), date(2026, 8, 31), date(2026, 11, 24)]
    made_up = [date(2026, 1, 10), date(2026, 8, 22)]
    assert not any(api.working_day(day) for day in off)
    assert all(api.working_day(day) for day in made_up)
