"""What must agree in the feeds of a contract with the registers whose changes they carry."""

from __future__ import annotations

from collections.abc import Iterator

from lienthong.exchange.spec.shape import Clause, Contract, Feed
from lienthong.kernel.definitions import Definition
from lienthong.kernel.errors import Fault, fault
from lienthong.kernel.i18n import N_
from lienthong.registers import api as registers
from lienthong.registers.api import Register


def check_feed(one: Definition[Contract], at: int, clause: Clause) -> Iterator[Fault]:
    """Yield every disagreement of a clause's feeds with the registers in force."""
    for name, feed in clause.feed.items():
        register, place = _register(name), one.place("clauses", at, "feed", name)
        if register is None:
            message = N_("Không có cơ sở dữ liệu “%(register)s” đang có hiệu lực.")
            yield fault(place, "contract.register", message, register=name)
            continue
        yield from _check_fields(place, register, feed)
        if bool(feed.unit) == bool(feed.listed) or (clause.of == "unit") != bool(feed.unit):
            message = N_("Luồng thay đổi cần đúng một trong hai: `unit` (đi cùng “of: unit”) hoặc `listed`.")
            yield fault(place, "contract.feed_whose", message)
        if one.model.sealed:
            message = N_("Thỏa thuận niêm phong lượt xem không được có luồng thay đổi.")
            yield fault(place, "contract.feed_sealed", message)


def _check_fields(place: str, register: Register, feed: Feed) -> Iterator[Fault]:
    unknown = [field for field in feed.fields if field not in register.fields]
    for field in unknown:
        message = N_("Cơ sở dữ liệu %(register)s không có trường “%(field)s”; xem `lienthong register describe`.")
        yield fault(place, "contract.field", message, register=register.id, field=field)
    if feed.unit and (feed.unit not in feed.fields or register.lookups.get(feed.unit) != "exact"):
        message = N_("“%(field)s” phải là trường tra cứu của %(register)s và nằm trong các trường của luồng thay đổi.")
        yield fault(place, "contract.feed_unit", message, field=feed.unit, register=register.id)
    if feed.listed:
        name, _, field = feed.listed.partition(".")
        other = _register(name)
        if other is None or other.lookups.get(field) != "exact" or register.lookups.get(register.subject) != "exact":
            message = N_("“%(listed)s” không phải trường tra cứu nào ghi số của những người trong danh sách.")
            yield fault(place, "contract.feed_list", message, listed=feed.listed)


def _register(name: str) -> Register | None:
    return next((each for each in registers.definitions() if each.id == name), None)
