"""The signed status lists: public, the same for everyone, kept by verifiers for the days without a network."""

from __future__ import annotations

from datetime import datetime, timedelta

from lienthong.documents import store
from lienthong.documents.api.signers import issuer_key_id, signers
from lienthong.documents.domain import status_list
from lienthong.kernel import runtime
from lienthong.kernel.errors import NotFound
from lienthong.kernel.i18n import N_
from lienthong.kernel.runtime import Runtime

ADDRESS = "/api/documents/status"
FRESH = timedelta(minutes=5)
"""How long a verifier or a cache may use a list before it asks for a newer one."""
GOOD = timedelta(days=7)
"""After this a kept list says nothing any more: a verifier answers "not known"."""
_MADE_ANEW = timedelta(minutes=1)
_AT_ONCE = 500


class _Made:
    """The lists made lately by this process; another process's revocations show when they are made anew."""

    def __init__(self) -> None:
        self.lists: dict[int, tuple[datetime, str]] = {}


def status_lists() -> list[str]:
    """Return the address of every list."""
    return [f"{ADDRESS}/{number}" for number in range(1, store.lists() + 1)]


def status_list_of(number: int) -> str:
    """Return one signed list. Raises NotFound when there is no such list."""
    made, now = _made().lists, runtime.current().clock.now()
    if number in made and made[number][0] <= now < made[number][0] + _MADE_ANEW:
        return made[number][1]
    if not 0 < number <= store.lists():
        raise NotFound("status.list", N_("Không có danh sách này."))
    issuer = signers().issuer()
    written = status_list.write(
        store.codes_of(number),
        address=address_of(number),
        at=int(now.timestamp()),
        good_for=int(GOOD.total_seconds()),
        fresh_for=int(FRESH.total_seconds()),
        key_id=issuer_key_id(issuer).hex(),
        sign=issuer.sign,
    )
    made[number] = (now, written)
    return written


def address_of(number: int) -> str:
    """Return the full address of a list, as digital documents name it."""
    return f"{runtime.current().settings.origin}{ADDRESS}/{number}"


def forget_lists() -> None:
    """Make the lists anew at the next question, once the open transaction has committed."""
    runtime.current().database.after_commit(_made().lists.clear)


def give_places() -> int:
    """Give a place to documents that were issued before there were lists; answer how many."""
    left = store.without_place()
    for start in range(0, len(left), _AT_ONCE):
        with runtime.current().database.transaction():
            for document_id, serial in left[start : start + _AT_ONCE]:
                store.give_place(document_id, serial)
    return len(left)


def _made() -> _Made:
    def make(_node: Runtime) -> _Made:
        return _Made()

    return runtime.current().part("documents.status_lists", make)
