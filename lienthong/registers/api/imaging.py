"""A register in columns for work on everybody at once, and the one entry by which everybody finds that work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid, fault
from lienthong.kernel.i18n import N_
from lienthong.registers.api.defining import definition, layout_of
from lienthong.registers.api.logging import require
from lienthong.registers.domain import Grounds
from lienthong.registers.store import accesses, crowds, images
from lienthong.registers.store.images import Image


def image(who: Actor, *, register: str, fields: Sequence[str], grounds: Grounds, contract: str = "") -> Image:
    """Return a Parquet copy of these fields of all records, as they are now; its column ``record`` is their id.

    Making or refreshing it leaves an entry; it is for the caller's set-wise work inside the node and must not leave it.
    Who compares people by it calls ``compared``, by which they find it. Raises Invalid for a field that is not there.
    """
    require(who, grounds)
    spec = definition(register)
    unknown = [name for name in fields if name not in spec.fields]
    if unknown:
        message = N_("Không có trường “%(name)s”.")
        wrong = [fault(name, "field.unknown", message, name=name) for name in unknown]
        raise Invalid("query.fields", N_("Có trường không thuộc cơ sở dữ liệu này."), wrong)
    with runtime.current().database.transaction() as connection:
        made = images.image(connection, layout_of(connection, register), list(fields))
        if made.fresh:
            accesses.add(
                connection,
                who,
                act="compare",
                register=register,
                subjects=[""],
                fields=list(fields),
                grounds=grounds,
                contract=contract,
                reason="image",
                people=made.rows,
            )
            runtime.current().database.after_commit(lambda: images.keep(made))
    return made


def compared(
    who: Actor,
    *,
    register: str,
    fields: Sequence[str],
    grounds: Grounds,
    people: str | Path,
    contract: str = "",
    reason: str = "",
) -> str:
    """Write one entry that very many people were compared with others, which each of them finds; answer its id.

    people: an SQL source for DuckDB, or a sorted Parquet file, with columns ``number`` (a personal number as UBIGINT,
    or NULL) and ``other`` (what else names the person). reason: what the entry commits to besides, such as digests; the
    digest of the people's file is added.
    """
    require(who, grounds)
    kept = crowds.keep(people)
    with runtime.current().database.transaction() as connection:
        (entry,) = accesses.add(
            connection,
            who,
            act="compare",
            register=register,
            subjects=[""],
            fields=list(fields),
            grounds=grounds,
            contract=contract,
            reason=f"{reason} people:{kept[0]}".strip(),
            people=kept[1],
        )
        crowds.cover(connection, entry, kept)
    return entry
