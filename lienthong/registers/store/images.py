"""A register in columns: a Parquet copy of some fields, made from its table, for work on everybody at once.

It stands in the node's home below ``images/`` and is brought up to date when it is asked for: records written since are
taken over, the others kept. It is a copy, so a backup leaves it out and whoever loses it gets it anew.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from lienthong.kernel import clock, driver, runtime
from lienthong.kernel.files import write_durably
from lienthong.kernel.ids import new_id
from lienthong.registers.store.layout import Layout

PORTION = 200_000
OVERLAP = timedelta(minutes=15)
"""A transaction may commit later than the moment it writes: what is this old is read once more."""
_MEMORY = "512MB"


@dataclass(frozen=True, slots=True)
class Image:
    """A copy. fields: its columns beside ``record`` (the id). until: stamp of what it holds. fresh: made just now."""

    path: Path
    rows: int
    fields: tuple[str, ...]
    until: str
    fresh: bool


class _Manifest(msgspec.Struct):
    file: str
    rows: int
    until: str


def image(connection: Connection, layout: Layout, fields: Sequence[str]) -> Image:
    """Return an image of a register that holds all that this transaction sees."""
    folder = _folder(layout.register, fields)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    held = _held(folder)
    since = clock.stamp(clock.moment(held.until) - OVERLAP) if held else ""
    now = clock.stamp(runtime.current().clock.now())
    parts = list(_parts(connection, layout, folder, fields, since))
    if held and not parts:
        return Image(folder / held.file, held.rows, tuple(fields), held.until, fresh=False)
    made = folder / f"{new_id()}.parquet"
    rows = _together(folder / held.file if held else None, parts, made, fields)
    return Image(made, rows, tuple(fields), now, fresh=True)


def keep(made: Image) -> None:
    """Let an image be the one that is asked for from now on, once the entry that tells of it is committed."""
    folder = made.path.parent
    held = _Manifest(made.path.name, made.rows, made.until)
    write_durably(folder / "manifest.json", msgspec.json.encode(held))
    for each in folder.iterdir():
        if each.name not in {made.path.name, "manifest.json"}:
            each.unlink(missing_ok=True)


def forget(register: str) -> None:
    """Delete the images of a register."""
    shutil.rmtree(_root() / register, ignore_errors=True)


def _root() -> Path:
    return runtime.current().settings.home / "images"


def _folder(register: str, fields: Sequence[str]) -> Path:
    return _root() / register / hashlib.sha256(" ".join(fields).encode()).hexdigest()[:12]


def _held(folder: Path) -> _Manifest | None:
    try:
        held = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return held if (folder / held.file).exists() else None


def _parts(connection: Connection, layout: Layout, folder: Path, fields: Sequence[str], since: str) -> Iterator[Path]:
    """Write the rows known since the stamp as Parquet files, portion by portion: their payload goes as it stands."""
    columns = ", ".join(f"'{each}': 'VARCHAR'" for each in ("_id", *fields))
    text = folder / f"{new_id()}.jsonl"
    for portion in _payloads(connection, layout, since):
        with text.open("w", encoding="utf-8") as file:
            file.writelines(
                f'{{"_id":"{record}"}}\n' if payload == "{}" else f'{{"_id":"{record}",{payload[1:]}\n'
                for record, payload in portion
            )
        part = text.with_name(f"{new_id()}.part")
        chosen = ", ".join(f'"{each}"' for each in fields)
        _duck(
            f"COPY (SELECT _id AS record, {chosen} FROM"  # noqa: S608
            f" read_json(?, format='newline_delimited', columns={{{columns}}}))"
            f" TO '{part}' (FORMAT parquet, COMPRESSION zstd)",
            [str(text)],
        )
        yield part
    text.unlink(missing_ok=True)


def _payloads(connection: Connection, layout: Layout, since: str) -> Iterator[list[Any]]:
    after = ""
    while True:
        sql = (
            f"SELECT id, payload FROM {layout.current} WHERE id > ?{' AND known_from > ?' if since else ''}"  # noqa: S608
            f" ORDER BY id LIMIT {PORTION}"
        )
        found = driver.rows(connection, sql, [after, *([since] if since else [])])
        if not found:
            return
        yield found
        after = found[-1][0]


def _together(held: Path | None, parts: Sequence[Path], made: Path, fields: Sequence[str]) -> int:
    """Write one file of the parts and of what was held and did not change; answer how many records say something."""
    says = " OR ".join(f'"{each}" IS NOT NULL' for each in fields)
    listed = ", ".join(f"'{each}'" for each in parts)
    new = f"SELECT * FROM read_parquet([{listed}])" if parts else ""  # noqa: S608
    old = f"SELECT * FROM read_parquet('{held}')" if held else ""  # noqa: S608
    if old and new:
        old += f" WHERE record NOT IN (SELECT record FROM read_parquet([{listed}]))"  # noqa: S608
    both = " UNION ALL ".join(each for each in (old, new) if each)
    if not both:
        columns = ", ".join(f'CAST(NULL AS VARCHAR) AS "{each}"' for each in ("record", *fields))
        both = f"SELECT {columns} LIMIT 0"
    aside = made.with_suffix(".aside")
    _duck(f"COPY (SELECT * FROM ({both}) WHERE {says}) TO '{aside}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608
    aside.rename(made)
    return int(_duck(f"SELECT count(*) FROM read_parquet('{made}')")[0][0])  # noqa: S608


def _duck(sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    import duckdb

    with duckdb.connect(":memory:", config={"memory_limit": _MEMORY, "threads": 2}) as one:
        return one.execute(sql, list(parameters)).fetchall()
