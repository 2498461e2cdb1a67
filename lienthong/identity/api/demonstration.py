"""People of the demonstration: one click makes you one of them, on this machine only."""

from __future__ import annotations

from dataclasses import dataclass

from lienthong.identity import store
from lienthong.identity.api.accounts import require_operator
from lienthong.identity.api.sessions import Entry, begin
from lienthong.identity.domain import Method
from lienthong.kernel import runtime
from lienthong.kernel.actor import Actor, Kind
from lienthong.kernel.errors import Denied, Invalid, NotFound
from lienthong.kernel.i18n import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class DemonstrationPerson:
    """A card on the sign-in page. about: what this person does in the demonstration."""

    key: str
    subject: str
    kind: Kind
    name: str
    position: str
    agency: str
    about: str


def demonstration_people() -> list[DemonstrationPerson]:
    """Return the people one can be with one click, in their order; none in production."""
    if not runtime.current().settings.is_demo:
        return []
    return [
        DemonstrationPerson(
            key=row.key,
            subject=row.subject,
            kind=Kind(row.kind),
            name=row.name,
            position=row.position or "",
            agency=row.agency or "",
            about=row.about,
        )
        for row in store.accounts.demonstration_rows()
    ]


def name_demonstration_person(who: Actor, *, key: str, subject: str, name: str, about: str, place: int) -> None:
    """Offer a demonstration account as one click. Raises Denied in production, NotFound for any other account."""
    require_operator(who)
    account = store.accounts.find(subject)
    if not runtime.current().settings.is_demo:
        raise Denied("account.demonstration", N_("Hệ thống thật không nhận tài khoản trình diễn."))
    if account is None or not account.demonstration:
        raise NotFound("account.missing", N_("Không có tài khoản này."))
    store.accounts.put_demonstration(key=key, subject=subject, name=name, about=about, place=place)


def sign_in_demonstration(who: Actor, *, key: str, loopback: bool, device: str = "") -> Entry:
    """Begin a session as a demonstration person. loopback: the peer is this very machine.

    Raises Denied in production or for another machine, NotFound for an unknown key.
    """
    node = runtime.current()
    if not node.settings.is_demo or not loopback:
        raise Denied("demonstration.denied", N_("Người trình diễn chỉ dùng được ở chế độ demo, ngay trên máy này."))
    with node.database.transaction():
        row = next(iter(store.accounts.demonstration_rows(key)), None) if key else None
        account = store.accounts.find(row.subject) if row else None
        if account is None or not account.open:
            raise NotFound("demonstration.unknown", N_("Không có người trình diễn này."))
        return begin(who, account=account, method=Method.DEMONSTRATION, device=device)


def refuse_demonstration() -> None:
    """Check, before a production node serves, that no account was made for demonstration. Raises Invalid."""
    if not runtime.current().settings.is_demo and store.accounts.any_demonstration():
        raise Invalid(
            "account.demonstration_left",
            N_("Cơ sở dữ liệu có tài khoản trình diễn nên không chạy được ở chế độ production; hãy dùng dữ liệu thật."),
        )
