"""Work on a whole register by its owner: millions from a file, a reform of units."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

from lienthong.kernel.actor import Actor
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds, Loaded, Replaced, Tried

_MOST = 100_000  # lines of a mapping


def load(
    who: Actor,
    *,
    register: str,
    path: Path,
    rejects: Path,
    grounds: Grounds,
    valid_from: date | None = None,
    reason: str = "",
    tell: Callable[[int, int], None] | None = None,
) -> Loaded:
    """Bring a Parquet or CSV file of any size into a register. Raises as ``registers.load_file``."""
    return registers.load_file(
        who,
        register=register,
        path=path,
        rejects=rejects,
        grounds=grounds,
        valid_from=valid_from,
        reason=reason,
        tell=tell,
    )


def reform(*, on: date) -> dict[str, str]:
    """Return what each commune of the day before became, "" where only a person can say; without those that stay."""
    before = on - timedelta(days=1)
    found: dict[str, str] = {}
    for unit in reference.units(level="commune", on=before):
        became = reference.successors(unit.code, on=before)
        new = became.new_codes[0] if became.decision == "certain" and became.new_codes else ""
        if new != unit.code:
            found[unit.code] = new
    return found


def mapping_of(path: Path) -> dict[str, str]:
    """Read what units become from a CSV file: two columns, the old and the new code ("" for a person to say).

    Raises Invalid for another file, and for a unit that is named twice.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [[cell.strip() for cell in row] for _, row in zip(range(_MOST), csv.reader(file), strict=False)]
    except (OSError, UnicodeDecodeError, csv.Error):
        raise Invalid(
            "patch.file", N_("Không đọc được tệp chuyển đổi; cần tệp CSV UTF-8 có hai cột: mã cũ, mã mới.")
        ) from None
    pairs = [row for row in rows if any(row) and row[0][:1].isdigit()]  # a header begins with a letter
    if not pairs or any(len(row) < 2 for row in pairs):
        raise Invalid("patch.file", N_("Không đọc được tệp chuyển đổi; cần tệp CSV UTF-8 có hai cột: mã cũ, mã mới."))
    found: dict[str, str] = {}
    for old, new, *_ in pairs:
        if found.setdefault(old, new) != new:
            raise Invalid("patch.twice", N_("Mã %(unit)s có hai mã mới khác nhau trong tệp; giữ một dòng."), unit=old)
    return found


def replace_units(
    who: Actor,
    *,
    register: str,
    mapping: Mapping[str, str],
    on: date,
    grounds: Grounds,
    reason: str,
    tell: Callable[[int], None] | None = None,
) -> Replaced:
    """Replace units by their successors in every record from a day on. Raises as ``registers.replace_units``."""
    return registers.replace_units(
        who, register=register, mapping=mapping, on=on, grounds=grounds, reason=reason, tell=tell
    )


def try_units(
    who: Actor,
    *,
    register: str,
    mapping: Mapping[str, str],
    on: date,
    grounds: Grounds,
    reason: str,
    tell: Callable[[int], None] | None = None,
) -> Tried:
    """Find out what ``replace_units`` would do: nothing stays. Raises the same."""
    return registers.try_units(
        who, register=register, mapping=mapping, on=on, grounds=grounds, reason=reason, tell=tell
    )
