"""Facts reach listeners in order, once each in effect, and a failing listener loses nothing."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from lienthong.kernel import delivery, events
from lienthong.kernel.actor import system
from lienthong.kernel.clock import SetClock
from lienthong.kernel.events import Delivered, Event
from lienthong.kernel.runtime import Runtime

WHO = system("test")


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    thing: int


def tell(node: Runtime, *things: int) -> None:
    with node.database.transaction():
        for thing in things:
            events.publish(WHO, Happened(thing=thing))


def test_facts_arrive_in_order_and_once(node: Runtime) -> None:
    seen: list[int] = []
    listener = delivery.Listener("test", (Happened,), lambda fact: seen.append(fact.event.thing))
    tell(node, 1, 2)
    tell(node, 3)
    delivery.deliver_all([listener])
    delivery.deliver_all([listener])
    assert seen == [1, 2, 3]


def test_a_fact_of_a_rolled_back_change_is_never_told(node: Runtime) -> None:
    seen: list[int] = []
    listener = delivery.Listener("test", (Happened,), lambda fact: seen.append(fact.event.thing))
    with pytest.raises(ZeroDivisionError), node.database.transaction():
        events.publish(WHO, Happened(thing=1))
        raise ZeroDivisionError
    delivery.deliver_all([listener])
    assert seen == []


def test_a_fact_cannot_be_published_without_its_change(node: Runtime) -> None:
    with pytest.raises(RuntimeError, match="outside a transaction"):
        events.publish(WHO, Happened(thing=1))


def test_a_failing_listener_is_retried_then_parks_the_fact_and_goes_on(node: Runtime, clock: SetClock) -> None:
    seen: list[int] = []

    def handle(fact: Delivered) -> None:
        if fact.event.thing == 1:
            raise ZeroDivisionError
        seen.append(fact.event.thing)

    listener = delivery.Listener("test", (Happened,), handle)
    tell(node, 1, 2)
    assert delivery.deliver([listener]) == 0
    assert delivery.waiting() == {"test": 1}
    assert delivery.deliver([listener]) == 0, "it waits before it tries again"
    for _ in range(delivery.TRIES):
        clock.advance(timedelta(minutes=10))
        delivery.deliver_all([listener])
    assert seen == [2]
    assert delivery.waiting() == {"test": 1}, "the parked fact stays visible"


def test_a_parked_fact_is_handed_over_again_when_asked_and_stays_parked_until_it_goes_well(
    node: Runtime, clock: SetClock
) -> None:
    seen: list[int] = []
    broken = True

    def handle(fact: Delivered) -> None:
        if fact.event.thing == 1 and broken:
            raise ZeroDivisionError
        seen.append(fact.event.thing)

    listener = delivery.Listener("test", (Happened,), handle)
    tell(node, 1, 2)
    for _ in range(delivery.TRIES):
        delivery.deliver_all([listener])
        clock.advance(timedelta(minutes=10))
    delivery.deliver_all([listener])
    assert (delivery.again([]), delivery.again([listener])) == (0, 0)
    assert delivery.waiting() == {"test": 1}
    broken = False
    assert (delivery.again([listener]), delivery.again([listener])) == (1, 0)
    assert (seen, delivery.waiting()) == ([2, 1], {})


def test_who_waits_to_retry_need_not_wait_when_asked(node: Runtime) -> None:
    seen: list[int] = []

    def handle(fact: Delivered) -> None:
        seen.append(fact.event.thing)
        if len(seen) == 1:
            raise ZeroDivisionError

    listener = delivery.Listener("test", (Happened,), handle)
    tell(node, 1)
    delivery.deliver_all([listener])
    delivery.again([listener])
    delivery.deliver_all([listener])
    assert (seen, delivery.waiting()) == ([1, 1], {})


@pytest.mark.parametrize("first", ["early number", "late number"])
def test_a_position_given_early_but_committed_late_is_not_passed_over(postgresql_node: Runtime, first: str) -> None:
    """Two transactions overlap; the one that begins first gets the lower number, and either gets the lower position."""
    database = postgresql_node.database
    tell(postgresql_node, 1)
    published, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with database.transaction() as connection:
            connection.exec_driver_sql("SELECT pg_current_xact_id()")
            tell(postgresql_node, 2)
            published.set()
            go_on.wait(20)

    thread = threading.Thread(target=slow)
    if first == "early number":
        thread.start()
        assert published.wait(20)
        tell(postgresql_node, 3)
    else:
        with database.transaction() as connection:
            connection.exec_driver_sql("SELECT pg_current_xact_id()")
            thread.start()
            assert published.wait(20)
            tell(postgresql_node, 3)
    assert [fact.event.thing for fact in events.read_after(0)] == [1], "3 waits for the earlier position"
    go_on.set()
    thread.join()
    assert [fact.event.thing for fact in events.read_after(0)] == [1, 2, 3]


def test_a_long_transaction_in_another_database_holds_up_nothing(postgresql_node: Runtime) -> None:
    other = create_engine(postgresql_node.settings.database_url.rsplit("/", 1)[0] + "/postgres")
    with other.connect() as connection, connection.begin():
        connection.execute(text("SELECT pg_current_xact_id()"))
        tell(postgresql_node, 1)
        assert len(events.read_after(0)) == 1
    other.dispose()
