"""How many searches for people one officer has: enough for any counter, too few to copy a register name by name."""

from __future__ import annotations

from datetime import timedelta

from lienthong.kernel import clock, runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import TooMany
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Grounds
from lienthong.stewardship.store import searches

AN_HOUR, A_DAY = 60, 300
"""Searches of one officer, whatever the register and the device."""
_REMEMBERED = timedelta(days=2)
_HOUR = 13


def count_search(who: Actor, *, register: str, grounds: Grounds) -> None:
    """Count an officer's search before it is made. Raises TooMany beyond the hour's or the day's; that is an entry too.

    The shell of the node's operator is not counted: its limit is who may open it.
    """
    if who.kind is not Kind.OFFICER:
        return
    now = clock.local(runtime.current().clock.now())
    in_hour, on_day = searches.count(who.subject, now.isoformat()[:_HOUR])
    if in_hour <= AN_HOUR and on_day <= A_DAY:
        return
    registers.deny(who, register=register, subjects=[], fields=[], grounds=grounds, reason="search-limit")
    if on_day > A_DAY:
        tomorrow = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        raise TooMany(
            "look.day",
            N_("Hôm nay bạn đã tìm %(most)s lần, hết mức một ngày; mai tìm tiếp hoặc mở thẳng hồ sơ theo số."),
            most=A_DAY,
            retry_after=round((tomorrow - now).total_seconds()),
        )
    raise TooMany(
        "look.hour",
        N_("Bạn đã tìm %(most)s lần trong giờ này; chờ %(minutes)s phút rồi tìm tiếp."),
        most=AN_HOUR,
        minutes=60 - now.minute,
        retry_after=(60 - now.minute) * 60,
    )


def forget_searches() -> int:
    """Forget counts that no limit looks at any more; answer how many rows went."""
    return searches.forget((clock.local(runtime.current().clock.now()) - _REMEMBERED).isoformat()[:_HOUR])
