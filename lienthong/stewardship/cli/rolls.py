"""``register roll``: a roll of voters drawn up, posted, closed, drawn again to compare, written into files."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click

from lienthong.kernel.actor import Actor, system
from lienthong.kernel.command import Exit, command
from lienthong.kernel.errors import Invalid
from lienthong.kernel.i18n import N_, gettext
from lienthong.kernel.text import day as written_day
from lienthong.kernel.text import number
from lienthong.reference import api as reference
from lienthong.stewardship import api
from lienthong.stewardship.cli.options import NAME

_STATES = {
    "drawn": N_("chưa niêm yết"),
    "posted": N_("đang niêm yết"),
    "closed": N_("đã chốt"),
    "replaced": N_("đã thay bằng danh sách khác"),
}
_date = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@NAME
@click.option("--day", type=_date, help="Ngày bầu cử: lập danh sách mới. | Election day: draw up a new roll.")
@click.option("--unit", "units", multiple=True, help="Mã xã, phường. | Code of a commune.")
@click.option("--area", "areas", multiple=True, help="TÊN|chữ trong địa chỉ, … | NAME|words of addresses, …")
@click.option("--as-of", type=_date, help="Ngày xét nơi cư trú (hôm nay). | Day of residence (today).")
@click.option("--roll", "known", default="", help="Danh sách đã có. | A roll that is there.")
@click.option("--post", "step", flag_value="post", help="Ghi nhận đã niêm yết. | Note that it is posted.")
@click.option("--close", "step", flag_value="close", help="Chốt danh sách. | Close it.")
@click.option("--check", "step", flag_value="check", help="Lập lại từ lịch sử và so. | Draw it again and compare.")
@click.option("--output", type=click.Path(path_type=Path), help="Ghi ra .csv hoặc .xlsx. | Write .csv or .xlsx.")
@click.option("--pdf", type=click.Path(path_type=Path), help="Thư mục ghi bản in từng khu vực. | Folder for prints.")
@click.option("--as", "agency", default="", help="Mã cơ quan (mặc định: UBND của xã). | Agency at work.")
@command
def roll(
    name: str,
    day: Any,
    units: tuple[str, ...],
    areas: tuple[str, ...],
    as_of: Any,
    known: str,
    step: str,
    output: Path | None,
    pdf: Path | None,
    agency: str,
) -> tuple[Any, str, Exit]:
    """Danh sách cử tri: lập, niêm yết, đối chiếu, in. | The roll of voters: draw up, post, compare, print."""
    kind = next((each for each in api.roll_kinds().values() if each.register_id == name), None)
    if kind is None:
        raise Invalid("roll.register", N_("Không có loại danh sách nào lập từ “%(name)s”."), name=name)
    who = _actor(agency, units)
    if day is not None:
        made = [_area(each, units) for each in areas] or [api.Area(gettext(N_("Khu vực 1")), units)]
        since = as_of.date() if as_of else None
        known = api.draw_roll(who, roll_kind=kind.roll, day=day.date(), areas=made, as_of=since)
    if not known:
        found = api.rolls(who)
        data: list[dict[str, Any]] = [_data(each) for each in found]
        return data, "\n".join(map(_line, found)) or gettext(N_("Chưa có danh sách nào.")), Exit.DONE
    same = True
    if step == "check":
        same = api.reproduce_roll(who, roll=known).same
    elif step:
        {"post": api.post_roll, "close": api.close_roll}[step](who, roll=known)
    stands = api.roll(who, roll=known)
    if output is not None:
        api.roll_file(who, roll=known, path=output)
    if pdf is not None:
        _print(who, stands, pdf)
    shown = _shown(stands) + ("" if same else "\n" + gettext(N_("Lập lại cho kết quả khác.")))
    return _data(stands) | {"same": same}, shown, Exit.DONE if same else Exit.FINDINGS


def _print(who: Actor, stands: api.Roll, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for each in stands.areas:
        if each.number:
            (folder / f"{each.number:03d}.pdf").write_bytes(api.roll_pdf(who, roll=stands.id, area=each.number))


def _area(said: str, units: tuple[str, ...]) -> api.Area:
    area, _, words = said.partition("|")
    return api.Area(area.strip(), units, tuple(filter(None, (each.strip() for each in words.split(",")))))


def _actor(agency: str, units: tuple[str, ...]) -> Actor:
    code = agency or (reference.competent(role="civil-status", unit=units[0]).code if units else "")
    if not code:
        raise Invalid("cli.agency_needed", N_("Nêu cơ quan đang làm việc bằng --as, hoặc xã bằng --unit."))
    if reference.agency(code) is None:
        raise Invalid("cli.agency", N_("Không có cơ quan mang mã “%(agency)s”; xem `lienthong agencies`."), agency=code)
    return system(f"cli:{getpass.getuser()}", agency=code)


def _line(each: api.Roll) -> str:
    return f"{each.id}  {written_day(each.day)}  {number(each.drawn):>10}  {gettext(_STATES[each.state])}"


def _shown(stands: api.Roll) -> str:
    lines = [_line(stands)]
    for each in stands.areas:
        named = each.area.name if each.area else gettext(N_("Chưa thuộc khu vực nào"))
        lines.append(f"{number(each.listed):>10}  {named}")
    return "\n".join(lines)


def _data(each: api.Roll) -> dict[str, Any]:
    days: dict[str, date | None] = {"day": each.day, "as_of": each.as_of, "object_by": each.object_by}
    return {
        "roll": each.id,
        "kind": each.kind.roll,
        "agency": each.agency,
        "state": each.state,
        "voters": each.voters,
        "digest": each.digest,
        "final_digest": each.final_digest,
        **{name: value.isoformat() if value else "" for name, value in days.items()},
        "areas": [asdict(area) for area in each.areas],
    }


COMMANDS = (roll,)
