"""How far long work on a register is: a row while it is under way, committed with each portion of it."""

from __future__ import annotations

from typing import TypeVar

import msgspec
from sqlalchemy import Column, ColumnElement, Connection, String, Text, delete, select, update

from lienthong.kernel.database import Scope, table
from lienthong.kernel.errors import Conflict
from lienthong.kernel.i18n import N_
from lienthong.kernel.ids import new_id

register_task = table(
    "register_task",
    Column("id", String(26), primary_key=True),
    Column("register", String(40), nullable=False, index=True),
    Column("kind", String(10), nullable=False),  # load or patch
    Column("digest", String(64), nullable=False),  # of what is to be done: the file, the mapping
    Column("at", String(27), nullable=False),
    Column("state", Text, nullable=False),
    scope=Scope.INTERNAL,
)
State = TypeVar("State", bound=msgspec.Struct)
_own = register_task.c


def begun(connection: Connection, register: str, kind: str, digest: str, form: type[State]) -> tuple[str, State] | None:
    """Return the unfinished task of this digest with its state, or None."""
    query = select(_own.id, _own.state).where(_own.register == register, _own.kind == kind, _own.digest == digest)
    row = connection.execute(query.order_by(_own.id).limit(1)).first()
    return (row.id, msgspec.json.decode(row.state, type=form)) if row else None


def begin(connection: Connection, register: str, kind: str, digest: str, state: msgspec.Struct, *, at: str) -> str:
    """Note that a task is begun; answer its id."""
    task = new_id()
    values = {"id": task, "register": register, "kind": kind, "digest": digest, "at": at}
    connection.execute(register_task.insert().values(**values, state=_written(state)))
    return task


def go_on(connection: Connection, task: str, before: msgspec.Struct, after: msgspec.Struct) -> None:
    """Note how far a task is now. Raises Conflict when another process has gone on with it."""
    change = update(register_task).where(*_still(task, before)).values(state=_written(after))
    _require_one(connection.execute(change).rowcount)


def finish(connection: Connection, task: str, before: msgspec.Struct) -> None:
    """Forget a task that is done. Raises Conflict when another process has gone on with it."""
    _require_one(connection.execute(delete(register_task).where(*_still(task, before))).rowcount)


def drop(connection: Connection, register: str, kind: str, *, phase: str) -> list[str]:
    """Forget unfinished tasks that are in a phase; answer their digests."""
    own = (_own.register == register, _own.kind == kind, _own.state.contains(f'"{phase}"'))
    digests = list(connection.execute(select(_own.digest).where(*own)).scalars())
    connection.execute(delete(register_task).where(*own))
    return digests


def _still(task: str, before: msgspec.Struct) -> tuple[ColumnElement[bool], ...]:
    return (_own.id == task, _own.state == _written(before))


def _written(state: msgspec.Struct) -> str:
    return msgspec.json.encode(state).decode()


def _require_one(count: int) -> None:
    if count != 1:
        raise Conflict(
            "register.task_taken", N_("Việc này đang được một tiến trình khác làm tiếp; chờ tiến trình đó xong.")
        )
