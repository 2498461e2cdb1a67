"""Every act on a person's data leaves an entry: grounds are checked here, denials written, logs read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from lienthong.kernel import runtime
from lienthong.kernel.actor import DATA, Actor, Kind, require_reach
from lienthong.kernel.errors import Denied, Invalid, SignInNeeded
from lienthong.kernel.i18n import N_
from lienthong.reference import api as reference
from lienthong.registers.api.defining import definition
from lienthong.registers.domain import Access, Act, Grounds, Seal
from lienthong.registers.store import accesses as store


def require(who: Actor, grounds: Grounds) -> None:
    """Refuse whoever does not say who they are and why. Raises SignInNeeded or Invalid."""
    if who.kind is Kind.ANONYMOUS:
        raise SignInNeeded("registers.anonymous", N_("Cần đăng nhập trước khi đọc hoặc ghi dữ liệu cá nhân."), level=1)
    if not grounds.purpose or not grounds.basis:
        raise Invalid("registers.no_grounds", N_("Cần nêu mục đích và căn cứ pháp lý của việc đọc dữ liệu cá nhân."))
    if grounds.basis not in reference.bases():
        raise Invalid(
            "registers.unknown_basis",
            N_("Không có căn cứ pháp lý mang mã “%(basis)s”."),
            basis=grounds.basis,
        )


def deny(
    who: Actor,
    *,
    register: str,
    subjects: Iterable[str],
    fields: Sequence[str],
    grounds: Grounds,
    reason: str,
    contract: str = "",
    act: Act = "read",
    seal: Seal | None = None,
) -> None:
    """Write that an access was refused, one entry for each subject, sealed when the caller's contract says so.

    It is durable even when the caller's transaction is rolled back by the refusal that follows.
    """
    database = runtime.current().database
    about = sorted(set(subjects)) or [""]

    def write() -> None:
        with database.transaction() as connection:
            store.add(
                connection,
                who,
                act=act,
                register=register,
                subjects=about,
                fields=fields,
                grounds=grounds,
                contract=contract,
                denied=True,
                reason=reason,
                seal=seal,
            )

    database.at_end(write)


def note(who: Actor, *, holding: str, subjects: Iterable[str], fields: Sequence[str], grounds: Grounds) -> None:
    """Write that somebody read personal data that no register holds, such as an issued paper: one entry a person.

    holding: where it is kept, in the place of a register's id. fields: ids of dictionary terms.
    """
    require(who, grounds)
    about = sorted(set(subjects))
    with runtime.current().database.transaction() as connection:
        store.add(connection, who, act="read", register=holding, subjects=about, fields=fields, grounds=grounds)


def require_owner(who: Actor, *, register: str, grounds: Grounds) -> None:
    """Refuse an agency that is neither the register's owner nor below it, and write that it was refused.

    This is the rule for stewards' work on whole registers; everybody else comes through a contract of the exchange.
    """
    spec = definition(register)
    if who.agency == spec.owner or who.agency.startswith(f"{spec.owner}."):
        return
    deny(who, register=register, subjects=[], fields=[], grounds=grounds, reason="not-owner")
    raise Denied(
        "registers.not_owner",
        N_("Chỉ cơ quan chủ quản (%(owner)s) được làm việc này trên %(register)s; dùng --as với mã của cơ quan đó."),
        owner=spec.owner,
        register=spec.short,
    )


def accesses(who: Actor, *, subject: str, limit: int = 50, after: str = "", others: bool = False) -> list[Access]:
    """Return who did what with a person's data, newest first; ``after``: id of the last entry of the page before.

    others: leave out what citizens read (the person themselves, their family). A citizen sees their own log and that of
    the person they act for. Raises Denied for anybody else's.
    """
    if who.kind is not Kind.SYSTEM and (who.kind is not Kind.CITIZEN or subject not in {who.subject, who.for_person}):
        raise Denied("accesses.not_yours", N_("Nhật ký truy cập chỉ mở cho chính người đó."))
    if subject == who.person:
        require_reach(who, DATA)
    with runtime.current().database.reading() as connection:
        return store.of_subject(connection, subject, limit=max(1, min(limit, 500)), after=after, others=others)


def sealed_entries() -> int:
    """Return how many entries of the whole node do not stand in their people's logs yet; nothing finer is ever told."""
    with runtime.current().database.reading() as connection:
        return store.sealed_now(connection)


def tell_opened(who: Actor, *, tell: Callable[[str, Seal], None], limit: int = 500) -> int:
    """Tell, once, of each sealed entry that has opened: ``tell(subject, seal)``; answer how many there were.

    The people are told in the transaction that notes it. Raises Denied for others than the machine.
    """
    if who.kind is not Kind.SYSTEM:
        raise Denied("accesses.not_yours", N_("Nhật ký truy cập chỉ mở cho chính người đó."))
    with runtime.current().database.transaction() as connection:
        found = store.opened(connection, limit=limit)
        for _, subject, seal in found:
            tell(subject, seal)
        store.told(connection, [entry for entry, _, _ in found])
    return len(found)
