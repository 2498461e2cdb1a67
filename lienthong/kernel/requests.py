"""Makes a changing verb idempotent: the same actor asking the same request again gets the first answer, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec
from sqlalchemy import Column, String, Text, delete, select

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.database import Scope, table

requests = table(
    "request",
    Column("request_id", String(64), primary_key=True),
    Column("verb", String(80), primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("at", String(27), nullable=False, index=True),
    Column("answer", Text, nullable=False),
    scope=Scope.INTERNAL,
)
Answer = TypeVar("Answer")


def once(who: Actor, verb: str, answer_type: type[Answer], work: Callable[[], Answer]) -> Answer:
    """Do the work in one transaction unless this request did it before; answer what was answered first.

    answer_type: a dataclass or plain type that msgspec can write and read; keep personal data out of it.
    """
    node = runtime.current()
    subject = f"{who.kind}:{who.subject}:{who.for_person}"
    key = (requests.c.request_id == who.request_id, requests.c.verb == verb, requests.c.subject == subject)
    with node.database.transaction() as connection:
        earlier = connection.execute(select(requests.c.answer).where(*key)).scalar()
        if earlier is not None:
            return msgspec.json.decode(earlier, type=answer_type)
        answer = work()
        connection.execute(
            requests.insert().values(
                request_id=who.request_id,
                verb=verb,
                subject=subject,
                at=clock.stamp(node.clock.now()),
                answer=msgspec.json.encode(answer).decode(),
            )
        )
    return answer


def purge(*, before: str) -> int:
    """Forget requests older than the stamp; answer how many."""
    with runtime.current().database.transaction() as connection:
        return connection.execute(delete(requests).where(requests.c.at < before)).rowcount
